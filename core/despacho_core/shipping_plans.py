"""A store's shipping plan: the boxes it packs into, its own prices, and its rules. A document of its own, one per store."""

from __future__ import annotations

from typing import Annotated

import msgspec

from despacho_core.boxes import Box, PackedItem, Sides, Weight
from despacho_core.packing import Boxed, parcels_for
from despacho_core.parcels import Parcel
from despacho_core.quotes import Rate
from despacho_core.shipping_rules import CartFacts, Judged, Offered, Preselection, Rule, Step, TimeOfDay, judge, later
from despacho_core.tariffs import AccountRef, Days, Divisor, TariffRow

HANDLING = -1
"""The number under which the plan's own handling time stands among the rules' steps."""


class AccountTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the merchant knows of an account that its provider does not say.

    Attributes:
        account: Its id.
        divisor: Volumetric, in cm³ per kg, for its rows of the tariff.
        po_boxes: Whether it delivers to post-office boxes.
        most_parcel_g: The heaviest parcel that it takes; with a heavier one it is not asked.
    """

    account: AccountRef
    divisor: Divisor | None = None
    po_boxes: bool = True
    most_parcel_g: Weight | None = None


class ShippingPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a store ships. An empty plan offers what carriers say, at their prices.

    Attributes:
        currency: Of the amounts within rules; None is the store's own.
        boxes: What products are packed into; none packs everything into one parcel.
        most_parcel_g: Without boxes: one parcel that is heavier becomes several.
        default_sides: Of a product without sides, where there are boxes; None takes the store's default parcel.
        accounts: What is to be known of single accounts.
        tariff: The merchant's own prices.
        rules: Done in order.
        preselections: Which service takes an order that chose none.
        handling_days: Added to every estimate.
        cut_off: Time of day at the store from which an order leaves a day later.
    """

    currency: str | None = None
    boxes: Annotated[tuple[Box, ...], msgspec.Meta(max_length=50)] = ()
    most_parcel_g: Weight | None = None
    default_sides: Sides | None = None
    accounts: Annotated[tuple[AccountTerms, ...], msgspec.Meta(max_length=200)] = ()
    tariff: Annotated[tuple[TariffRow, ...], msgspec.Meta(max_length=5_000)] = ()
    rules: Annotated[tuple[Rule, ...], msgspec.Meta(max_length=200)] = ()
    preselections: Annotated[tuple[Preselection, ...], msgspec.Meta(max_length=200)] = ()
    handling_days: Days = 0
    cut_off: TimeOfDay | None = None

    def packed(self, items: list[PackedItem], *, package: Parcel | None, default: Parcel) -> tuple[Boxed, ...]:
        """The parcels of a cart or order. Raises ``NothingToShip`` or ``InvalidParcel``."""
        if self.default_sides is not None:
            sides = self.default_sides
            items = [one if one.sides else PackedItem(one.weight_g, one.quantity, sides) for one in items]
        return parcels_for(items, boxes=self.boxes, most_g=self.most_parcel_g, package=package, default=default)

    def terms(self, account_id: str) -> AccountTerms:
        """What is to be known of an account; the usual where nothing is said."""
        return next((one for one in self.accounts if one.account == account_id), AccountTerms(account=account_id))

    def judged(self, offered: list[Offered], facts: CartFacts, currency: str) -> tuple[Judged, ...]:
        """What rules and handling time make of the rates. ``currency`` is the store's."""
        judged = judge(self.rules, offered, facts, self.currency or currency)
        days = self.handling_days + (1 if self.cut_off is not None and facts.now >= self.cut_off else 0)
        return tuple(_handled(one, days) for one in judged) if days else judged

    def times_of_day(self) -> tuple[TimeOfDay, ...]:
        """When in the day the answer may change by itself."""
        from_rules = (getattr(rule.action, "after", None) for rule in self.rules)
        return tuple(one for one in (self.cut_off, *from_rules) if one is not None)


def _handled(judged: Judged, days: int) -> Judged:
    before = judged.rate
    after = None if before is None else later(before, days)
    if before is None or after is None or after == before:
        return judged
    step = Step(rule=HANDLING, label="", did="add_days", before=before, after=after)
    return msgspec.structs.replace(judged, rate=after, steps=(*judged.steps, step))


def shown(judged: tuple[Judged, ...]) -> list[tuple[str | None, Rate]]:
    """What the buyer sees, cheapest first."""
    seen = [(one.offered.account, one.rate) for one in judged if one.rate is not None]
    return sorted(seen, key=lambda one: one[1].price.amount)
