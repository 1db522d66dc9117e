"""Orders, looked through: pages by falling number, and the words that orders are found by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.order_overview import InvoiceMark, ShippingMark, plain_number, plain_words
from despacho_core.shipments import Direction, Shipment, ShipmentState
from despacho_core.tracking import TrackingStatus
from despacho_core.waiting import SALE, UNLISTED, WaitingDocument
from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository, chunks
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

_Condition = sa.ColumnElement[bool]


class OrderListsTable(Repository):
    """Implements ``OrderLists``."""

    async def page(
        self, store_id: str, wanted: OrderFilter, *, before: int | None = None, limit: int = 50
    ) -> OrderPage:
        """Orders that fit, below ``before``."""
        mine = [orders.c.store_id == store_id]
        if before is not None:
            mine.append(orders.c.number < bounded(before))
        conditions, floor = list(mine), None
        if wanted.status is not None:
            conditions.append(orders.c.status == wanted.status)
        if wanted.text.strip():
            found = await self._searched(store_id, wanted.text, before)
            floor = found.floor
            if not found.numbers:
                return OrderPage(records=(), next=floor)
            numbers = sorted(found.numbers, reverse=True)
            is_all = wanted == OrderFilter(text=wanted.text)
            # One of them may be no order's number: what was typed.
            conditions.append(orders.c.number.in_(numbers[: limit + 2] if is_all else numbers))
        elif wanted.shipping is not None or wanted.invoice is not None:
            last = sa.select(orders.c.number).where(*mine).order_by(orders.c.number.desc()).offset(WINDOW).limit(1)
            floor = await self._connection.scalar(last)
            if floor is not None:
                conditions.append(orders.c.number >= floor)
        conditions += [*_shipping(wanted.shipping), *_invoice(wanted.invoice)]
        query = sa.select(orders).where(*conditions).order_by(orders.c.number.desc()).limit(limit + 1)
        records = [record_of(row) for row in await self._all(query)]
        if len(records) > limit:
            return OrderPage(records=tuple(records[:limit]), next=records[limit - 1].order.number)
        return OrderPage(records=tuple(records), next=floor)

    async def these(self, store_id: str, numbers: Sequence[int]) -> Sequence[OrderRecord]:
        """Those of these orders that there are, by falling number."""
        found: list[OrderRecord] = []
        for some in chunks(sorted({bounded(number) for number in numbers}, reverse=True)):
            query = sa.select(orders).where(orders.c.store_id == store_id, orders.c.number.in_(some))
            found += [record_of(row) for row in await self._all(query.order_by(orders.c.number.desc()))]
        return found

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
        theirs = (table.c.store_id == store_id, table.c.order_number.in_([bounded(number) for number in numbers]))
        return await self._all(sa.select(table).where(*theirs).order_by(order))

    async def _searched(self, store_id: str, text: str, before: int | None) -> Found:
        """Orders that a text finds: by words, by an order's or a tracking number."""
        search = OrderSearch(self._connection, writing=self._writing)
        by_words = [await search.by_words(store_id, plain_words(text), before)]
        long_number = plain_number(text)
        if any(one.isdigit() for one in long_number):
            by_words.append(await search.by_words(store_id, [long_number], before))
        numbers = set(await self._by_tracking(store_id, text)).union(*(one.numbers for one in by_words))
        if text.strip().isdecimal() and len(text.strip()) < 19:
            numbers.add(int(text))
        floor = max((one.floor for one in by_words if one.floor is not None), default=None)
        shown = (
            bounded(one) for one in numbers if (floor is None or one >= floor) and (before is None or one < before)
        )
        return Found(frozenset(shown), floor)

    async def _by_tracking(self, store_id: str, text: str) -> list[int]:
        query = sa.select(shipments.c.order_number).where(
            labels.c.store_id == store_id,
            labels.c.tracking_number == text.strip().upper(),
            shipments.c.store_id == store_id,
            shipments.c.id == labels.c.shipment_id,
        )
        return await self._numbers(query.limit(FOUND))

    async def _numbers(self, query: sa.Select[Any]) -> list[int]:
        return list((await self._connection.scalars(query)).all())


def _shipment_exists(*conditions: _Condition) -> _Condition:
    theirs = (shipments.c.store_id == orders.c.store_id, shipments.c.order_number == orders.c.number)
    return sa.exists().where(*theirs, shipments.c.direction == Direction.OUTBOUND, *conditions)


_COUNTS = shipments.c.state != ShipmentState.VOIDED
_UNSETTLED = shipments.c.state.in_([ShipmentState.REJECTED, ShipmentState.UNCERTAIN])
_SETTLED = shipments.c.state.not_in([ShipmentState.REJECTED, ShipmentState.UNCERTAIN, ShipmentState.VOIDED])
_NEEDED = orders.c.rest.not_like('%"shipping_required":false%')


def _shipping(mark: ShippingMark | None) -> list[_Condition]:
    """The same as :func:`despacho_core.order_overview.shipping_mark`, said of rows; a test holds them together."""
    if mark is None:
        return []
    if mark is ShippingMark.NOT_NEEDED:
        return [~_NEEDED, ~_shipment_exists(_COUNTS)]
    if mark is ShippingMark.MISSING:
        return [_NEEDED, ~_shipment_exists(_COUNTS)]
    if mark is ShippingMark.PROBLEM:
        return [_shipment_exists(_UNSETTLED), ~_shipment_exists(_SETTLED)]
    return [_newest(mark)]


_STATUSES = {
    ShippingMark.READY: (TrackingStatus.REQUESTED,),
    ShippingMark.MOVING: (
        TrackingStatus.IN_TRANSIT,
        TrackingStatus.OUT_FOR_DELIVERY,
        TrackingStatus.PICKUP_AVAILABLE,
    ),
    ShippingMark.FAILED: (TrackingStatus.FAILED, TrackingStatus.RETURNED),
    ShippingMark.DELIVERED: (TrackingStatus.DELIVERED,),
}


def _newest(mark: ShippingMark) -> _Condition:
    """That the newest shipment that counts stands so."""
    later = shipments.alias("later")
    no_later = ~sa.exists().where(
        later.c.store_id == shipments.c.store_id,
        later.c.order_number == shipments.c.order_number,
        later.c.ordinal > shipments.c.ordinal,
        later.c.direction == Direction.OUTBOUND,
        later.c.state.not_in([ShipmentState.REJECTED, ShipmentState.UNCERTAIN, ShipmentState.VOIDED]),
    )
    if mark is ShippingMark.WAITING:
        return _shipment_exists(shipments.c.state == ShipmentState.REQUESTED, no_later)
    said = shipments.c.tracking_status.in_(_STATUSES[mark])
    return _shipment_exists(_SETTLED, shipments.c.state != ShipmentState.REQUESTED, said, no_later)


def _invoice_exists(*conditions: _Condition) -> _Condition:
    theirs = (invoices.c.store_id == orders.c.store_id, invoices.c.order_number == orders.c.number)
    return sa.exists().where(*theirs, invoices.c.kind != DocumentKind.CREDIT_NOTE, *conditions)


_STANDING = invoices.c.credited_at.is_(None)
_ISSUED = _invoice_exists(_STANDING, invoices.c.state == InvoiceState.ISSUED)
_UNDER_WAY = _invoice_exists(_STANDING, invoices.c.state == InvoiceState.REQUESTED)
_IN_DOUBT = _invoice_exists(_STANDING, invoices.c.state == InvoiceState.UNCERTAIN)
_REFUSED = _invoice_exists(_STANDING, invoices.c.state == InvoiceState.REJECTED)
_WAITS = sa.exists().where(
    waiting_documents.c.store_id == orders.c.store_id,
    waiting_documents.c.order_number == orders.c.number,
    waiting_documents.c.purpose == SALE,
    waiting_documents.c.code.not_in(sorted(UNLISTED)),
)
_PROBLEM = sa.or_(_WAITS, _IN_DOUBT, sa.and_(_REFUSED, ~_UNDER_WAY))
_CREDITED = _invoice_exists(~_STANDING, invoices.c.state == InvoiceState.ISSUED)


def _invoice(mark: InvoiceMark | None) -> list[_Condition]:
    """The same as :func:`despacho_core.order_overview.invoice_mark`, said of rows."""
    conditions: dict[InvoiceMark | None, list[_Condition]] = {
        None: [],
        InvoiceMark.ISSUED: [_ISSUED],
        InvoiceMark.PROBLEM: [~_ISSUED, _PROBLEM],
        InvoiceMark.WAITING: [~_ISSUED, ~_PROBLEM, _UNDER_WAY],
        InvoiceMark.CREDITED: [~_ISSUED, ~_PROBLEM, ~_UNDER_WAY, _CREDITED],
        InvoiceMark.MISSING: [~_ISSUED, ~_PROBLEM, ~_UNDER_WAY, ~_CREDITED],
    }
    return conditions[mark]
