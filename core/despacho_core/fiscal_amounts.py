"""What the buyer was charged for each thing in an order, to the minor unit: the raw material of every fiscal document.

The platform's sheet leaves doubts about its amounts (contract/jumpseller.md 5.5, 7.22): whether a line's discount is per unit or per
line and inside the order's discount or beside it, whether a price that "includes" its tax is sent with it, whether taxes are
computed before or after discounts, and where gift cards enter. Each doubt is a field of :class:`Reading`. The order's own total
decides: the first reading under which lines, shipping, taxes and discounts come to what was paid is taken.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from despacho_core.apportionment import share_out
from despacho_core.fiscal_portugal import exemption_in
from despacho_core.fiscal_rules import FiscalRules
from despacho_core.money import minor_digits, round_money, trimmed
from despacho_core.orders import LineTax, Order, OrderLine

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class GiftCards(enum.Enum):
    """Where gift cards used enter the order's sums.

    Where both the second and the third fit the total, the second is taken: a way of paying must never lessen what is taxed.
    """

    BESIDE_DISCOUNT = enum.auto()
    WITHIN_DISCOUNT = enum.auto()
    NOT_DEDUCTED = enum.auto()


class Taxed(enum.Enum):
    """Which discounts come off before taxes on top are computed."""

    AFTER_ALL_DISCOUNTS = enum.auto()
    AFTER_LINE_DISCOUNTS = enum.auto()
    BEFORE_DISCOUNTS = enum.auto()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One way to understand an order's amounts; the defaults are what the sources suggest."""

    gift_cards: GiftCards = GiftCards.BESIDE_DISCOUNT
    included_prices_are_net: bool = False
    taxed: Taxed = Taxed.AFTER_ALL_DISCOUNTS
    line_discounts_beside: bool = False
    discount_per_unit: bool = False


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing charged, tax included. ``before`` is quantity × unit price, ``amount`` what is left of it after discounts.

    ``markup`` is what turns an amount as the platform states it into one with all taxes: 1 where prices include them. ``exemption`` is
    the code that a tax of 0 % names.
    """

    name: str
    quantity: Decimal
    unit_price: Decimal
    before: Decimal
    amount: Decimal
    sku: str = ""
    rate: Decimal = ZERO
    markup: Decimal = Decimal(1)
    exemption: str | None = None


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """An order under one reading: its items, what was paid for them, and what for the gift cards that are left out of them.

    ``gift_cards_used`` is the part of ``paid`` that gift cards paid.
    """

    items: tuple[Item, ...]
    paid: Decimal
    gift_cards_used: Decimal
    gift_cards_sold: Decimal

    @property
    def difference(self) -> Decimal:
        """What was paid for the items − what they come to."""
        return self.paid - sum((item.amount for item in self.items), ZERO)


def charges(order: Order, rules: FiscalRules, *, gift_card_exemption: str = "") -> Iterator[Charge]:
    """The order under every reading that makes sense for it, the most plausible first.

    Gift cards sold are items without tax for the given reason; where it is empty they are none.
    """
    for reading in _readings(order):
        charge = _Reader(order, rules, reading, gift_card_exemption).charge()
        if charge is not None:
            yield charge


def _readings(order: Order) -> Iterator[Reading]:
    """All combinations of the doubts that this order raises at all."""
    taxes = [tax for line in order.lines for tax in line.taxes] + list(order.shipping_taxes)
    discounted = [line for line in order.lines if line.discount]
    for cards, net, taxed, beside, per_unit in itertools.product(
        tuple(GiftCards) if order.gift_cards else (GiftCards.BESIDE_DISCOUNT,),
        _either(any(tax.included and not tax.fixed for tax in taxes)),
        tuple(Taxed) if taxes and (discounted or order.discount) else (Taxed.AFTER_ALL_DISCOUNTS,),
        _either(bool(discounted)),
        _either(any(line.quantity > 1 for line in discounted)),
    ):
        yield Reading(
            gift_cards=cards,
            included_prices_are_net=net,
            taxed=taxed,
            line_discounts_beside=beside,
            discount_per_unit=per_unit,
        )


def _either(doubtful: bool) -> tuple[bool, ...]:
    return (False, True) if doubtful else (False,)


class _Reader:
    """Reads one order in one way."""

    def __init__(self, order: Order, rules: FiscalRules, reading: Reading, gift_card_exemption: str) -> None:
        self._order = order
        self._rules = rules
        self._reading = reading
        self._gift_card_exemption = gift_card_exemption
        self._unit = Decimal(1).scaleb(-minor_digits(order.currency))
        # Systems take six decimals of a unit price in whole pesos (contract/invoicing.md 1.3); as many below the minor unit elsewhere.
        self._price_unit = self._unit.scaleb(-6)

    def charge(self) -> Charge | None:
        """The order's items and what was paid; None if its discounts contradict the reading."""
        order = self._order
        within = order.gift_cards if self._reading.gift_cards is GiftCards.WITHIN_DISCOUNT else ZERO
        contained = ZERO if self._reading.line_discounts_beside else sum(map(self._discount, order.lines), ZERO)
        left = self._round(order.discount - order.shipping_discount - contained - within)
        products = [self._product(line) for line in order.lines if line.kind != "gift_card"]
        cards = [self._card(line) for line in order.lines if line.kind == "gift_card"]
        everything = [*products, *cards, self._shipping()]
        if left < 0 or any(item.amount < 0 for item in everything):
            return None
        used = ZERO if self._reading.gift_cards is GiftCards.NOT_DEDUCTED else order.gift_cards
        listed = cards if self._gift_card_exemption else []
        sold = ZERO if listed else sum((item.amount for item in cards), ZERO)
        paid = self._round(order.total - sold + used)
        return Charge(
            items=tuple(self._spread(left, products, listed, everything[-1:], list(self._fixed_taxes()))),
            paid=paid,
            gift_cards_used=min(order.gift_cards, max(ZERO, paid)),
            gift_cards_sold=sold,
        )

    def _spread(
        self, discount: Decimal, products: list[Item], cards: list[Item], shipping: list[Item], fixed: list[Item]
    ) -> list[Item]:
        """Takes the order's own discount off the products, and off the shipping, fixed taxes and gift cards only what is more than that.

        A share per line keeps each line at its own tax rate and no line below 0, and needs no document-wide discount, which
        would have to be split into taxed and exempt by hand anyway.
        """
        cut: list[list[Item]] = []
        for items in (products, shipping, fixed, cards):
            bases = [self._base(item) for item in items]
            off = min(discount, sum(bases, ZERO).quantize(self._unit, ROUND_HALF_UP))
            shares = share_out(off, bases, self._unit)
            cut.append([self._cut(item, share) for item, share in zip(items, shares, strict=True)])
            discount -= off
        products, shipping, fixed, cards = cut
        return [*products, *cards, *shipping, *fixed]

    def _base(self, item: Item) -> Decimal:
        """What a discount is a part of: the amount as the reading has it at that moment."""
        return item.amount / item.markup if self._reading.taxed is Taxed.AFTER_ALL_DISCOUNTS else item.amount

    def _cut(self, item: Item, discount: Decimal) -> Item:
        if self._reading.taxed is Taxed.AFTER_ALL_DISCOUNTS:
            discount = self._round(discount * item.markup)
        return msgspec.structs.replace(item, amount=item.amount - min(discount, item.amount))

    def _product(self, line: OrderLine) -> Item:
        name = line.name or line.sku or self._rules.text("product")
        return self._item(name, line.quantity, line.unit_price, self._discount(line), line.taxes, sku=line.sku)

    def _card(self, line: OrderLine) -> Item:
        """A gift card sold: nothing is taxed before it is used, whatever the product's settings say (contract/invoicing.md 14)."""
        reason = self._gift_card_exemption if self._rules.exemption_codes else None
        return msgspec.structs.replace(self._product(line), rate=ZERO, exemption=reason)

    def _shipping(self) -> Item:
        order = self._order
        return self._item(
            self._rules.text("shipping"), 1, order.shipping, order.shipping_discount, order.shipping_taxes
        )

    def _discount(self, line: OrderLine) -> Decimal:
        return line.discount * line.quantity if self._reading.discount_per_unit else line.discount

    def _item(
        self, name: str, quantity: int, price: Decimal, discount: Decimal, taxes: Sequence[LineTax], *, sku: str = ""
    ) -> Item:
        included = sum((tax.rate for tax in taxes if not tax.fixed and tax.included), ZERO)
        on_top = sum((tax.rate for tax in taxes if not tax.fixed and not tax.included), ZERO)
        held = ZERO if self._reading.included_prices_are_net else included
        markup = (HUNDRED + included + on_top) / (HUNDRED + held)
        unit_price = (price * markup).quantize(self._price_unit, ROUND_HALF_UP)
        before = self._round(unit_price * quantity)
        off = self._round(discount if self._reading.taxed is Taxed.BEFORE_DISCOUNTS else discount * markup)
        return Item(
            name=name,
            sku=sku,
            quantity=Decimal(quantity),
            unit_price=trimmed(unit_price, self._unit),
            before=before,
            amount=before - off,
            rate=included + on_top,
            markup=markup,
            exemption=self._exemption(taxes) if not included + on_top else None,
        )

    def _exemption(self, taxes: Sequence[LineTax]) -> str | None:
        """Why nothing is taxed, where the country wants to know and the tax of 0 % says it in its name."""
        return exemption_in(" ".join(tax.name for tax in taxes)) if self._rules.exemption_codes else None

    def _fixed_taxes(self) -> Iterator[Item]:
        """Fixed taxes on top as items of their own, which bear no tax; one inside a price stays there.

        Taken as per unit, which no source says.
        """
        order = self._order
        stated = [line for line in order.lines if line.kind != "gift_card" or self._gift_card_exemption]
        taxed = [(line.quantity, line.taxes) for line in stated]
        for quantity, taxes in [*taxed, (1, order.shipping_taxes)]:
            for tax in taxes:
                if tax.fixed and not tax.included:
                    yield self._item(tax.name, quantity, tax.rate, ZERO, ())

    def _round(self, amount: Decimal) -> Decimal:
        return round_money(amount, self._order.currency)
