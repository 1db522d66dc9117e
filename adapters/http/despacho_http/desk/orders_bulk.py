"""Labels bought for many orders at once: asked for together, followed line by line."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from despacho_core.batches import BatchOrder, LineState, PickingOrder
from despacho_core.shipments import ShipmentWish
from despacho_http.access import Hub
from despacho_http.desk import marks, orders_words
from despacho_http.desk.forms import Form
from despacho_http.desk.orders import numbers_text
from despacho_http.desk.orders_chosen import batch_key, chosen_orders
from despacho_http.desk.rendering import moved, page
from despacho_http.desk.visitor import Visiting


@post("/app/orders/labels")
async def buy_labels(request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form) -> Response[bytes]:
    """Buy labels for the chosen orders, each as its buyer chose or all with one service; the next page follows them.

    The same form sent twice is one batch.
    """
    chosen, service = chosen_orders(form), form.text("with")
    account_id, _, service_code = service.partition("|")
    wish = ShipmentWish(account_id=account_id, service_code=service_code) if service_code else ShipmentWish()
    orders = [BatchOrder(order_number=number, wish=wish) for number in chosen]
    batch = await services.bulk.buy(visitor.store.id, orders, key=batch_key(form, f"{service} {numbers_text(chosen)}"))
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
        bought=[one.line.order_number for one in batch.lines if one.state is LineState.BOUGHT],
        marks=marks,
        words=orders_words,
        sequences=list(PickingOrder),
    )


PAGES = (buy_labels, follow_batch)
