"""Connections over real sockets: whom they are made to, and what happens when the other side has just hung up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_network

import httpx
import pytest

from despacho_ports.errors import ADDRESS_BARRED, Rejected
from despacho_system import connections
from despacho_system.destinations import Destinations
from despacho_system.outbound import OutboundClients, OutboundPolicy, platform_transport

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LOOPBACK = Destinations(networks=(ip_network("127.0.0.0/8"),))
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"


class Server:
    """Counts who connects and what is asked. ``answers`` says how often a connection is answered; then it is hung up on, without a word."""

    def __init__(self, *, answers: Callable[[int], int]) -> None:
        self.asked: list[bytes] = []
        self.connections = 0
        self.port = 0
        self._answers = answers

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        left = self._answers(self.connections)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.asked.append(head.partition(b" ")[0])
                if left == 0:
                    break
                left -= 1
                writer.write(ANSWER)


@asynccontextmanager
async def serving(answers: Callable[[int], int]) -> AsyncIterator[Server]:
    server = Server(answers=answers)
    async with listening(server) as server.port:
        yield server


@asynccontextmanager
async def listening(talk: Talk) -> AsyncIterator[int]:
    """Give the port; at the end wait until every conversation is over."""
    under_way: list[asyncio.Task[None]] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talk(reader, writer)
        writer.close()
        await writer.wait_closed()

    def begun(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.append(asyncio.create_task(one(reader, writer)))

    server = await asyncio.start_server(begun, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
    await asyncio.gather(*under_way)


@asynccontextmanager
async def client(destinations: Destinations | None = None) -> AsyncIterator[httpx.AsyncClient]:
    made = OutboundClients(OutboundPolicy(connect_s=2, read_s=2), destinations=destinations)
    yield made.client("1")
    await made.aclose()


def found_at(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    async def named(host: str, port: int) -> list[str]:
        return list(addresses)

    monkeypatch.setattr(connections, "_addresses", named)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
async def test_no_spelling_of_this_machine_is_connected_to(host: str) -> None:
    async with serving(lambda _: 9) as server, client() as http:
        with pytest.raises(Rejected, match="not on the internet") as refused:
            await http.get(f"http://{host}:{server.port}/latest/meta-data")
    assert refused.value.code == ADDRESS_BARRED
    assert server.connections == 0


async def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    found_at(monkeypatch, "10.0.0.7", "127.0.0.1")
    async with serving(lambda _: 9) as server, client() as http:
        with pytest.raises(Rejected, match=r"does not call carrier\.example"):
            await http.post(f"http://carrier.example:{server.port}/", json={})
    assert server.connections == 0


async def test_the_connection_goes_to_an_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is not resolved again, so that a second answer cannot lead elsewhere."""
    asked: list[str] = []

    async def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["10.9.9.9", "127.0.0.1"] if len(asked) == 1 else ["10.9.9.9"]

    monkeypatch.setattr(connections, "_addresses", once)
    async with serving(lambda _: 9) as server, client(LOOPBACK) as http:
        assert (await http.get(f"http://carrier.example:{server.port}/")).text == "hi"
    assert asked == ["carrier.example"]


async def test_an_address_that_does_not_answer_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    found_at(monkeypatch, "127.0.0.2", "127.0.0.1")
    async with serving(lambda _: 9) as server, client(LOOPBACK) as http:
        assert (await http.get(f"http://carrier.example:{server.port}/")).text == "hi"


@pytest.mark.parametrize("host", ["nobody.invalid", "x" * 64 + ".example", "no..such"])
async def test_a_name_that_nobody_knows_is_a_connect_error(host: str) -> None:
    async with client() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://{host}/")


async def test_the_sandbox_s_own_place_is_called_and_no_other_port_beside_it() -> None:
    async with serving(lambda _: 9) as server, serving(lambda _: 9) as neighbour:
        opened = Destinations(places=frozenset({("127.0.0.1", server.port)}))
        async with client(opened) as http:
            assert (await http.get(f"http://127.0.0.1:{server.port}/")).text == "hi"
            with pytest.raises(Rejected):
                await http.get(f"http://127.0.0.1:{neighbour.port}/")
    assert neighbour.connections == 0


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_read_that_meets_a_closed_connection_is_asked_once_more(method: str) -> None:
    async with serving(lambda number: 1 if number == 1 else 9) as server, client(LOOPBACK) as http:
        url = f"http://127.0.0.1:{server.port}/"
        await http.get(url)
        assert (await http.request(method, url)).status_code == 200
    assert server.asked == [b"GET", method.encode(), method.encode()]
    assert server.connections == 2


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_write_is_sent_once_whatever_became_of_it(method: str) -> None:
    async with serving(lambda number: 1 if number == 1 else 9) as server, client(LOOPBACK) as http:
        url = f"http://127.0.0.1:{server.port}/"
        await http.get(url)
        with pytest.raises(httpx.RemoteProtocolError):
            await http.request(method, url, content=b"{}")
    assert server.asked == [b"GET", method.encode()]


async def test_a_server_that_always_hangs_up_is_asked_twice_and_no_more() -> None:
    async with serving(lambda _: 0) as server, client(LOOPBACK) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(f"http://127.0.0.1:{server.port}/")
    assert server.asked == [b"GET", b"GET"]


async def test_an_answer_that_breaks_off_is_not_asked_for_again() -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi")

    met: list[bytes] = []
    async with listening(half) as port, client(LOOPBACK) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(f"http://127.0.0.1:{port}/")
    assert len(met) == 1


async def test_the_store_platform_is_read_from_in_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with (
        serving(lambda number: 1 if number == 1 else 9) as server,
        httpx.AsyncClient(transport=platform_transport()) as http,
    ):
        url = f"http://127.0.0.1:{server.port}/"
        assert [(await http.get(url)).text for _ in range(2)] == ["hi", "hi"]
    assert server.asked == [b"GET"] * 3


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_that_the_environment_names_is_left_to_the_library(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://proxy.example:3128")
    assert platform_transport() is None
