"""Telling the store how far the parcels are.

The platform may mail the buyer whenever an order's shipment status changes, so it is told only real changes, one at a
time for each order, and never an older status after a newer one.
"""

from __future__ import annotations

from despacho_core.errors import NotFound
from despacho_core.ledgers import Effect
from despacho_core.shipments import Shipment, ShipmentState
from despacho_core.tracking import TrackingStatus, status_of_pieces
from despacho_ports.persistence import UnitOfWork
from despacho_ports.storefront import Storefront
from despacho_services.fulfilling import PUSH_STATUS, WHILE_VOIDING, show_objection, turn
from despacho_services.handling import NotYet, Parties, Settlement, nothing_to_write
from despacho_services.office import Office


class PushStatusHandler:
    """Tells the store how far a shipment is, and how far the order is with it."""

    kind = PUSH_STATUS
    repeatable = True

    def __init__(self, office: Office) -> None:
        self._office = office

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Update the fulfillment, then the order, unless the shipment is further by now."""
        shipment, _ = await self._current(effect)
        async with self._office.locks.hold(turn(shipment)):
            shipment, statuses = await self._current(effect)
            if shipment.tracking_status.for_store != effect.payload.get("status"):
                return Settlement(nothing_to_write, "the shipment is further by now")
            if shipment.corrections != effect.payload.get("corrections", 0):
                return Settlement(nothing_to_write, "the shipment was corrected since")
            if shipment.state is ShipmentState.VOIDING:
                raise NotYet("the shipment is being voided", WHILE_VOIDING)
            if shipment.state is not ShipmentState.BOUGHT:
                return Settlement(nothing_to_write, f"not needed: the shipment is {shipment.state.value}")
            if shipment.fulfillment_id is None:
                raise NotYet("the store has no fulfillment of it yet")
            await self._tell(self._office.storefronts.of(parties.store), shipment, status_of_pieces(statuses).for_store)
        return Settlement(nothing_to_write)

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
        """Never asked: telling is repeated."""
        raise NotImplementedError

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """The shipment shows what the store objected to."""
        await show_objection(work, effect, message)

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nothing to write: it is repeated."""

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """Nothing to write."""

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:
        """Nothing to write: the ledger says it."""

    async def _current(self, effect: Effect) -> tuple[Shipment, list[TrackingStatus]]:
        async with self._office.units.begin(write=False) as work:
            shipment = await work.shipments.get(effect.store_id, effect.subject)
            if shipment is None:
                raise NotFound(what="shipment", id=effect.subject)
            all_of_order = await work.shipments.of_order(effect.store_id, shipment.order_number)
        return shipment, [
            one.tracking_status for one in all_of_order if one.state is ShipmentState.BOUGHT and not one.is_return
        ]

    async def _tell(self, storefront: Storefront, shipment: Shipment, order_status: str) -> None:
        """Of the order only a change is told: telling the same again may mail the buyer again."""
        if shipment.fulfillment_id is not None:
            status = shipment.tracking_status.for_store
            await storefront.update_fulfillment(shipment.fulfillment_id, shipment_status=status)
        order = await storefront.order(shipment.order_number)
        if order.shipment_status != order_status:
            await storefront.set_shipment_status(shipment.order_number, order_status)
