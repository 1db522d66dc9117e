"""How an offer comes about: what each account answered, what each rule did to each rate, what the buyer would see."""

from __future__ import annotations

from datetime import datetime

import msgspec

from despacho_core.areas import Destination
from despacho_core.quotes import Rate, RateSource
from despacho_core.shipping_plans import HANDLING, shown
from despacho_core.shipping_rules import Judged, Step
from despacho_core.stores import Account
from despacho_http.api.views import MoneyView
from despacho_http.rate_words import nothing_offered, why
from despacho_services.offers import Worked
from despacho_services.quoting import Explanation, public_code
from despacho_services.rate_sources import AccountAnswer, Reason


class PackedView(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel that the products make, and the merchant's box; null for a product that fits into none, or without boxes."""

    box: str | None
    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int


class RateView(msgspec.Struct, frozen=True, kw_only=True):
    """A rate at one moment of its way to the buyer."""

    service_name: str
    description: str
    price: MoneyView
    days_min: int | None
    days_max: int | None


class HeardView(msgspec.Struct, frozen=True, kw_only=True):
    """What an account came to. ``source`` is null where it has nothing to offer; ``problem`` says why the carrier was not heard."""

    account_id: str
    name: str
    provider: str
    source: RateSource | None
    asked_at: datetime | None
    rates: int
    reason: Reason | None
    problem: str | None
    odd: list[str]


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule did: its place in the plan, counted from 0, and null for the handling time. ``after`` is null where it hid the rate."""

    rule: int | None
    label: str
    did: str
    before: RateView
    after: RateView | None


class JudgedView(msgspec.Struct, frozen=True, kw_only=True):
    """A rate from its source to the buyer. ``account_id`` is null for a service of the tariff that no carrier stands behind."""

    account_id: str | None
    service_code: str
    source: RateSource
    was: RateView
    steps: list[StepView]
    becomes: RateView | None


class ShownView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the checkout, as :class:`OfferedRate` without its id."""

    service_code: str
    service_name: str
    rate_description: str
    total_price: str


class ExplanationView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole way of a cart. ``error`` is what the checkout would say beside an empty list."""

    error: str | None
    destination: Destination | None
    parcels: list[PackedView]
    accounts: list[HeardView]
    rates: list[JudgedView]
    shown: list[ShownView]


def explanation_view(explanation: Explanation, language: str) -> ExplanationView:
    """An explanation as the API shows it, in the reader's language."""
    parcels = [
        PackedView(
            box=one.box,
            weight_g=one.parcel.weight_g,
            length_mm=one.parcel.length_mm,
            width_mm=one.parcel.width_mm,
            height_mm=one.parcel.height_mm,
        )
        for one in explanation.boxed
    ]
    worked = explanation.worked
    if worked is None:
        error = explanation.error.text(language) if explanation.error else None
        return ExplanationView(error=error, destination=None, parcels=parcels, accounts=[], rates=[], shown=[])
    lines = _shown(worked)
    return ExplanationView(
        error=None if lines else nothing_offered(worked.answers, language),
        destination=worked.destination,
        parcels=parcels,
        accounts=[_heard_view(answer, language) for answer in worked.answers],
        rates=[_judged_view(one, worked) for one in worked.judged],
        shown=lines,
    )


def _heard_view(answer: AccountAnswer, language: str) -> HeardView:
    return HeardView(
        account_id=answer.account.id,
        name=answer.account.name,
        provider=answer.account.provider,
        source=answer.source,
        asked_at=answer.asked_at,
        rates=len(answer.rates),
        reason=answer.reason,
        problem=None if answer.reason is Reason.CANNOT_QUOTE and answer.rates else why(answer, language),
        odd=list(answer.odd),
    )


def _judged_view(judged: Judged, worked: Worked) -> JudgedView:
    offered = judged.offered
    sources = {answer.account.id: answer.source for answer in worked.answers}
    return JudgedView(
        account_id=offered.account,
        service_code=offered.rate.service_code,
        source=(sources[offered.account] if offered.account else None) or RateSource.TARIFF,
        was=_rate_view(offered.rate),
        steps=[_step_view(step) for step in judged.steps],
        becomes=None if judged.rate is None else _rate_view(judged.rate),
    )


def _step_view(step: Step) -> StepView:
    return StepView(
        rule=None if step.rule == HANDLING else step.rule,
        label=step.label,
        did=step.did,
        before=_rate_view(step.before),
        after=None if step.after is None else _rate_view(step.after),
    )


def _rate_view(rate: Rate) -> RateView:
    return RateView(
        service_name=rate.service_name,
        description=rate.description,
        price=MoneyView(amount=rate.price.plain(), currency=rate.price.currency),
        days_min=rate.days_min,
        days_max=rate.days_max,
    )


def _shown(worked: Worked) -> list[ShownView]:
    accounts: dict[str | None, Account] = {account.id: account for account in worked.shop.accounts}
    return [
        ShownView(
            service_code=public_code(accounts.get(account), rate.service_code),
            service_name=rate.service_name,
            rate_description=rate.description or rate.service_name,
            total_price=rate.price.plain(),
        )
        for account, rate in shown(worked.judged)
    ]
