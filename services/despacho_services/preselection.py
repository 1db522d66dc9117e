"""Which account and service take an order when nobody says: what the buyer chose at the checkout, else the merchant's rules."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from despacho_core.errors import DomainError
from despacho_core.orders import Order
from despacho_core.quotes import Quote
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.shipping_rules import CartFacts, preselect
from despacho_core.stores import Account, Store
from despacho_ports.persistence import UnitOfWork
from despacho_services.offers import chosen_by_id
from despacho_services.order_rates import asked_for_order, declared_value, destination_of_order, parcels_of_order
from despacho_services.shops import zone_of


class ChosenBy(enum.StrEnum):
    """What decided."""

    QUOTE = "quote"
    """The rate that the buyer chose."""
    RATE_ID = "rate_id"
    """The same, of which only its id is left."""
    SERVICE = "service"
    """The service that the order names, where one account alone offers it."""
    RULE = "rule"
    """A rule of the store's shipping plan."""


@dataclass(frozen=True)
class Preselected:
    """The account and the carrier's own service code. ``quote`` is there while its price and its parcels are those of the order."""

    by: ChosenBy
    account: Account
    service_code: str
    service_name: str
    quote: Quote | None = None


async def preselected(work: UnitOfWork, store: Store, order: Order, now: datetime) -> Preselected | None:
    """What takes the order; None where neither the checkout nor a rule decides."""
    accounts = await work.accounts.of_store(store.id)
    by_id = {account.id: account for account in accounts}
    rate_id = order.chosen_shipping.rate_id
    quote = await work.quotes.get(store.id, rate_id) if rate_id is not None else None
    if quote is not None and quote.account_id in by_id:
        rate = quote.rate
        kept = quote if is_price_of(quote, order, now) else None
        return Preselected(ChosenBy.QUOTE, by_id[quote.account_id], rate.service_code, rate.service_name, kept)
    account_id, service_code = chosen_by_id(rate_id or "")
    if quote is None and account_id in by_id:
        return Preselected(ChosenBy.RATE_ID, by_id[account_id], service_code, service_code)
    return _by_service(order, accounts) or await _by_rule(work, store, order, by_id, now)


def is_price_of(quote: Quote, order: Order, now: datetime) -> bool:
    """Whether a quote may be taken at its word for the order: not too old, and asked for its goods to its place."""
    return not quote.is_outdated(now) and quote.asked_for.fits(asked_for_order(order))


def _by_service(order: Order, accounts: Sequence[Account]) -> Preselected | None:
    """The order's own service as our public code, ``provider-code``; two accounts with one provider decide nothing."""
    service = order.chosen_shipping.service_id or ""
    offering = [account for account in accounts if service.startswith(f"{account.provider}-")]
    if len(offering) != 1:
        return None
    code = service.removeprefix(f"{offering[0].provider}-")
    return Preselected(ChosenBy.SERVICE, offering[0], code, code) if code else None


async def _by_rule(
    work: UnitOfWork, store: Store, order: Order, accounts: dict[str, Account], now: datetime
) -> Preselected | None:
    plan = await plan_of(work, store.id)
    if not plan.preselections:
        return None
    try:
        facts = _facts(order, store, plan, now)
    except DomainError:
        return None
    choice = preselect(plan.preselections, facts, plan.currency or store.currency, usable=frozenset(accounts))
    if choice is None:
        return None
    return Preselected(ChosenBy.RULE, accounts[choice.account], choice.service_code, choice.service_code)


async def plan_of(work: UnitOfWork, store_id: str) -> ShippingPlan:
    """The store's plan; empty where there is none that can be read."""
    try:
        record = await work.plans.get(store_id)
    except ValueError:
        record = None
    return ShippingPlan() if record is None else record.plan


def _facts(order: Order, store: Store, plan: ShippingPlan, now: datetime) -> CartFacts:
    parcels = parcels_of_order(order, store, plan)
    return CartFacts(
        destination=destination_of_order(order, store),
        weight_g=sum(one.parcel.weight_g for one in parcels),
        value=declared_value(order),
        now=f"{now.astimezone(zone_of(store)):%H:%M}",
    )
