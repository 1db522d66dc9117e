"""Returns: a parcel of an order that goes back from the buyer to the merchant, where the carrier takes it.

A return belongs to its order and is bought, found, voided and tracked like any shipment. It does not occupy the order's place, goes on
no manifest (the buyer hands it over), and tells the store nothing: the order stays delivered there.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from despacho_core.errors import (
    NotFound,
    NothingSentYet,
    OrderAlreadyShipped,
    OriginMissing,
    ReturnNotOffered,
    ServiceGone,
)
from despacho_core.ledgers import Effect, Lane
from despacho_core.orders import Order
from despacho_core.parcels import Parcel, check_parcels
from despacho_core.shipments import Direction, Label, Shipment, ShipmentState, live_shipment, next_ordinal
from despacho_core.stores import Store
from despacho_ports.carriers import BuysReturns, Service
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere
from despacho_services.act_keys import NO_KEY, ActKey
from despacho_services.buying_once import BUY, bought_once, effect_for
from despacho_services.effects import EffectRunner
from despacho_services.identifiers import new_id, new_token
from despacho_services.office import Office, account_of
from despacho_services.order_rates import declared_value, parcels_of_order
from despacho_services.preselection import plan_of


class ReturnWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes back, and with whom. What is left out is as it was sent: the account, the parcels; the account's usual return service.

    ``additional`` allows a further return of an order that has one already.
    """

    account_id: str | None = None
    service_code: str | None = None
    parcels: tuple[Parcel, ...] = ()
    additional: bool = False


class Returning:
    """Buys returns."""

    def __init__(self, office: Office, runner: EffectRunner) -> None:
        self._office = office
        self._runner = runner

    async def buy(
        self, store_id: str, order_number: int, wish: ReturnWish, *, wait: float, under: ActKey = NO_KEY
    ) -> tuple[Shipment, Sequence[Label], Effect]:
        """Ask for a return and run its purchase at once, for somebody who waits ``wait`` seconds; ``under`` the same key, once.

        Raises:
            NotFound: No such order or account in the store.
            NothingSentYet: Nothing was sent that could come back, and no account is named.
            ReturnNotOffered: The carrier takes no returns.
            ServiceGone: It has no such service for returns.
            OrderAlreadyShipped: A live return is there, or somebody else asked at the same moment.
        """

        async def written(work: UnitOfWork) -> tuple[Shipment, Effect]:
            shipment = await self._composed(work, store_id, order_number, wish)
            try:
                await work.shipments.add(shipment)
            except AlreadyThere as error:
                raise OrderAlreadyShipped(order=order_number, shipment="of somebody else") from error
            effect = effect_for(shipment, BUY, Lane.INTERACTIVE, self._office.now())
            await work.outbox.owe(effect)
            return shipment, effect

        return await bought_once(self._office, self._runner, store_id, written, wait=wait, under=under)

    async def _composed(self, work: UnitOfWork, store_id: str, order_number: int, wish: ReturnWish) -> Shipment:
        store = await work.stores.get(store_id)
        record = await work.orders.get(store_id, order_number)
        if store is None or record is None:
            raise NotFound(what="order", id=order_number)
        existing = await work.shipments.of_order(store_id, order_number)
        live = live_shipment(existing, direction=Direction.RETURN)
        if live is not None and not wish.additional:
            raise OrderAlreadyShipped(order=order_number, shipment=live.id)
        if store.settings.origin is None:
            raise OriginMissing
        sent = _sent(existing, wish.account_id)
        account_id = wish.account_id or (sent.account_id if sent else None)
        if account_id is None:
            raise NothingSentYet(order=order_number)
        account = await account_of(work, store_id, account_id)
        connector = self._office.connector(account)
        if not isinstance(connector, BuysReturns):
            raise ReturnNotOffered(provider=self._office.provider_name(account))
        service = _service(connector.return_services(), wish.service_code)
        shipment_id = new_id()
        return Shipment(
            id=shipment_id,
            store_id=store_id,
            order_number=order_number,
            ordinal=next_ordinal(existing),
            account_id=account.id,
            service_code=service.code,
            service_name=service.name,
            reference=shipment_id.upper(),
            parcels=await _parcels(work, wish, sent, record.to_ship, store),
            origin=sent.destination if sent else record.to_ship.destination(),
            destination=store.settings.origin,
            declared_value=declared_value(record.order),
            created_at=self._office.now(),
            track_token=new_token(),
            direction=Direction.RETURN,
            label_format=account.label.format,
        )


def _sent(existing: Sequence[Shipment], account_id: str | None) -> Shipment | None:
    """What would come back: the newest bought shipment that went out, by preference with the account that is named."""
    out = [one for one in existing if one.state is ShipmentState.BOUGHT and not one.is_return]
    return max(out, key=lambda one: (one.account_id == account_id, one.ordinal), default=None)


def _service(offered: Sequence[Service], wished: str | None) -> Service:
    if wished is None and offered:
        return offered[0]
    found = next((one for one in offered if one.code == wished), None)
    if found is None:
        raise ServiceGone(service=wished or "", offered=", ".join(one.code for one in offered))
    return found


async def _parcels(
    work: UnitOfWork, wish: ReturnWish, sent: Shipment | None, order: Order, store: Store
) -> tuple[Parcel, ...]:
    parcels = wish.parcels or (sent.parcels if sent else ())
    if not parcels:
        plan = await plan_of(work, store.id)
        parcels = tuple(one.parcel for one in parcels_of_order(order, store, plan))
    check_parcels(parcels)
    return parcels
