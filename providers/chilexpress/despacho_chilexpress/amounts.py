"""Weights, sides, pesos and the carrier's numbers, exactly; nothing here is a float of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from despacho_core.errors import DomainError
from despacho_core.money import Money
from despacho_core.parcels import Parcel, check_parcels
from despacho_ports.errors import Rejected

CURRENCY = "CLP"
_PESOS = re.compile(r"([0-9]{1,12})(?:\.0{1,2})?")
_NUMBER = re.compile(r"[0-9]{1,18}")
_DOUBLE = re.compile(r"[0-9](?:\.[0-9]{1,17})?[eE]\+?[0-9]{1,2}|[0-9]{1,17}\.0+")


def kilograms(weight_g: int) -> str:
    """Kilograms with two decimals, rounded up to 0.01: the carrier's field is numeric(10,2)."""
    hundredths = -(-weight_g // 10)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def centimetres(side_mm: int) -> str:
    """Whole centimetres, rounded up."""
    return str(-(-side_mm // 10))


def checked_parcels(parcels: Sequence[Parcel]) -> Sequence[Parcel]:
    """The parcels, if they can exist.

    Raises:
        Rejected: There is none, or one has an impossible weight or side.
    """
    try:
        check_parcels(parcels)
    except DomainError as error:
        raise Rejected(str(error), field="parcels", code=error.code) from error
    return parcels


def pesos(value: Money) -> int:
    """A declared value in whole pesos.

    Raises:
        Rejected: It is in another currency, negative, or no reasonable amount.
    """
    if value.currency != CURRENCY:
        raise Rejected(
            f"Chilexpress takes values in {CURRENCY} only, not in {value.currency}.",
            field="declared_value",
            code="currency-not-supported",
        )
    amount = value.amount
    if not amount.is_finite() or amount < 0 or amount.adjusted() > 11:
        raise Rejected("The declared value is not a possible amount.", field="declared_value", code="invalid-amount")
    return int(amount.to_integral_value(ROUND_HALF_UP))


def shares(total: int, pieces: int) -> list[int]:
    """The total divided over the pieces, adding up exactly; the first ones carry the remainder."""
    share, rest = divmod(total, pieces)
    return [share + 1 if piece < rest else share for piece in range(pieces)]


def whole_pesos(value: object) -> int | None:
    """A price from the carrier, None if it is no whole amount. ``9.306`` may be thousands or a fraction, so it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 10**12 else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and 0 <= value < 10**12 else None
    found = _PESOS.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found[1]) if found else None


def carrier_number(value: object) -> str | None:
    """A number of an order or a certificate: number, double or text (contract/carriers.md 1.4, 1.6); opaque, as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    if _DOUBLE.fullmatch(text):
        exact = Decimal(text)
        text = format(exact.to_integral_value(), "f") if exact == exact.to_integral_value() else ""
    return text if is_number(text) else None


def is_number(text: str) -> bool:
    """Whether a text is a number that the carrier could have given: digits, not all 0, and no more than fit its fields."""
    return _NUMBER.fullmatch(text) is not None and text.strip("0") != ""
