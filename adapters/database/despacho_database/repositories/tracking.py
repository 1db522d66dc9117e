"""Tracking events."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from despacho_core.tracking import TrackingEvent
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository, chunks
from despacho_database.tables import shipments, tracking_events

_events = Mapping(tracking_events, TrackingEvent)


class TrackingEventsTable(Repository):
    """What carriers reported."""

    async def add_new(
        self, store_id: str, shipment_id: str, events: Sequence[TrackingEvent]
    ) -> Sequence[TrackingEvent]:
        """Keep those that are not kept yet and return them, once each; nothing for a shipment that the store has not."""
        reported = {event.fingerprint: event for event in events}
        if not reported or not await self._has_shipment(store_id, shipment_id):
            return []
        added: set[str] = set()
        for some in chunks(list(reported)):
            rows = [
                _events.row(reported[mark], store_id=store_id, shipment_id=shipment_id, fingerprint=mark)
                for mark in some
            ]
            insert = self._insert(tracking_events).values(rows).on_conflict_do_nothing()
            added |= set(await self._connection.scalars(insert.returning(tracking_events.c.fingerprint)))
        return [event for mark, event in reported.items() if mark in added]

    async def of_shipment(self, store_id: str, shipment_id: str) -> Sequence[TrackingEvent]:
        """Oldest first by event time; of the same instant, in the order they came."""
        table = tracking_events.c
        query = sa.select(tracking_events).where(table.store_id == store_id, table.shipment_id == shipment_id)
        return [_events.struct(row) for row in await self._all(query.order_by(table.occurred_at, table.id))]

    async def _has_shipment(self, store_id: str, shipment_id: str) -> bool:
        query = sa.select(shipments.c.id).where(shipments.c.store_id == store_id, shipments.c.id == shipment_id)
        return await self._one(query) is not None
