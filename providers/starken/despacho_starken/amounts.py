"""Weights, sides and pesos as the carrier takes them, exactly; nothing here is a float."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from despacho_core.errors import DomainError
from despacho_core.money import Money
from despacho_core.parcels import Parcel, check_parcels
from despacho_ports.errors import Rejected

CURRENCY = "CLP"


class Package(msgspec.Struct, frozen=True):
    """What one OF carries: kilograms with at most two decimals, sides in whole centimetres, and how many pieces."""

    kilos: Decimal
    height: int
    width: int
    length: int
    pieces: int


def packed(parcels: Sequence[Parcel]) -> Package:
    """All parcels as one package, by the rule of the carrier's manual: one side added up, of the others the greatest.

    The manual leaves open which side: the one that makes the least volume, as if they were stacked that way.

    Raises:
        Rejected: There is no parcel, or one has an impossible weight or side.
    """
    try:
        check_parcels(parcels)
    except DomainError as error:
        raise Rejected(str(error), field="parcels", code=error.code) from error
    sides = [_centimetres(parcel) for parcel in parcels]
    stacked = min((_stacked(sides, along) for along in range(3)), key=lambda one: one[0] * one[1] * one[2])
    grams = sum(parcel.weight_g for parcel in parcels)
    return Package(kilograms(grams), *stacked, len(parcels))


def kilograms(weight_g: int) -> Decimal:
    """Kilograms, rounded up to 0.01."""
    return Decimal(-(-weight_g // 10)).scaleb(-2)


def pesos(value: Money) -> int:
    """A declared value in whole pesos.

    Raises:
        Rejected: It is in another currency, negative, or no reasonable amount.
    """
    if value.currency != CURRENCY:
        raise Rejected(
            f"Starken takes values in {CURRENCY} only, not in {value.currency}.",
            field="declared_value",
            code="currency-not-supported",
        )
    amount = value.amount
    if not amount.is_finite() or amount < 0 or amount.adjusted() > 11:
        raise Rejected("The declared value is not a possible amount.", field="declared_value", code="invalid-amount")
    return int(amount.to_integral_value(ROUND_HALF_UP))


def price(amount: Decimal | None) -> Money | None:
    """A price of the carrier (``6650.0``) in whole pesos; None for what is no price above 0."""
    if amount is None or amount.adjusted() > 9:
        return None
    rounded = amount.to_integral_value(ROUND_HALF_UP)
    return Money(rounded, CURRENCY) if rounded > 0 else None


def _centimetres(parcel: Parcel) -> tuple[int, int, int]:
    return -(-parcel.height_mm // 10), -(-parcel.width_mm // 10), -(-parcel.length_mm // 10)


def _stacked(sides: Sequence[tuple[int, int, int]], along: int) -> tuple[int, int, int]:
    height, width, length = (
        sum(side[place] for side in sides) if place == along else max(side[place] for side in sides)
        for place in range(3)
    )
    return height, width, length
