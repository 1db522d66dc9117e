"""What became of the orders and shipments of some weeks, grouped by the database so that few rows come out."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from despacho_core.orders import OrderStatus
from despacho_core.shipment_overview import NOT_DELIVERED
from despacho_core.shipments import Shipment
from despacho_core.tracking import Reason, TrackingEvent, TrackingStatus
from despacho_database.columns import Time, microseconds
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import chunks
from despacho_database.tables import orders, shipment_is_bought, shipment_is_counted, shipments, tracking_events
from despacho_ports.figures import MOST_FAILURES, MOST_SHIPMENTS, FailedDelivery, PriceGroup, ShipmentGroup

_shipments = Mapping(shipments, Shipment)
_events = Mapping(tracking_events, TrackingEvent)

HOUR_S = 3600
DAY_S = 86_400
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_ENDED = [status for status in TrackingStatus if status.has_ended]


class Periods:
    """Asks about periods, on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def orders_by_hour(self, store_id: str, since: datetime) -> MappingOf[datetime, int]:
        """Paid orders by the hour in which they were first seen."""
        hour = self._span(orders.c.first_seen_at, self._moment("beginning", _BEGINNING), HOUR_S).label("hour")
        paid = (orders.c.store_id == store_id, orders.c.status == OrderStatus.PAID, orders.c.first_seen_at >= since)
        query = sa.select(hour, sa.func.count()).where(*paid).group_by(hour)
        rows = await self._connection.execute(query)
        return {_BEGINNING + timedelta(hours=int(number)): int(count) for number, count in rows}

    async def shipments(self, store_id: str, since: datetime, now: datetime) -> Sequence[ShipmentGroup]:
        """By account, status, and how long they took or have stood still."""
        some = _newest(store_id, since).subquery()
        status, moved = some.c.tracking_status, some.c.tracking_moved_at
        hours = sa.case((status == TrackingStatus.DELIVERED, self._span(moved, some.c.bought_at, HOUR_S)))
        age = sa.case((status.not_in(_ENDED), self._span(self._moment("now", now), moved, DAY_S)))
        keys = (some.c.account_id, status, age.label("age_days"), hours.label("hours"))
        query = sa.select(*keys, sa.func.count().label("many")).group_by(*keys)
        return [
            ShipmentGroup(
                account_id=row.account_id,
                status=TrackingStatus(row.tracking_status),
                age_days=None if row.age_days is None else max(int(row.age_days), 0),
                hours=None if row.hours is None else max(int(row.hours), 0),
                count=row.many,
            )
            for row in await self._connection.execute(query)
        ]

    async def prices(self, store_id: str, since: datetime) -> Sequence[PriceGroup]:
        """By account and prices; what an order's buyer paid counts with its first shipment."""
        some = _newest(store_id, since).subquery()
        theirs = sa.and_(orders.c.store_id == store_id, orders.c.number == some.c.order_number)
        paid = sa.case((some.c.ordinal == 1, orders.c.paid))
        keys = (some.c.account_id, some.c.quoted, paid.label("paid"))
        query = sa.select(*keys, sa.func.count().label("many")).select_from(some.outerjoin(orders, theirs))
        return [
            PriceGroup(account_id=row.account_id, quoted=row.quoted, paid=row.paid, count=row.many)
            for row in await self._connection.execute(query.group_by(*keys))
        ]

    async def failures(self, store_id: str, since: datetime) -> Sequence[FailedDelivery]:
        """What did not arrive, newest first, with the last reason that was told."""
        table = shipments.c
        failed = (table.store_id == store_id, shipment_is_bought, table.tracking_status.in_(NOT_DELIVERED))
        query = sa.select(shipments).where(*failed, table.tracking_moved_at >= since)
        newest = query.order_by(table.tracking_moved_at.desc(), table.id).limit(MOST_FAILURES)
        found = [_shipments.struct(row) for row in (await self._connection.execute(newest)).mappings().all()]
        reasons = await self._reasons(store_id, [one.id for one in found])
        return [
            FailedDelivery(
                shipment_id=one.id, account_id=one.account_id, destination=one.destination, reason=reasons.get(one.id)
            )
            for one in found
            if not one.is_return
        ]

    async def _reasons(self, store_id: str, shipment_ids: Sequence[str]) -> dict[str, Reason]:
        """The last reason of each shipment that has one."""
        table = tracking_events.c
        found: dict[str, Reason] = {}
        for some in chunks(shipment_ids):
            query = sa.select(tracking_events).where(table.store_id == store_id, table.shipment_id.in_(some))
            rows = await self._connection.execute(query.order_by(table.occurred_at, table.id))
            for row in rows.mappings():
                reason = _events.struct(row).reason
                if reason is not None:
                    found[row["shipment_id"]] = reason
        return found

    def _moment(self, name: str, at: datetime) -> sa.ColumnElement[Any]:
        """A time that is known, as a column holds it; by name, since it has to be the same wherever a statement repeats it."""
        if self._connection.dialect.name == "postgresql":
            return sa.bindparam(name, at, Time)
        return sa.bindparam(name, microseconds(at), sa.BigInteger)

    def _span(
        self, later: sa.ColumnElement[Any], earlier: sa.ColumnElement[Any], seconds: int
    ) -> sa.ColumnElement[int]:
        """Whole units of time between two moments, as each database keeps them."""
        if self._connection.dialect.name == "postgresql":
            whole: sa.ColumnElement[int] = sa.func.floor(sa.extract("epoch", later - earlier) / seconds)
            return whole
        between = sa.type_coerce(later, sa.BigInteger) - sa.type_coerce(earlier, sa.BigInteger)
        return between // (seconds * 1_000_000)


def _newest(store_id: str, since: datetime) -> sa.Select[Any]:
    """Outbound shipments bought since then, as many as are looked at."""
    table = shipments.c
    columns = (
        table.account_id,
        table.order_number,
        table.ordinal,
        table.tracking_status,
        table.tracking_moved_at,
        table.bought_at,
        table.quoted,
    )
    counted = (table.store_id == store_id, shipment_is_counted, table.bought_at >= since)
    return sa.select(*columns).where(*counted).order_by(table.bought_at.desc()).limit(MOST_SHIPMENTS)
