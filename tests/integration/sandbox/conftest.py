"""A running store simulator on a stopped clock, a client of its API, and a fake hub that it can call."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest_asyncio

from despacho_sandbox.kit.control import reset_simulator
from despacho_sandbox.kit.server import running_sandbox
from despacho_sandbox.store import StoreSimulator

TRUST = ssl.create_default_context()


class Received(msgspec.Struct):
    """A request that reached the fake hub."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


Answerer = Callable[[Received], Awaitable[tuple[int, bytes]]]


class FakeHub:
    """A small HTTP server of its own: keeps what it receives and answers as a test tells it to."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.url = ""
        self.answerer: Answerer = self._fine

    @property
    def posts(self) -> list[Received]:
        return [one for one in self.received if one.method == "POST"]

    def answers(self, status: int, body: bytes = b"{}") -> None:
        async def answer(_: Received) -> tuple[int, bytes]:
            return status, body

        self.answerer = answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await _read(reader)
                self.received.append(request)
                status, body = await self.answerer(request)
                head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _fine(self, _: Received) -> tuple[int, bytes]:
        return 200, b"{}"


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, path, headers, body)


@asynccontextmanager
async def running_hub() -> AsyncIterator[FakeHub]:
    hub = FakeHub()
    server = await asyncio.start_server(hub.serve, "127.0.0.1", 0)
    hub.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield hub


@pytest_asyncio.fixture(loop_scope="module")
async def hub() -> AsyncIterator[FakeHub]:
    async with running_hub() as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_stores() -> AsyncIterator[StoreSimulator]:
    async with running_sandbox(seed=7, speed=0, simulators=(StoreSimulator,)) as sandbox:
        yield sandbox.store


@pytest_asyncio.fixture(loop_scope="module")
async def stores(running_stores: StoreSimulator) -> StoreSimulator:
    """The simulator as if new; its clock stands still until a test turns it, its limits are out of the way."""
    reset_simulator(running_stores)
    for store in running_stores.stores.values():
        store.limits.per_second = store.limits.per_minute = 10_000
    return running_stores


@pytest_asyncio.fixture(loop_scope="module")
async def api(stores: StoreSimulator) -> AsyncIterator[httpx.AsyncClient]:
    """The API of the store `tienda-norte`, with its Basic login."""
    store = stores.store()
    async with httpx.AsyncClient(
        base_url=f"{stores.base_url}/v1", auth=(store.login, store.authtoken), verify=TRUST
    ) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def admin(stores: StoreSimulator) -> AsyncIterator[httpx.AsyncClient]:
    """The admin calls."""
    async with httpx.AsyncClient(base_url=f"{stores.base_url}/admin", verify=TRUST) as client:
        yield client
