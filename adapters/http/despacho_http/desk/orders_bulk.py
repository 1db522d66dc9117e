"""What is done with many orders at once: labels bought and printed, and put on manifests; each with a result for every line."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from despacho_core.batches import BatchOrder, LineState, PickingOrder
from despacho_core.errors import DomainError
from despacho_core.labels import PrintFormat
from despacho_core.shipments import ShipmentWish
from despacho_http.access import Hub
from despacho_http.api.printing import Dpi, Sequence, Size, SlipSize, Start, printed_answer, wish_of
from despacho_http.desk import marks, orders_words
from despacho_http.desk.forms import Form
from despacho_http.desk.orders import LIST, numbers_in, numbers_text
from despacho_http.desk.orders_chosen import batch_key, chosen_orders
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting
from despacho_http.documents import pdf_answer
from despacho_ports.documents import SlipPaper

Numbers = Annotated[str, QueryParameter(max_length=10_000)]


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


@post("/app/orders/print")
async def print_orders(request: Request[Any, Any, Any], visitor: Visiting, form: Form) -> Response[bytes]:  # noqa: ARG001 - the door's
    """On to the paper that was asked for: printing changes nothing."""
    numbers, what = chosen_orders(form), form.text("what")
    file = what if what in {"labels.pdf", "labels.zpl", "packing-slips.pdf"} else "labels.pdf"
    sequence = form.text("sequence")
    by = sequence if sequence in set(PickingOrder) else PickingOrder.ASKED.value
    return moved(request, f"{LIST}/{file}?numbers={numbers_text(numbers)}&order={by}")


@get("/app/orders/labels.pdf", media_type="application/pdf")
async def open_orders_labels(  # noqa: PLR0917 - Litestar hands over by name
    services: Hub,
    visitor: Visiting,
    numbers: Numbers,
    sequence: Sequence = PickingOrder.ASKED,
    size: Size = None,
    start: Start = 1,
) -> Stream:
    """The labels of chosen orders in one PDF, in picking order."""
    wish = wish_of(size=size, start=start, wanted=PrintFormat.PDF)
    some = numbers_in(numbers)
    return printed_answer(
        await services.bulk_printing.labels_of_orders(visitor.store.id, some, sequence, wish), "labels"
    )


@get("/app/orders/labels.zpl", media_type="text/plain")
async def open_orders_zpl(  # noqa: PLR0917 - as above
    services: Hub,
    visitor: Visiting,
    numbers: Numbers,
    sequence: Sequence = PickingOrder.ASKED,
    size: Size = None,
    dpi: Dpi = None,
) -> Stream:
    """The same for a label printer."""
    wish = wish_of(size=size, dpi=dpi, wanted=PrintFormat.ZPL)
    some = numbers_in(numbers)
    return printed_answer(
        await services.bulk_printing.labels_of_orders(visitor.store.id, some, sequence, wish), "labels"
    )


@get("/app/orders/packing-slips.pdf", media_type="application/pdf")
async def open_orders_slips(
    services: Hub,
    visitor: Visiting,
    numbers: Numbers,
    sequence: Sequence = PickingOrder.ASKED,
    size: SlipSize = SlipPaper.A4,
) -> Response[bytes]:
    """The packing slips of chosen orders."""
    some = numbers_in(numbers)
    content = await services.bulk_printing.slips_of_orders(visitor.store.id, some, sequence, size)
    return pdf_answer(content, "packing-slips.pdf")


@post("/app/orders/manifests")
async def list_on_manifests(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form
) -> Response[bytes]:
    """Put the chosen orders' labels on manifests, one for each account; the next page shows which."""
    numbers = chosen_orders(form)
    path = f"{LIST}/manifests?numbers={numbers_text(numbers)}"
    try:
        refusals = await services.bulk_papers.list_on_manifests(visitor.store.id, numbers)
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    return moved(request, path, *(Said("warning", one.text(visitor.language)) for one in refusals))


@get("/app/orders/manifests")
async def show_listed(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, numbers: Numbers
) -> Response[str]:
    """On which manifest each of the chosen orders is, or why on none."""
    lines = await services.bulk_papers.listed(visitor.store.id, numbers_in(numbers))
    title = visitor.words("Manifests of the chosen orders")
    return page(request, visitor, "orders_listed.html", current="orders", title=title, lines=lines, marks=marks)


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


@get("/app/batches/{batch_id:str}/labels.pdf", media_type="application/pdf")
async def open_batch_labels(  # noqa: PLR0917 - as above
    services: Hub,
    visitor: Visiting,
    batch_id: FromPath[str],
    sequence: Sequence = PickingOrder.ASKED,
    size: Size = None,
    start: Start = 1,
) -> Stream:
    """The labels that are bought by now, in one PDF in picking order."""
    wish = wish_of(size=size, start=start, wanted=PrintFormat.PDF)
    printed = await services.bulk_printing.labels(visitor.store.id, batch_id, sequence, wish)
    return printed_answer(printed, f"labels-{batch_id}")


@get("/app/batches/{batch_id:str}/labels.zpl", media_type="text/plain")
async def open_batch_zpl(
    services: Hub, visitor: Visiting, batch_id: FromPath[str], sequence: Sequence = PickingOrder.ASKED, dpi: Dpi = None
) -> Stream:
    """The same for a label printer."""
    wish = wish_of(size=None, dpi=dpi, wanted=PrintFormat.ZPL)
    printed = await services.bulk_printing.labels(visitor.store.id, batch_id, sequence, wish)
    return printed_answer(printed, f"labels-{batch_id}")


@get("/app/batches/{batch_id:str}/packing-slips.pdf", media_type="application/pdf")
async def open_batch_slips(
    services: Hub,
    visitor: Visiting,
    batch_id: FromPath[str],
    sequence: Sequence = PickingOrder.ASKED,
) -> Response[bytes]:
    """The packing slips of what is asked for."""
    content = await services.bulk_printing.slips(visitor.store.id, batch_id, sequence, SlipPaper.A4)
    return pdf_answer(content, f"packing-slips-{batch_id}.pdf")


PAGES = (
    buy_labels,
    print_orders,
    open_orders_labels,
    open_orders_zpl,
    open_orders_slips,
    list_on_manifests,
    show_listed,
    follow_batch,
    open_batch_labels,
    open_batch_zpl,
    open_batch_slips,
)
