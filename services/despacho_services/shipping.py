"""Shipments: asked for, bought through the outbox, voided, printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from despacho_core.errors import (
    AccountNeedsAttention,
    NoAccount,
    NotFound,
    OrderAlreadyShipped,
    OriginMissing,
    ServiceGone,
    ServiceNotChosen,
    WrongState,
)
from despacho_core.ledgers import Effect, Lane
from despacho_core.orders import Order
from despacho_core.parcels import Parcel, check_parcels
from despacho_core.quotes import Quote
from despacho_core.shipments import Label, Shipment, ShipmentState, ShipmentWish, live_shipment, next_ordinal
from despacho_core.stores import Account, Store
from despacho_ports.carriers import BuysShipments, ListsServices, VoidsShipments
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere
from despacho_services.doing_over import done_over
from despacho_services.effects import EffectRunner
from despacho_services.identifiers import new_id, new_token
from despacho_services.office import Office, account_of
from despacho_services.order_rates import declared_value, parcels_of_order
from despacho_services.preselection import plan_of, preselected

BUY = "buy"
VOID = "void"


class Shipping:
    """Buys and voids."""

    def __init__(self, office: Office, runner: EffectRunner) -> None:
        self._office = office
        self._runner = runner

    async def request(
        self, store_id: str, order_number: int, wish: ShipmentWish, *, lane: Lane = Lane.INTERACTIVE
    ) -> tuple[Shipment, Effect]:
        """Write the shipment and the effect that buys it, as one.

        Raises:
            NotFound: No such order, account or quote in the store.
            OrderAlreadyShipped: A live shipment is there, or somebody else asked at the same moment.
            DomainError: Nothing to ship, no address, impossible parcels, no account to buy with.
        """
        async with self._office.units.begin() as work:
            shipment, effect = await self.request_in(work, store_id, order_number, wish, lane=lane)
            await work.commit()
        await self._office.wake(lane)
        return shipment, effect

    async def request_in(
        self, work: UnitOfWork, store_id: str, order_number: int, wish: ShipmentWish, *, lane: Lane
    ) -> tuple[Shipment, Effect]:
        """As :meth:`request`, in the caller's transaction, which may go on if this raises: nothing was written then."""
        store = await work.stores.get(store_id)
        record = await work.orders.get(store_id, order_number)
        if store is None or record is None:
            raise NotFound(what="order", id=order_number)
        existing = await work.shipments.of_order(store_id, order_number)
        live = live_shipment(existing)
        if live is not None and not wish.additional:
            raise OrderAlreadyShipped(order=order_number, shipment=live.id)
        shipment = await self._composed(work, store, record.to_ship, wish, next_ordinal(existing))
        try:
            await work.shipments.add(shipment)
        except AlreadyThere as error:
            raise OrderAlreadyShipped(order=order_number, shipment="of somebody else") from error
        effect = self._effect(shipment, BUY, lane)
        await work.outbox.owe(effect)
        return shipment, effect

    async def buy(
        self, store_id: str, order_number: int, wish: ShipmentWish, *, wait: float
    ) -> tuple[Shipment, Sequence[Label], Effect]:
        """Ask for a shipment and run its purchase at once, for somebody who waits ``wait`` seconds."""

        async def ask() -> tuple[Shipment, Effect, Effect | None]:
            async with self._office.units.begin() as work:
                shipment, effect = await self.request_in(work, store_id, order_number, wish, lane=Lane.INTERACTIVE)
                claimed = await self._runner.claim(work, effect.id)
                await work.commit()
            return shipment, effect, claimed

        shipment, effect, claimed = await done_over(ask)
        effect = await self._runner.run_claimed(effect.id, claimed, wait=wait) or effect
        current, labels = await self.get(store_id, shipment.id)
        return current, labels, effect

    async def void(self, store_id: str, shipment_id: str, *, wait: float) -> Shipment:
        """Void a shipment's labels.

        A carrier without a cancel service is not called: the labels are void here and must not be handed over.

        Raises:
            WrongState: It is not bought, or its labels are on a manifest.
        """

        async def ask() -> tuple[Effect | None, Effect | None]:
            async with self._office.units.begin() as work:
                shipment, labels = await shipment_with_labels(work, store_id, shipment_id)
                account = await account_of(work, store_id, shipment.account_id)
                effect = await self._void(work, shipment, labels, account)
                claimed = await self._runner.claim(work, effect.id) if effect is not None else None
                await work.commit()
            return effect, claimed

        effect, claimed = await done_over(ask)
        if effect is not None:
            await self._runner.run_claimed(effect.id, claimed, wait=wait)
        shipment, _ = await self.get(store_id, shipment_id)
        return shipment

    async def get(self, store_id: str, shipment_id: str) -> tuple[Shipment, Sequence[Label]]:
        """A shipment with its labels. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            return await shipment_with_labels(work, store_id, shipment_id)

    async def void_for_cancelled_order(self, work: UnitOfWork, shipment: Shipment, account: Account) -> Effect | None:
        """Void in the caller's transaction, leaving alone what is handed over or not bought."""
        labels = await work.labels.of_shipment(shipment.store_id, shipment.id)
        on_its_way = shipment.is_return or any(label.manifest_id for label in labels)
        if shipment.state is not ShipmentState.BOUGHT or on_its_way:
            return None
        try:
            return await self._void(work, shipment, labels, account)
        except AccountNeedsAttention:
            return None

    async def _void(
        self, work: UnitOfWork, shipment: Shipment, labels: Sequence[Label], account: Account
    ) -> Effect | None:
        if any(label.manifest_id for label in labels):
            raise WrongState(what="shipment", id=shipment.id, state="on a manifest", action="be voided")
        voiding = shipment.void_requested()
        if isinstance(self._office.connector(account), VoidsShipments):
            effect = self._effect(voiding, VOID, Lane.INTERACTIVE)
            await work.shipments.save(voiding)
            await work.outbox.owe(effect)
            return effect
        await work.shipments.save(voiding.voided())
        for label in labels:
            await work.labels.save(label.voided())
        return None

    async def _composed(
        self, work: UnitOfWork, store: Store, order: Order, wish: ShipmentWish, ordinal: int
    ) -> Shipment:
        destination = order.destination()
        if store.settings.origin is None:
            raise OriginMissing
        quote = await self._quote(work, store, order, wish)
        account, service_code, service_name = await self._service(work, store, order, wish, quote)
        connector = self._office.connector(account)
        if not isinstance(connector, BuysShipments):
            raise NoAccount(capability="buy shipments")
        service_name = _offered(connector, service_code) or service_name
        parcels = wish.parcels or (quote.parcels if quote else ()) or await _packed(work, store, order)
        check_parcels(parcels)
        shipment_id = new_id()
        return Shipment(
            id=shipment_id,
            store_id=store.id,
            order_number=order.number,
            ordinal=ordinal,
            account_id=account.id,
            service_code=service_code,
            service_name=service_name,
            reference=shipment_id.upper(),
            parcels=parcels,
            origin=store.settings.origin,
            destination=destination,
            declared_value=declared_value(order),
            created_at=self._office.now(),
            price=quote.rate.price if quote else None,
            track_token=new_token(),
            label_format=account.label.format,
        )

    async def _quote(self, work: UnitOfWork, store: Store, order: Order, wish: ShipmentWish) -> Quote | None:
        """The quote asked for, else the one chosen at checkout unless another account or service is wished."""
        if wish.quote_id is not None:
            quote = await work.quotes.get(store.id, wish.quote_id)
            if quote is None:
                raise NotFound(what="quote", id=wish.quote_id)
            return quote
        if order.chosen_shipping.rate_id is None or wish.service_code is not None:
            return None
        quote = await work.quotes.get(store.id, order.chosen_shipping.rate_id)
        return quote if quote is not None and wish.account_id in {None, quote.account_id} else None

    async def _service(
        self, work: UnitOfWork, store: Store, order: Order, wish: ShipmentWish, quote: Quote | None
    ) -> tuple[Account, str, str]:
        if quote is not None and quote.account_id:
            account = await account_of(work, store.id, quote.account_id)
            return account, quote.rate.service_code, quote.rate.service_name
        if wish.account_id is None or wish.service_code is None:
            chosen = await preselected(work, store, order, self._office.now()) if wish.service_code is None else None
            if chosen is None or wish.account_id not in {None, chosen.account.id}:
                raise ServiceNotChosen(order=order.number)
            return chosen.account, chosen.service_code, chosen.service_name
        account = await account_of(work, store.id, wish.account_id)
        return account, wish.service_code, wish.service_code

    def _effect(self, shipment: Shipment, kind: str, lane: Lane) -> Effect:
        return effect_for(shipment, kind, lane, self._office.now())


def effect_for(shipment: Shipment, kind: str, lane: Lane, now: datetime) -> Effect:
    """What is owed to the carrier of a shipment, once."""
    return Effect(
        id=new_id(),
        store_id=shipment.store_id,
        account_id=shipment.account_id,
        key=f"{kind}:{shipment.id}",
        kind=kind,
        subject=shipment.id,
        lane=lane,
        created_at=now,
        due_at=now,
    )


def _offered(connector: object, service_code: str) -> str | None:
    """The service's name; a service that the account no longer offers is refused where the carrier's services are known by heart."""
    if not isinstance(connector, ListsServices):
        return None
    services = {service.code: service.name for service in connector.list_services()}
    if service_code not in services:
        raise ServiceGone(service=service_code, offered=", ".join(services))
    return services[service_code]


async def shipment_with_labels(work: UnitOfWork, store_id: str, shipment_id: str) -> tuple[Shipment, Sequence[Label]]:
    """A shipment with its labels. Raises ``NotFound``."""
    shipment = await work.shipments.get(store_id, shipment_id)
    if shipment is None:
        raise NotFound(what="shipment", id=shipment_id)
    return shipment, await work.labels.of_shipment(store_id, shipment_id)


async def _packed(work: UnitOfWork, store: Store, order: Order) -> tuple[Parcel, ...]:
    """All physical products of an order, as the store's plan packs them."""
    plan = await plan_of(work, store.id)
    return tuple(one.parcel for one in parcels_of_order(order, store, plan))
