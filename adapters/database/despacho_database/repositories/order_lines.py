"""Lines of the list of orders: of each order and of what belongs to it no more is read than a line shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import msgspec
import sqlalchemy as sa

from despacho_core.addresses import Address
from despacho_core.delivery import MendedDelivery, mended_address
from despacho_core.fiscal import DocumentKind, InvoiceState
from despacho_core.order_overview import invoice_mark, shipping_mark
from despacho_core.orders import OrderStatus
from despacho_core.shipments import Direction, ShipmentState
from despacho_core.tracking import TrackingStatus
from despacho_database.among import among_given
from despacho_database.repositories.base import Repository
from despacho_database.repositories.order_marks import Condition
from despacho_database.tables import invoices, orders, shipments, waiting_documents
from despacho_ports.order_lists import ListedOrder


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of :class:`despacho_core.orders.Order` that a line shows, as its JSON has them; all others are passed over."""

    number: int
    status: OrderStatus
    currency: str
    total: Decimal = Decimal(0)
    shipping_required: bool = True
    created_at: datetime | None = None
    completed_at: datetime | None = None
    customer_name: str | None = None
    shipping_address: Address | None = None


class _Sent(NamedTuple):
    is_return: bool
    ordinal: int
    state: ShipmentState
    tracking_status: TrackingStatus


class _Billed(NamedTuple):
    kind: DocumentKind
    state: InvoiceState
    credited_at: datetime | None


class _Awaited(NamedTuple):
    purpose: str
    code: str


T = TypeVar("T")
_shown = msgspec.json.Decoder(Shown)
_delivery = msgspec.json.Decoder(MendedDelivery)


def _theirs(table: sa.Table, *columns: str) -> sa.Select[Any]:
    """Some columns of what belongs to orders of a store, behind the order's number."""
    mine = (table.c.store_id == sa.bindparam("store"), among_given(table.c.order_number, "orders"))
    return sa.select(table.c.order_number, *(table.c[name] for name in columns)).where(*mine)


_SENT = _theirs(shipments, "direction", "ordinal", "state", "tracking_status")
_BILLED = _theirs(invoices, "kind", "state", "credited_at")
_AWAITED = _theirs(waiting_documents, "purpose", "code")


class OrderLines(Repository):
    """Reads lines: four questions, however many orders."""

    async def those(self, store_id: str, conditions: Sequence[Condition], limit: int) -> list[ListedOrder]:
        """The orders that meet conditions on ``orders``, by falling number."""
        columns = (orders.c.first_seen_at, orders.c.delivery, orders.c.rest)
        query = sa.select(*columns).where(*conditions).order_by(orders.c.number.desc()).limit(limit)
        read = [(row, _shown.decode(row.rest)) for row in (await self._connection.execute(query)).all()]
        numbers = [shown.number for _, shown in read]
        if not numbers:
            return []
        sent, billed = await self._sent(store_id, numbers), await self._billed(store_id, numbers)
        awaited = await self._awaited(store_id, numbers)
        return [
            ListedOrder(
                number=shown.number,
                status=shown.status,
                placed_at=shown.completed_at or shown.created_at or row.first_seen_at,
                buyer=shown.customer_name or "",
                place=_place(shown, row.delivery),
                total=shown.total,
                currency=shown.currency,
                shipping=shipping_mark(shown, sent[shown.number]),
                invoice=invoice_mark(billed[shown.number], awaited[shown.number]),
            )
            for row, shown in read
        ]

    async def _sent(self, store_id: str, numbers: Sequence[int]) -> dict[int, list[_Sent]]:
        return _by_order(
            (number, _Sent(direction == Direction.RETURN, ordinal, ShipmentState(state), TrackingStatus(status)))
            for number, direction, ordinal, state, status in await self._of(_SENT, store_id, numbers)
        )

    async def _billed(self, store_id: str, numbers: Sequence[int]) -> dict[int, list[_Billed]]:
        return _by_order(
            (number, _Billed(DocumentKind(kind), InvoiceState(state), credited_at))
            for number, kind, state, credited_at in await self._of(_BILLED, store_id, numbers)
        )

    async def _awaited(self, store_id: str, numbers: Sequence[int]) -> dict[int, list[_Awaited]]:
        return _by_order(
            (number, _Awaited(purpose, code)) for number, purpose, code in await self._of(_AWAITED, store_id, numbers)
        )

    async def _of(self, query: sa.Select[Any], store_id: str, numbers: Sequence[int]) -> Sequence[Any]:
        found: Sequence[Any] = (await self._connection.execute(query, {"store": store_id, "orders": numbers})).all()
        return found


def _place(shown: Shown, delivery: str | None) -> str:
    """Where carriers take it: with what the merchant mended."""
    mended = None if delivery is None else _delivery.decode(delivery)
    address = mended_address(shown.shipping_address, mended)
    return address.place if address is not None else ""


def _by_order(some: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for number, one in some:
        found[number].append(one)
    return found
