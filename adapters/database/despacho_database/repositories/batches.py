"""Batches and their lines."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from despacho_core.batches import Batch, BatchLine, BatchPurpose
from despacho_core.orders import Order, OrderStatus
from despacho_core.shipments import Direction, Shipment, ShipmentState
from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository, chunks, newest_first
from despacho_database.repositories.orders import record_of
from despacho_database.tables import batch_lines, batches, orders, shipments

_batches = Mapping(batches, Batch)
_lines = Mapping(batch_lines, BatchLine)
_shipments = Mapping(shipments, Shipment)
_order = msgspec.json.Decoder(Order)
_OVER = (ShipmentState.REJECTED, ShipmentState.VOIDED)


class BatchesTable(Repository):
    """Batches and their lines."""

    async def add(self, batch: Batch, lines: Sequence[BatchLine]) -> None:
        """Add; raises ``AlreadyThere`` when the store has a batch under this key."""
        await self._add(batches, _batches.row(batch))
        await self._add_all(batch_lines, [_lines.row(line) for line in lines])

    async def get(self, store_id: str, batch_id: str) -> Batch | None:
        return await self._found(batches.c.store_id == store_id, batches.c.id == batch_id)

    async def by_key(self, store_id: str, key: str) -> Batch | None:
        return await self._found(batches.c.store_id == store_id, batches.c.key == key)

    async def page(
        self, store_id: str, purpose: BatchPurpose, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Batch]:
        """Newest first."""
        query = sa.select(batches).where(batches.c.store_id == store_id, batches.c.purpose == purpose)
        rows = await self._all(newest_first(query, batches, before=before, limit=limit))
        return [_batches.struct(row) for row in rows]

    async def lines(self, store_id: str, batch_id: str, *, places: Sequence[int] | None = None) -> Sequence[BatchLine]:
        """By place."""
        query = sa.select(batch_lines).where(batch_lines.c.store_id == store_id, batch_lines.c.batch_id == batch_id)
        if places is not None:
            query = query.where(batch_lines.c.place.in_(places))
        rows = await self._all(self._for_change(query.order_by(batch_lines.c.place)))
        return [_lines.struct(row) for row in rows]

    async def save_line(self, line: BatchLine) -> None:
        await self._update(batch_lines, _lines.row(line))

    async def shipments(self, store_id: str, shipment_ids: Sequence[str]) -> Sequence[Shipment]:
        found: list[Shipment] = []
        for some in chunks(sorted(set(shipment_ids))):
            query = sa.select(shipments).where(shipments.c.store_id == store_id, shipments.c.id.in_(some))
            found += [_shipments.struct(row) for row in await self._all(query)]
        return found

    async def orders(self, store_id: str, numbers: Sequence[int]) -> Sequence[Order]:
        found: list[Order] = []
        for some in chunks(sorted({bounded(number) for number in numbers})):
            query = sa.select(orders).where(orders.c.store_id == store_id, orders.c.number.in_(some))
            found += [record_of(row).to_ship for row in await self._all(query)]
        return found

    async def orders_without_shipment(self, store_id: str, *, after: int, limit: int) -> Sequence[Order]:
        """Paid ones without a live shipment that goes out, by number, above ``after``."""
        shipped = sa.select(shipments.c.id).where(
            shipments.c.store_id == orders.c.store_id,
            shipments.c.order_number == orders.c.number,
            shipments.c.direction == Direction.OUTBOUND,
            shipments.c.state.not_in(_OVER),
        )
        query = sa.select(orders.c.rest).where(
            orders.c.store_id == store_id,
            orders.c.status == OrderStatus.PAID,
            orders.c.number > bounded(after),
            ~shipped.exists(),
        )
        return [_order.decode(row["rest"]) for row in await self._all(query.order_by(orders.c.number).limit(limit))]

    async def _found(self, *conditions: sa.ColumnElement[bool]) -> Batch | None:
        row = await self._one(sa.select(batches).where(*conditions))
        return None if row is None else _batches.struct(row)
