"""What a document comes to, from its own lines (contract/invoicing.md 9.2)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

CENT = Decimal("0.01")
ZERO = Decimal(0)


class Line(msgspec.Struct, kw_only=True):
    """One line as it was kept: unit price and discount without tax; `subtotal` is after the discount, before the tax."""

    name: str
    description: str
    unit_price: Decimal
    quantity: Decimal
    unit: str
    discount: Decimal
    tax_id: int
    tax_name: str
    rate: Decimal
    region: str

    @property
    def before(self) -> Decimal:
        """Quantity × unit price."""
        return self.unit_price * self.quantity

    @property
    def subtotal(self) -> Decimal:
        """What is left of it after its own discount, in per cent."""
        return self.before * (100 - self.discount) / 100


class Sums(msgspec.Struct, kw_only=True, frozen=True):
    """A document's amounts in cents; `before_taxes + taxes == total`."""

    sum: Decimal
    discount: Decimal
    before_taxes: Decimal
    taxes: Decimal
    total: Decimal


def cents(amount: Decimal) -> Decimal:
    """Half rounded up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def sums(lines: Sequence[Line], *, rounding: str, global_discount: dict[str, Any] | None = None) -> Sums:
    """Adds a document up.

    Args:
        lines: All of it.
        rounding: See `InvoiceXpressOptions.rounding`.
        global_discount: As asked for; an absolute one is spread over the lines in proportion.
    """
    before = sum((line.before for line in lines), ZERO)
    nets = [line.subtotal for line in lines]
    left = _left(sum(nets, ZERO), global_discount or {})
    taxed = [(line.rate, net * left) for line, net in zip(lines, nets, strict=True)]
    net = cents(sum((amount for _, amount in taxed), ZERO))
    total = sum((cents(part) for part in _parts(taxed, rounding)), ZERO)
    return Sums(sum=cents(before), discount=cents(before) - net, before_taxes=net, taxes=total - net, total=total)


def _parts(taxed: Sequence[tuple[Decimal, Decimal]], rounding: str) -> list[Decimal]:
    """The amounts with tax that are rounded each for itself."""
    gross = [(rate, net * (100 + rate) / 100) for rate, net in taxed]
    if rounding == "per_line":
        return [amount for _, amount in gross]
    if rounding == "once":
        return [sum((amount for _, amount in gross), ZERO)]
    rates = dict.fromkeys(rate for rate, _ in gross)
    return [sum((amount for own, amount in gross if own == rate), ZERO) for rate in rates]


def _left(net: Decimal, discount: dict[str, Any]) -> Decimal:
    """The share of each net amount that a discount on the whole leaves."""
    value = Decimal(discount.get("value") or 0)
    if discount.get("value_type") == "absolute":
        return max(ZERO, (net - value) / net) if net else Decimal(1)
    return max(ZERO, (100 - value) / 100)
