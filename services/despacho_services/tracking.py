"""Following parcels: asking carriers, taking in what they push, and what is known of a shipment's way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from despacho_core.errors import NotFound
from despacho_core.ledgers import Lane
from despacho_core.shipments import Shipment, ShipmentState
from despacho_core.tracking import TrackingEvent
from despacho_ports.following import UnknownCode
from despacho_services.office import Office
from despacho_services.shipping import shipment_with_labels
from despacho_services.tracking_result import SyncResult
from despacho_services.tracking_rounds import TrackingRounds
from despacho_services.tracking_taking import take_in

MOST_TOGETHER = 200


class Tracking:
    """Follows shipments."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._rounds = TrackingRounds(office)

    async def sync_due(self) -> SyncResult:
        """Ask about all shipments whose next check is due, of every store."""
        return await self._rounds.due()

    async def sync_store(self, store_id: str) -> SyncResult:
        """Ask about all shipments of one store that are still followed, due or not."""
        async with self._office.units.begin() as work:
            await work.followed.hasten(store_id, self._office.now())
            await work.commit()
        return await self._rounds.due(store_id=store_id)

    async def sync_shipment(self, store_id: str, shipment_id: str) -> SyncResult:
        """Ask about one shipment. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            shipment = await work.shipments.get(store_id, shipment_id)
        if shipment is None:
            raise NotFound(what="shipment", id=shipment_id)
        return await self._rounds.about(shipment) if shipment.state is ShipmentState.BOUGHT else SyncResult()

    async def events_of(self, store_id: str, shipment_id: str) -> tuple[Shipment, Sequence[TrackingEvent]]:
        """A shipment and all that is known of its way, oldest first."""
        async with self._office.units.begin(write=False) as work:
            shipment, _ = await shipment_with_labels(work, store_id, shipment_id)
            return shipment, await work.tracking.of_shipment(store_id, shipment_id)

    async def take_in(
        self, store_id: str, events: Iterable[TrackingEvent], *, account_id: str | None = None
    ) -> SyncResult:
        """Take in events that a carrier pushed, whatever shipments they are about.

        Args:
            store_id: Whose shipments.
            events: In any order, any number of times.
            account_id: Only labels of this account are spoken of; of any account where it is not given.
        """
        by_number: dict[str, list[TrackingEvent]] = defaultdict(list)
        for event in events:
            by_number[event.tracking_number].append(event)
        async with self._office.units.begin(write=False) as work:
            labels = await work.labels.by_tracking_numbers(store_id, list(by_number))
        reported: dict[str, list[TrackingEvent]] = defaultdict(list)
        known = set()
        for label in labels:
            if account_id in {None, label.account_id}:
                reported[label.shipment_id] += by_number[label.tracking_number]
                known.add(label.tracking_number)
        total = SyncResult(unknown_numbers=len(by_number) - len(known))
        names = list(reported)
        for start in range(0, len(names), MOST_TOGETHER):
            total += await self._taken_in(
                store_id, {name: reported[name] for name in names[start : start + MOST_TOGETHER]}
            )
        return total

    async def unknown_codes(self, store_id: str) -> Sequence[UnknownCode]:
        """What carriers said that their tables do not know, the most frequent first."""
        async with self._office.units.begin(write=False) as work:
            return await work.followed.unknown_codes(store_id)

    async def unknown_counts(self) -> Mapping[str, int]:
        """How often something could not be read, by provider, over all stores."""
        async with self._office.units.begin(write=False) as work:
            return await work.followed.unknown_counts()

    async def _taken_in(self, store_id: str, reported: Mapping[str, Sequence[TrackingEvent]]) -> SyncResult:
        store = await self._office.store(store_id)
        async with self._office.units.begin() as work:
            result = await take_in(work, store, reported, now=self._office.now())
            await work.commit()
        if result.changed:
            await self._office.wake(Lane.INTERACTIVE)
        return result
