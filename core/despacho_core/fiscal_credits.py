"""Credit notes for chosen lines: what of a document is left to take back, and the note that takes some of it.

All notes of a document together never take back more than it states, neither of a line nor in net, tax or total; those that take
everything add up to it to the last minor unit. How net and tax of a part are found so is in :mod:`despacho_core.fiscal_parts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from despacho_core.errors import NothingToCredit
from despacho_core.fiscal import (
    CreditedDocument,
    CreditedLine,
    DocumentKind,
    FiscalDocument,
    FiscalLine,
    FiscalTotals,
)
from despacho_core.fiscal_computation import credit_whole
from despacho_core.fiscal_parts import Part, part_of
from despacho_core.fiscal_rules import FiscalRules, rules_of
from despacho_core.fiscal_takes import Chosen, LineLeft, Take, all_takes, asked_back, takes_of, with_tax
from despacho_core.money import minor_digits, round_money, trimmed

__all__ = ["Chosen", "LineLeft", "Remaining", "credit_lines", "credit_rest", "remaining"]

_ZERO = Decimal(0)


class Remaining(msgspec.Struct, frozen=True, kw_only=True):
    """What no note has taken back of a document."""

    lines: tuple[LineLeft, ...]
    totals: FiscalTotals


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
        gross = with_tax(original, line, amount)
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
    takes = all_takes(left.lines) if chosen is None else takes_of(original, left.lines, chosen, credited.public_id)
    if not notes and _is_all(takes, left):
        whole = msgspec.structs.replace(credited, whole=True)
        return credit_whole(original, credited=whole, issued_on=issued_on)
    if not sum((take.amount for take in takes), _ZERO):
        raise NothingToCredit(document=credited.public_id)
    rules = rules_of(country)
    part = part_of(original, left.totals, [(take.at, take.amount) for take in takes], _taken(original, left), rules)
    difference = asked_back(original, takes) - part.totals.total
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


def _lines(original: FiscalDocument, takes: Sequence[Take], part: Part) -> tuple[FiscalLine, ...]:
    unit = Decimal(1).scaleb(-minor_digits(original.currency))
    parts = zip(takes, part.amounts, part.stated, strict=True)
    return tuple(_line(original, take, moved, stated, unit) for take, moved, stated in parts)


def _line(original: FiscalDocument, take: Take, moved: Decimal, stated: Decimal, unit: Decimal) -> FiscalLine:
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


def _is_all(takes: Sequence[Take], left: Remaining) -> bool:
    """Whether all that is left of every line is taken."""
    amounts = {take.at + 1: (take.quantity, take.amount) for take in takes}
    return all(amounts.get(one.line) == (one.quantity, one.amount) for one in left.lines if one.amount)


def _taken(original: FiscalDocument, left: Remaining) -> list[Decimal]:
    """What earlier notes have taken of each line, on the document's basis."""
    return [line.amount - one.amount for line, one in zip(original.lines, left.lines, strict=True)]


def _less(totals: FiscalTotals, taken: Sequence[FiscalTotals]) -> FiscalTotals:
    left = {
        name: getattr(totals, name) - sum((getattr(one, name) for one in taken), _ZERO)
        for name in FiscalTotals.__struct_fields__
    }
    return FiscalTotals(**left)
