"""What of which line a credit note is to take: chosen by a person, checked against what is left."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from despacho_core.errors import CreditLineInvalid, CreditTooLarge
from despacho_core.fiscal import FiscalDocument, FiscalLine, PriceBasis
from despacho_core.fiscal_checks import MOST_MONEY
from despacho_core.money import round_money

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A line to take back: so many units, or an amount with its tax; neither for all that is left. Lines count from 1."""

    line: int
    quantity: Decimal | None = None
    amount: Decimal | None = None


class LineLeft(msgspec.Struct, frozen=True, kw_only=True):
    """What no note has taken back of a line: units, the amount on the document's basis, and ``gross``, the same with its tax."""

    line: int
    name: str
    quantity: Decimal
    amount: Decimal
    gross: Decimal


class Take(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a line to take back, on the document's basis; ``asked`` is what its taker wants to give back, tax included."""

    at: int
    quantity: Decimal
    amount: Decimal
    asked: Decimal | None = None


def all_takes(left: Sequence[LineLeft]) -> list[Take]:
    """All that is left of every line."""
    return [_all_of(one) for one in left if one.amount]


def _all_of(left: LineLeft) -> Take:
    return Take(at=left.line - 1, quantity=left.quantity, amount=left.amount)


def takes_of(
    original: FiscalDocument, left: Sequence[LineLeft], chosen: Sequence[Chosen], public_id: str
) -> list[Take]:
    """What was chosen, checked.

    Raises:
        CreditLineInvalid: There is no such line, it is named twice, or what is asked of it is no amount above 0.
        CreditTooLarge: More is asked of a line than is left.
    """
    named = [one.line for one in chosen]
    for one in chosen:
        known = 1 <= one.line <= len(original.lines) and named.count(one.line) == 1
        if not known or not _makes_sense(one, original.currency):
            raise CreditLineInvalid(document=public_id, line=one.line, lines=len(original.lines))
    return [_take(original, left[one.line - 1], one, public_id) for one in chosen]


def _makes_sense(one: Chosen, currency: str) -> bool:
    """Not both; whole units, or an amount at the currency's minor unit; above 0."""
    wanted = [value for value in (one.quantity, one.amount) if value is not None]
    if len(wanted) > 1 or not all(value.is_finite() and 0 < value <= MOST_MONEY for value in wanted):
        return False
    if one.amount is not None:
        return round_money(one.amount, currency) == one.amount
    return one.quantity is None or one.quantity == one.quantity.to_integral_value()


def _take(original: FiscalDocument, left: LineLeft, one: Chosen, public_id: str) -> Take:
    """The part of a line that was chosen. A share of its units is their share of what is left, so that the last ones take the rest."""

    def too_large(asked: Decimal, most: Decimal) -> CreditTooLarge:
        return CreditTooLarge(document=public_id, line=one.line, asked=f"{asked:f}", left=f"{most:f}")

    if one.amount is not None:
        if one.amount > left.gross:
            raise too_large(one.amount, left.gross)
        if one.amount == left.gross:
            return msgspec.structs.replace(_all_of(left), asked=one.amount)
        amount = min(left.amount, _own_basis(original, original.lines[left.line - 1], one.amount))
        return Take(at=left.line - 1, quantity=_ZERO, amount=amount, asked=one.amount)
    quantity = left.quantity if one.quantity is None else one.quantity
    if quantity > left.quantity or not left.amount:
        raise too_large(quantity, left.quantity if left.amount else _ZERO)
    if quantity == left.quantity:
        return _all_of(left)
    amount = round_money(left.amount * quantity / left.quantity, original.currency)
    return Take(at=left.line - 1, quantity=quantity, amount=amount)


def asked_back(original: FiscalDocument, takes: Sequence[Take]) -> Decimal:
    """What the taker wants to give back, tax included: the amounts named, and the worth of the units named."""
    named = sum((take.asked for take in takes if take.asked is not None), _ZERO)
    units: dict[Decimal, Decimal] = {}
    for take in takes:
        if take.asked is None:
            rate = original.lines[take.at].tax_rate
            units[rate] = units.get(rate, _ZERO) + take.amount
    if original.basis is PriceBasis.NET:
        units = {rate: net + round_money(net * rate / _HUNDRED, original.currency) for rate, net in units.items()}
    return named + sum(units.values(), _ZERO)


def with_tax(original: FiscalDocument, line: FiscalLine, amount: Decimal) -> Decimal:
    """What a line's amount, stated on the document's basis, comes to with its tax."""
    if original.basis is PriceBasis.GROSS:
        return amount
    return amount + round_money(amount * line.tax_rate / _HUNDRED, original.currency)


def _own_basis(original: FiscalDocument, line: FiscalLine, gross: Decimal) -> Decimal:
    """An amount with tax as the document's own lines state it."""
    factor = Decimal(1) if original.basis is PriceBasis.GROSS else _HUNDRED / (_HUNDRED + line.tax_rate)
    return round_money(gross * factor, original.currency)
