"""From amounts with tax to the net unit prices that InvoiceXpress wants, so that its own sum is ours again.

The system adds net prices up and rounds at the end (contract/invoicing.md 9.2), perhaps for each rate or line; no source is sure.
Each line here comes to its own amount within less than half a cent, and what rounding left of one line is carried to the next, so that
all three ways give the same total. Where one price for all units (some dozens of them) would be too far off, some units get the next
lower price and the rest the next higher one, on two lines; only a system that rounds each line could then come to another total. With two
decimals there are totals that no prices come to (9.2 shows one). Whenever the draft's total differs, the draft is given up.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

import msgspec

from despacho_core.apportionment import share_out
from despacho_core.fiscal import FiscalDocument, FiscalLine, PriceBasis

_CENT = Decimal("0.01")
_HALF = Fraction(1, 2)
_TOLERATED = Fraction(2, 1000)
"""Euros by which one price may bring a line off its amount: with as much carried over, still less than half a cent."""


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """A line, or a part of its units, at a net unit price."""

    line: FiscalLine
    quantity: Decimal
    unit_price: Decimal


def gross_amounts(document: FiscalDocument) -> list[Decimal]:
    """What each line adds to the document with its tax, in cents; together they are its total.

    The lines of a credit note are net where that can be (:func:`despacho_core.fiscal_computation.credit_whole`). Their tax is that of
    their rate's sum, shared out in proportion.
    """
    amounts = [line.amount for line in document.lines]
    if document.basis is PriceBasis.GROSS:
        return amounts
    for rate in dict.fromkeys(line.tax_rate for line in document.lines if not line.exempt):
        places = [at for at, line in enumerate(document.lines) if not line.exempt and line.tax_rate == rate]
        nets = [document.lines[at].amount for at in places]
        taxes = share_out(_tax_on(sum(nets, Decimal(0)), rate), nets, _CENT)
        for at, net, tax in zip(places, nets, taxes, strict=True):
            amounts[at] = net + tax
    return amounts


def priced_lines(document: FiscalDocument, decimals: int) -> list[Priced]:
    """The document's lines at net unit prices; what costs nothing is left out.

    Args:
        document: What to issue.
        decimals: To how many places the account keeps unit prices.
    """
    priced: list[Priced] = []
    carried = Fraction(0)
    for line, amount in zip(document.lines, gross_amounts(document), strict=True):
        if not amount:
            continue
        factor = 1 + Fraction(line.tax_rate) / 100
        parts = list(_parts(line, max(Fraction(0), (Fraction(amount) + carried) / factor), factor, decimals))
        priced += parts
        stated = sum((Fraction(part.unit_price) * Fraction(part.quantity) for part in parts), Fraction(0)) * factor
        carried += Fraction(amount) - stated
    return priced


def _parts(line: FiscalLine, net: Fraction, factor: Fraction, decimals: int) -> Iterator[Priced]:
    """The line at one price, or at two neighbouring ones."""
    scale = 10**decimals
    quantity = Fraction(line.quantity)
    one = floor(net * scale / quantity + _HALF)
    off = abs(Fraction(one, scale) * quantity - net) * factor
    if off <= _TOLERATED or quantity.denominator != 1:
        yield Priced(line=line, quantity=line.quantity, unit_price=_price(one, decimals))
        return
    lower, dearer = divmod(floor(net * scale + _HALF), quantity.numerator)
    for units, price in ((quantity.numerator - dearer, lower), (dearer, lower + 1)):
        if units:
            yield Priced(line=line, quantity=Decimal(units), unit_price=_price(price, decimals))


def _price(steps: int, decimals: int) -> Decimal:
    return Decimal(steps).scaleb(-decimals)


def _tax_on(net: Decimal, rate: Decimal) -> Decimal:
    return (net * rate / 100).quantize(_CENT, ROUND_HALF_UP)
