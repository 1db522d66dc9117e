"""The orders of the store: looked through, with views that are kept, and what is chosen carried from page to page."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from despacho_core.batches import MOST_ORDERS, PickingOrder
from despacho_core.errors import DomainError
from despacho_core.order_overview import InvoiceMark, ShippingMark
from despacho_core.orders import OrderStatus
from despacho_http.access import Hub
from despacho_http.desk import marks, orders_words
from despacho_http.desk.forms import Form
from despacho_http.desk.orders_lines import lines_of
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting
from despacho_ports.order_lists import OrderFilter
from despacho_services.identifiers import new_token

E = TypeVar("E", bound=enum.StrEnum)
LIST = "/app/orders"
LINES = 50
MOST_NUMBER = 10**18
Text = Annotated[str, QueryParameter(max_length=200)]
Number = Annotated[int | None, QueryParameter(ge=1, le=MOST_NUMBER)]
Chosen = Annotated[list[int] | None, QueryParameter(name="order", max_items=MOST_ORDERS)]


@get(LIST)
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
    order: Chosen = None,
) -> Response[str]:
    """The list; what stands in the address is what is looked for, so that a view is a link.

    ``order`` are the orders that were chosen on other pages: htmx sends them along, and they never come into the address.
    """
    wanted = wanted_of({"text": text, "status": status, "shipping": shipping, "invoice": invoice})
    found = await services.order_desk.page(visitor.store.id, wanted, before=before, limit=LINES)
    query = query_of(wanted)
    here = {line.number for line in found.lines}
    chosen = list(dict.fromkeys(order or ()))
    answer = page(
        request,
        visitor,
        "orders.html",
        current="orders",
        title=visitor.words("Orders"),
        lines=lines_of(visitor, found.lines),
        wanted=wanted,
        query=query,
        older=_address(query, found.next) if found.next is not None else None,
        is_first=before is None,
        chosen=set(chosen),
        elsewhere=[number for number in chosen if number not in here],
        views=found.views,
        key=new_token(),
        buyable=found.buyable,
        sequences=list(PickingOrder),
        marks=marks,
        words=orders_words,
    )
    answer.headers["hx-push-url"] = _address(query, before)
    return answer


@post("/app/orders/views")
async def keep_order_view(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form
) -> Response[bytes]:
    """Keep what is looked for under a name."""
    query = query_of(wanted_of(dict(parse_qsl(form.text("query")))))
    path = _address(query, None)
    try:
        view = await services.order_views.keep(visitor.store.id, form.text("name"), query)
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    return moved(request, path, Said("success", visitor.words("The view “%(name)s” is kept.") % {"name": view.name}))


@post("/app/orders/views/forget")
async def forget_order_view(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form
) -> Response[bytes]:
    """Forget a view."""
    await services.order_views.forget(visitor.store.id, form.text("name"))
    return moved(request, LIST, Said("success", visitor.words("The view is forgotten.")))


def wanted_of(fields: dict[str, str]) -> OrderFilter:
    """What is looked for; a value that is none of its kind filters nothing."""
    return OrderFilter(
        text=fields.get("text", "").strip()[:200],
        status=_one_of(OrderStatus, fields.get("status", "")),
        shipping=_one_of(ShippingMark, fields.get("shipping", "")),
        invoice=_one_of(InvoiceMark, fields.get("invoice", "")),
    )


def query_of(wanted: OrderFilter) -> str:
    """What stands behind the question mark for it; the same for the same."""
    fields = {"text": wanted.text, "status": wanted.status, "shipping": wanted.shipping, "invoice": wanted.invoice}
    return urlencode({name: value for name, value in fields.items() if value})


def numbers_in(text: str) -> list[int]:
    """Numbers of orders as our own addresses carry them, ``1001.1002``; as many as a batch takes."""
    some = [int(part) for part in text.split(".") if part.isdecimal() and len(part) < 19]
    return list(dict.fromkeys(some))[:MOST_ORDERS]


def numbers_text(numbers: Sequence[int]) -> str:
    """The reverse of :func:`numbers_in`."""
    return ".".join(map(str, numbers))


def _address(query: str, before: int | None) -> str:
    parts = [query] if query else []
    parts += [f"before={before}"] if before is not None else []
    return f"{LIST}?{'&'.join(parts)}" if parts else LIST


def _one_of(kind: type[E], text: str) -> E | None:
    return kind(text) if text in set(kind) else None


PAGES = (list_orders, keep_order_view, forget_order_view)
