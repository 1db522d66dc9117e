"""From amounts with tax to a document's lines and totals, gross or net, so that everything adds up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from despacho_core.apportionment import share_out
from despacho_core.fiscal import FiscalLine, FiscalTotals, PriceBasis
from despacho_core.money import trimmed

_HUNDRED = Decimal(100)
_ZERO = Decimal(0)


class TaxGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The taxed amounts of one rate."""

    rate: Decimal
    net: Decimal
    tax: Decimal


def gross_group(gross: Decimal, rate: Decimal, unit: Decimal) -> TaxGroup:
    """Net rounded half up out of the gross, tax the rest: always adds up (contract/invoicing.md 1.3, boleta)."""
    net = (gross * _HUNDRED / (_HUNDRED + rate)).quantize(unit, ROUND_HALF_UP)
    return TaxGroup(rate=rate, net=net, tax=gross - net)


def net_group(gross: Decimal, rate: Decimal, unit: Decimal) -> TaxGroup:
    """The net whose own rounded tax brings it to the gross, or as close below as can be.

    For about one gross in six there is no such net (contract/invoicing.md 1.3, the trap); then the document is one minor unit short
    of what was paid, never above it.
    """
    # The rounded net is never too low: one unit more brings the total above the gross for every rate above 0.
    net = gross_group(gross, rate, unit).net
    while net + _tax_on(net, rate, unit) > gross:
        net -= unit
    return TaxGroup(rate=rate, net=net, tax=_tax_on(net, rate, unit))


def groups_of(lines: Sequence[FiscalLine], basis: PriceBasis, unit: Decimal) -> list[TaxGroup]:
    """One group for each rate among gross lines, in order of appearance; ``basis`` is that of the document to be."""
    grouped: dict[Decimal, Decimal] = {}
    for line in lines:
        if not line.exempt:
            grouped[line.tax_rate] = grouped.get(line.tax_rate, _ZERO) + line.amount
    divide = net_group if basis is PriceBasis.NET else gross_group
    return [divide(gross, rate, unit) for rate, gross in grouped.items()]


def totals_of(lines: Sequence[FiscalLine], groups: Sequence[TaxGroup]) -> FiscalTotals:
    """The totals of gross lines with their groups."""
    net = sum((group.net for group in groups), _ZERO)
    tax = sum((group.tax for group in groups), _ZERO)
    exempt = sum((line.amount for line in lines if line.exempt), _ZERO)
    return FiscalTotals(net=net, tax=tax, exempt=exempt, total=net + tax + exempt)


def net_lines(lines: Sequence[FiscalLine], groups: Sequence[TaxGroup], unit: Decimal) -> tuple[FiscalLine, ...]:
    """Gross lines as net ones that add up to the groups' nets; exempt lines stay as they are."""
    amounts: dict[int, Decimal] = {}
    for group in groups:
        places = [at for at, line in enumerate(lines) if not line.exempt and line.tax_rate == group.rate]
        shares = share_out(group.net, [lines[at].amount for at in places], unit)
        amounts.update(zip(places, shares, strict=True))
    return tuple(_net_line(line, amounts[at], unit) if at in amounts else line for at, line in enumerate(lines))


def _net_line(line: FiscalLine, amount: Decimal, unit: Decimal) -> FiscalLine:
    """The unit price follows from the amount, so that quantity × price − discount is the amount again."""
    discount = (line.discount * _HUNDRED / (_HUNDRED + line.tax_rate)).quantize(unit, ROUND_HALF_UP)
    unit_price = ((amount + discount) / line.quantity).quantize(unit.scaleb(-6), ROUND_HALF_UP)
    return msgspec.structs.replace(line, amount=amount, discount=discount, unit_price=trimmed(unit_price, unit))


def _tax_on(net: Decimal, rate: Decimal, unit: Decimal) -> Decimal:
    return (net * rate / _HUNDRED).quantize(unit, ROUND_HALF_UP)
