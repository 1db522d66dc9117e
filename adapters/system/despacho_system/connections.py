"""Connections to the outside: a pool that looks where it connects to, and asks once more where a connection had just been closed.

Built on httpcore, which is what :class:`httpx.AsyncHTTPTransport` is built on and where a network of one's own can be put in.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import cast

import httpcore
import httpx

from despacho_ports.errors import ADDRESS_BARRED, Rejected
from despacho_system.destinations import Destinations

READS = frozenset({"GET", "HEAD"})
"""Methods whose repetition changes nothing (RFC 9110 9.2.1)."""
_CUT = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
_MOST_ADDRESSES = 6


class Connections(httpx.AsyncBaseTransport):
    """A pool of connections.

    A read whose connection ends before the head of an answer came is asked once more, on a new connection: servers close what is idle, and
    may do so just as we write (RFC 9112 9.3.1). Everything else is the caller's to judge, who alone knows whether it may be repeated.

    Args:
        trust: Whose certificates are believed.
        most: Connections open at once.
        most_idle: Of these, kept open for the next call.
        idle_s: How long one is kept; less than servers keep theirs, which is 5 seconds and more.
        destinations: What may be called; None for addresses that the operator alone decides on.
    """

    def __init__(
        self,
        trust: ssl.SSLContext,
        *,
        most: int = 100,
        most_idle: int = 20,
        idle_s: float = 3.0,
        destinations: Destinations | None = None,
    ) -> None:
        self._trust = trust
        self._most = most
        self._most_idle = most_idle
        self._idle_s = idle_s
        self._destinations = destinations
        self._pools: dict[bool, httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises what :class:`httpx.AsyncHTTPTransport` raises, and ``Rejected`` for an address that may not be called."""
        try:
            return await self._sent(request, anew=False)
        except _CUT:
            if request.method not in READS:
                raise
        return await self._sent(request, anew=True)

    async def aclose(self) -> None:
        """Close all connections."""
        pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            await pool.aclose()

    async def _sent(self, request: httpx.Request, *, anew: bool) -> httpx.Response:
        url = request.url
        wanted = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=cast("AsyncIterator[bytes]", request.stream),
            extensions=request.extensions,
        )
        with _in_httpx_words(request):
            answer = await self._pool(anew=anew).handle_async_request(wanted)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer, request), extensions=answer.extensions
        )

    def _pool(self, *, anew: bool) -> httpcore.AsyncConnectionPool:
        """One pool keeps connections, the other does not, so that whoever wants a new one certainly gets it."""
        pool = self._pools.get(anew)
        if pool is None:
            watched = WatchedNetwork(self._destinations) if self._destinations is not None else None
            pool = self._pools[anew] = httpcore.AsyncConnectionPool(
                ssl_context=self._trust,
                max_connections=self._most,
                max_keepalive_connections=0 if anew else self._most_idle,
                keepalive_expiry=self._idle_s,
                network_backend=watched,
            )
        return pool


class WatchedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses, and to what the operator has opened.

    Args:
        destinations: What the operator has opened.
    """

    def __init__(self, destinations: Destinations) -> None:
        self._network = httpcore.AnyIOBackend()
        self._destinations = destinations

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first of the host's addresses that is allowed and answers.

        Raises:
            Rejected: None is allowed.
            httpcore.ConnectError: None answers, or there is none.
            httpcore.ConnectTimeout: They take too long together.
        """
        try:
            async with asyncio.timeout(timeout) as limit:
                found = await _addresses(host, port)
                addresses = [one for one in found if self._destinations.allowed(host, port, one)]
                if not addresses:
                    raise barred(host)
                return await self._first(addresses, port, limit.when(), local_address, socket_options)
        except TimeoutError:
            raise httpcore.ConnectTimeout from None

    async def _first(
        self,
        addresses: list[str],
        port: int,
        until: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first that answers; each has its share of the time that is left."""
        *others, last = addresses
        for place, address in enumerate(others):
            share = None if until is None else (until - asyncio.get_running_loop().time()) / (len(addresses) - place)
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._network.connect_tcp(address, port, share, local_address, socket_options)
        return await self._network.connect_tcp(last, port, None, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._network.sleep(seconds)


def barred(host: str) -> Rejected:
    """The refusal of an address, which is final: the same call is refused again until somebody changes something."""
    message = f"This hub does not call {host}, which is not on the internet. Correct the address, or have whoever runs the hub allow it."
    return Rejected(message, code=ADDRESS_BARRED)


async def _addresses(host: str, port: int) -> list[str]:
    """A host's addresses, IPv4 first: where IPv6 leads nowhere it often says so only after seconds."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the host cannot be found ({type(error).__name__})") from error
    addresses = dict.fromkeys(str(where[0]) for *_, where in found)
    return sorted(addresses, key=lambda address: ":" in address)[:_MOST_ADDRESSES]


class _Body(httpx.AsyncByteStream):
    """The body of an answer, its errors in httpx's words."""

    def __init__(self, answer: httpcore.Response, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _in_httpx_words(self._request):
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        """Give the connection back."""
        await self._answer.aclose()


@contextmanager
def _in_httpx_words(request: httpx.Request) -> Iterator[None]:
    """Both libraries name their errors alike."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        kind = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise kind(str(error), request=request) from error
