"""The orders as a merchant looks through them: each with where its parcels and its document stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from despacho_core.fiscal import Invoice
from despacho_core.order_overview import InvoiceMark, ShippingMark, invoice_mark, shipping_mark
from despacho_core.orders import Order
from despacho_core.shipments import Shipment
from despacho_core.waiting import WaitingDocument
from despacho_ports.order_lists import ListedOrder, OrderFilter
from despacho_ports.order_views import OrderView
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import OrderRecord
from despacho_services.buyable import Buyable, buyable
from despacho_services.office import Office

T = TypeVar("T", Shipment, Invoice, WaitingDocument)


@dataclass(frozen=True)
class OrderRow:
    """An order with all that belongs to it."""

    record: OrderRecord
    shipments: tuple[Shipment, ...]
    invoices: tuple[Invoice, ...]
    waiting: tuple[WaitingDocument, ...]

    @property
    def order(self) -> Order:
        """The order as last read."""
        return self.record.order

    @property
    def shipping(self) -> ShippingMark:
        """Where its parcels stand."""
        return shipping_mark(self.order, self.shipments)

    @property
    def invoice(self) -> InvoiceMark:
        """Where its document stands."""
        return invoice_mark(self.invoices, self.waiting)


@dataclass(frozen=True)
class OrderList:
    """A page of the list, with what is chosen from beside it. ``next`` is what to ask for below, None at the end."""

    lines: tuple[ListedOrder, ...]
    next: int | None
    views: tuple[OrderView, ...]
    buyable: tuple[Buyable, ...]


class OrderDesk:
    """Looks through orders. Reads alone, scoped by store."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def page(
        self, store_id: str, wanted: OrderFilter, *, before: int | None = None, limit: int = 50
    ) -> OrderList:
        """Orders that fit, by falling number; the store's views; the services that labels can be bought under."""
        async with self._office.units.begin(write=False) as work:
            found = await work.order_lists.page(store_id, wanted, before=before, limit=limit)
            views = await work.order_views.of_store(store_id)
            accounts = await work.accounts.of_store(store_id)
        return OrderList(found.lines, found.next, tuple(views), tuple(buyable(self._office, accounts)))

    async def chosen(self, store_id: str, numbers: Sequence[int]) -> tuple[OrderRow, ...]:
        """These orders, in this sequence; those that we do not hold are left out."""
        async with self._office.units.begin(write=False) as work:
            found = await work.order_lists.these(store_id, numbers)
            rows = await _rows(work, store_id, found)
        by_number = {row.order.number: row for row in rows}
        return tuple(by_number[number] for number in dict.fromkeys(numbers) if number in by_number)


async def _rows(work: UnitOfWork, store_id: str, records: Sequence[OrderRecord]) -> tuple[OrderRow, ...]:
    numbers = [record.order.number for record in records]
    theirs = await work.order_lists.belongings(store_id, numbers)
    shipments, invoices = _by_order(theirs.shipments), _by_order(theirs.invoices)
    waiting = _by_order(theirs.waiting)
    return tuple(
        OrderRow(record, tuple(shipments[number]), tuple(invoices[number]), tuple(waiting[number]))
        for record, number in zip(records, numbers, strict=True)
    )


def _by_order(some: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for one in some:
        found[one.order_number].append(one)
    return found
