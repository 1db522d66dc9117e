"""What every answer has in common: HTTP status, the forms of a refusal, and which of our five errors it is.

Sources: contract/invoicing.md 9.7 and the official OpenAPI document. A status means:

    401, 403    the key: ``Unauthorized``
    429         ``RateLimited``, for as long as its header says
    409         a creation under the same uid: no error by itself, see :mod:`despacho_invoicexpress.connector`
    5xx, 408    failed somewhere inside: ``Uncertain`` when something may have been done by it
    404, 422    ``Rejected``, with the service's words, which come in four forms
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import msgspec

from despacho_ports.calls import Answer, pause_of, unsettled
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized

T = TypeVar("T")

DEFAULT_PAUSE = 10.0
"""Seconds to wait after a 429 that does not say how long: the limit is one of a minute."""

_ENVELOPES = frozenset({"errors", "error", "reason", "message", "base"})
_SILENT = frozenset({"code"})
_DEEPEST = 6


def check(answer: Answer, *, acting: bool = False) -> None:
    """Returns if the answer is a success.

    Args:
        answer: What came over HTTP.
        acting: Whether the request could make or issue a document, so that a failure inside the system proves nothing.

    Raises:
        ProviderError: The one that the answer stands for.
    """
    if not 200 <= answer.status < 300:
        raise _error(answer, acting=acting)


def _error(answer: Answer, *, acting: bool) -> ProviderError:
    message = words_of(answer)
    if answer.status == 429:
        return RateLimited(message, retry_after=pause_of(answer, DEFAULT_PAUSE))
    if answer.status in {401, 403}:
        return Unauthorized(message)
    if answer.status >= 500 or answer.status < 400 or answer.status == 408:
        return unsettled(message, acting=acting)
    field = _field_of(lenient(answer.body, object))
    return Rejected(message, code=str(answer.status), field=field, not_found=answer.status == 404)


def words_of(answer: Answer) -> str:
    """The refusal's own words: ``{"errors": {"error": …}}``, a list of those, a list of texts, or ``{"field": [texts]}``."""
    said = "; ".join(dict.fromkeys(_texts(lenient(answer.body, object), _DEEPEST)))
    return said[:2000] or f"InvoiceXpress answered HTTP {answer.status}."


def lenient(raw: bytes, kind: type[T]) -> T | None:
    """The JSON as ``kind``, numbers with a point as Decimal; None where it does not fit or is no JSON at all."""
    try:
        return msgspec.json.Decoder(kind, float_hook=Decimal).decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, InvalidOperation):
        return None


def text_of(value: object) -> str:
    """One line of text, empty for what is neither text nor number."""
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def decimal_of(value: object) -> Decimal | None:
    """A number, which may come as text: unit prices do in lists, and as numbers elsewhere (contract/invoicing.md 9.2)."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", value.strip()):
        return None
    number = Decimal(value.strip() if isinstance(value, str) else value)
    return number if number.is_finite() and abs(number) < 10**18 else None


def whole_of(value: object) -> int | None:
    """A whole number that may be an id."""
    number = decimal_of(value)
    return int(number) if number is not None and number > 0 and number == int(number) else None


def _texts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str) and text_of(value):
        yield text_of(value)
    if depth and isinstance(value, list):
        for one in value:
            yield from _texts(one, depth - 1)
    if depth and isinstance(value, dict):
        for name, one in value.items():
            prefix = "" if name in _ENVELOPES else f"{name}: "
            for text in () if name in _SILENT else _texts(one, depth - 1):
                yield prefix + text


def _field_of(value: object) -> str | None:
    """The field that a refusal of the form ``{"field": [texts]}`` names."""
    named = [name for name in value if name not in _ENVELOPES | _SILENT] if isinstance(value, dict) else []
    return str(named[0]) if named else None
