"""The net and tax of a part of a document, so that all parts together are the whole.

Rounding each part for itself would not do: three thirds of a tax of 19 pesos are 6 + 6 + 6. There are two ways, by country.

*Anywhere but in Chile* a part's net is what is rounded out of all parts so far, less what they had before it: the sums telescope.

*In Chile* the tax of every document, a credit note too, is computed anew by the system from its lines, and refused if it differs
(contract/invoicing.md 2.2): 19 % of the net, rounded, or under ``MntBruto`` the gross divided by 1.19, rounded (1.3). So an amount with
tax has exactly one net, and the nets of two parts need not add up to the net of their sum: for one part in four they do not. A
part is then moved by a peso, rarely by two to four, so that both it and the rest can be stated; the peso comes back with the rest.
By trial of all parts of all documents up to 1 500 pesos there always is such a part; only a line of one to three pesos cannot give way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from despacho_core.apportionment import share_out
from despacho_core.errors import CreditTooSmall
from despacho_core.fiscal import FiscalDocument, FiscalTotals, PriceBasis
from despacho_core.fiscal_rules import FiscalRules
from despacho_core.fiscal_totals import TaxGroup, gross_group
from despacho_core.money import minor_digits

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_MOVES = (0, -1, 1, -2, 2, -3, 3, -4)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What a note takes: each line's amount on the original's basis, the same as ``stated`` on the note's own basis, and its totals."""

    basis: PriceBasis
    amounts: tuple[Decimal, ...]
    stated: tuple[Decimal, ...]
    totals: FiscalTotals


def part_of(
    original: FiscalDocument,
    left: FiscalTotals,
    takes: Sequence[tuple[int, Decimal]],
    taken: Sequence[Decimal],
    rules: FiscalRules,
) -> Part:
    """Net and tax of a part.

    Args:
        original: The document.
        left: Its totals less those of all notes so far.
        takes: Places of its lines, and what to take of each on its basis.
        taken: What earlier notes took of each of its lines.
        rules: The country's.

    Raises:
        CreditTooSmall: Some pesos that cannot be taken back for themselves.
    """
    unit = Decimal(1).scaleb(-minor_digits(original.currency))
    rates = {line.tax_rate for line in original.lines if not line.exempt}
    if rules.tax_follows_lines and len(rates) <= 1:
        return _Restated(original, left, takes, taken, unit).part(rates.pop() if rates else _ZERO)
    return _telescoped(original, takes, taken, unit)


def _telescoped(
    original: FiscalDocument, takes: Sequence[tuple[int, Decimal]], taken: Sequence[Decimal], unit: Decimal
) -> Part:
    net = tax = exempt = _ZERO
    before: dict[Decimal, Decimal] = {}
    now: dict[Decimal, Decimal] = {}
    for line, amount in zip(original.lines, taken, strict=True):
        before[line.tax_rate] = before.get(line.tax_rate, _ZERO) + (_ZERO if line.exempt else amount)
    for at, amount in takes:
        line = original.lines[at]
        if line.exempt:
            exempt += amount
        else:
            now[line.tax_rate] = now.get(line.tax_rate, _ZERO) + amount
    for rate, amount in now.items():
        earlier = _group(before[rate], rate, original.basis, unit)
        later = _group(before[rate] + amount, rate, original.basis, unit)
        net, tax = net + later.net - earlier.net, tax + later.tax - earlier.tax
    amounts = tuple(amount for _, amount in takes)
    totals = FiscalTotals(net=net, tax=tax, exempt=exempt, total=net + tax + exempt)
    return Part(basis=original.basis, amounts=amounts, stated=amounts, totals=totals)


def _group(amount: Decimal, rate: Decimal, basis: PriceBasis, unit: Decimal) -> TaxGroup:
    if basis is PriceBasis.GROSS:
        return gross_group(amount, rate, unit)
    return TaxGroup(rate=rate, net=amount, tax=(amount * rate / _HUNDRED).quantize(unit, ROUND_HALF_UP))


class _Restated:
    """A part whose tax, and the tax of what it leaves, follows from its own lines; all taxed lines bear one rate."""

    def __init__(
        self,
        original: FiscalDocument,
        left: FiscalTotals,
        takes: Sequence[tuple[int, Decimal]],
        taken: Sequence[Decimal],
        unit: Decimal,
    ) -> None:
        self._original, self._left, self._takes, self._unit = original, left, takes, unit
        self._room = [line.amount - amount for line, amount in zip(original.lines, taken, strict=True)]

    def part(self, rate: Decimal) -> Part:
        """The part nearest to what was asked."""
        exempt = sum((amount for at, amount in self._takes if self._original.lines[at].exempt), _ZERO)
        amounts, group = self._fitting(rate)
        gross = group.net + group.tax
        basis = PriceBasis.NET if group == _group(group.net, rate, PriceBasis.NET, self._unit) else PriceBasis.GROSS
        return Part(
            basis=basis,
            amounts=amounts,
            stated=self._stated(amounts, group.net if basis is PriceBasis.NET else gross),
            totals=FiscalTotals(net=group.net, tax=group.tax, exempt=exempt, total=gross + exempt),
        )

    def _fitting(self, rate: Decimal) -> tuple[tuple[Decimal, ...], TaxGroup]:
        for move in (0,) if self._takes_all() else _MOVES:
            amounts = self._moved(move * self._unit)
            if amounts is None:
                continue
            for group in self._groups(self._taxed(amounts), rate):
                net, tax = self._left.net - group.net, self._left.tax - group.tax
                if self._can_be_stated(TaxGroup(rate=rate, net=net, tax=tax)):
                    return amounts, group
        raise CreditTooSmall(amount=f"{self._taxed([amount for _, amount in self._takes]):f} {self._original.currency}")

    def _takes_all(self) -> bool:
        """Whether nothing taxed is left afterwards."""
        taken = dict(self._takes)
        lines = enumerate(self._original.lines)
        return all(line.exempt or taken.get(at, _ZERO) == self._room[at] for at, line in lines)

    def _groups(self, amount: Decimal, rate: Decimal) -> Iterator[TaxGroup]:
        """Every net and tax with which the amount can be stated, the usual one first."""
        usual = _group(amount, rate, self._original.basis, self._unit)
        yield usual
        if self._original.basis is PriceBasis.NET:
            for tax in (usual.tax + self._unit, usual.tax - self._unit):
                if tax >= 0 and gross_group(amount + tax, rate, self._unit).net == amount:
                    yield TaxGroup(rate=rate, net=amount, tax=tax)

    def _can_be_stated(self, group: TaxGroup) -> bool:
        if group.net < 0 or group.tax < 0:
            return False
        as_net = _group(group.net, group.rate, PriceBasis.NET, self._unit)
        return group in (as_net, gross_group(group.net + group.tax, group.rate, self._unit))

    def _taxed(self, amounts: Sequence[Decimal]) -> Decimal:
        pairs = zip(self._takes, amounts, strict=True)
        return sum((amount for (at, _), amount in pairs if not self._original.lines[at].exempt), _ZERO)

    def _moved(self, move: Decimal) -> tuple[Decimal, ...] | None:
        """The amounts with the largest taxed line that has room for it moved; None if none has."""
        amounts = [amount for _, amount in self._takes]
        if not move:
            return tuple(amounts)
        places = [
            place
            for place, (at, amount) in enumerate(self._takes)
            if not self._original.lines[at].exempt and amount and 0 < amount + move <= self._room[at]
        ]
        if not places:
            return None
        amounts[max(places, key=lambda place: (amounts[place], -place))] += move
        return tuple(amounts)

    def _stated(self, amounts: tuple[Decimal, ...], taxed: Decimal) -> tuple[Decimal, ...]:
        """The taxed lines as shares of what they come to on the note's basis; exempt ones as they are."""
        if taxed == self._taxed(amounts):
            return amounts
        places = [place for place, (at, _) in enumerate(self._takes) if not self._original.lines[at].exempt]
        shares = share_out(taxed, [amounts[place] for place in places], self._unit)
        stated = dict(zip(places, shares, strict=True))
        return tuple(stated.get(place, amount) for place, amount in enumerate(amounts))
