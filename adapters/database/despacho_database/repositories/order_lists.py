"""Orders, looked through: pages by falling number, and the words that orders are found by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from despacho_core.fiscal import Invoice
from despacho_core.order_overview import plain_number, plain_words
from despacho_core.shipments import Shipment
from despacho_core.waiting import WaitingDocument
from despacho_database.among import among_numbers
from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository
from despacho_database.repositories.order_lines import OrderLines
from despacho_database.repositories.order_marks import Condition, invoice_is, shipping_is
from despacho_database.repositories.order_search import FOUND, Found, OrderSearch
from despacho_database.repositories.orders import record_of
from despacho_database.tables import invoices, labels, orders, shipments, waiting_documents
from despacho_ports.order_lists import Belongings, OrderFilter, OrderPage
from despacho_ports.records import OrderRecord

_shipments = Mapping(shipments, Shipment)
_invoices = Mapping(invoices, Invoice)
_waiting = Mapping(waiting_documents, WaitingDocument)

WINDOW = 4_000
"""So many orders are looked at for one page when a filter needs other tables; then the page ends, full or not."""


class OrderListsTable(Repository):
    """Implements ``OrderLists``."""

    async def page(
        self, store_id: str, wanted: OrderFilter, *, before: int | None = None, limit: int = 50
    ) -> OrderPage:
        """Orders that fit, below ``before``."""
        conditions, floor = [orders.c.store_id == store_id], None
        if before is not None:
            conditions.append(orders.c.number < bounded(before))
        if wanted.text.strip():
            is_all = wanted == OrderFilter(text=wanted.text)
            found = await self._searched(store_id, wanted.text, before, limit + 1 if is_all else FOUND)
            floor = found.floor
            if not found.numbers:
                return OrderPage(lines=(), next=floor)
            conditions.append(among_numbers(orders.c.number, found.numbers))
        elif wanted.shipping is not None or wanted.invoice is not None:
            floor = await self._floor(conditions)
            if floor is not None:
                conditions.append(orders.c.number >= floor)
        if wanted.status is not None:
            conditions.append(orders.c.status == wanted.status)
        conditions += [*shipping_is(wanted.shipping), *invoice_is(wanted.invoice)]
        lines = await OrderLines(self._connection, writing=self._writing).those(store_id, conditions, limit + 1)
        if len(lines) > limit:
            return OrderPage(lines=tuple(lines[:limit]), next=lines[limit - 1].number)
        return OrderPage(lines=tuple(lines), next=floor)

    async def _floor(self, conditions: Sequence[Condition]) -> int | None:
        """The number down to which orders are looked at; None for all that there are."""
        last = sa.select(orders.c.number).where(*conditions).order_by(orders.c.number.desc()).offset(WINDOW).limit(1)
        floor: int | None = await self._connection.scalar(last)
        return floor

    async def these(self, store_id: str, numbers: Sequence[int]) -> Sequence[OrderRecord]:
        """Those of these orders that there are, by falling number."""
        query = sa.select(orders).where(orders.c.store_id == store_id, among_numbers(orders.c.number, numbers))
        return [record_of(row) for row in await self._all(query.order_by(orders.c.number.desc()))]

    async def belongings(self, store_id: str, numbers: Sequence[int]) -> Belongings:
        """Shipments, documents and what waits, of these orders."""
        if not numbers:
            return Belongings()
        sent = await self._of(shipments, store_id, numbers, shipments.c.ordinal)
        billed = await self._of(invoices, store_id, numbers, invoices.c.created_at)
        waits = await self._of(waiting_documents, store_id, numbers, waiting_documents.c.since)
        return Belongings(
            shipments=tuple(_shipments.struct(row) for row in sent),
            invoices=tuple(_invoices.struct(row) for row in billed),
            waiting=tuple(_waiting.struct(row) for row in waits),
        )

    async def _of(
        self, table: sa.Table, store_id: str, numbers: Sequence[int], order: sa.ColumnElement[Any]
    ) -> Sequence[sa.RowMapping]:
        theirs = (table.c.store_id == store_id, among_numbers(table.c.order_number, numbers))
        return await self._all(sa.select(table).where(*theirs).order_by(order))

    async def _searched(self, store_id: str, text: str, before: int | None, limit: int) -> Found:
        """Orders that a text finds: by words, by an order's or a tracking number."""
        search = OrderSearch(self._connection, writing=self._writing)
        words, long_number = plain_words(text), plain_number(text)
        found = await search.by_words(store_id, words, before, limit)
        floors, numbers = [found.floor], {*found.numbers, *await self._by_tracking(store_id, text)}
        if words != [long_number] and any(one.isdigit() for one in long_number):
            spaced = await search.by_words(store_id, [long_number], before, limit)
            floors.append(spaced.floor)
            numbers |= spaced.numbers
        if text.strip().isdecimal() and len(text.strip()) < 19:
            numbers.add(int(text))
        floor = max((one for one in floors if one is not None), default=None)
        shown = (one for one in numbers if (floor is None or one >= floor) and (before is None or one < before))
        return Found(frozenset(shown), floor)

    async def _by_tracking(self, store_id: str, text: str) -> list[int]:
        query = sa.select(shipments.c.order_number).where(
            labels.c.store_id == store_id,
            labels.c.tracking_number == text.strip().upper(),
            shipments.c.store_id == store_id,
            shipments.c.id == labels.c.shipment_id,
        )
        return list((await self._connection.scalars(query.limit(FOUND))).all())
