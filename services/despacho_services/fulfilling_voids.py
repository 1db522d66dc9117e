"""Telling the store that a shipment's labels are void. See :mod:`despacho_services.fulfilling` for what else it is told."""

from __future__ import annotations

from despacho_core.ledgers import Effect
from despacho_core.shipments import Label, Shipment
from despacho_ports.persistence import UnitOfWork
from despacho_ports.storefront import FulfillmentChange
from despacho_services.buying_once import shipment_with_labels
from despacho_services.fulfilling import TELL_VOID, VOID_WORDS, shown_numbers, turn
from despacho_services.handling import Parties, Settlement, nothing_to_write
from despacho_services.office import Office


class TellVoidHandler:
    """Marks the tracking number of a fulfillment as void. Its status stays: a new one may mail the buyer of a failed delivery."""

    kind = TELL_VOID
    repeatable = True

    def __init__(self, office: Office) -> None:
        self._office = office

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Mark it, unless the store shows another number by now: the next label's, or a person's."""
        shipment, _ = await self._subject(effect)
        storefront = self._office.storefronts.of(parties.store)
        async with self._office.locks.hold(turn(shipment)):
            shipment, labels = await self._subject(effect)
            shown = shown_numbers(labels)
            found = await storefront.fulfillments_of(shipment.order_number)
            ours = next((one for one in found if one.id == shipment.fulfillment_id), None)
            if ours is None or ours.tracking_number != shown:
                return Settlement(nothing_to_write, "not needed: the store shows another number")
            marked = f"{shown} ({VOID_WORDS[parties.store.language]})"
            await storefront.change_fulfillment(ours.id, FulfillmentChange(tracking_number=marked))
        return Settlement(nothing_to_write)

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
        """Never asked: marking is repeated."""
        raise NotImplementedError

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nothing to write: the ledger says it, and the label is void whatever the store shows."""

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nothing to write: it is repeated."""

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """Nothing to write."""

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:
        """Nothing to write: the ledger says it."""

    async def _subject(self, effect: Effect) -> tuple[Shipment, list[Label]]:
        async with self._office.units.begin(write=False) as work:
            shipment, labels = await shipment_with_labels(work, effect.store_id, effect.subject)
        return shipment, list(labels)
