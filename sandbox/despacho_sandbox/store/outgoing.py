"""Calls that the platform makes to others: probing a hook, fetching services, asking for rates, creating an invoice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import httpx
import msgspec

from despacho_sandbox.kit.trust import trusted


class Outcome(msgspec.Struct):
    """How a call went: `answer` is the decoded JSON, `error` says why there is none."""

    took_ms: int
    status: int | None = None
    answer: object = None
    error: str | None = None


def outgoing_client() -> httpx.AsyncClient:
    """A client without redirects, proxies or a time limit of its own."""
    return httpx.AsyncClient(timeout=None, trust_env=False, verify=trusted())  # noqa: S113 - callers limit the whole call


async def send(
    client: httpx.AsyncClient, method: str, url: str, *, seconds: float, body: bytes = b"", headers: Mapping[str, str]
) -> tuple[httpx.Response | None, str | None]:
    """Sends a request; the answer, or why there is none within so many real seconds."""
    try:
        async with asyncio.timeout(seconds):
            return await client.request(method, url, content=body, headers=headers), None
    except TimeoutError:
        return None, f"no answer within {seconds:g} s"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return None, f"{type(error).__name__}: {error}"


async def ask(
    method: str, url: str, *, seconds: float, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Outcome:
    """Makes one call and reads its JSON."""
    started = time.monotonic()
    async with outgoing_client() as client:
        answer, error = await send(client, method, url, seconds=seconds, body=body, headers=headers or {})
    outcome = Outcome(round((time.monotonic() - started) * 1000), error=error)
    if answer is not None:
        outcome.status = answer.status_code
        try:
            outcome.answer = msgspec.json.decode(answer.content)
        except msgspec.DecodeError as problem:
            outcome.error = f"the answer is no JSON: {problem}"
    return outcome
