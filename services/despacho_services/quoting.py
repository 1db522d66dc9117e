"""Shipping prices while the buyer waits: every account asked at once, under one deadline, never an error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from despacho_core.areas import Destination
from despacho_core.errors import DomainError
from despacho_core.orders import Order
from despacho_core.packing import Boxed
from despacho_core.parcels import check_parcels
from despacho_core.quotes import AskedFor, RateRequest, asked_for
from despacho_core.stores import Account, Store
from despacho_ports.carriers import ListsServices, Service
from despacho_ports.connectors import ProviderMissing
from despacho_ports.settings import SettingsInvalid
from despacho_ports.storefront import Cart
from despacho_services.cart_rates import asked_for_cart, request_of_cart
from despacho_services.identifiers import new_id
from despacho_services.offers import Offer, OfferMemory, Worked, destination_in, offer_of, work_out
from despacho_services.office import Office
from despacho_services.order_rates import asked_for_order
from despacho_services.rate_keys import question_key, question_of
from despacho_services.rate_sources import AccountAnswer, RateSources
from despacho_services.shops import Shop, Shops

__all__ = ["AccountAnswer", "Explanation", "Offer", "Quoting", "public_code"]

log = logging.getLogger("despacho.quotes")

DEADLINE_SECONDS = 3.0
MOST_RECENT = 2_000
"""Carts that need not be packed again while nothing of their store has changed."""
OWN_SERVICE = "tariff"
"""Stands in a public code where a provider's name would: a service of the tariff without a carrier."""


@dataclass(frozen=True)
class Explanation:
    """How an offer comes about. Without ``worked`` the cart itself could not be quoted, for the reason in ``error``."""

    boxed: tuple[Boxed, ...] = ()
    worked: Worked | None = None
    error: DomainError | None = None


@dataclass(frozen=True)
class _Question:
    """A request made ready: what carriers are asked, what it depends on, where it goes."""

    request: RateRequest
    asked: RateRequest
    key: bytes
    destination: Destination
    asked_for: AskedFor

    @classmethod
    def of(cls, shop: Shop, request: RateRequest, asked_for: AskedFor) -> _Question:
        """Raises ``DomainError`` where the parcels are impossible."""
        check_parcels(request.parcels)
        asked = question_of(request)
        return cls(request, asked, question_key(asked), destination_in(shop, request), asked_for)


class Quoting:
    """Quotes carts and orders.

    Args:
        office: The driven ports.
        deadline: Seconds until an account that has not answered is left out.
        shops: Stores as they were a moment ago, shared with whoever changes them.
    """

    def __init__(self, office: Office, *, deadline: float = DEADLINE_SECONDS, shops: Shops | None = None) -> None:
        self._office = office
        self._shops = shops or Shops(office)
        self._sources = RateSources(office, self._shops, deadline=deadline)
        self._memory = OfferMemory()
        self._making: dict[Hashable, asyncio.Task[Offer]] = {}
        self._recent: dict[int, tuple[Cart, Shop, _Question]] = {}

    async def cart(self, store: Store, cart: Cart) -> Offer:
        """Quote a cart at checkout; the store, its accounts and its plan count as they were up to two seconds ago.

        Raises:
            DomainError: The cart itself cannot be quoted (nothing to ship, impossible parcel, unknown currency).
        """
        shop = await self._shops.remembered(store.id)
        known = self._recent.get(id(cart))
        if known is None or known[0] is not cart or known[1] is not shop:
            request, _ = request_of_cart(cart, shop.store, shop.plan)
            question = _Question.of(shop, request, asked_for_cart(cart))
            known = self._recent[id(cart)] = (cart, shop, question)
            if len(self._recent) > MOST_RECENT:
                self._recent.clear()
        return await self._offered(shop, known[2], cart.reference)

    async def quote(
        self, store: Store, request: RateRequest, *, order: Order | None = None, reference: str | None = None
    ) -> Offer:
        """Ask all accounts at once; what has not answered by the deadline is left out. The quotes are kept.

        Args:
            store: Whose prices.
            request: What is asked.
            order: The order that it is asked for; its quotes buy for no other.
            reference: Of whoever asks; a new one unless said.

        Raises:
            DomainError: The parcels are impossible.
        """
        shop = await self._shops.now(store.id)
        about = asked_for(request.destination) if order is None else asked_for_order(order)
        return await self._offered(shop, _Question.of(shop, request, about), reference)

    async def explain_cart(self, store: Store, cart: Cart) -> Explanation:
        """How the offer for a cart comes about; nothing is kept. Never raises for what is wrong with the cart."""
        shop = await self._shops.now(store.id)
        try:
            request, boxed = request_of_cart(cart, shop.store, shop.plan)
        except DomainError as error:
            return Explanation(error=error)
        return await self._explained(shop, request, boxed)

    async def explain(self, store: Store, request: RateRequest, boxed: Sequence[Boxed] = ()) -> Explanation:
        """The same for parcels that are packed already."""
        return await self._explained(await self._shops.now(store.id), request, boxed)

    async def services(self, store: Store) -> Sequence[Service]:
        """All services that the store's accounts and tariff may offer; a code names its provider, as on the rates."""
        shop = await self._shops.now(store.id)
        services: dict[str, Service] = {}
        for account in shop.accounts:
            for service in self._listed(account):
                code = public_code(account, service.code)
                services.setdefault(code, Service(code=code, name=service.name))
        for row in shop.plan.tariff:
            behind = None if row.account is None else shop.account(row.account)
            if row.account is None or behind is not None:
                code = public_code(behind, row.service_code)
                services.setdefault(code, Service(code=code, name=row.service_name))
        return list(services.values())

    async def own_services(self, store_id: str) -> Sequence[tuple[Account, Service]]:
        """The services that accounts know by heart, under the carriers' own codes. No call is made. Raises ``NotFound``."""
        shop = await self._shops.now(store_id)
        return [(account, service) for account in shop.accounts for service in self._listed(account)]

    async def close(self) -> None:
        """Give up what is being asked."""
        for making in list(self._making.values()):
            making.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        await self._sources.close()
        await self._shops.close()

    def _listed(self, account: Account) -> Sequence[Service]:
        try:
            connector = self._office.connectors.open(account)
        except (ProviderMissing, SettingsInvalid):
            return ()
        return connector.list_services() if isinstance(connector, ListsServices) else ()

    async def _offered(self, shop: Shop, question: _Question, reference: str | None) -> Offer:
        """The offer for a request: as remembered, as it is being made for somebody else, or made now."""
        now = self._office.now()
        key = (
            shop.store.id,
            shop.digest,
            question.key,
            question.destination.po_box,
            shop.past(now),
            question.asked_for,
        )
        offer = self._memory.find(key, now)
        if offer is None:
            making = self._making.get(key)
            if making is None:
                making = self._making[key] = asyncio.create_task(self._made(key, shop, question, reference))
                making.add_done_callback(lambda done: self._over(key, done))
            offer = await asyncio.shield(making)
        return offer if reference is None or reference == offer.reference_id else replace(offer, reference_id=reference)

    def _over(self, key: Hashable, done: asyncio.Task[Offer]) -> None:
        self._making.pop(key, None)
        if not done.cancelled():
            done.exception()  # whoever waits is told; where every buyer has left, nobody need be

    async def _made(self, key: Hashable, shop: Shop, question: _Question, reference: str | None) -> Offer:
        worked = await self._worked(shop, question)
        now = self._office.now()
        offer = offer_of(worked, reference or new_id(), now, question.asked_for)
        await self._office.quotes.keep(offer.quotes)
        self._memory.keep(key, offer, now)
        return offer

    async def _worked(self, shop: Shop, question: _Question) -> Worked:
        destination = question.destination
        answers = await self._sources.answers(shop, question.asked, question.key, destination)
        return work_out(shop, question.request, destination, answers, self._office.now())

    async def _explained(self, shop: Shop, request: RateRequest, boxed: Sequence[Boxed]) -> Explanation:
        try:
            question = _Question.of(shop, request, asked_for(request.destination))
        except DomainError as error:
            return Explanation(boxed=tuple(boxed), error=error)
        return Explanation(boxed=tuple(boxed), worked=await self._worked(shop, question))


def public_code(account: Account | None, service_code: str) -> str:
    """A service's code at the store's checkout: two carriers may both have a service 3."""
    return f"{OWN_SERVICE if account is None else account.provider}-{service_code}"
