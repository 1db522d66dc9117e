"""The server as a process: quiet about itself, ended in an orderly way."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from despacho_sandbox.kit.trust import trusted

PROGRAM = """
import sys
from contextlib import asynccontextmanager
from despacho_http import create_app, run_web

@asynccontextmanager
async def opened():
    {opening}
    yield None
    print("closed", flush=True)

sys.exit(run_web(create_app(opened), "127.0.0.1", int(sys.argv[1])))
"""


@contextmanager
def start(port: int, opening: str = "pass") -> Iterator[subprocess.Popen[str]]:
    """A server that is ended in any case: a test that fails waits for nobody."""
    program = PROGRAM.format(opening=opening)
    with subprocess.Popen([sys.executable, "-c", program, str(port)], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def answer(port: int) -> httpx.Response:
    """What the server says once it is there."""
    until = time.monotonic() + 30
    while True:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health/live", verify=trusted())
        except httpx.TransportError:
            assert time.monotonic() < until


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_in_order(ending: signal.Signals) -> None:
    port = free_port()
    with start(port) as process:
        live = answer(port)
        assert live.json() == {"live": True}
        assert {"server", "date"}.isdisjoint(live.headers)
        process.send_signal(ending)
        said, _ = process.communicate(timeout=15)
    assert (process.returncode, said) == (0, "closed\n")


def test_a_hub_that_cannot_be_opened_is_no_server() -> None:
    with start(free_port(), opening="raise RuntimeError('no database')") as process:
        process.communicate(timeout=30)
    assert process.returncode == 1
