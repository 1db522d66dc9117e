"""Amounts, quantities, percentages and dates as they are written in each language; decimals all the way, never a float.

Spanish and Portuguese write ``1.234,50``, English ``1,234.50``. An amount is never printed with fewer digits than it has.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from despacho_core.money import minor_digits

_DATES = {"es": "%d-%m-%Y", "pt": "%d/%m/%Y"}
_SWAPPED = str.maketrans(",.", ".,")


def amount(value: Decimal, currency: str, language: str) -> str:
    """An amount with at least the currency's own decimals, without its code.

    Raises:
        UnknownCurrency: The code is not an active ISO 4217 code.
    """
    return _written(value, _places(value, minor_digits(currency)), language)


def with_code(value: Decimal, currency: str, language: str) -> str:
    """An amount with the currency's code behind it: ``6.990 CLP``."""
    return f"{amount(value, currency, language)} {currency}"


def quantity(value: Decimal, language: str) -> str:
    """A number without needless decimals: ``2``, ``1,5``."""
    return _written(value, _places(value, 0), language)


def percent(rate: Decimal, language: str) -> str:
    """A rate: ``19 %``, ``12,5 %``."""
    return f"{quantity(rate, language)} %"


def day(value: date, language: str) -> str:
    """A date as written there; ISO 8601 in English, which nobody reads two ways."""
    return value.strftime(_DATES.get(language, "%Y-%m-%d"))


def _places(value: Decimal, least: int) -> int:
    """As many decimals as the value needs, and no fewer than ``least``."""
    exponent = value.normalize().as_tuple().exponent
    return max(least, -exponent if isinstance(exponent, int) else 0)


def _written(value: Decimal, places: int, language: str) -> str:
    text = f"{value or abs(value):,.{places}f}"
    return text.translate(_SWAPPED) if language in _DATES else text
