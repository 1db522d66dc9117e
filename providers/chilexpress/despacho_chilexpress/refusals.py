"""The carrier's known words of refusal, and which of our errors each of them is (contract/carriers.md 1.1)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from despacho_chilexpress.words import plain
from despacho_ports.errors import ProviderError, Rejected, Unauthorized

NOT_COVERED = "address-not-covered"


class _Known(msgspec.Struct, frozen=True):
    """Texts that mean one thing: every word group of ``signs`` occurs in the text."""

    signs: tuple[str, ...]
    error: Callable[[str], ProviderError]


def _rejected(code: str, field: str | None = None) -> Callable[[str], ProviderError]:
    return lambda text: Rejected(text, code=code, field=field)


_KNOWN = (
    _Known(("NO EXISTE TARJETA",), Unauthorized),
    _Known(("TARJETA", "NO SE ENCUENTRA VIGENTE"), Unauthorized),
    _Known(("NO SE ENCUENTRA HABILITADA",), _rejected("service-not-enabled", "service_code")),
    _Known(("NO EXISTE SERVICIO DE ENTREGA",), _rejected(NOT_COVERED, "municipality")),
    _Known(("LARGO DE LA NUMERACION",), _rejected("street-number-too-long", "street_number")),
    _Known(("JSON DE ENTRADA",), _rejected("invalid-request")),
    _Known(("TIPO DE DIRECCION CORRECTAMENTE",), _rejected("invalid-request")),
    _Known(("NO SE CORRESPONDE", "RUT"), _rejected("wrong-company", "company_rut")),
)


def refusal(text: str, status_code: int | None = None) -> ProviderError:
    """The error for a refusal in the carrier's own words; ``Rejected`` with its status code where they are not known."""
    words = plain(text)
    for known in _KNOWN:
        if all(sign in words for sign in known.signs):
            return known.error(text)
    message = text or "Chilexpress refused without saying why."
    return Rejected(message, code=None if status_code is None else str(status_code))
