"""Labels of many orders put on manifests, with a result for each order."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from despacho_core.errors import DomainError
from despacho_http.access import Hub
from despacho_http.desk import manifests_words, marks
from despacho_http.desk.forms import Form
from despacho_http.desk.orders import LIST, numbers_in, numbers_text
from despacho_http.desk.orders_chosen import Ids, Numbers, chosen_orders
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting


@post("/app/orders/manifests")
async def list_on_manifests(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form
) -> Response[bytes]:
    """Put the chosen orders' labels on manifests, one for each account; the next page shows what became of each order."""
    numbers = chosen_orders(form)
    path = f"{LIST}/manifests?numbers={numbers_text(numbers)}"
    try:
        opened = await services.bulk_manifests.open(visitor.store.id, numbers)
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    refused = (Said("warning", one.text(visitor.language)) for one in opened.refusals)
    return moved(request, f"{path}&opened={'.'.join(opened.manifests)}", *refused)


@get("/app/orders/manifests")
async def show_listed(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, numbers: Numbers, opened: Ids = ""
) -> Response[str]:
    """On which manifest each of the chosen orders is, since now or before, or why on none."""
    ids = [one for one in opened.split(".") if one]
    lines = await services.bulk_manifests.listed(visitor.store.id, numbers_in(numbers), opened=ids)
    return page(
        request,
        visitor,
        "orders_listed.html",
        current="orders",
        title=visitor.words("Manifests of the chosen orders"),
        lines=lines,
        without=[one.number for one in lines if one.row is not None and not (one.placed or one.before or one.free)],
        marks=marks,
        words=manifests_words,
    )


PAGES = (list_on_manifests, show_listed)
