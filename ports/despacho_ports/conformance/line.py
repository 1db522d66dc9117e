"""The line between a connector and its world, and everything that may go wrong on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import msgspec

Forward = Callable[[httpx.Request], Awaitable[httpx.Response]]
Befall = Callable[[httpx.Request, Forward], Awaitable[httpx.Response]]


class Trouble(msgspec.Struct, frozen=True):
    """One thing that goes wrong, named for messages."""

    name: str
    befall: Befall


class Line(httpx.AsyncBaseTransport):
    """Passes requests on, except where trouble was ordered.

    Args:
        world: Where requests go.

    Attributes:
        requests: How many were made since the last :meth:`calm` or :meth:`order`.
        uneven: Whether answers overtake each other, as they do outside.
    """

    def __init__(self, world: httpx.AsyncBaseTransport) -> None:
        self._world = world
        self._trouble: Trouble | None = None
        self._first, self._last = 0, 0
        self.requests = 0
        self.uneven = False

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self._trouble, self.requests = None, 0

    def order(self, trouble: Trouble, *, first: int = 1, last: int = 10**6) -> None:
        """The trouble for the requests from ``first`` to ``last``, counted from now."""
        self._trouble, self._first, self._last, self.requests = trouble, first, last, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request and its answer, or what became of it."""
        self.requests += 1
        number = self.requests
        if self._trouble is not None and self._first <= number <= self._last:
            return await self._trouble.befall(request, self._forward)
        response = await self._forward(request)
        for _ in range(number * 7 % 11 if self.uneven else 0):
            await asyncio.sleep(0)
        return response

    async def aclose(self) -> None:
        """Closes the way to the world."""
        await self._world.aclose()

    async def _forward(self, request: httpx.Request) -> httpx.Response:
        # Bodies may come as streams, which some transports read only once.
        await request.aread()
        response = await self._world.handle_async_request(request)
        await response.aread()
        return response


def answering(name: str, status: int, body: bytes, **headers: str) -> Trouble:
    """Somebody else answers; the request goes nowhere."""

    async def befall(request: httpx.Request, forward: Forward) -> httpx.Response:  # noqa: ARG001 - nothing is passed on
        return _response(request, status, body, headers)

    return Trouble(name, befall)


def changing(name: str, change: Callable[[bytes], bytes], status: int | None = None) -> Trouble:
    """The request is carried out, and its answer changed on the way back."""

    async def befall(request: httpx.Request, forward: Forward) -> httpx.Response:
        real = await forward(request)
        headers = {"content-type": real.headers.get("content-type", "")}
        return _response(request, status or real.status_code, change(real.content), headers)

    return Trouble(name, befall)


def _raising(name: str, error: type[httpx.RequestError], *, after: bool) -> Trouble:
    async def befall(request: httpx.Request, forward: Forward) -> httpx.Response:
        if after:
            await forward(request)
        raise error(name, request=request)

    return Trouble(name, befall)


def _response(request: httpx.Request, status: int, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return httpx.Response(status, content=body, headers=headers, request=request)


HTML = b"<html><head><title>Maintenance</title></head><body><h1>We will be back</h1></body>"

NEVER_SENT = _raising("the connection was refused", httpx.ConnectError, after=False)
LOST = (
    _raising("time-out after acting", httpx.ReadTimeout, after=True),
    _raising("connection cut after acting", httpx.RemoteProtocolError, after=True),
    changing("HTTP 500 after acting", lambda _: b"Internal Server Error", 500),
    changing("half an answer after acting", lambda body: body[: len(body) // 2], 200),
    changing("a web page after acting", lambda _: HTML, 200),
)
"""The ways in which an answer is lost after the request was carried out."""

REFUSED = answering("HTTP 401", 401, b'{"message": "no"}', content_type="application/json")
LIMITED = answering("HTTP 429", 429, b'{"message": "slowly"}', **{"retry-after": "7"})
BROKEN = tuple(
    answering(name, status, body)
    for name, status, body in (
        ("HTTP 500", 500, b"Internal Server Error"),
        ("HTTP 502 with a web page", 502, HTML),
        ("HTTP 503 without a word", 503, b""),
        ("an empty answer", 200, b""),
        ("a web page", 200, HTML),
        ("broken JSON", 200, b'{"data": [{"status": '),
        ("broken XML", 200, b'<?xml version="1.0"?><Envelope><Body><Res'),
        ("bytes that are no text", 200, b"\xff\xfe\x00\x9f" * 50),
    )
)
"""Answers that mean nothing to anybody: they prove neither a yes nor a no."""
ODD = (
    REFUSED,
    LIMITED,
    *BROKEN,
    answering("HTTP 403", 403, b'{"message": "no"}'),
    answering("HTTP 404", 404, b'{"message": "nothing here"}'),
    answering("HTTP 429 without a word", 429, b""),
    answering("HTTP 418", 418, b"I am a teapot"),
    answering("a redirect", 302, b"", location="https://elsewhere.example/"),
    answering("a huge answer", 200, b'{"data": "' + b"x" * 2_000_000 + b'"}'),
    answering("an answer nested too deep", 200, b"[" * 50_000 + b"]" * 50_000),
    answering("XML nested too deep", 200, b"<a>" * 20_000 + b"</a>" * 20_000),
    *(answering(f"only {body.decode()}", 200, body) for body in (b"null", b"17", b'"text"', b"[]", b"{}", b"[[[1]]]")),
    answering("wrong types", 200, b'{"data": 17, "statusCode": {}, "status": [], "items": "x", "errors": 1.5e300}'),
    answering("XML of something else", 200, b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>'),
)
"""Every odd answer there is."""
