"""What is printed for many orders: those that were chosen, or those of a batch. What will not be on the paper is told first."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from despacho_core.batches import PickingOrder
from despacho_core.labels import PrintFormat
from despacho_http.access import Hub
from despacho_http.api.printing import Dpi, Sequence, Size, SlipSize, Start, printed_answer, wish_of
from despacho_http.desk import orders_words
from despacho_http.desk.forms import Form
from despacho_http.desk.orders import LIST, numbers_in, numbers_text
from despacho_http.desk.orders_chosen import Numbers, chosen_orders
from despacho_http.desk.rendering import moved, page
from despacho_http.desk.visitor import Visiting
from despacho_http.documents import pdf_answer
from despacho_ports.documents import SlipPaper

What = Annotated[str, QueryParameter(max_length=40)]
_FILES = ("labels.pdf", "labels.zpl", "packing-slips.pdf")


@post("/app/orders/print")
async def print_orders(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form
) -> Response[bytes]:
    """On to the paper that was asked for, or first to what will not be on it. Printing changes nothing."""
    numbers, what = chosen_orders(form), form.text("what")
    file = what if what in _FILES else _FILES[0]
    sequence = form.text("sequence")
    by = sequence if sequence in set(PickingOrder) else PickingOrder.ASKED.value
    asked = f"numbers={numbers_text(numbers)}&order={by}"
    if file != "packing-slips.pdf":
        lines = await services.bulk_printing.looked_through(visitor.store.id, numbers)
        if any(one.reason is not None for one in lines):
            return moved(request, f"{LIST}/printing?{asked}&what={file}")
    return moved(request, f"{LIST}/{file}?{asked}")


@get("/app/orders/printing")
async def show_printing(  # noqa: PLR0917 - Litestar hands over by name
    request: Request[Any, Any, Any],
    services: Hub,
    visitor: Visiting,
    numbers: Numbers,
    sequence: Sequence = PickingOrder.ASKED,
    what: What = _FILES[0],
) -> Response[str]:
    """Which of the chosen orders have labels that can be printed, and why the others have none."""
    some = numbers_in(numbers)
    lines = await services.bulk_printing.looked_through(visitor.store.id, some)
    file = what if what in _FILES else _FILES[0]
    return page(
        request,
        visitor,
        "orders_printing.html",
        current="orders",
        title=visitor.words("Print labels"),
        lines=lines,
        count=sum(one.reason is None for one in lines),
        file=f"{LIST}/{file}?numbers={numbers_text(some)}&order={sequence.value}",
        without=[one.number for one in lines if one.is_held and one.shipment is None],
        words=orders_words,
    )


@get("/app/orders/labels.pdf", media_type="application/pdf")
async def open_orders_labels(  # noqa: PLR0917 - as above
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
    print_orders,
    show_printing,
    open_orders_labels,
    open_orders_zpl,
    open_orders_slips,
    open_batch_labels,
    open_batch_zpl,
    open_batch_slips,
)
