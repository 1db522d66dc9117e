"""What an answer of the platform means: its value, or one of the five errors (contract/jumpseller.md 4.2).

Decisions rest on the status and the headers alone; the words are translated and only shown. 402 and 403 are said of a store whose plan or
setup is in the way, and of a permission that the App lacks: nothing was done, the credentials are good, and once somebody has mended
it the same call succeeds. So it is put off, and nobody has to ask again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from despacho_jumpseller.values import decode
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_ports.storefront import MessageInvalid

_MOST_WORDS = 300
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,}")
_REMAINING = ("Jumpseller-PerSecondRateLimit-Remaining", "Jumpseller-PerMinuteRateLimit-Remaining")
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_IN_THE_WAY = {
    HTTPStatus.PAYMENT_REQUIRED: "The store's plan does not allow it, the platform says",
    HTTPStatus.FORBIDDEN: "The platform does not allow it; if the App lacks a permission, open it in the store's admin to grant it",
}


@dataclass(frozen=True)
class Answer:
    """Status, headers and the whole body; ``body`` is None where it was larger than is read."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None

    @property
    def is_success(self) -> bool:
        """Any 2xx: a POST may answer 200 or 201."""
        return 200 <= self.status < 300

    @property
    def came_too_soon(self) -> bool:
        """A rate limit: 429, or 403 with nothing remaining."""
        if self.status == HTTPStatus.FORBIDDEN:
            return any(self.headers.get(name, "").strip() == "0" for name in _REMAINING)
        return self.status == HTTPStatus.TOO_MANY_REQUESTS


def value_of(answer: Answer, *, repeatable: bool) -> object:
    """The decoded body of a success; None where it is empty.

    Args:
        answer: What came back.
        repeatable: Whether the call may be made again without doing anything twice.

    Raises:
        ProviderError: One of the five, for everything else.
    """
    if not answer.is_success:
        raise refusal(answer, repeatable=repeatable)
    try:
        return _decoded(answer.body)
    except MessageInvalid as error:
        if repeatable:
            raise Unavailable(f"The store's API gave an answer that cannot be read: {error}") from error
        raise Uncertain(f"The store's API accepted, but its answer cannot be read: {error}") from error


def refusal(answer: Answer, *, repeatable: bool) -> ProviderError:
    """The error that an answer other than 2xx stands for."""
    said = f"{answer.status}: {words(answer.body)}"
    if answer.came_too_soon:
        return RateLimited(f"The store's API refused for its rate limit ({said})", retry_after=60.0)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return Unauthorized(f"The store's API refused the credentials ({said})")
    if answer.status in _IN_THE_WAY:
        return Unavailable(f"{_IN_THE_WAY[HTTPStatus(answer.status)]} ({said})")
    if 400 <= answer.status < 500 and answer.status != HTTPStatus.REQUEST_TIMEOUT:
        return Rejected(words(answer.body), code=str(answer.status), not_found=answer.status in _GONE)
    if repeatable:
        return Unavailable(f"The store's API failed ({said})")
    return Uncertain(f"The store's API failed and may have acted ({said})")


def _decoded(body: bytes | None) -> object:
    if body is None:
        raise MessageInvalid("it is larger than 10 MiB")
    return decode(body) if body.strip() else None


def words(body: bytes | None) -> str:
    """The platform's own words in an error body, shortened: ``message``, else ``error``, else ``errors``, else the text.

    Whatever is as long as a token is blacked out, lest an echoed one is kept or shown.
    """
    try:
        value = decode(body or b"")
    except MessageInvalid:
        value = (body or b"").decode("utf-8", "replace")
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("message", "error", "errors") if value.get(name)), value)
    if isinstance(value, list):
        value = "; ".join(str(one) for one in value)
    text = _SECRET.sub("•••", " ".join(str(value).split())) or "no words"
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS]}…"
