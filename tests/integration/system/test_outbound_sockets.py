"""The providers' HTTP client over real sockets: nobody listening, nobody answering, TLS that nobody vouches for."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from despacho_system.destinations import Destinations
from despacho_system.outbound import OutboundClients, OutboundPolicy

LOOPBACK = Destinations(networks=(ip_network("127.0.0.0/8"),))
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that says what the test wants; gives its port."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.readuntil(b"\r\n\r\n"):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


@pytest.fixture
async def clients() -> AsyncIterator[OutboundClients]:
    made = OutboundClients(OutboundPolicy(connect_s=2, read_s=0.05), destinations=LOOPBACK)
    yield made
    await made.aclose()


async def test_two_accounts_share_one_pool_of_connections(clients: OutboundClients) -> None:
    met = []

    async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(writer)
        with suppress(asyncio.IncompleteReadError):
            await answers(reader, writer)

    async with listening(counted) as port:
        for account in ("1", "2", "1"):
            assert (await clients.client(account).get(f"http://127.0.0.1:{port}/")).text == "hi"
        await clients.aclose()
    assert len(met) == 1


async def test_nobody_listening_is_a_connect_error(clients: OutboundClients) -> None:
    async with listening(answers) as port:
        pass
    with pytest.raises(httpx.ConnectError):
        await clients.client("1").get(f"http://127.0.0.1:{port}/")


async def test_nobody_answering_is_a_read_time_out(clients: OutboundClients) -> None:
    async with listening(says_nothing) as port:
        with pytest.raises(httpx.ReadTimeout):
            await clients.client("1").get(f"http://127.0.0.1:{port}/")


async def test_a_cut_connection_stays_an_error_that_the_provider_can_judge(clients: OutboundClients) -> None:
    async with listening(hangs_up) as port:
        with pytest.raises(httpx.RemoteProtocolError):
            await clients.client("1").post(f"http://127.0.0.1:{port}/", json={})


async def test_a_certificate_that_nobody_vouches_for_is_refused(clients: OutboundClients, tmp_path: Path) -> None:
    async with listening(says_nothing, tls=_self_signed(tmp_path)) as port:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await clients.client("1").get(f"https://127.0.0.1:{port}/")


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context
