"""Lists of orders as a merchant looks through them: searched, filtered, a page at a time, with all that belongs to each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import msgspec

from despacho_core.fiscal import Invoice
from despacho_core.order_overview import InvoiceMark, ShippingMark
from despacho_core.orders import OrderStatus
from despacho_core.shipments import Shipment
from despacho_core.waiting import WaitingDocument
from despacho_ports.records import OrderRecord


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for; what is None does not matter. ``text`` is a number, or beginnings of words."""

    status: OrderStatus | None = None
    shipping: ShippingMark | None = None
    invoice: InvoiceMark | None = None
    text: str = ""


class ListedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list: what is shown of an order among many, and no more, since reading orders whole is most of what a list costs.

    ``placed_at`` is when it was completed in the store, else made there, else first seen here; ``place`` is where carriers take it, with
    what the merchant mended.
    """

    number: int
    status: OrderStatus
    placed_at: datetime
    buyer: str
    place: str
    total: Decimal
    currency: str
    shipping: ShippingMark
    invoice: InvoiceMark


class OrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """Orders by falling number. ``next`` is what to ask for below, None at the end; a page may be short where few orders fit."""

    lines: tuple[ListedOrder, ...]
    next: int | None = None


class Belongings(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs to the orders of a page, together."""

    shipments: tuple[Shipment, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    waiting: tuple[WaitingDocument, ...] = ()


class OrderLists(Protocol):
    """Orders, looked through."""

    async def page(
        self, store_id: str, wanted: OrderFilter, *, before: int | None = None, limit: int = 50
    ) -> OrderPage:
        """Orders that fit, below ``before``. A bounded number is looked at, so that a page is quick however few fit."""
        ...

    async def these(self, store_id: str, numbers: Sequence[int]) -> Sequence[OrderRecord]:
        """Those of these orders that there are, by falling number."""
        ...

    async def belongings(self, store_id: str, numbers: Sequence[int]) -> Belongings:
        """Shipments, documents and what waits, of these orders."""
        ...
