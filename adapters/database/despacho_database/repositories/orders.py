"""Quotes given at checkouts, and orders as last read."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import msgspec
import sqlalchemy as sa

from despacho_core.billing import MendedBilling
from despacho_core.delivery import MendedDelivery
from despacho_core.errors import NotFound
from despacho_core.fiscal import DocumentKind
from despacho_core.order_overview import words_of
from despacho_core.orders import Order, OrderStatus
from despacho_core.quotes import Quote
from despacho_database.among import given_texts
from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.prices import in_minor_units
from despacho_database.repositories.base import Repository, chunks, insert_into
from despacho_database.tables import invoices, order_words, orders, quotes, waiting_documents
from despacho_ports.records import OrderRecord

_quotes = Mapping(quotes, Quote)


def quote_rest(quote: Quote) -> str:
    """What of a quote has no column, as its row holds it."""
    return _quotes.rest(quote)


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
    """Orders as last read. The whole order is JSON; number and status beside it are for looking it up.

    ``billing`` and ``delivery`` are the merchant's word, which no reading overwrites.
    """

    async def get(self, store_id: str, number: int) -> OrderRecord | None:
        row = await self._one(_ONE, store=store_id, order=bounded(number))
        return None if row is None else record_of(row)

    async def read_at(self, store_id: str, number: int) -> datetime | None:
        """When the order was last read, None for one that never was."""
        row = await self._one(_ONES_READING, store=store_id, order=bounded(number))
        return None if row is None else row["read_at"]

    async def save(self, store_id: str, order: Order, *, read_at: datetime) -> bool:
        """Save unless a newer reading is there; returns whether it was saved."""
        row = {
            "store_id": store_id,
            "number": order.number,
            "status": order.status,
            "read_at": read_at,
            "first_seen_at": read_at,
            "paid": in_minor_units(order.shipping - order.shipping_discount, order.currency),
            "rest": msgspec.json.encode(order).decode(),
        }
        saved = await self._connection.execute(_saving(self._connection.dialect.name), row)
        if saved.first() is None:
            return False
        await self._keep_words(store_id, order)
        return True

    async def _keep_words(self, store_id: str, order: Order) -> None:
        """What the order is found by. Words that it no longer has still find it, which harms nobody."""
        words = {"store": store_id, "order": order.number, "words": words_of(order)}
        await self._connection.execute(_wording(self._connection.dialect.name), words)

    async def save_billing(self, store_id: str, number: int, billing: MendedBilling | None) -> None:
        """Keep the merchant's word on the buyer's data beside the order. Raises ``NotFound``."""
        await self._save_beside(store_id, number, "billing", billing)

    async def save_delivery(self, store_id: str, number: int, delivery: MendedDelivery | None) -> None:
        """Keep the merchant's word on where the order goes beside the order. Raises ``NotFound``."""
        await self._save_beside(store_id, number, "delivery", delivery)

    async def _save_beside(self, store_id: str, number: int, column: str, value: msgspec.Struct | None) -> None:
        kept = None if value is None else msgspec.json.encode(value).decode()
        mine = (orders.c.store_id == store_id, orders.c.number == bounded(number))
        changed = await self._connection.execute(sa.update(orders).where(*mine).values({column: kept}))
        if not changed.rowcount:
            raise NotFound(what="order", id=number)

    async def without_document(
        self, store_id: str, *, seen_since: datetime, after: int = 0, limit: int = 200
    ) -> Sequence[OrderRecord]:
        """Paid orders first seen since then that neither have a receipt or invoice nor wait for one, as they were first seen.

        ``after``: of those first seen at that very moment, only the ones with a higher number; so the last row tells where to go on.
        """
        theirs = (invoices.c.store_id == orders.c.store_id, invoices.c.order_number == orders.c.number)
        sale = sa.exists().where(*theirs, invoices.c.kind != DocumentKind.CREDIT_NOTE)
        waits = sa.exists().where(
            waiting_documents.c.store_id == orders.c.store_id, waiting_documents.c.order_number == orders.c.number
        )
        query = sa.select(orders).where(
            orders.c.store_id == store_id,
            orders.c.status == OrderStatus.PAID,
            orders.c.first_seen_at >= seen_since,
            sa.or_(orders.c.first_seen_at > seen_since, orders.c.number > bounded(after)),
            ~sale,
            ~waits,
        )
        return [
            record_of(row)
            for row in await self._all(query.order_by(orders.c.first_seen_at, orders.c.number).limit(limit))
        ]

    async def page(
        self, store_id: str, *, before: int | None = None, limit: int = 50, status: OrderStatus | None = None
    ) -> Sequence[OrderRecord]:
        """Newest number first, below ``before``."""
        query = sa.select(orders).where(orders.c.store_id == store_id)
        if before is not None:
            query = query.where(orders.c.number < bounded(before))
        if status is not None:
            query = query.where(orders.c.status == status)
        return [record_of(row) for row in await self._all(query.order_by(orders.c.number.desc()).limit(limit))]

    async def known_numbers(self, store_id: str, numbers: Sequence[int]) -> dict[int, OrderStatus]:
        """The status as last read of those that are known."""
        known: dict[int, OrderStatus] = {}
        for some in chunks([bounded(number) for number in numbers]):
            query = sa.select(orders.c.number, orders.c.status).where(orders.c.store_id == store_id)
            rows = await self._all(query.where(orders.c.number.in_(some)))
            known |= {row["number"]: OrderStatus(row["status"]) for row in rows}
        return known


_MINE = (orders.c.store_id == sa.bindparam("store"), orders.c.number == sa.bindparam("order"))
_ONE = sa.select(orders).where(*_MINE)
_ONES_READING = sa.select(orders.c.read_at).where(*_MINE)


@cache
def _saving(dialect: str) -> sa.Executable:
    """Adds an order, or replaces an older reading of it."""
    insert = insert_into(orders, dialect)
    newest = {name: insert.excluded[name] for name in ("status", "read_at", "paid", "rest")}
    return insert.on_conflict_do_update(
        index_elements=["store_id", "number"], set_=newest, where=orders.c.read_at <= insert.excluded.read_at
    ).returning(orders.c.number)


@cache
def _wording(dialect: str) -> sa.Executable:
    """Adds the words that an order has not had before."""
    word = given_texts("words", dialect)
    rows = sa.select(sa.bindparam("store", type_=sa.Text), word, sa.bindparam("order", type_=sa.BigInteger)).where(
        sa.true()  # without a condition SQLite takes what follows for the condition of a join
    )
    return insert_into(order_words, dialect).from_select(["store_id", "word", "number"], rows).on_conflict_do_nothing()


def record_of(row: sa.RowMapping) -> OrderRecord:
    """The order of a row."""
    return OrderRecord(
        store_id=row["store_id"],
        order=msgspec.json.decode(row["rest"], type=Order),
        read_at=row["read_at"],
        first_seen_at=row["first_seen_at"],
        billing=None if row["billing"] is None else msgspec.json.decode(row["billing"], type=MendedBilling),
        delivery=None if row["delivery"] is None else msgspec.json.decode(row["delivery"], type=MendedDelivery),
    )
