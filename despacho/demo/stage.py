"""The two real processes of the demo: the sandbox and the hub, started, waited for, and ended whatever happens."""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from despacho.demo.waiting import NotInTime, until

HOST = "127.0.0.1"
START_SECONDS = 60.0
END_SECONDS = 15.0
TAIL_LINES = 25

HUB_TIMINGS = {
    "DESPACHO_SETTLE_AFTER_SECONDS": "0.3",
    "DESPACHO_BUTTON_WAIT_SECONDS": "2",
    "DESPACHO_SWEEP_SECONDS": "1",
    "DESPACHO_RECONCILE_SECONDS": "5",
}
"""A hub that looks more often than it would have to, so that nobody has to watch it wait."""


class StageBroken(RuntimeError):
    """A process ended, or never came up. The message holds the end of its log."""


@dataclass(frozen=True)
class Stage:
    """Where everything is."""

    hub_url: str
    sandbox_url: str
    environment: dict[str, str]
    """What a hub of this stage is told; the command line is run with the same."""


class ProcessGroup:
    """One child with everything that it starts, and its log."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self._process = process
        self._log = log
        # The last resort, for somebody who presses Ctrl-C again while we are waiting for an orderly end.
        atexit.register(self._signal, signal.SIGKILL)

    @classmethod
    async def start(cls, name: str, *arguments: str, environment: Mapping[str, str], log: Path) -> ProcessGroup:
        """Run ``despacho`` with these arguments in a process group of its own, so that Ctrl-C reaches it through us alone."""
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "despacho", *arguments,
                stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, env=environment, start_new_session=True,
            )  # fmt: skip
        return cls(name, process, log)

    async def until_ready(self, url: str) -> None:
        """Wait until an address answers 200.

        Raises:
            StageBroken: The process ended first, or took too long.
        """

        async def ready() -> bool:
            if self._process.returncode is not None:
                raise StageBroken(f"{self.name} ended with {self._process.returncode}.\n{self.tail()}")
            with suppress(httpx.TransportError):
                return (await client.get(url)).status_code == httpx.codes.OK
            return False

        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            try:
                await until(f"{self.name} is up", ready, within=START_SECONDS, every=0.05)
            except NotInTime as error:
                raise StageBroken(f"{error}\n{self.tail()}") from error

    def tail(self) -> str:
        """The last lines of its log."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join([f"The end of {self._log}:", *lines[-TAIL_LINES:]])

    async def end(self) -> None:
        """Ask it to end; after a while do not ask."""
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()
        atexit.unregister(self._signal)

    def _signal(self, number: signal.Signals) -> None:
        if self._process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            if number is signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)


@asynccontextmanager
async def open_stage(data_dir: Path, logs: Path, *, seed: int) -> AsyncIterator[Stage]:
    """Start sandbox and hub on free ports and end both afterwards.

    Args:
        data_dir: The hub's data folder; its path must be short, because a socket lives in it.
        logs: Where the processes write.
        seed: Makes what the sandbox draws at random repeatable.

    Raises:
        StageBroken: One of them does not come up.
    """
    hub_port, sandbox_port = free_ports(2)
    hub_url, sandbox_url = f"http://{HOST}:{hub_port}", f"http://{HOST}:{sandbox_port}"
    environment = hub_environment(data_dir, hub_url, sandbox_url)
    async with AsyncExitStack() as stack:
        sandbox = await ProcessGroup.start(
            "The sandbox", "sandbox", "--port", str(sandbox_port), "--seed", str(seed),
            environment=environment, log=logs / "sandbox.log",
        )  # fmt: skip
        stack.push_async_callback(sandbox.end)
        hub = await ProcessGroup.start(
            "The hub", "serve", "--port", str(hub_port), environment=environment, log=logs / "hub.log"
        )
        stack.push_async_callback(hub.end)
        await sandbox.until_ready(f"{sandbox_url}/_sandbox/clock")
        await hub.until_ready(f"{hub_url}/health/ready")
        yield Stage(hub_url=hub_url, sandbox_url=sandbox_url, environment=environment)


def free_ports(count: int) -> list[int]:
    """Different ports of the loopback interface on which nothing listens now."""
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def hub_environment(data_dir: Path, hub_url: str, sandbox_url: str) -> dict[str, str]:
    """Ours without any setting of another hub, and with those of this one. The App's credentials are the sandbox's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESPACHO_")}
    return {
        **kept,
        **HUB_TIMINGS,
        "DESPACHO_DATA_DIR": str(data_dir),
        "DESPACHO_PUBLIC_URL": hub_url,
        "DESPACHO_JUMPSELLER_API_URL": f"{sandbox_url}/jumpseller/v1",
        "DESPACHO_JUMPSELLER_ACCOUNTS_URL": f"{sandbox_url}/jumpseller",
        "DESPACHO_JUMPSELLER_CLIENT_ID": "fake-client-id-despacho",
        "DESPACHO_JUMPSELLER_CLIENT_SECRET": "fake-client-secret-despacho",
        "DESPACHO_SANDBOX_URL": sandbox_url,
        "PYTHONUNBUFFERED": "1",
    }
