"""Weights and lengths in the platform's units, as whole grams and millimetres."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_GRAMS = {
    "kg": Decimal(1000),
    "g": Decimal(1),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}
_MILLIMETRES = {"mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000), "in": Decimal("25.4"), "ft": Decimal("304.8")}


def grams(weight: Decimal, unit: str | None) -> int:
    """Whole grams, half up; an unknown unit counts as kilograms, the platform's default."""
    return _whole(weight * _GRAMS.get((unit or "").strip().lower().removesuffix("s"), _GRAMS["kg"]))


def millimetres(length: Decimal, unit: str | None) -> int:
    """Whole millimetres, half up; an unknown unit counts as centimetres, the platform's default."""
    return _whole(length * _MILLIMETRES.get((unit or "").strip().lower(), _MILLIMETRES["cm"]))


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))
