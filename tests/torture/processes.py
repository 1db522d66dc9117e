"""Real processes: started, killed, started again. Their output goes to a file each."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import httpx

HOST = "127.0.0.1"
START_SECONDS = 60.0
END_SECONDS = 30.0


class Broken(RuntimeError):
    """A process ended by itself, or never came up."""


class Program:
    """One program that can be started again and again.

    Args:
        name: Names its log.
        command: The program and its arguments.
        environment: Its whole environment.
        logs: Folder of the logs; a new start writes on at the end.
    """

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], logs: Path) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._log = logs / f"{name}.log"
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()

    @property
    def runs(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, in a process group of its own, unless it runs."""
        async with self._starting:
            if self.runs:
                return
            with self._log.open("ab") as output:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output,
                    env=self._environment, start_new_session=True,
                )  # fmt: skip

    async def kill(self) -> bool:
        """SIGKILL; whether there was anybody to kill."""
        return await self._ended_by(signal.SIGKILL)

    async def end(self) -> None:
        """SIGTERM, and SIGKILL for who does not listen."""
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._ended_by(signal.SIGTERM)
        except TimeoutError:
            await self._ended_by(signal.SIGKILL)

    def tail(self, lines: int = 25) -> str:
        """The end of its log."""
        text = self._log.read_text("utf-8", errors="replace").splitlines() if self._log.exists() else []
        return "\n".join([f"The end of {self._log}:", *text[-lines:]])

    async def _ended_by(self, number: signal.Signals) -> bool:
        if self._process is None or not self.runs:
            return False
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        await self._process.wait()
        return True


def despacho(*arguments: str) -> list[str]:
    """The command that runs ``despacho`` with these arguments."""
    return [sys.executable, "-m", "despacho", *arguments]


def clean_environment(**more: str) -> dict[str, str]:
    """Ours, without the settings of any hub, and with these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESPACHO_")}
    return {**kept, "PYTHONUNBUFFERED": "1", **more}


def free_ports(count: int) -> list[int]:
    """Different loopback ports on which nothing listens now."""
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


async def until_answers(url: str, program: Program) -> None:
    """Return once the address answers 200.

    Raises:
        Broken: The program ended, or did not answer in time.
    """
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        for _ in range(int(START_SECONDS / 0.05)):
            if not program.runs:
                raise Broken(f"{program.name} ended.\n{program.tail()}")
            with suppress(httpx.TransportError):
                if (await client.get(url)).status_code == 200:
                    return
            await asyncio.sleep(0.05)
    raise Broken(f"{program.name} does not answer at {url}.\n{program.tail()}")
