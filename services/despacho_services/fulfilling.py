"""Telling the store: the fulfillment with its tracking number, and how far the parcels are.

The platform may mail the buyer whenever an order's shipment status changes, so it is told only real changes, one at a
time for each order, and never an older status after a newer one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from despacho_core.errors import NotFound
from despacho_core.ledgers import Effect, Lane
from despacho_core.shipments import Label, Shipment, ShipmentState
from despacho_core.stores import Store
from despacho_core.tracking import TrackingStatus, status_of_pieces
from despacho_ports.errors import Rejected
from despacho_ports.persistence import UnitOfWork
from despacho_ports.storefront import Fulfillment, NewFulfillment, Storefront
from despacho_services.handling import NotYet, Parties, Settlement, nothing_to_write
from despacho_services.identifiers import new_id
from despacho_services.office import Office
from despacho_services.shipping import shipment_with_labels

FULFIL = "fulfil"
PUSH_STATUS = "push-status"
MOST_NUMBERS_SHOWN = 5


async def owe_fulfillment(work: UnitOfWork, shipment: Shipment, now: datetime) -> None:
    """Owe the store the fulfillment of a bought shipment; its first status is owed once the store has the fulfillment."""
    await work.outbox.owe(_effect(shipment, FULFIL, f"{FULFIL}:{shipment.id}", now))


async def owe_status(work: UnitOfWork, shipment: Shipment, now: datetime) -> None:
    """Owe the store the shipment's status, once for each status between a person's corrections.

    Nothing while the store has no fulfillment of it.
    """
    if shipment.fulfillment_id is None:
        return
    key = f"{PUSH_STATUS}:{shipment.id}:{shipment.tracking_status.for_store}"
    if shipment.corrections:
        key += f":{shipment.corrections}"
    await work.outbox.owe(_effect(shipment, PUSH_STATUS, key, now))


def _effect(shipment: Shipment, kind: str, key: str, now: datetime) -> Effect:
    return Effect(
        id=new_id(),
        store_id=shipment.store_id,
        key=key,
        kind=kind,
        subject=shipment.id,
        lane=Lane.INTERACTIVE,
        created_at=now,
        due_at=now,
        payload={"status": shipment.tracking_status.for_store, "corrections": shipment.corrections},
    )


class FulfilHandler:
    """Creates the store's fulfillment of a shipment; found again by our shipment's id."""

    kind = FULFIL
    repeatable = False

    def __init__(self, office: Office) -> None:
        self._office = office

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Create it, unless an earlier try already did."""
        shipment, labels = await self._subject(effect)
        if shipment.state is not ShipmentState.BOUGHT:
            return Settlement(nothing_to_write, f"not needed: the shipment is {shipment.state.value}")
        storefront = self._office.storefronts.of(parties.store)
        if effect.attempts > 1:
            existing = await self._existing(storefront, shipment, labels)
            if existing is not None:
                return self._settled(shipment, existing)
        return self._settled(shipment, await storefront.create_fulfillment(self._new(parties.store, shipment, labels)))

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
        """Look through the order's fulfillments for ours."""
        shipment, labels = await self._subject(effect)
        existing = await self._existing(self._office.storefronts.of(parties.store), shipment, labels)
        return None if existing is None else self._settled(shipment, existing)

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """The shipment shows what the store objected to."""
        shipment = await work.shipments.get(effect.store_id, effect.subject)
        if shipment is not None:
            await work.shipments.save(msgspec.structs.replace(shipment, problem=f"the store refused: {message}"))

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nothing to write: it is looked for."""

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """Nothing to write."""

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:
        """Nothing to write: the ledger says it."""

    async def _subject(self, effect: Effect) -> tuple[Shipment, list[Label]]:
        async with self._office.units.begin(write=False) as work:
            shipment, labels = await shipment_with_labels(work, effect.store_id, effect.subject)
        return shipment, list(labels)

    async def _existing(self, storefront: Storefront, shipment: Shipment, labels: list[Label]) -> Fulfillment | None:
        """Ours among the order's fulfillments: by our shipment's id, or by its tracking numbers.

        No source promises that the platform gives ``external_id`` back (contract/jumpseller.md 4.4); a tracking number is as much ours.
        """
        found = await storefront.fulfillments_of(shipment.order_number)
        shown = shown_numbers(labels)
        return next((one for one in found if one.external_id == shipment.id or one.tracking_number == shown), None)

    def _new(self, store: Store, shipment: Shipment, labels: list[Label]) -> NewFulfillment:
        if store.location_id is None:
            raise Rejected("the store has no location to ship from; add one in its settings and install the App again")
        return NewFulfillment(
            order_number=shipment.order_number,
            location_id=store.location_id,
            external_id=shipment.id,
            tracking_number=shown_numbers(labels),
            tracking_company="other",
            tracking_url=self._office.links.track(shipment.track_token),
            service_type=shipment.service_code,
            send_email=store.settings.notify_buyers,
        )

    def _settled(self, shipment: Shipment, fulfillment: Fulfillment) -> Settlement:
        async def apply(work: UnitOfWork) -> None:
            current = await work.shipments.get(shipment.store_id, shipment.id)
            if current is not None:
                told = msgspec.structs.replace(current, fulfillment_id=fulfillment.id)
                await work.shipments.save(told)
                await owe_status(work, told, self._office.now())

        return Settlement(apply, wakes=(Lane.INTERACTIVE,))


class PushStatusHandler:
    """Tells the store how far a shipment is, and how far the order is with it."""

    kind = PUSH_STATUS
    repeatable = True

    def __init__(self, office: Office) -> None:
        self._office = office

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Update the fulfillment, then the order, unless the shipment is further by now."""
        shipment, _ = await self._current(effect)
        async with self._office.locks.hold(f"push:{effect.store_id}:{shipment.order_number}"):
            shipment, statuses = await self._current(effect)
            if shipment.tracking_status.for_store != effect.payload.get("status"):
                return Settlement(nothing_to_write, "the shipment is further by now")
            if shipment.corrections != effect.payload.get("corrections", 0):
                return Settlement(nothing_to_write, "the shipment was corrected since")
            if shipment.state is ShipmentState.VOIDING:
                raise NotYet("the shipment is being voided")
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
        shipment = await work.shipments.get(effect.store_id, effect.subject)
        if shipment is not None:
            await work.shipments.save(msgspec.structs.replace(shipment, problem=f"the store refused: {message}"))

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


def shown_numbers(labels: Sequence[Label]) -> str:
    """The tracking numbers as the store shows them: all of a few, the first of many."""
    numbers = [label.tracking_number for label in labels]
    shown = ", ".join(numbers[:MOST_NUMBERS_SHOWN])
    more = len(numbers) - MOST_NUMBERS_SHOWN
    return f"{shown} (+{more})" if more > 0 else shown
