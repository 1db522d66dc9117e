"""What each node of a document must hold: names, kinds and lengths (contract/invoicing.md 1.5 and 2.2).

Any other field is let through, as the service lets every field of the tax authority's schema through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from despacho_sandbox.openfactura.companies import is_rut
from despacho_sandbox.openfactura.wire import Issue

Node = Mapping[str, Any]


class Field(msgspec.Struct, frozen=True):
    """One field: its name, whether its value will do, and whether it may be missing."""

    name: str
    fits: Callable[[Any], bool]
    required: bool = False


def text(longest: int) -> Callable[[Any], bool]:
    """Text of one letter to so many; a number does where a text was meant."""

    def fits(value: Any) -> bool:
        return isinstance(value, str | int) and not isinstance(value, bool) and 1 <= len(str(value)) <= longest

    return fits


def optional_text(longest: int) -> Callable[[Any], bool]:
    """Text that may be empty."""
    return lambda value: value == "" or text(longest)(value)


def amount(value: Any) -> bool:
    """Whole pesos, not negative, as a JSON integer."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18


def quantity(value: Any) -> bool:
    """A number, not negative, below a million millions, with at most six decimals."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    exponent = Decimal(value).normalize().as_tuple().exponent
    return 0 <= value < 10**12 and isinstance(exponent, int) and exponent >= -6


def one_of(*allowed: int | str) -> Callable[[Any], bool]:
    """A value of a list, as number or as text."""
    known = {str(value) for value in allowed}
    return lambda value: isinstance(value, str | int) and not isinstance(value, bool) and str(value) in known


def day(value: Any) -> bool:
    """A date as YYYY-MM-DD that exists."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def activity(value: Any) -> bool:
    """One code of six digits, or up to four: as number, text or list."""
    codes = value if isinstance(value, list) else [value]
    return 1 <= len(codes) <= 4 and all(re.fullmatch(r"\d{6}", str(code)) for code in codes)


def problems(node: object, fields: tuple[Field, ...], where: str) -> list[Issue]:
    """What is wrong with one node, field by field."""
    if not isinstance(node, Mapping):
        return [Issue(where, "Se esperaba un objeto")]
    found = []
    for field in fields:
        if field.name not in node:
            if field.required:
                found.append(Issue(field.name, f"Campo requerido en {where}"))
        elif not field.fits(node[field.name]):
            found.append(Issue(field.name, f"Valor inválido en {where} : {str(node[field.name])[:60]}"))
    return found


_PLACE = (
    Field("DirOrigen", text(70), required=True),
    Field("CmnaOrigen", text(20), required=True),
    Field("CdgSIISucur", text(9)),
)
ISSUER = (
    Field("RUTEmisor", is_rut, required=True),
    Field("RznSoc", text(100), required=True),
    Field("GiroEmis", text(80), required=True),
    Field("Acteco", activity, required=True),
    *_PLACE,
    Field("CorreoEmisor", optional_text(80)),
)
ISSUER_OF_BOLETA = (
    Field("RUTEmisor", is_rut, required=True),
    Field("RznSocEmisor", text(100), required=True),
    Field("GiroEmisor", text(80), required=True),
    *_PLACE,
)
BUYER = (
    Field("RUTRecep", is_rut, required=True),
    Field("RznSocRecep", text(100), required=True),
    Field("GiroRecep", text(40), required=True),
    Field("DirRecep", text(70), required=True),
    Field("CmnaRecep", text(20), required=True),
    Field("Contacto", optional_text(80)),
    Field("CorreoRecep", optional_text(80)),
)
# A note repeats the original's buyer, who is nobody in particular where the original was a boleta.
BUYER_OF_NOTE = tuple(
    Field(field.name, field.fits, required=field.name in ("RUTRecep", "RznSocRecep")) for field in BUYER
)
BUYER_OF_BOLETA = tuple(Field(field.name, field.fits, required=field.name == "RUTRecep") for field in BUYER)
LINE = (
    Field("NmbItem", text(80), required=True),
    Field("DscItem", optional_text(1000)),
    Field("QtyItem", lambda value: quantity(value) and value > 0, required=True),
    Field("PrcItem", quantity, required=True),
    Field("MontoItem", amount, required=True),
    Field("DescuentoMonto", amount),
    Field("RecargoMonto", amount),
    Field("UnmdItem", text(4)),
    Field("IndExe", one_of(1, 2, 3, 4, 5, 6)),
)
GLOBAL_CHANGE = (
    Field("NroLinDR", amount, required=True),
    Field("TpoMov", one_of("D", "R"), required=True),
    Field("GlosaDR", optional_text(45)),
    Field("TpoValor", one_of("%", "$"), required=True),
    Field("ValorDR", quantity, required=True),
    Field("IndExeDR", one_of(1, 2)),
)
REFERENCE = (
    Field("NroLinRef", amount, required=True),
    Field("TpoDocRef", text(3), required=True),
    Field("FolioRef", text(18), required=True),
    Field("FchRef", day, required=True),
    Field("CodRef", one_of(1, 2, 3)),
    Field("RazonRef", optional_text(90)),
)
TOTALS = (
    Field("MntTotal", amount, required=True),
    *(
        Field(name, amount)
        for name in ("MntNeto", "MntExe", "IVA", "MontoNF", "MntNF", "VlrPagar", "MontoPeriodo", "TotalPeriodo")
    ),
    Field("TasaIVA", one_of(19, "19.0", "19.00")),
)
