"""Sending one request and reading one answer, with every way in which that fails told apart by what may have happened."""

from __future__ import annotations

import ssl
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from despacho_jumpseller.answers import Answer
from despacho_ports.calls import was_never_sent
from despacho_ports.errors import ProviderError, Unavailable, Uncertain

MOST_BYTES = 10 * 1024 * 1024
IDLE_S = 3.0
"""How long a connection is kept for the next call: less than servers keep theirs, which is 5 seconds and more."""
TIMEOUTS = httpx.Timeout(connect=5.0, read=20.0, write=10.0, pool=10.0)


def open_client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The client that all stores' calls go through: time-outs, no redirects, and no cookies shared between stores.

    Without a transport it is httpx's own, which goes through proxies that the environment names.
    """
    return httpx.AsyncClient(
        transport=transport,
        verify=_trust() if transport is None else True,
        timeout=TIMEOUTS,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        limits=httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=IDLE_S),
        headers={"Accept": "application/json", "User-Agent": "Despacho"},
    )


@cache
def _trust() -> ssl.SSLContext:
    """The certificates that are trusted, read once for all clients: reading them takes longer than most calls."""
    return httpx.create_ssl_context()


async def send(client: httpx.AsyncClient, request: httpx.Request, *, repeatable: bool) -> Answer:
    """Sends a request and reads its answer, of at most 10 MiB.

    Raises:
        Unavailable: It was certainly not sent, or may be repeated.
        Uncertain: It may have been carried out and must not be repeated.
    """
    try:
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            return Answer(response.status_code, response.headers, await _read(response))
        finally:
            await response.aclose()
    except httpx.RequestError as error:
        raise failure(error, repeatable=repeatable) from error


def failure(error: httpx.RequestError, *, repeatable: bool) -> ProviderError:
    """What a failed exchange means. Its own text is left out: it may quote a header, and with it a token."""
    what = type(error).__name__
    if was_never_sent(error) or isinstance(error, httpx.LocalProtocolError):
        return Unavailable(f"The store's API cannot be reached ({what})")
    if repeatable:
        return Unavailable(f"The store's API did not answer ({what})")
    return Uncertain(f"The store's API did not answer and may have acted ({what})")


async def _read(response: httpx.Response) -> bytes | None:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
