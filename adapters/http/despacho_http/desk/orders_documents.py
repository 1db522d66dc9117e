"""Documents of many orders: asked for together, followed line by line."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from despacho_core.batches import DocumentState
from despacho_http.access import Hub
from despacho_http.desk import invoices_words as words
from despacho_http.desk import marks
from despacho_http.desk.forms import Form
from despacho_http.desk.orders import numbers_text
from despacho_http.desk.orders_chosen import batch_key, chosen_orders
from despacho_http.desk.rendering import moved, page
from despacho_http.desk.visitor import Visiting


@post("/app/orders/documents")
async def ask_for_documents(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form
) -> Response[bytes]:
    """Ask for the documents of the chosen orders; the next page follows them. The same form sent twice is one batch."""
    numbers = chosen_orders(form)
    key = batch_key(form, f"documents {numbers_text(numbers)}")
    batch = await services.bulk_invoicing.invoice(visitor.store.id, numbers, key=key)
    return moved(request, f"/app/invoices/batches/{batch.batch.id}")


@get("/app/invoices/batches/{document_batch_id:str}")
async def follow_documents(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, document_batch_id: FromPath[str]
) -> Response[str]:
    """How far the documents of a batch are; htmx asks again until nothing further happens by itself."""
    batch = await services.bulk_invoicing.get(visitor.store.id, document_batch_id)
    return page(
        request,
        visitor,
        "orders_documents.html",
        current="orders",
        title=visitor.words("Documents of the chosen orders"),
        batch=batch,
        refused=[one.line.order_number for one in batch.lines if one.state is DocumentState.REJECTED],
        marks=marks,
        words=words,
    )


PAGES = (ask_for_documents, follow_documents)
