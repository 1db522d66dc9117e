"""The merchant's rules: what the buyer pays and sees, worked out from what carriers answered. Pure; one rule after the other.

Order matters where two rules touch the same thing: a later one sees the price and name that an earlier one left. A hidden rate stays
hidden. No rule makes a price negative or changes its currency.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Annotated

import msgspec

from despacho_core.areas import Area, Destination
from despacho_core.bounds import Bounds
from despacho_core.boxes import Name, Weight
from despacho_core.money import Money
from despacho_core.quotes import Rate
from despacho_core.tariffs import MOST_AMOUNT, AccountRef, Code, within

PERCENT = Bounds(Decimal(-100), Decimal(1000))
MARK_UP = Bounds(-MOST_AMOUNT, MOST_AMOUNT)
STEP = Bounds(Decimal("0.01"), Decimal(1_000_000))
"""What prices are rounded to a multiple of."""

TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""As ``14:30``; such texts compare as the times do."""


class CartFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What conditions look at. ``now`` is the time of day at the store."""

    destination: Destination
    weight_g: int
    value: Money
    now: TimeOfDay = "00:00"


class Conditions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a rule holds: all that is given must be true, and nothing given is always true.

    Attributes:
        weight_from_g: Weight of all parcels, inclusive.
        weight_to_g: The same, inclusive.
        value_from: Value of the goods in the plan's currency, inclusive. A cart in another currency fulfils no condition on value.
        value_below: The same, exclusive.
        area: Where the parcels go.
        po_box: Whether the address is a post-office box.
        accounts: Ids of accounts.
        services: The carrier's own codes.
    """

    weight_from_g: Weight | None = None
    weight_to_g: Weight | None = None
    value_from: Decimal | None = None
    value_below: Decimal | None = None
    area: Area | None = None
    po_box: bool | None = None
    accounts: tuple[AccountRef, ...] = ()
    services: tuple[Code, ...] = ()

    def __post_init__(self) -> None:
        within("value_from", self.value_from)
        within("value_below", self.value_below)

    def hold(self, facts: CartFacts, currency: str) -> bool:
        """Whether the cart fulfils them; accounts and services apart."""
        weight, value = facts.weight_g, facts.value
        needs_value = self.value_from is not None or self.value_below is not None
        return (
            not (needs_value and value.currency != currency)
            and (self.weight_from_g is None or weight >= self.weight_from_g)
            and (self.weight_to_g is None or weight <= self.weight_to_g)
            and (self.value_from is None or value.amount >= self.value_from)
            and (self.value_below is None or value.amount < self.value_below)
            and (self.po_box is None or self.po_box is facts.destination.po_box)
            and (self.area is None or self.area.covers(facts.destination))
        )

    def name(self, account: str | None, service_code: str) -> bool:
        """Whether they are about this account and service."""
        return (not self.accounts or account in self.accounts) and (not self.services or service_code in self.services)


class MarkUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="mark_up"):
    """Add to the price: per cent of it first, then an amount in the plan's currency. Both may be negative; zero is the least."""

    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        within("percent", self.percent, PERCENT)
        within("amount", self.amount, MARK_UP)


class Towards(enum.StrEnum):
    """Where rounding goes."""

    UP = "up"
    NEAREST = "nearest"
    DOWN = "down"


class Round(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="round"):
    """Round the price to a multiple of ``to`` plus ``ending``: to 10, to 100, or to 1000 with ending 990. What is free stays free."""

    to: Decimal
    ending: Decimal = Decimal(0)
    towards: Towards = Towards.UP

    def __post_init__(self) -> None:
        within("to", self.to, STEP)
        within("ending", self.ending)
        if self.ending >= self.to:
            raise ValueError("ending must be less than to")


class Free(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="free"):
    """The merchant pays. From an amount or for a region: by the rule's conditions."""


class Hide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="hide"):
    """Do not offer it."""


class Rename(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="rename"):
    """Say it in the shop's words. None leaves what the carrier says."""

    name: Name | None = None
    description: Annotated[str, msgspec.Meta(max_length=500)] | None = None


class AddDays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="add_days"):
    """Promise later: handling days; with ``after``, only from that time of day at the store on (a cut-off hour)."""

    days: Annotated[int, msgspec.Meta(ge=1, le=60)]
    after: TimeOfDay | None = None


Action = MarkUp | Round | Free | Hide | Rename | AddDays


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule: what to do, and when. ``label`` is for people."""

    action: Action
    when: Conditions = Conditions()
    label: Annotated[str, msgspec.Meta(max_length=120)] = ""


class Preselection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which service takes an order for which no rate was chosen at the checkout; the first that holds counts.

    ``when`` speaks of the cart alone: its accounts and services are not looked at.
    """

    account: AccountRef
    service_code: Code
    when: Conditions = Conditions()
    label: Annotated[str, msgspec.Meta(max_length=120)] = ""


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A rate with the account that it comes from; None is a service without a carrier."""

    account: str | None
    rate: Rate


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule did to one rate. ``rule`` counts from 0; -1 is the plan's own handling time."""

    rule: int
    label: str
    did: str
    before: Rate
    after: Rate | None


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A rate after all rules; ``rate`` is None where a rule hid it."""

    offered: Offered
    rate: Rate | None
    steps: tuple[Step, ...]


def judge(rules: Sequence[Rule], offered: Sequence[Offered], facts: CartFacts, currency: str) -> tuple[Judged, ...]:
    """What the rules make of the rates, in the rates' own order. Amounts within the rules are in ``currency``."""
    holding = [(number, rule) for number, rule in enumerate(rules) if rule.when.hold(facts, currency)]
    return tuple(_judged(holding, one, facts, currency) for one in offered)


def preselect(
    choices: Sequence[Preselection], facts: CartFacts, currency: str, *, usable: frozenset[str]
) -> Preselection | None:
    """The first choice that holds for a cart among those whose account is usable."""
    return next((one for one in choices if one.account in usable and one.when.hold(facts, currency)), None)


def _judged(holding: Sequence[tuple[int, Rule]], offered: Offered, facts: CartFacts, currency: str) -> Judged:
    rate: Rate | None = offered.rate
    steps: list[Step] = []
    for number, rule in holding:
        if rate is None:
            break
        if not rule.when.name(offered.account, offered.rate.service_code):
            continue
        after = _done(rule.action, rate, facts, currency)
        if after != rate:
            did = rule.action.__struct_config__.tag
            steps.append(Step(rule=number, label=rule.label, did=str(did), before=rate, after=after))
        rate = after
    return Judged(offered=offered, rate=rate, steps=tuple(steps))


def _done(action: Action, rate: Rate, facts: CartFacts, currency: str) -> Rate | None:
    match action:
        case MarkUp():
            return _priced(rate, _marked_up(action, rate.price, currency))
        case Round():
            return _priced(rate, _rounded(action, rate.price.amount)) if rate.price.currency == currency else rate
        case Free():
            return _priced(rate, Decimal(0))
        case Hide():
            return None
        case Rename():
            name = rate.service_name if action.name is None else action.name
            description = rate.description if action.description is None else action.description
            return msgspec.structs.replace(rate, service_name=name, description=description)
        case AddDays():
            return rate if action.after is not None and facts.now < action.after else later(rate, action.days)


def later(rate: Rate, days: int) -> Rate:
    """The same rate so many days later; one without an estimate stays without."""
    return msgspec.structs.replace(
        rate,
        days_min=None if rate.days_min is None else rate.days_min + days,
        days_max=None if rate.days_max is None else rate.days_max + days,
    )


def _priced(rate: Rate, amount: Decimal) -> Rate:
    price = Money(max(amount, Decimal(0)), rate.price.currency).rounded()
    return rate if price == rate.price else msgspec.structs.replace(rate, price=price)


def _marked_up(action: MarkUp, price: Money, currency: str) -> Decimal:
    """An amount in one currency is nothing that could be added in another; per cent are the same in all."""
    added = action.amount if price.currency == currency else Decimal(0)
    return price.amount + price.amount * action.percent / 100 + added


_ROUNDING = {Towards.UP: ROUND_CEILING, Towards.NEAREST: ROUND_HALF_UP, Towards.DOWN: ROUND_FLOOR}


def _rounded(action: Round, amount: Decimal) -> Decimal:
    if not amount:
        return amount
    steps = ((amount - action.ending) / action.to).quantize(Decimal(1), rounding=_ROUNDING[action.towards])
    return max(steps, Decimal(0)) * action.to + action.ending
