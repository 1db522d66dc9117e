"""The hub under torture, as it would really run: supervised on SQLite, or as several processes on PostgreSQL and a Redis."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from tests.servers import redis_program
from tests.torture.plan import SUPERVISOR, Database, Kill, Plan
from tests.torture.processes import HOST, Program, clean_environment, despacho, free_ports, until_answers

TIMINGS = {
    "DESPACHO_SETTLE_AFTER_SECONDS": "0.5",
    "DESPACHO_BUTTON_WAIT_SECONDS": "3",
    "DESPACHO_SWEEP_SECONDS": "1",
    "DESPACHO_TRACK_SECONDS": "60",
    "DESPACHO_RECONCILE_SECONDS": "5",
}
"""What takes minutes outside takes seconds here; nothing else is different from a hub that earns money. The lease is the plan's."""


class Tortured(Protocol):
    """A hub of several processes."""

    environment: dict[str, str]
    addresses: tuple[str, ...]
    """Of its web processes; the first is the one that the platform knows."""

    async def start(self) -> None:
        """Start everything, and return once it is ready."""
        ...

    async def kill(self, kill: Kill) -> bool:
        """Kill one process and see that it comes back; whether there was one to kill."""
        ...

    async def heal(self) -> None:
        """Return once everything runs again."""
        ...

    async def end(self) -> None:
        """End everything in an orderly way."""
        ...


class SupervisedHub:
    """``despacho serve`` on SQLite. Its children are found by the ids in its folder, and started again by itself."""

    def __init__(self, plan: Plan, folder: Path, database_url: str, sandbox_url: str) -> None:
        (port,) = free_ports(1)
        self.addresses: tuple[str, ...] = (f"http://{HOST}:{port}",)
        self._run = folder / "data" / "run"
        self.environment = _environment(plan, folder, database_url, sandbox_url, self.addresses[0])
        serve = despacho("serve", "--host", HOST, "--port", str(port))
        self._serve = Program(SUPERVISOR, serve, self.environment, folder)

    async def start(self) -> None:
        """Start the supervisor."""
        await self._serve.start()
        await self.heal()

    async def kill(self, kill: Kill) -> bool:
        """A child, which the supervisor starts again; or the supervisor, which we start again."""
        if kill.victim != SUPERVISOR:
            return await self._kill_child(kill.victim)
        killed = await self._serve.kill()
        await asyncio.sleep(kill.away)
        await self._serve.start()
        return killed

    async def heal(self) -> None:
        """Ready means that the web process answers; the worker needs no more than it."""
        await until_answers(f"{self.addresses[0]}/health/ready", self._serve)

    async def end(self) -> None:
        """End the supervisor, which ends its children."""
        await self._serve.end()

    async def _kill_child(self, name: str) -> bool:
        """Kill it as soon as it is there: another one may just have died and not be started again yet."""
        for _ in range(100):
            with suppress(FileNotFoundError, ProcessLookupError, ValueError):
                number = int((self._run / f"{name}.pid").read_text("ascii"))
                if _is_ours(number, name):
                    os.kill(number, signal.SIGKILL)
                    return True
            await asyncio.sleep(0.05)
        return False


class SpreadHub:
    """Web processes, workers and a Redis of their own, on PostgreSQL; nobody but us starts them again."""

    def __init__(self, plan: Plan, folder: Path, database_url: str, sandbox_url: str) -> None:
        redis, *ports = free_ports(1 + plan.size.processes)
        self.addresses: tuple[str, ...] = tuple(f"http://{HOST}:{port}" for port in ports)
        self.environment = _environment(plan, folder, database_url, sandbox_url, self.addresses[0])
        self.environment["DESPACHO_REDIS_URL"] = f"redis://{HOST}:{redis}/0"
        options = ("--port", str(redis), "--bind", HOST, "--save", "", "--appendonly", "no", "--dir", str(folder))
        commands = {
            "redis": [redis_program(), *options],
            **{
                f"web-{number}": despacho("web", "--host", HOST, "--port", str(port))
                for number, port in enumerate(ports, start=1)
            },
            **{f"worker-{number}": despacho("worker") for number in range(1, plan.size.processes + 1)},
        }
        self._programs = {name: Program(name, command, self.environment, folder) for name, command in commands.items()}

    async def start(self) -> None:
        """Start all at once; they find each other."""
        for program in self._programs.values():
            await program.start()
        await self.heal()

    async def kill(self, kill: Kill) -> bool:
        """Kill one, and start it again after a while."""
        program = self._programs[kill.victim]
        killed = await program.kill()
        await asyncio.sleep(kill.away)
        await program.start()
        return killed

    async def heal(self) -> None:
        """All web processes answer."""
        for number, address in enumerate(self.addresses, start=1):
            await until_answers(f"{address}/health/ready", self._programs[f"web-{number}"])

    async def end(self) -> None:
        """End who uses Redis first."""
        *_, redis = sorted(self._programs.values(), key=lambda one: one.name == "redis")
        await asyncio.gather(*(one.end() for one in self._programs.values() if one is not redis))
        await redis.end()


def _is_ours(number: int, name: str) -> bool:
    """Whether a process is what its file says: a supervisor that was killed leaves files, and numbers are used again."""
    commands = Path(f"/proc/{number}/cmdline")
    return not commands.parent.parent.joinpath("self").exists() or name.encode() in commands.read_bytes()


def hub_for(plan: Plan, folder: Path, database_url: str, sandbox_url: str) -> Tortured:
    """The hub for a plan. The database must be migrated."""
    if plan.database is Database.SQLITE:
        return SupervisedHub(plan, folder, database_url, sandbox_url)
    return SpreadHub(plan, folder, database_url, sandbox_url)


def _environment(plan: Plan, folder: Path, database_url: str, sandbox_url: str, public_url: str) -> dict[str, str]:
    data = folder / "data"
    data.mkdir(mode=0o700, exist_ok=True)
    return clean_environment(
        DESPACHO_DATA_DIR=str(data),
        DESPACHO_DATABASE_URL=database_url,
        DESPACHO_SECRET_KEY=base64.b64encode(b"t" * 32).decode(),
        DESPACHO_PUBLIC_URL=public_url,
        DESPACHO_JUMPSELLER_API_URL=f"{sandbox_url}/jumpseller/v1",
        DESPACHO_JUMPSELLER_ACCOUNTS_URL=f"{sandbox_url}/jumpseller",
        DESPACHO_ALLOWED_NETWORKS="127.0.0.0/8",
        DESPACHO_EFFECT_LEASE_SECONDS=str(plan.size.lease),
        **TIMINGS,
    )
