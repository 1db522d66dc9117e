"""Calls to a provider's system: what came back before it is read, and what it proves where nothing came back.

Parcels and money are lost where "it did not happen" is believed too soon. So that all providers draw the same conclusions, they are drawn
here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from despacho_ports.errors import ProviderError, Unavailable, Uncertain

T = TypeVar("T")

_TRY_AGAIN = re.compile(r"[Tt]ry again in ([0-9]{1,6}) second")


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer, nothing read yet. Header names are in small letters."""

    status: int
    body: bytes
    headers: Mapping[str, str] = {}


def was_never_sent(error: Exception) -> bool:
    """Whether a call that failed in httpx certainly did not reach anybody: not an octet of it had left."""
    import httpx  # noqa: PLC0415 - whoever made the client has loaded it; a script that only imports a provider must not

    kinds = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.ProxyError,
        httpx.UnsupportedProtocol,
        httpx.InvalidURL,
    )
    return isinstance(error, kinds)


def unanswered(who: str, error: Exception, *, acting: bool) -> ProviderError:
    """The error for a call that brought no answer. Only what was never sent proves that nothing happened.

    Args:
        who: The provider's name, for people.
        error: What httpx raised. Its own words are left out: they may quote what was sent.
        acting: Whether the call could change something there.
    """
    message = f"{who} gave no answer ({type(error).__name__})."
    return Unavailable(message) if was_never_sent(error) else unsettled(message, acting=acting)


def unsettled(message: str, *, acting: bool) -> ProviderError:
    """The error for an exchange that proves nothing: ``Uncertain`` where something may have been done by it."""
    return Uncertain(message) if acting else Unavailable(message)


def pause_of(answer: Answer, default: float, *, words: str = "") -> float:
    """Seconds to wait after a refusal for too many requests, at least 1: the longer of what the header and the words ask for.

    Args:
        answer: The refusal. Of ``Retry-After`` seconds are read; no provider is known to send a date.
        default: Where neither says how long.
        words: Its message, as gateways in front of several providers write it: "Try again in 12 seconds".
    """
    said = _TRY_AGAIN.search(words)
    header = answer.headers.get("retry-after", "").strip()
    known = [float(said[1])] if said else []
    if header.isascii() and header.isdigit() and len(header) <= 6:
        known.append(float(header))
    return max(1.0, *known) if known else default


def lenient(raw: bytes | msgspec.Raw, kind: type[T]) -> T | None:
    """JSON as ``kind``, None where it does not fit or is no JSON at all."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
