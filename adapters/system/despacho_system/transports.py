"""The layers of an account's HTTP client, each one a transport around the next.

    only http and https → circuit breaker and rate limits → call log → whole answers → shared connection pool

What a layer refuses it raises as one of the five errors of :mod:`despacho_ports.errors`; httpx hands them through unchanged.
Everything else stays an ``httpx`` exception for the provider to judge, which alone knows whether a call is safe to repeat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx

from despacho_ports.errors import ADDRESS_BARRED, Rejected, Unavailable, Uncertain
from despacho_system.breaker import Breaker
from despacho_system.call_log import CallLog
from despacho_system.pacing import Pacer

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_PAUSE_S = 300.0


class WholeAnswers(httpx.AsyncBaseTransport):
    """Reads the answer to its end, within a size and a time, before anybody sees it.

    The size bounds the answer as sent and as unpacked, so that neither an endless answer nor a packed bomb fills the memory.
    The time bounds the call as a whole: a provider that dribbles an octet now and then never trips a read time-out.

    Args:
        inner: The next layer; closed by nobody here.
        most_bytes: Largest answer.
        seconds: Longest call, from its start to the last octet; then ``httpx.ReadTimeout``.
        usual_read_s: The client's own read time-out. A call that asks for a longer one is known to be slow.
        slow_seconds: Longest slow call.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        *,
        most_bytes: int,
        seconds: float,
        usual_read_s: float,
        slow_seconds: float,
    ) -> None:
        self._inner = inner
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._usual_read_s = usual_read_s
        self._slow_seconds = max(seconds, slow_seconds)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises ``Unavailable`` for too large an answer to a question, ``Uncertain`` if the call may have changed something."""
        seconds = self._longest(request)
        try:
            async with asyncio.timeout(seconds):
                return await self._whole(request)
        except TimeoutError:
            raise httpx.ReadTimeout(f"not answered within {seconds:g} s", request=request) from None

    def _longest(self, request: httpx.Request) -> float:
        asked = request.extensions.get("timeout", {}).get("read") or 0.0
        return min(max(self._seconds, asked), self._slow_seconds) if asked > self._usual_read_s else self._seconds

    async def _whole(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        answer.request = request
        try:
            content = await self._content(answer)
        finally:
            await answer.aclose()
        headers = answer.headers.copy()
        for name in ("content-encoding", "content-length", "transfer-encoding"):
            headers.pop(name, None)
        return httpx.Response(
            answer.status_code, headers=headers, stream=httpx.ByteStream(content), extensions=answer.extensions
        )

    async def _content(self, answer: httpx.Response) -> bytes:
        announced = answer.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._most_bytes:
            raise self._too_large(answer.request)
        content = bytearray()
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > self._most_bytes or answer.num_bytes_downloaded > self._most_bytes:
                raise self._too_large(answer.request)
        return bytes(content)

    def _too_large(self, request: httpx.Request) -> Unavailable | Uncertain:
        message = f"the answer is larger than {self._most_bytes // 1024} KiB"
        return Unavailable(message) if request.method in SAFE_METHODS else Uncertain(message)


class Logged(httpx.AsyncBaseTransport):
    """Writes each call into the call log."""

    def __init__(self, inner: httpx.AsyncBaseTransport, log: CallLog, monotonic: Callable[[], float]) -> None:
        self._inner = inner
        self._log = log
        self._monotonic = monotonic

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hands everything through."""
        begun = self._monotonic()
        try:
            answer = await self._inner.handle_async_request(request)
        except BaseException as error:
            self._log.broke(request, error, self._monotonic() - begun)
            raise
        self._log.answered(request, answer.status_code, self._monotonic() - begun)
        return answer


class Governed(httpx.AsyncBaseTransport):
    """Keeps the account's rate limits, and leaves a provider alone that does not answer.

    The breaker is asked before a call waits for its turn, so that a refusal comes at once and takes no turn, and again after it.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, breaker: Breaker, pacer: Pacer, monotonic: Callable[[], float]
    ) -> None:
        self._inner = inner
        self._breaker = breaker
        self._pacer = pacer
        self._monotonic = monotonic

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises ``Unavailable`` while the breaker is open, ``RateLimited`` where the turn would come too late."""
        self._breaker.check()
        await self._pacer.turn()
        self._breaker.admit()
        answer = await self._reported(request)
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self._pacer.hold(_pause(answer))
        return answer

    async def _reported(self, request: httpx.Request) -> httpx.Response:
        begun = self._monotonic()
        try:
            answer = await self._inner.handle_async_request(request)
        except (httpx.PoolTimeout, httpx.LocalProtocolError):
            self._breaker.withdrawn()  # our own doing
            raise
        except httpx.TransportError:
            self._breaker.failed()
            raise
        except asyncio.CancelledError:
            self._breaker.given_up(self._monotonic() - begun)
            raise
        except BaseException:
            self._breaker.withdrawn()
            raise
        if answer.is_server_error:
            self._breaker.failed()
        else:
            self._breaker.answered()
        return answer


class WebOnly(httpx.AsyncBaseTransport):
    """Refuses every address that is not http or https, whatever an operator typed into a form."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises ``Rejected``: the same call would be refused again until the account's address is mended."""
        if request.url.scheme not in {"http", "https"} or not request.url.host:
            message = "the account's address must begin with https:// (or http://) and name a host; correct it"
            raise Rejected(message, code=ADDRESS_BARRED)
        return await self._inner.handle_async_request(request)


def _pause(answer: httpx.Response) -> float:
    """Seconds of ``Retry-After``, bounded. The form with a date is left to the provider: our clock may differ from theirs."""
    wanted = answer.headers.get("retry-after", "").strip()
    return min(float(wanted), LONGEST_PAUSE_S) if wanted.isdecimal() else 0.0
