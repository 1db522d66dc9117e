"""Prices as whole numbers, so that databases can count with them."""

from __future__ import annotations

from decimal import Decimal

from despacho_core.errors import UnknownCurrency
from despacho_core.money import minor_digits, round_money
from despacho_database.columns import bounded


def in_minor_units(amount: Decimal, currency: str) -> int | None:
    """An amount in the currency's minor unit (pesos, cents), never below nought; None for a currency that nobody knows."""
    try:
        digits = minor_digits(currency)
    except UnknownCurrency:
        return None
    return max(bounded(int(round_money(amount, currency).scaleb(digits))), 0)
