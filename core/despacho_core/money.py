"""Money: a decimal amount in one ISO 4217 currency, rounded half up to the currency's own minor unit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import msgspec

from despacho_core.errors import CurrenciesDiffer, UnknownCurrency

MOST_DIGITS = 18
"""Digits that an amount may have before the point."""

_NO_MINOR_UNIT = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_TWO_DIGITS = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
    IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP
    SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER
    ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - a table of codes reads better as words
)


_DIGITS = dict.fromkeys(_NO_MINOR_UNIT, 0) | dict.fromkeys(_TWO_DIGITS, 2) | dict.fromkeys(_THREE_DIGITS, 3)
_UNITS = {currency: Decimal(1).scaleb(-digits) for currency, digits in _DIGITS.items()}
_NUMBERS = (int, float, str, Decimal)


def minor_digits(currency: str) -> int:
    """Decimal places of a currency: 0 for CLP, 2 for EUR.

    Raises:
        UnknownCurrency: The code is not an active ISO 4217 code.
    """
    digits = _DIGITS.get(currency)
    if digits is None:
        raise UnknownCurrency(currency=currency)
    return digits


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round half up (away from zero at the half) to the minor unit, as the tax rules of Chile and Portugal do."""
    unit = _UNITS.get(currency)
    if unit is None:
        raise UnknownCurrency(currency=currency)
    rounded = amount.quantize(unit, rounding=ROUND_HALF_UP)
    return rounded or abs(rounded)  # never "-0.00"


def trimmed(amount: Decimal, unit: Decimal) -> Decimal:
    """The same number without trailing zeros, but never with fewer places than ``unit`` has: for unit prices."""
    whole_units = amount.quantize(unit, ROUND_HALF_UP)
    return whole_units if whole_units == amount else amount.normalize()


def decimal_from(value: object) -> Decimal:
    """Read an amount that may arrive as int, float or text; floats go through their shortest text, never through binary.

    Raises:
        ValueError: The value is no finite number, or has more than 18 digits before the point: no currency needs them, and
            sums would not be exact any more.
    """
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        raise ValueError(f"not an amount: {value!r}")
    text = str(value).strip()
    if "_" in text:  # Python's own way of grouping digits, nobody else's
        raise ValueError(f"not an amount: {value!r}")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {value!r}") from error
    if not number.is_finite() or number.adjusted() >= MOST_DIGITS:
        raise ValueError(f"not a plausible amount: {value!r}")
    return number


class Money(msgspec.Struct, frozen=True, order=False):
    """An exact amount in one currency. Adding two currencies is an error."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        minor_digits(self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def rounded(self) -> Money:
        """The same amount at the currency's minor unit, half up."""
        return Money(round_money(self.amount, self.currency), self.currency)

    def plain(self) -> str:
        """Digits and a point at the minor unit, no grouping and no symbol: ``3990`` in CLP, ``12.50`` in EUR."""
        return format(round_money(self.amount, self.currency), "f")

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise CurrenciesDiffer(one=self.currency, other=other.currency)
        return other.amount


def money(amount: object, currency: str) -> Money:
    """Money from an amount in any form that :func:`decimal_from` reads."""
    return Money(decimal_from(amount), currency)
