"""Numbers as people write them, and as forms write them for people: one reader for sheets, pages and the command line.

A separator means one thing, by what the number is:

- **An amount of money** knows its currency. CLP has no minor unit: ``2.990``, ``2,990``, ``$ 2.990`` and ``2990`` are one amount,
  ``2990,5`` is refused. EUR has two decimals: ``2,99``, ``2.99``, ``1.234,56`` and ``1 234,56`` are clear; ``1.234`` is a thousand
  and more to one reader and one and a quarter to another, and is refused with how to write it. (In a currency of three decimals, as
  KWD, three digits behind a single separator are its decimals.)
- **A measure** (kilograms, centimetres, hours, per cent): a single separator is the decimal one, ``1.250`` kg are 1250 g.
- **A count** (grams, days, a divisor): a separator groups thousands, ``4.000`` is 4000, ``1,5`` is refused.

Spaces and apostrophes only ever group. Nothing is rounded or divided unseen. JSON has plain decimals and does not come here.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from despacho_core.money import MOST_DIGITS, decimal_from, minor_digits

NO_NUMBER = "this is no number"
NO_WHOLE = "this is no whole number"

_LONGEST = 60
_GROUPS_ONLY = "'’ "
_SIGNED = re.compile(
    r"(?P<sign>[-−+]?) ?(?P<before>[^\W\d_]*[$€£]?) ?(?P<inner>[-−+]?) ?(?P<number>[\d.,](?:.*\d)?) ?(?P<after>[^\W\d_]*[$€£]?)",
    re.ASCII,
)
_PLAIN = re.compile(r"(?P<whole>\d*)(?:(?P<mark>[.,])(?P<decimals>\d+))?", re.ASCII)
_GROUPED = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?:(?P<group>[.,'’ ])\d{3})(?:(?P=group)\d{3})*)(?:(?!(?P=group))[.,](?P<decimals>\d+))?",
    re.ASCII,
)
_SYMBOLS = {"€": "EUR", "£": "GBP", "R$": "BRL", "US$": "USD"}
_DOLLARS = frozenset({"ARS", "AUD", "CAD", "CLP", "COP", "MXN", "NZD", "USD", "UYU"})
"""Currencies that people write with a bare ``$``."""


class Unclear(ValueError):
    """A number that cannot be read for certain; the message is one of :data:`despacho_core.reasons.REASONS`."""


class _Parts(NamedTuple):
    """Digits before and behind the decimal separator, and the currency's code or symbol beside them."""

    negative: bool
    whole: str
    decimals: str
    mark: str

    @property
    def number(self) -> Decimal:
        """The number. Raises ``Unclear``."""
        try:
            value = decimal_from(f"{self.whole or '0'}.{self.decimals}" if self.decimals else self.whole)
        except ValueError as error:
            raise Unclear(NO_NUMBER) from error
        return -value if self.negative and value else value


def read_amount(text: str, currency: str) -> Decimal:
    """An amount of money in a currency, which may stand beside it as a code or symbol.

    Raises:
        Unclear: It is none, it has more decimals than the currency, it can be read in two ways, or it is in another currency.
        UnknownCurrency: The code is not an active ISO 4217 code.
    """
    digits = minor_digits(currency)
    decimal, grouped = _readings(text)
    parts = grouped or decimal
    if parts is None:
        raise Unclear(NO_NUMBER)
    _check_mark(parts.mark, currency)
    if decimal is not None and grouped is not None and digits:
        if len(decimal.decimals) != digits:
            raise Unclear(_two_ways(text, decimal, grouped, digits))
        parts = decimal
    if not _has_room(parts.decimals, digits):
        few = f"amounts in {currency} have at most {digits} decimals"
        raise Unclear(few if digits else f"amounts in {currency} have no decimals")
    return parts.number


def read_measure(text: str) -> Decimal:
    """A number with decimals that is no money. Raises ``Unclear``."""
    decimal, grouped = _readings(text)
    parts = decimal or grouped
    if parts is None or parts.mark:
        raise Unclear(NO_NUMBER)
    return parts.number


def read_count(text: str) -> int:
    """A whole number. Raises ``Unclear``."""
    decimal, grouped = _readings(text)
    parts = grouped or decimal
    if parts is None or parts.mark:
        raise Unclear(NO_NUMBER)
    if not _has_room(parts.decimals, 0):
        raise Unclear(NO_WHOLE)
    return int(parts.number)


def amount_written(amount: Decimal, currency: str, mark: str = ".") -> str:
    """An amount as :func:`read_amount` reads it back: no grouping, all decimals of the currency.

    An amount that is finer than the currency is written in full, and in a way that is refused rather than misread.
    """
    digits = minor_digits(currency)
    plain = amount.quantize(Decimal(1).scaleb(-digits)) if _fits(amount, digits) else amount.normalize()
    text = f"{plain:f}"
    behind = len(text.partition(".")[2])
    padded = f"{text}0" if behind == 3 != digits else text
    return padded.replace(".", mark)


def measure_written(value: Decimal, mark: str = ".") -> str:
    """A measure as :func:`read_measure` reads it back: no grouping, no needless zeros."""
    return f"{value.normalize():f}".replace(".", mark)


def is_exact(amount: Decimal, currency: str) -> bool:
    """Whether the currency has so many decimals. Raises ``UnknownCurrency``."""
    return _fits(amount, minor_digits(currency))


def _fits(amount: Decimal, digits: int) -> bool:
    return (
        amount.is_finite() and amount.adjusted() < MOST_DIGITS and amount == amount.quantize(Decimal(1).scaleb(-digits))
    )


def _readings(text: str) -> tuple[_Parts | None, _Parts | None]:
    """The number with its single separator as the decimal one, and with its separators as thousands'; None where it cannot be that."""
    found = _SIGNED.fullmatch(" ".join(text[:_LONGEST].split())) if len(text) <= _LONGEST else None
    if found is None or (found["sign"] and found["inner"]) or (found["before"] and found["after"]):
        return None, None
    negative = (found["sign"] or found["inner"]) in {"-", "−"}
    mark = found["before"] or found["after"]
    plain, grouped = _PLAIN.fullmatch(found["number"]), _GROUPED.fullmatch(found["number"])
    whole = grouped and "".join(letter for letter in grouped["whole"] if letter.isdigit())
    return (
        _Parts(negative, plain["whole"], plain["decimals"] or "", mark) if plain else None,
        _Parts(negative, whole or "", grouped["decimals"] or "", mark) if grouped else None,
    )


def _has_room(decimals: str, digits: int) -> bool:
    """Whether the decimals are not too many; a spreadsheet's two zeros do no harm where there are none."""
    return len(decimals) <= digits or (len(decimals) <= 2 and not decimals.strip("0"))


def _two_ways(text: str, decimal: _Parts, grouped: _Parts, digits: int) -> str:
    separator = "," if "," in text else "."
    exact = f"{decimal.whole}{separator}{decimal.decimals[:digits]}"
    return f"“{text.strip()}” can be read in two ways; write {grouped.whole} or {exact}"


def _check_mark(mark: str, currency: str) -> None:
    """Refuse an amount beside which another currency stands. Raises ``Unclear``."""
    said = mark.upper()
    if not said or said == currency or (said == "$" and currency in _DOLLARS):
        return
    meant = _SYMBOLS.get(said, said)
    if meant != currency:
        raise Unclear(f"this is in {mark}, and the amount is to be in {currency}")
