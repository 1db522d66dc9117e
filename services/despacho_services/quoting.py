"""Shipping prices while the buyer waits: every account asked at once, under one deadline, never an error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from despacho_core.addresses import Address
from despacho_core.errors import DomainError, OriginMissing
from despacho_core.money import Money, minor_digits
from despacho_core.packing import PackedItem, one_parcel
from despacho_core.parcels import check_parcels
from despacho_core.quotes import Quote, Rate, RateRequest
from despacho_core.stores import Account, AccountState, Store
from despacho_ports.carriers import ListsServices, QuotesRates, Service
from despacho_ports.connectors import ProviderMissing
from despacho_ports.errors import ProviderError, Unauthorized
from despacho_ports.settings import SettingsInvalid
from despacho_ports.storefront import Cart
from despacho_services.identifiers import new_id
from despacho_services.office import Office

log = logging.getLogger("despacho.quotes")

DEADLINE_SECONDS = 3.0


@dataclass(frozen=True)
class AccountAnswer:
    """What one account said: its quotes, or why it gave none."""

    account: Account
    quotes: tuple[Quote, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class Offer:
    """All quotes for one request, cheapest first, under one reference."""

    reference_id: str
    quotes: tuple[Quote, ...]
    answers: tuple[AccountAnswer, ...]


class Quoting:
    """Quotes carts and orders."""

    def __init__(self, office: Office, *, deadline: float = DEADLINE_SECONDS) -> None:
        self._office = office
        self._deadline = deadline

    async def cart(self, store: Store, cart: Cart) -> Offer:
        """Quote a cart at checkout.

        Raises:
            DomainError: The cart itself cannot be quoted (nothing to ship, impossible parcel, unknown currency).
        """
        return await self.quote(store, self.request_of(store, cart), reference=cart.reference)

    def request_of(self, store: Store, cart: Cart) -> RateRequest:
        """What the carriers are asked for a cart. The store's own origin counts where the cart has none."""
        minor_digits(cart.currency)
        shipped = [line for line in cart.lines if line.shipping_required]
        items = [PackedItem(line.weight_g, line.quantity) for line in shipped]
        parcel = one_parcel(items, package=cart.package, default=store.settings.default_parcel)
        value = sum((line.unit_price * line.quantity for line in shipped), Decimal(0))
        origin = cart.origin if cart.origin.place else self._origin(store)
        return RateRequest(
            origin=origin,
            destination=cart.destination,
            parcels=(parcel,),
            declared_value=Money(value, cart.currency).rounded(),
        )

    async def quote(self, store: Store, request: RateRequest, *, reference: str | None = None) -> Offer:
        """Ask all accounts at once; what has not answered by the deadline is left out. The quotes are kept.

        Raises:
            DomainError: The parcels are impossible.
        """
        check_parcels(request.parcels)
        async with self._office.units.begin(write=False) as work:
            accounts = await work.accounts.of_store(store.id)
        reference_id = reference or new_id()
        answers = await self._ask_all(store, accounts, request, reference_id)
        quotes = sorted((quote for answer in answers for quote in answer.quotes), key=lambda one: one.rate.price.amount)
        if quotes:
            async with self._office.units.begin() as work:
                await work.quotes.add_all(quotes)
                await work.commit()
        return Offer(reference_id, tuple(quotes), tuple(answers))

    async def services(self, store: Store) -> Sequence[Service]:
        """All services that the store's accounts may offer; a service's code names its provider, as on the rates."""
        async with self._office.units.begin(write=False) as work:
            accounts = await work.accounts.of_store(store.id)
        services: dict[str, Service] = {}
        for account in accounts:
            try:
                connector = self._office.connectors.open(account)
            except (ProviderMissing, SettingsInvalid):
                continue
            if isinstance(connector, ListsServices):
                for service in connector.list_services():
                    code = public_code(account, service.code)
                    services.setdefault(code, Service(code=code, name=service.name))
        return list(services.values())

    def _origin(self, store: Store) -> Address:
        if store.settings.origin is None:
            raise OriginMissing
        return store.settings.origin

    async def _ask_all(
        self, store: Store, accounts: Sequence[Account], request: RateRequest, reference_id: str
    ) -> list[AccountAnswer]:
        asked: dict[asyncio.Task[AccountAnswer], Account] = {}
        for account in accounts:
            if account.state is not AccountState.ACTIVE:
                continue
            try:
                connector = self._office.connectors.open(account)
            except (ProviderMissing, SettingsInvalid) as error:
                log.warning("account %s cannot be opened: %s", account.id, error)
                continue
            if isinstance(connector, QuotesRates):
                asked[asyncio.create_task(self._ask(store, account, connector, request, reference_id))] = account
        if not asked:
            return []
        done, late = await asyncio.wait(asked, timeout=self._deadline)
        for task in late:
            task.cancel()
        answers = [task.result() for task in done]
        return answers + [AccountAnswer(asked[task], problem="did not answer in time") for task in late]

    async def _ask(
        self, store: Store, account: Account, connector: QuotesRates, request: RateRequest, reference_id: str
    ) -> AccountAnswer:
        try:
            rates = await connector.quote_rates(request)
        except Unauthorized as error:
            await self._needs_attention(account, error.message)
            return AccountAnswer(account, problem=error.message)
        except (ProviderError, DomainError) as error:
            return AccountAnswer(account, problem=str(error))
        except Exception as error:
            log.exception("account %s broke while quoting", account.id)
            return AccountAnswer(account, problem=f"the provider broke: {error!r}")
        now = self._office.now()
        currency = request.declared_value.currency
        return AccountAnswer(
            account,
            tuple(
                Quote(
                    id=new_id(),
                    store_id=store.id,
                    account_id=account.id,
                    reference_id=reference_id,
                    rate=rate,
                    parcels=request.parcels,
                    created_at=now,
                )
                for rate in rates
                if _is_sound(rate, currency)
            ),
        )

    async def _needs_attention(self, account: Account, message: str) -> None:
        async with self._office.units.begin() as work:
            current = await work.accounts.get(account.store_id, account.id)
            if current is not None:
                await work.accounts.save(current.needing_attention(message))
                await work.commit()


def public_code(account: Account, service_code: str) -> str:
    """A service's code at the store's checkout: two carriers may both have a service 3."""
    return f"{account.provider}-{service_code}"


def _is_sound(rate: Rate, currency: str) -> bool:
    """Each rate is judged alone, so that an odd one never spoils the rest."""
    sound = rate.price.currency == currency and rate.price.amount >= 0 and bool(rate.service_code)
    if not sound:
        log.warning("left out an odd rate: %s", msgspec.json.encode(rate).decode())
    return sound
