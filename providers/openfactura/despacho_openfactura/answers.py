"""What every answer has in common: HTTP status, the error envelope, and which of our five errors it is.

Sources: contract/invoicing.md 2.1 and 2.5. A code means:

    OF-06                      issued already under this key: no error at all, see :mod:`despacho_openfactura.receipts`
    401, 403, OF-03, OF-04     the key, its permissions or the electronic signature: ``Unauthorized``
    429                        ``RateLimited``, for as long as its text or header says
    OF-07                      out of folios: ``Rejected``, with what the merchant has to do
    OF-21, OF-23               database away, boletas blocked for the moment: ``Unavailable``
    OF-11, OF-13, OF-22, 5xx   failed somewhere inside: when issuing ``Uncertain``, since no source says how far it had come
    any other                  ``Rejected``, the same document would be refused again
"""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from despacho_ports.calls import Answer, lenient, pause_of, unsettled
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable

T = TypeVar("T")

ALREADY_ISSUED = "OF-06"
DEFAULT_PAUSE = 5.0
"""Seconds to wait after a 429 that does not say how long."""

_NO_PERMISSION = frozenset({"OF-03", "OF-04"})
_TRY_LATER = frozenset({"OF-21", "OF-23"})
_HALF_DONE = frozenset({"OF-11", "OF-13", "OF-22"})
_OUT_OF_FOLIOS = "OF-07"
_WHAT_TO_DO = {
    "OF-03": "Revisa en OpenFactura los permisos de la API key y que el RUT emisor sea el suyo.",
    "OF-04": "Revisa en OpenFactura la firma electrónica de la empresa.",
    _OUT_OF_FOLIOS: "No quedan folios para este tipo de documento: solicítalos en OpenFactura y vuelve a emitir.",
    "OF-23": "La emisión de boletas está bloqueada por ahora; si continúa, revisa en OpenFactura la situación con el SII.",
}


class Detail(msgspec.Struct):
    """What is wrong with one field."""

    field: object = None
    issue: object = None


class Refusal(msgspec.Struct):
    """The ``error`` of an answer. ``token`` comes with OF-06 alone."""

    message: object = None
    code: object = None
    token: object = None
    details: object = None

    @property
    def fields(self) -> list[Detail]:
        """The details that can be read."""
        found = self.details if isinstance(self.details, list) else [self.details]
        return [msgspec.convert(one, Detail) for one in found if isinstance(one, dict)]

    def words(self) -> str:
        """Its message, each detail, its code, and what to do where we know it."""
        code = text_of(self.code)
        details = "; ".join(f"{text_of(one.field)}: {text_of(one.issue)}" for one in self.fields)
        parts = (text_of(self.message), details and f"({details})", code and f"[{code}]", _WHAT_TO_DO.get(code, ""))
        return " ".join(part for part in parts if part)[:2000]


class _Envelope(msgspec.Struct):
    error: object = None
    message: object = None


def refusal_of(answer: Answer) -> Refusal:
    """The error that an answer carries, empty where it carries none that can be read."""
    envelope = lenient(answer.body, _Envelope) or _Envelope()
    if isinstance(envelope.error, dict):
        return lenient(msgspec.json.encode(envelope.error), Refusal) or Refusal()
    return Refusal(message=envelope.error or envelope.message)


def check(answer: Answer, *, acting: bool = False) -> None:
    """Returns if the answer is a success.

    Args:
        answer: What came over HTTP.
        acting: Whether the request could issue a document, so that a failure inside the system proves nothing.

    Raises:
        ProviderError: The one that the answer stands for.
    """
    if not 200 <= answer.status < 300:
        raise _error(answer, refusal_of(answer), acting=acting)


def _error(answer: Answer, refusal: Refusal, *, acting: bool) -> ProviderError:
    code = text_of(refusal.code)
    message = refusal.words() or f"OpenFactura answered HTTP {answer.status}."
    if answer.status == 429:
        return RateLimited(message, retry_after=pause_of(answer, DEFAULT_PAUSE, words=message))
    if answer.status in {401, 403} or code in _NO_PERMISSION:
        return Unauthorized(message)
    if answer.status >= 500 or answer.status < 400 or answer.status == 408 or code in _HALF_DONE:
        return unsettled(message, acting=acting)
    if code in _TRY_LATER:
        return Unavailable(message)
    if answer.status in {404, 405} and acting:
        return Unavailable(f"Nothing issues documents at this address (HTTP {answer.status}). {message}")
    field = next((text_of(one.field) for one in refusal.fields), None)
    return Rejected(message, code=code or str(answer.status), field=field or None, not_found=answer.status == 404)


def text_of(value: object) -> str:
    """One line of text, empty for what is neither text nor number."""
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def whole_of(value: object) -> int | None:
    """A whole number, which may come as text: by token all numbers do (contract/invoicing.md 2.7)."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value.strip()):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
