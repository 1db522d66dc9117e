"""What the ledgers hold already of an order's documents, before anything new is owed."""

from __future__ import annotations

from collections.abc import Iterable

from despacho_core.errors import NotFound
from despacho_core.fiscal import Invoice, InvoiceState
from despacho_core.ledgers import Effect
from despacho_core.orders import Order
from despacho_core.stores import Store
from despacho_ports.persistence import UnitOfWork


def current_document(invoices: Iterable[Invoice], *, credits_id: str | None) -> Invoice | None:
    """The document of this purpose that is not rejected, if any."""
    wanted = (one for one in invoices if one.credits_id == credits_id and one.state is not InvoiceState.REJECTED)
    return next(wanted, None)


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
