"""Quotes given at checkouts, and orders as last read."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from despacho_core.orders import Order, OrderStatus
from despacho_core.quotes import Quote
from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository, chunks
from despacho_database.tables import orders, quotes
from despacho_ports.records import OrderRecord

_quotes = Mapping(quotes, Quote)


class QuotesTable(Repository):
    """Quotes given at checkouts."""

    async def add_all(self, given: Sequence[Quote]) -> None:
        await self._add_all(quotes, [_quotes.row(quote) for quote in given])

    async def get(self, store_id: str, quote_id: str) -> Quote | None:
        row = await self._one(sa.select(quotes).where(quotes.c.store_id == store_id, quotes.c.id == quote_id))
        return None if row is None else _quotes.struct(row)

    async def remove_older(self, before: datetime, limit: int) -> int:
        """Remove a bounded batch; returns how many."""
        return await self._remove_older(quotes, quotes.c.created_at, before, limit)


class OrdersTable(Repository):
    """Orders as last read. The whole order is JSON; number and status beside it are for looking it up."""

    async def get(self, store_id: str, number: int) -> OrderRecord | None:
        query = sa.select(orders).where(orders.c.store_id == store_id, orders.c.number == bounded(number))
        row = await self._one(query)
        return None if row is None else _record(row)

    async def save(self, store_id: str, order: Order, *, read_at: datetime) -> bool:
        """Save unless a newer reading is there; returns whether it was saved."""
        insert = self._insert(orders).values(
            store_id=store_id,
            number=order.number,
            status=order.status,
            read_at=read_at,
            first_seen_at=read_at,
            rest=msgspec.json.encode(order).decode(),
        )
        newest = {name: insert.excluded[name] for name in ("status", "read_at", "rest")}
        saved = await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["store_id", "number"], set_=newest, where=orders.c.read_at <= insert.excluded.read_at
            ).returning(orders.c.number)
        )
        return saved.first() is not None

    async def page(
        self, store_id: str, *, before: int | None = None, limit: int = 50, status: OrderStatus | None = None
    ) -> Sequence[OrderRecord]:
        """Newest number first, below ``before``."""
        query = sa.select(orders).where(orders.c.store_id == store_id)
        if before is not None:
            query = query.where(orders.c.number < bounded(before))
        if status is not None:
            query = query.where(orders.c.status == status)
        return [_record(row) for row in await self._all(query.order_by(orders.c.number.desc()).limit(limit))]

    async def known_numbers(self, store_id: str, numbers: Sequence[int]) -> dict[int, OrderStatus]:
        """The status as last read of those that are known."""
        known: dict[int, OrderStatus] = {}
        for some in chunks([bounded(number) for number in numbers]):
            query = sa.select(orders.c.number, orders.c.status).where(orders.c.store_id == store_id)
            rows = await self._all(query.where(orders.c.number.in_(some)))
            known |= {row["number"]: OrderStatus(row["status"]) for row in rows}
        return known


def _record(row: sa.RowMapping) -> OrderRecord:
    return OrderRecord(
        store_id=row["store_id"],
        order=msgspec.json.decode(row["rest"], type=Order),
        read_at=row["read_at"],
        first_seen_at=row["first_seen_at"],
    )
