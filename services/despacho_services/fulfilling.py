"""Telling the store of a shipment: the fulfillment with its tracking number, and what else is owed to it.

The platform has no way to take a fulfillment back. One whose labels are void is marked as such, and shows the number of the next label of
its order instead, so that an order has no more of them than it has parcels on their way (docs/decisions/0045-void-labels-in-the-store.md).

How far the parcels are is told by :mod:`despacho_services.pushing_status`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from despacho_core.ledgers import Effect, Lane
from despacho_core.shipments import Label, Shipment, ShipmentState
from despacho_core.stores import Store
from despacho_ports.errors import Rejected
from despacho_ports.persistence import UnitOfWork
from despacho_ports.storefront import Fulfillment, FulfillmentChange, NewFulfillment, Storefront
from despacho_services.buying_once import shipment_with_labels
from despacho_services.handling import NotYet, Parties, Settlement, nothing_to_write
from despacho_services.identifiers import new_id
from despacho_services.office import Office

FULFIL = "fulfil"
PUSH_STATUS = "push-status"
TELL_VOID = "tell-void"
VOID_WORDS = {"es": "anulada", "pt": "anulada", "en": "void"}
MOST_NUMBERS_SHOWN = 5
WHILE_VOIDING = timedelta(minutes=1)
"""A carrier may take hours over a void that it does not answer."""


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


async def owe_void_told(work: UnitOfWork, shipment: Shipment, now: datetime) -> None:
    """Owe the store that a shipment's labels are void, where it has a fulfillment of them."""
    if shipment.fulfillment_id is not None:
        await work.outbox.owe(_effect(shipment, TELL_VOID, f"{TELL_VOID}:{shipment.id}", now))


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
    """Creates the store's fulfillment of a shipment, or takes over one whose labels are void; found again by our shipment's id."""

    kind = FULFIL
    repeatable = False

    def __init__(self, office: Office) -> None:
        self._office = office

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Create it, unless an earlier try already did."""
        shipment, labels = await self._subject(effect)
        if shipment.state is ShipmentState.VOIDING:
            raise NotYet("the shipment is being voided", WHILE_VOIDING)
        if shipment.state is not ShipmentState.BOUGHT:
            return Settlement(nothing_to_write, f"not needed: the shipment is {shipment.state.value}")
        storefront = self._office.storefronts.of(parties.store)
        if effect.attempts > 1:
            existing = await self._existing(storefront, shipment, labels)
            if existing is not None:
                return self._settled(shipment, existing)
        new = self._new(parties.store, shipment, labels)
        made = await self._taken_over(storefront, shipment, new) or await storefront.create_fulfillment(new)
        return self._settled(shipment, made)

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
        """Look through the order's fulfillments for ours."""
        shipment, labels = await self._subject(effect)
        existing = await self._existing(self._office.storefronts.of(parties.store), shipment, labels)
        return None if existing is None else self._settled(shipment, existing)

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """The shipment shows what the store objected to."""
        await show_objection(work, effect, message)

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

    async def _taken_over(self, storefront: Storefront, shipment: Shipment, new: NewFulfillment) -> Fulfillment | None:
        """The fulfillment of a void shipment of the order, with this one's number; None where there is none to be had."""
        if await self._spare(shipment) is None:
            return None
        async with self._office.locks.hold(turn(shipment)):
            spare = await self._spare(shipment)
            if spare is None:
                return None
            try:
                await storefront.change_fulfillment(spare, _change(new))
            except Rejected:  # somebody removed it, or it is not to be changed: the store gets a new one
                return None
        return Fulfillment(id=spare, external_id=shipment.id, tracking_number=new.tracking_number)

    async def _spare(self, shipment: Shipment) -> str | None:
        """One for each: of several shipments that the store has to be told of at once, the first takes the first."""
        async with self._office.units.begin(write=False) as work:
            of_order = await work.shipments.of_order(shipment.store_id, shipment.order_number)
        spares = [one.fulfillment_id for one in of_order if one.state is ShipmentState.VOIDED and one.fulfillment_id]
        untold = [
            one.id
            for one in of_order
            if one.state is ShipmentState.BOUGHT and not one.is_return and one.fulfillment_id is None
        ]
        return dict(zip(untold, spares, strict=False)).get(shipment.id)

    def _settled(self, shipment: Shipment, fulfillment: Fulfillment) -> Settlement:
        async def apply(work: UnitOfWork) -> None:
            for one in await work.shipments.of_order(shipment.store_id, shipment.order_number):
                if one.id == shipment.id:
                    told = msgspec.structs.replace(one, fulfillment_id=fulfillment.id)
                    await work.shipments.save(told)
                    await self._owe_next(work, told)
                elif one.fulfillment_id == fulfillment.id:
                    await work.shipments.save(msgspec.structs.replace(one, fulfillment_id=None))

        return Settlement(apply, wakes=(Lane.INTERACTIVE,))

    async def _owe_next(self, work: UnitOfWork, told: Shipment) -> None:
        if told.state is ShipmentState.VOIDED:
            await owe_void_told(work, told, self._office.now())
        else:
            await owe_status(work, told, self._office.now())


def turn(shipment: Shipment) -> str:
    """The lock under which the store is told of an order, one thing at a time."""
    return f"push:{shipment.store_id}:{shipment.order_number}"


def _change(new: NewFulfillment) -> FulfillmentChange:
    return FulfillmentChange(
        tracking_number=new.tracking_number,
        tracking_url=new.tracking_url,
        external_id=new.external_id,
        service_type=new.service_type,
    )


async def show_objection(work: UnitOfWork, effect: Effect, message: str) -> None:
    """Beside what the carrier said of the shipment."""
    shipment = await work.shipments.get(effect.store_id, effect.subject)
    if shipment is not None:
        words = [*filter(None, [shipment.problem]), f"the store refused: {message}"]
        await work.shipments.save(msgspec.structs.replace(shipment, problem="; ".join(dict.fromkeys(words))))


def shown_numbers(labels: Sequence[Label]) -> str:
    """The tracking numbers as the store shows them: all of a few, the first of many."""
    numbers = [label.tracking_number for label in labels]
    shown = ", ".join(numbers[:MOST_NUMBERS_SHOWN])
    more = len(numbers) - MOST_NUMBERS_SHOWN
    return f"{shown} (+{more})" if more > 0 else shown
