"""The orders of the store: looked through, chosen, and labels bought for many of them at once."""

from __future__ import annotations

import enum
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter

from despacho_core.batches import BatchOrder, PickingOrder
from despacho_core.order_overview import InvoiceMark, ShippingMark
from despacho_core.orders import OrderStatus
from despacho_http.access import Hub
from despacho_http.desk import marks
from despacho_http.desk.forms import Form
from despacho_http.desk.rendering import moved, page
from despacho_http.desk.visitor import Visiting
from despacho_ports.order_lists import OrderFilter

E = TypeVar("E", bound=enum.StrEnum)
LINES = 50
Text = Annotated[str, QueryParameter(max_length=200)]
Number = Annotated[int | None, QueryParameter(ge=1, le=10**18)]


@get("/app/orders")
async def list_orders(
    request: Request[Any, Any, Any],
    services: Hub,
    visitor: Visiting,
    *,
    text: Text = "",
    status: Text = "",
    shipping: Text = "",
    invoice: Text = "",
    before: Number = None,
) -> Response[str]:
    """The list; what stands in the address is what is looked for, so that a view is a link."""
    wanted = OrderFilter(
        text=text.strip(),
        status=_chosen(OrderStatus, status),
        shipping=_chosen(ShippingMark, shipping),
        invoice=_chosen(InvoiceMark, invoice),
    )
    found = await services.order_desk.page(visitor.store.id, wanted, before=before, limit=LINES)
    looked_for = {name: value for name, value in _asked(wanted).items() if value}
    older = f"/app/orders?{urlencode({**looked_for, 'before': found.next})}" if found.next is not None else None
    return page(
        request,
        visitor,
        "orders.html",
        current="orders",
        title=visitor.words("Orders"),
        rows=found.rows,
        wanted=wanted,
        older=older,
        marks=marks,
    )


@post("/app/orders/labels")
async def buy_labels(request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form) -> Response[bytes]:
    """Buy labels for the chosen orders, each as its buyer chose; the next page follows them."""
    chosen = [BatchOrder(order_number=number) for number in form.numbers("order")]
    batch = await services.bulk.buy(visitor.store.id, chosen)
    return moved(request, f"/app/batches/{batch.batch.id}")


@get("/app/batches/{batch_id:str}")
async def follow_batch(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, batch_id: FromPath[str]
) -> Response[str]:
    """How far a batch is; htmx asks again until nothing further happens."""
    batch = await services.bulk.get(visitor.store.id, batch_id)
    return page(
        request,
        visitor,
        "orders_batch.html",
        current="orders",
        title=visitor.words("Labels"),
        batch=batch,
        marks=marks,
        sequences=list(PickingOrder),
    )


def _chosen(kind: type[E], text: str) -> E | None:
    """A filter's value; what is none of them filters nothing."""
    return kind(text) if text in set(kind) else None


def _asked(wanted: OrderFilter) -> dict[str, str]:
    return {
        "text": wanted.text,
        "status": wanted.status or "",
        "shipping": wanted.shipping or "",
        "invoice": wanted.invoice or "",
    }
