"""What is sold: quotes, orders, fiscal documents, and what waits for a document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from despacho_core.billing import MendedBilling
from despacho_core.delivery import MendedDelivery
from despacho_core.fiscal import DocumentKind, Invoice
from despacho_core.orders import Order, OrderStatus
from despacho_core.quotes import Quote
from despacho_core.waiting import SALE, WaitingDocument
from despacho_ports.records import OrderRecord


class Quotes(Protocol):
    """Quotes given at checkouts."""

    async def add_all(self, quotes: Sequence[Quote]) -> None: ...
    async def get(self, store_id: str, quote_id: str) -> Quote | None: ...
    async def remove_older(self, before: datetime, limit: int) -> int:
        """Remove a bounded batch; returns how many."""
        ...


class QuoteWriter(Protocol):
    """Keeps quotes outside of any unit of work, many carts at a time."""

    async def keep(self, quotes: Sequence[Quote]) -> None:
        """Return once they are durable. Raises ``NotAccepted``."""
        ...


class Orders(Protocol):
    """Orders as last read."""

    async def get(self, store_id: str, number: int) -> OrderRecord | None: ...
    async def read_at(self, store_id: str, number: int) -> datetime | None:
        """When the order was last read, None for one that never was."""
        ...

    async def save(self, store_id: str, order: Order, *, read_at: datetime) -> bool:
        """Save unless a newer reading is there; returns whether it was saved."""
        ...

    async def page(
        self, store_id: str, *, before: int | None = None, limit: int = 50, status: OrderStatus | None = None
    ) -> Sequence[OrderRecord]:
        """Newest number first, below ``before``."""
        ...

    async def save_billing(self, store_id: str, number: int, billing: MendedBilling | None) -> None:
        """Keep the merchant's word on the buyer's data beside the order, where no reading overwrites it. Raises ``NotFound``."""
        ...

    async def save_delivery(self, store_id: str, number: int, delivery: MendedDelivery | None) -> None:
        """Keep the merchant's word on where the order goes, likewise. Raises ``NotFound``."""
        ...

    async def without_document(
        self, store_id: str, *, seen_since: datetime, after: int = 0, limit: int = 200
    ) -> Sequence[OrderRecord]:
        """Paid orders first seen since then that neither have a receipt or invoice nor wait for one, as they were first seen.

        ``after``: of those first seen at that very moment, only the ones with a higher number; so the last row tells where to go on.
        """
        ...

    async def known_numbers(self, store_id: str, numbers: Sequence[int]) -> dict[int, OrderStatus]:
        """The status as last read of those that are known."""
        ...


class Invoices(Protocol):
    """Fiscal documents."""

    async def add(self, invoice: Invoice) -> None:
        """Add; raises ``AlreadyThere`` when the order has one that is neither rejected nor wholly taken back.

        Whole credit notes: one per document.
        """
        ...

    async def open_of_store(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Invoice]:
        """Asked for and not settled, newest first."""
        ...

    async def get(self, store_id: str, invoice_id: str) -> Invoice | None: ...
    async def take_turn(self, store_id: str) -> None:
        """Have the numbers of the store's documents for this unit alone till it ends: whoever gives one by hand does so first."""
        ...

    async def by_token(self, token: str) -> Invoice | None: ...
    async def of_order(self, store_id: str, order_number: int) -> Sequence[Invoice]:
        """Oldest first."""
        ...

    async def save(self, invoice: Invoice) -> None: ...
    async def page(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50, kind: DocumentKind | None = None
    ) -> Sequence[Invoice]:
        """Newest first."""
        ...


class Waiting(Protocol):
    """Orders that should have a document and have none."""

    async def keep(self, waiting: WaitingDocument) -> None:
        """Add, or replace what is there; since when it waits stays."""
        ...

    async def get(self, store_id: str, order_number: int, purpose: str = SALE) -> WaitingDocument | None: ...
    async def remove(self, store_id: str, order_number: int, purpose: str = SALE) -> None: ...
    async def page(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50, order_number: int | None = None
    ) -> Sequence[WaitingDocument]:
        """Those that ask something of somebody, the latest first; of one order where one is named."""
        ...
