"""What every answer of the API has in common: gateway errors, the envelope, and words of refusal.

HTTP status and ``statusCode`` are both looked at: a refusal may come with HTTP 200, and the gateway in front answers without any
envelope (contract/carriers.md 1.1). 404 and 405 are taken to be the gateway's "no such operation", so that nothing happened.
"""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from despacho_chilexpress.refusals import refusal
from despacho_chilexpress.words import tidy
from despacho_ports.calls import Answer, lenient, pause_of, unsettled
from despacho_ports.errors import ProviderError, RateLimited, Unauthorized, Unavailable

T = TypeVar("T")

NOTHING = msgspec.Raw(b"null")
DEFAULT_PAUSE = 5.0
"""Seconds to wait after a 429 that does not say how long."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STATUS = re.compile(r"-?[0-9]{1,6}")
_REPLENISHED = re.compile(r"replenished in ([0-9]{1,4}):([0-9]{2}):([0-9]{2})")


class Envelope(msgspec.Struct, rename="camel"):
    """An answer's outermost object. Georeference and certificates answer flat, everything else in ``data``."""

    status_code: object = None
    status_description: object = None
    message: object = None
    data: msgspec.Raw = NOTHING
    closed_certificate: msgspec.Raw = NOTHING
    http_status: int = msgspec.field(default=200, name="$http")

    @property
    def code(self) -> int | None:
        """``statusCode`` as a number: 0 fine, 99 no order generated, -1 a refusal or nothing found."""
        return status_number(self.status_code)

    @property
    def text(self) -> str:
        """What it says about itself."""
        return text_of(self.status_description) or text_of(self.message)

    @property
    def failed(self) -> bool:
        """Whether it is a refusal, by either of the two statuses."""
        return self.http_status >= 400 or self.code not in {0, None}

    def refusal(self) -> ProviderError:
        """The error that it stands for."""
        return refusal(self.text, self.code)


def opened(answer: Answer, *, acting: bool) -> Envelope:
    """The envelope of an answer; the caller looks whether it ``failed``.

    Args:
        answer: What came over HTTP.
        acting: Whether the request could change something at the carrier, so that an unreadable answer proves nothing.

    Raises:
        ProviderError: The gateway refused, the carrier's server failed, or the answer cannot be read.
    """
    envelope = lenient(answer.body.removeprefix(_BYTE_ORDER_MARK), Envelope)
    message = envelope.text if envelope else ""
    if answer.status in {401, 403}:
        raise _refused_by_gateway(answer.status, message)
    if answer.status == 429:
        raise RateLimited(
            message or "Chilexpress: too many requests", retry_after=pause_of(answer, DEFAULT_PAUSE, words=message)
        )
    if answer.status in {404, 405}:
        raise Unavailable(
            f"Chilexpress has no such operation at this address (HTTP {answer.status}). {message}".strip()
        )
    if answer.status >= 500 or answer.status == 408 or not (200 <= answer.status < 300 or answer.status >= 400):
        raise unsettled(f"Chilexpress answered HTTP {answer.status}. {message}".strip(), acting=acting)
    if envelope is None or (envelope.code is None and envelope.status_code is not None):
        raise unsettled(f"Chilexpress answered HTTP {answer.status} with what cannot be read.", acting=acting)
    envelope.http_status = answer.status
    return envelope


def succeeded(answer: Answer, *, acting: bool = False) -> Envelope:
    """The envelope of an answer that is no refusal.

    Raises:
        ProviderError: As :func:`opened`, and whatever a refusal stands for.
    """
    envelope = opened(answer, acting=acting)
    if envelope.failed:
        raise envelope.refusal()
    return envelope


def many(raw: msgspec.Raw) -> list[msgspec.Raw]:
    """The elements of an array; a single object counts as one, since the carrier sends both (contract/carriers.md 1.4)."""
    items = lenient(raw, list[msgspec.Raw])
    if items is not None:
        return items
    return [raw] if bytes(raw).lstrip()[:1] == b"{" else []


def status_number(value: object) -> int | None:
    """A ``statusCode`` as a number, whether it comes as number, double or text; None for anything else."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _STATUS.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text_of(value: object) -> str:
    """One line of text, empty for what is neither text nor number."""
    if isinstance(value, str):
        return tidy(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _refused_by_gateway(status: int, message: str) -> ProviderError:
    found = _REPLENISHED.search(message)
    if found:
        hours, minutes, seconds = (int(part) for part in found.groups())
        return RateLimited(message, retry_after=float(hours * 3600 + minutes * 60 + seconds))
    return Unauthorized(message or f"Chilexpress refuses the subscription key (HTTP {status}).")
