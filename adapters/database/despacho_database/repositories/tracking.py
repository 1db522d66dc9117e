"""Tracking events."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from despacho_core.tracking import TrackingEvent, told
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository
from despacho_database.tables import tracking_events

_events = Mapping(tracking_events, TrackingEvent)


class TrackingEventsTable(Repository):
    """What was reported; see also :mod:`despacho_database.repositories.followed`."""

    async def of_shipment(self, store_id: str, shipment_id: str) -> Sequence[TrackingEvent]:
        """Oldest first by event time, as a story."""
        table = tracking_events.c
        query = sa.select(tracking_events).where(table.store_id == store_id, table.shipment_id == shipment_id)
        return told(_events.struct(row) for row in await self._all(query.order_by(table.id)))
