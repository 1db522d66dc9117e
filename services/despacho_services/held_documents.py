"""What the ledgers hold already of an order's documents, before anything new is owed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from despacho_core.errors import NotFound
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.ledgers import Effect
from despacho_core.orders import Order
from despacho_core.stores import Store
from despacho_ports.persistence import UnitOfWork


def sale_in_force(invoices: Iterable[Invoice]) -> Invoice | None:
    """The order's receipt or invoice that is neither rejected nor wholly taken back, if any."""
    return next((one for one in sales_of(invoices) if one.credited_at is None), None)


def sales_of(invoices: Iterable[Invoice]) -> list[Invoice]:
    """The order's receipts and invoices that are not rejected, also those that were taken back, oldest first."""
    sales = (one for one in invoices if one.kind is not DocumentKind.CREDIT_NOTE)
    return [one for one in sales if one.state is not InvoiceState.REJECTED]


def last_rejected(invoices: Sequence[Invoice], *, credits_id: str | None = None) -> Invoice | None:
    """The latest attempt for a purpose that the invoicing system refused, where no later one stands."""
    own = [one for one in invoices if one.credits_id == credits_id]
    return own[-1] if own and own[-1].state is InvoiceState.REJECTED else None


def notes_of(invoices: Iterable[Invoice], original_id: str) -> list[Invoice]:
    """The credit notes over a document that are not rejected, oldest first."""
    own = (one for one in invoices if one.credits_id == original_id)
    return [one for one in own if one.state is not InvoiceState.REJECTED]


def whole_note(notes: Iterable[Invoice]) -> Invoice | None:
    """The one among a document's credit notes that takes back all of it at once."""
    return next((one for one in notes if one.document.credits is not None and one.document.credits.whole), None)


async def owed_already(work: UnitOfWork, existing: Invoice, key: str) -> Effect | None:
    """The effect that issues a document, only to be run: whoever settles it just now waits for the document that we hold."""
    if existing.state is InvoiceState.ISSUED:
        return None
    return await work.outbox.by_key(existing.store_id, key, change=False)


async def store_and_order(work: UnitOfWork, store_id: str, order_number: int) -> tuple[Store, Order]:
    """A store and an order of it as last read. Raises ``NotFound``."""
    store = await work.stores.get(store_id)
    record = await work.orders.get(store_id, order_number)
    if store is None or record is None:
        raise NotFound(what="order", id=order_number)
    return store, record.order
