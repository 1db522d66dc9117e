"""What a cart is offered, worked out of what the accounts answered; and remembered, so that the same cart gets the same quotes."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from despacho_core.areas import Destination, destination_of
from despacho_core.quotes import AskedFor, Quote, RateRequest, RateSource
from despacho_core.shipping_plans import shown
from despacho_core.shipping_rules import CartFacts, Judged, Offered
from despacho_core.tariffs import tariff_rates
from despacho_services.identifiers import new_id
from despacho_services.rate_sources import FRESH, REFUSED, AccountAnswer, Reason
from despacho_services.shops import Shop

MOST_OFFERS = 4_000
NOBODY = ""
"""The account of a service in the tariff that no carrier stands behind."""

MOST_ID = 64
_SAFE = re.compile(r"[A-Za-z0-9._-]+")
_UNSETTLED = frozenset({Reason.LATE, Reason.FAILED, Reason.UNAUTHORIZED})


@dataclass(frozen=True)
class Offer:
    """All quotes for one request, cheapest first, under one reference.

    ``drawn`` is for whoever shows it: the same offer is shown many times, and need be put into words once.
    """

    reference_id: str
    quotes: tuple[Quote, ...]
    answers: tuple[AccountAnswer, ...]
    drawn: dict[str, object] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Worked:
    """A cart worked through: what was asked, what each account came to, what the rules made of each rate."""

    shop: Shop
    request: RateRequest
    destination: Destination
    answers: tuple[AccountAnswer, ...]
    judged: tuple[Judged, ...]


def destination_in(shop: Shop, request: RateRequest) -> Destination:
    """Where the parcels go; a checkout that names no country means the store's own."""
    address = request.destination
    if not address.country:
        address = msgspec.structs.replace(address, country=shop.store.country)
    return destination_of(address)


def facts_of(shop: Shop, request: RateRequest, destination: Destination, now: datetime) -> CartFacts:
    """What the merchant's rules look at."""
    return CartFacts(
        destination=destination,
        weight_g=sum(parcel.weight_g for parcel in request.parcels),
        value=request.declared_value,
        now=shop.time_of_day(now),
    )


def work_out(
    shop: Shop, request: RateRequest, destination: Destination, answers: Sequence[AccountAnswer], now: datetime
) -> Worked:
    """Every rate of every account, and of the tariff's services without one, after the merchant's rules."""
    offered = [Offered(account=answer.account.id, rate=rate) for answer in answers for rate in answer.rates]
    nobodys = tariff_rates(
        shop.rows.get(None, ()),
        None,
        destination=destination,
        parcels=request.parcels,
        currency=request.declared_value.currency,
    )
    offered += [Offered(account=None, rate=rate) for rate in nobodys]
    facts = facts_of(shop, request, destination, now)
    judged = shop.plan.judged(offered, facts, shop.store.currency)
    return Worked(shop, request, destination, tuple(answers), judged)


def offer_of(worked: Worked, reference_id: str, now: datetime, asked_for: AskedFor) -> Offer:
    """New quotes for all that the buyer is to see, each a price of ``asked_for``."""
    sources = {answer.account.id: answer.source for answer in worked.answers}
    stem = new_id()
    quotes = tuple(
        Quote(
            id=_quote_id(f"{stem}{number}", account, rate.service_code),
            store_id=worked.shop.store.id,
            account_id=account or NOBODY,
            reference_id=reference_id,
            rate=rate,
            parcels=worked.request.parcels,
            created_at=now,
            source=(sources[account] if account else None) or RateSource.TARIFF,
            asked_for=asked_for,
        )
        for number, (account, rate) in enumerate(shown(worked.judged))
    )
    mine: dict[str, list[Quote]] = {}
    for quote in quotes:
        mine.setdefault(quote.account_id, []).append(quote)
    answers = tuple(answer.quoted(mine.get(answer.account.id, ())) for answer in worked.answers)
    return Offer(reference_id, quotes, answers)


def _quote_id(own: str, account: str | None, service_code: str) -> str:
    """An id with what it stands for behind it: an order still tells its service when the quote itself is long gone."""
    told = f"{own}.{account}.{service_code}"
    return told if account and len(told) <= MOST_ID and _SAFE.fullmatch(told) else own


def chosen_by_id(quote_id: str) -> tuple[str, str]:
    """Account and service that a quote's id tells; empty where it tells none."""
    _, _, told = quote_id.partition(".")
    account, _, service_code = told.partition(".")
    return account, service_code


class OfferMemory:
    """Offers of the last minutes by what they depend on."""

    def __init__(self, most: int = MOST_OFFERS) -> None:
        self._most = most
        self._offers: OrderedDict[Hashable, tuple[datetime, Offer]] = OrderedDict()

    def find(self, key: Hashable, now: datetime) -> Offer | None:
        """An offer that still holds."""
        known = self._offers.get(key)
        if known is None or known[0] <= now:
            return None
        self._offers.move_to_end(key)
        return known[1]

    def keep(self, key: Hashable, offer: Offer, now: datetime) -> None:
        """Remember an offer for as long as all that it rests on is fresh; one that had to do without somebody is not kept."""
        until = min((_holds_until(answer, now) for answer in offer.answers), default=now + FRESH)
        if until > now:
            self._offers[key] = (until, offer)
            while len(self._offers) > self._most:
                self._offers.popitem(last=False)


def _holds_until(answer: AccountAnswer, now: datetime) -> datetime:
    if answer.reason in _UNSETTLED:
        return now
    if answer.reason is Reason.REFUSED:
        return (answer.asked_at or now) + REFUSED
    return (answer.asked_at or now) + FRESH
