"""Credit notes for chosen lines: what of a document is left to take back, and the note that takes some of it.

All notes of a document together never take back more than it states, neither of a line nor in net, tax or total; those that take
everything add up to it to the last minor unit. How net and tax of a part are found so is in :mod:`despacho_core.fiscal_parts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from despacho_core.errors import CreditLineInvalid, CreditTooLarge, NothingToCredit
from despacho_core.fiscal import (
    CreditedDocument,
    CreditedLine,
    DocumentKind,
    FiscalDocument,
    FiscalLine,
    FiscalTotals,
    PriceBasis,
)
from despacho_core.fiscal_checks import MOST_MONEY
from despacho_core.fiscal_computation import credit_whole
from despacho_core.fiscal_parts import Part, part_of
from despacho_core.fiscal_rules import FiscalRules, rules_of
from despacho_core.money import minor_digits, round_money, trimmed

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


class Remaining(msgspec.Struct, frozen=True, kw_only=True):
    """What no note has taken back of a document."""

    lines: tuple[LineLeft, ...]
    totals: FiscalTotals


class _Take(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a line to take back, on the document's basis; ``asked`` is what its taker wants to give back, tax included."""

    at: int
    quantity: Decimal
    amount: Decimal
    asked: Decimal | None = None


def remaining(original: FiscalDocument, notes: Iterable[FiscalDocument]) -> Remaining:
    """What is left of a document to take back.

    Args:
        original: A receipt or invoice.
        notes: Its credit notes, also those of which nobody knows whether they are issued; not the rejected ones.
    """
    notes = list(notes)
    whole = any(note.credits is not None and note.credits.whole for note in notes)
    taken = [line.credited for note in notes for line in note.lines if line.credited is not None]
    lines = []
    for place, line in enumerate(original.lines, start=1):
        own = [one for one in taken if one.line == place]
        quantity = _ZERO if whole else line.quantity - sum((one.quantity for one in own), _ZERO)
        amount = _ZERO if whole else line.amount - sum((one.amount for one in own), _ZERO)
        gross = _gross(original, line, amount)
        lines.append(LineLeft(line=place, name=line.name, quantity=quantity, amount=amount, gross=gross))
    return Remaining(lines=tuple(lines), totals=_less(original.totals, [note.totals for note in notes]))


def credit_rest(
    original: FiscalDocument,
    notes: Iterable[FiscalDocument],
    *,
    credited: CreditedDocument,
    issued_on: date,
    country: str,
) -> FiscalDocument:
    """The credit note over all that is left: the image of the document where nothing was taken back before.

    Raises:
        NothingToCredit: Nothing is left.
    """
    return credit_lines(original, notes, None, credited=credited, issued_on=issued_on, country=country)


def credit_lines(
    original: FiscalDocument,
    already_credited: Iterable[FiscalDocument],
    chosen: Sequence[Chosen] | None,
    *,
    credited: CreditedDocument,
    issued_on: date,
    country: str,
) -> FiscalDocument:
    """The credit note over chosen lines.

    Where the country's systems compute the tax anew from the lines (Chile), a part of a document does not always have a net and a tax that
    leave a rest which could be stated in its turn; then the note is a peso off what was asked, which it says.

    Args:
        original: A receipt or invoice.
        already_credited: See :func:`remaining`.
        chosen: What to take back; None for all that is left.
        credited: How the invoicing system knows the original; ``whole`` is set here.
        issued_on: The date on the credit note.
        country: The store's, ISO 3166 alpha-2.

    Raises:
        NothingToCredit: Nothing is left, or what was chosen comes to nothing.
        CreditLineInvalid: There is no such line, it is named twice, or what is asked of it is no amount above 0.
        CreditTooLarge: More is asked of a line than is left.
        CreditTooSmall: Some pesos that cannot be taken back for themselves.
    """
    notes = list(already_credited)
    left = remaining(original, notes)
    if not left.totals.total:
        raise NothingToCredit(document=credited.public_id)
    takes = _everything(left) if chosen is None else _takes(original, left, chosen, credited)
    if not notes and all(_is_whole(take, original.lines[take.at]) for take in takes) and _is_all(takes, left):
        whole = msgspec.structs.replace(credited, whole=True)
        return credit_whole(original, credited=whole, issued_on=issued_on)
    if not sum((take.amount for take in takes), _ZERO):
        raise NothingToCredit(document=credited.public_id)
    rules = rules_of(country)
    part = part_of(original, left.totals, [(take.at, take.amount) for take in takes], _taken(original, left), rules)
    difference = _asked(original, takes) - part.totals.total
    return msgspec.structs.replace(
        original,
        kind=DocumentKind.CREDIT_NOTE,
        issued_on=issued_on,
        basis=part.basis,
        lines=_lines(original, takes, part),
        totals=part.totals,
        difference=difference,
        notes=_notes(original, part, difference, rules),
        payments=(),
        credits=msgspec.structs.replace(credited, whole=False),
    )


def _lines(original: FiscalDocument, takes: Sequence[_Take], part: Part) -> tuple[FiscalLine, ...]:
    unit = Decimal(1).scaleb(-minor_digits(original.currency))
    parts = zip(takes, part.amounts, part.stated, strict=True)
    return tuple(_line(original, take, moved, stated, unit) for take, moved, stated in parts)


def _line(original: FiscalDocument, take: _Take, moved: Decimal, stated: Decimal, unit: Decimal) -> FiscalLine:
    """A line of the note: the original's own where all of it comes back unchanged."""
    line = original.lines[take.at]
    credited = CreditedLine(line=take.at + 1, quantity=take.quantity, amount=moved)
    if stated == line.amount and take.quantity == line.quantity:
        return msgspec.structs.replace(line, credited=credited)
    units = take.quantity or Decimal(1)
    price = (stated / units).quantize(unit.scaleb(-6), ROUND_HALF_UP)
    return msgspec.structs.replace(
        line, quantity=units, unit_price=trimmed(price, unit), discount=_ZERO, amount=stated, credited=credited
    )


def _notes(original: FiscalDocument, part: Part, difference: Decimal, rules: FiscalRules) -> tuple[str, ...]:
    if not difference:
        return ()
    asked = f"{round_money(part.totals.total + difference, original.currency):f}"
    stated = f"{round_money(part.totals.total, original.currency):f}"
    return (rules.text("credited_otherwise", asked=asked, amount=stated, currency=original.currency),)


def _everything(left: Remaining) -> list[_Take]:
    return [_all_of(one) for one in left.lines if one.amount]


def _all_of(left: LineLeft) -> _Take:
    return _Take(at=left.line - 1, quantity=left.quantity, amount=left.amount)


def _takes(
    original: FiscalDocument, left: Remaining, chosen: Sequence[Chosen], credited: CreditedDocument
) -> list[_Take]:
    named = [one.line for one in chosen]
    for one in chosen:
        known = 1 <= one.line <= len(original.lines) and named.count(one.line) == 1
        if not known or not _makes_sense(one, original.currency):
            raise CreditLineInvalid(document=credited.public_id, line=one.line, lines=len(original.lines))
    if not chosen:
        raise NothingToCredit(document=credited.public_id)
    return [_take(original, left.lines[one.line - 1], one, credited) for one in chosen]


def _makes_sense(one: Chosen, currency: str) -> bool:
    """Not both; whole units, or an amount at the currency's minor unit; above 0."""
    wanted = [value for value in (one.quantity, one.amount) if value is not None]
    if len(wanted) > 1 or not all(value.is_finite() and 0 < value <= MOST_MONEY for value in wanted):
        return False
    if one.amount is not None:
        return round_money(one.amount, currency) == one.amount
    return one.quantity is None or one.quantity == one.quantity.to_integral_value()


def _take(original: FiscalDocument, left: LineLeft, one: Chosen, credited: CreditedDocument) -> _Take:
    """The part of a line that was chosen. A share of its units is their share of what is left, so that the last ones take the rest."""

    def too_large(asked: Decimal, most: Decimal) -> CreditTooLarge:
        return CreditTooLarge(document=credited.public_id, line=one.line, asked=f"{asked:f}", left=f"{most:f}")

    if one.amount is not None:
        if one.amount > left.gross:
            raise too_large(one.amount, left.gross)
        if one.amount == left.gross:
            return msgspec.structs.replace(_all_of(left), asked=one.amount)
        amount = min(left.amount, _own_basis(original, original.lines[left.line - 1], one.amount))
        return _Take(at=left.line - 1, quantity=_ZERO, amount=amount, asked=one.amount)
    quantity = left.quantity if one.quantity is None else one.quantity
    if quantity > left.quantity or not left.amount:
        raise too_large(quantity, left.quantity if left.amount else _ZERO)
    if quantity == left.quantity:
        return _all_of(left)
    amount = round_money(left.amount * quantity / left.quantity, original.currency)
    return _Take(at=left.line - 1, quantity=quantity, amount=amount)


def _is_whole(take: _Take, line: FiscalLine) -> bool:
    return take.quantity == line.quantity and take.amount == line.amount


def _is_all(takes: Sequence[_Take], left: Remaining) -> bool:
    return {take.at + 1 for take in takes} >= {one.line for one in left.lines if one.amount}


def _taken(original: FiscalDocument, left: Remaining) -> list[Decimal]:
    """What earlier notes have taken of each line, on the document's basis."""
    return [line.amount - one.amount for line, one in zip(original.lines, left.lines, strict=True)]


def _asked(original: FiscalDocument, takes: Sequence[_Take]) -> Decimal:
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


def _gross(original: FiscalDocument, line: FiscalLine, amount: Decimal) -> Decimal:
    if original.basis is PriceBasis.GROSS:
        return amount
    return amount + round_money(amount * line.tax_rate / _HUNDRED, original.currency)


def _own_basis(original: FiscalDocument, line: FiscalLine, gross: Decimal) -> Decimal:
    """An amount with tax as the document's own lines state it."""
    factor = Decimal(1) if original.basis is PriceBasis.GROSS else _HUNDRED / (_HUNDRED + line.tax_rate)
    return round_money(gross * factor, original.currency)


def _less(totals: FiscalTotals, taken: Sequence[FiscalTotals]) -> FiscalTotals:
    left = {
        name: getattr(totals, name) - sum((getattr(one, name) for one in taken), _ZERO)
        for name in FiscalTotals.__struct_fields__
    }
    return FiscalTotals(**left)
