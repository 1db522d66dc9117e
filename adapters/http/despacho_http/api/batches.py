"""Batches: labels bought for many orders at once, followed and printed together; and slips for whoever packs."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from despacho_core.batches import Batch, BatchOrder, LineState, PickingOrder
from despacho_core.labels import PrintFormat
from despacho_http.access import Hub, StoreId
from despacho_http.answers import language_of
from despacho_http.api.idempotency import ACCEPTED_IS_FINAL
from despacho_http.api.orders import BASE, hold_order
from despacho_http.api.printing import Dpi, Sequence, Size, SlipSize, Start, printed_answer, wish_of
from despacho_http.api.views import Page, page
from despacho_http.api.wishes import MOST_NUMBER, BeforeTime, Limit, OrderNumber, ShipmentBody, Wait, seconds_to_wait
from despacho_http.documents import pdf_answer
from despacho_http.recording_notes import note
from despacho_http.refusals import KeyReused
from despacho_ports.documents import SlipPaper
from despacho_services.bulk_buying import BatchFile, LineFile

USUAL_WAIT = 2.0
"""Seconds that a caller who says nothing waits until all lines are asked for; buying goes on without them."""

Number = Annotated[int, msgspec.Meta(ge=1, le=MOST_NUMBER)]


class BatchLineBody(ShipmentBody, frozen=True, kw_only=True):
    """An order with what to buy for it; what is left out is as in the whole batch, and else as the buyer chose."""

    order: Number


class BatchBody(ShipmentBody, frozen=True, kw_only=True):
    """What to buy for: ``orders`` (numbers, or lines with a wish each), or ``all_paid`` that have no label. The rest holds for all."""

    orders: tuple[Number | BatchLineBody, ...] = ()
    all_paid: bool = False

    def __post_init__(self) -> None:
        if bool(self.orders) and self.all_paid:
            raise ValueError("either orders, or all_paid")

    def lines(self) -> list[BatchOrder]:
        """What the use case takes."""
        return [
            BatchOrder(order_number=one, wish=self.wish())
            if isinstance(one, int)
            else BatchOrder(order_number=one.order, wish=_together(self, one).wish())
            for one in self.orders
        ]


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """One order of a batch. ``problem`` says why, in the caller's language or the carrier's; ``code`` is a problem type's where we refused.

    ``replaced`` tells of labels that are printed as we draw them, because the carrier's document cannot be used.
    """

    place: int
    order: int
    state: LineState
    shipment_id: str | None
    tracking_numbers: list[str]
    code: str | None
    problem: str | None
    replaced: list[str]


class BatchView(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as it now is. ``settled`` once nothing further happens by itself; ``left_over`` orders found no room in it."""

    id: str
    created_at: datetime
    settled: bool
    counts: dict[LineState, int]
    left_over: int
    lines: list[LineView]


class BatchSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A batch in a list."""

    id: str
    created_at: datetime
    left_over: int


@post("/batches", status_code=202, opt={ACCEPTED_IS_FINAL: True})
async def create_batch(
    request: Request[Any, Any, Any], services: Hub, store_id: StoreId, data: JSONBody[BatchBody], prefer: Wait = None
) -> Response[BatchView]:
    """Buy for up to 500 orders. The answer names every line; follow them at ``Location``. Under the same key it is one batch."""
    key = request.headers.get("idempotency-key")
    asked = hashlib.sha256(msgspec.json.encode(data)).hexdigest()
    file = await services.bulk.by_key(store_id, key) if key else None
    if file is None:
        orders, left_over = data.lines(), 0
        if data.all_paid:
            orders, left_over = await services.bulk.waiting_orders(store_id, data.wish())
        wait = seconds_to_wait(prefer) if prefer else USUAL_WAIT
        file = await services.bulk.buy(store_id, orders, key=key, fingerprint=asked, left_over=left_over, wait=wait)
    if file.batch.fingerprint != asked:
        raise KeyReused
    note(request, orders=[one.line.order_number for one in file.lines], subject=file.batch.id)
    view = _view(file, language_of(request.scope))
    return Response(view, status_code=202, headers={"location": f"{BASE}/batches/{view.id}"})


@get("/batches")
async def list_batches(
    services: Hub, store_id: StoreId, before: BeforeTime = None, limit: Limit = 50
) -> Page[BatchSummary]:
    """Batches, newest first."""
    rows = await services.bulk.page(store_id, before=before, limit=limit)
    return page(rows, _summary, limit=limit, key=lambda batch: batch.created_at)


@get("/batches/{batch_id:str}")
async def get_batch(
    request: Request[Any, Any, Any], services: Hub, store_id: StoreId, batch_id: FromPath[str]
) -> BatchView:
    """How far a batch is, line by line."""
    return _view(await services.bulk.get(store_id, batch_id), language_of(request.scope))


@get("/batches/{batch_id:str}/labels.pdf", media_type="application/pdf")
async def get_batch_labels_pdf(  # noqa: PLR0917 - Litestar hands over by name
    services: Hub,
    store_id: StoreId,
    batch_id: FromPath[str],
    sequence: Sequence = PickingOrder.ASKED,
    size: Size = None,
    start: Start = 1,
) -> Stream:
    """The labels that are bought by now, in one PDF in picking order."""
    wish = wish_of(size=size, start=start, wanted=PrintFormat.PDF)
    return printed_answer(await services.bulk_printing.labels(store_id, batch_id, sequence, wish), f"labels-{batch_id}")


@get("/batches/{batch_id:str}/labels.zpl", media_type="text/plain")
async def get_batch_labels_zpl(  # noqa: PLR0917 - as above
    services: Hub,
    store_id: StoreId,
    batch_id: FromPath[str],
    sequence: Sequence = PickingOrder.ASKED,
    size: Size = None,
    dpi: Dpi = None,
) -> Stream:
    """The labels that are bought by now as ZPL, in picking order."""
    wish = wish_of(size=size, dpi=dpi, wanted=PrintFormat.ZPL)
    return printed_answer(await services.bulk_printing.labels(store_id, batch_id, sequence, wish), f"labels-{batch_id}")


@get("/batches/{batch_id:str}/packing-slips.pdf", media_type="application/pdf")
async def get_batch_slips(
    services: Hub,
    store_id: StoreId,
    batch_id: FromPath[str],
    sequence: Sequence = PickingOrder.ASKED,
    size: SlipSize = SlipPaper.A4,
) -> Response[bytes]:
    """The packing slips of what is asked for, in picking order."""
    content = await services.bulk_printing.slips(store_id, batch_id, sequence, size)
    return pdf_answer(content, f"packing-slips-{batch_id}.pdf")


@get("/orders/{number:int}/packing-slip.pdf", media_type="application/pdf")
async def get_order_slip(
    services: Hub, store_id: StoreId, number: OrderNumber, size: SlipSize = SlipPaper.A4
) -> Response[bytes]:
    """The packing slip of one order."""
    await hold_order(services, store_id, number)
    return pdf_answer(await services.slips.of_order(store_id, number, size), f"packing-slip-{number}.pdf")


def _together(batch: BatchBody, line: BatchLineBody) -> ShipmentBody:
    """The line's wish; where it has none of its own, the batch's."""
    mine = {name: getattr(line, name) for name in ShipmentBody.__struct_fields__}
    named = {name: value for name, value in mine.items() if value not in (None, (), False)}
    base = {name: getattr(batch, name) for name in ShipmentBody.__struct_fields__}
    if {"account_id", "quote_id"} & named.keys():
        base |= {"account_id": None, "service_code": None, "quote_id": None}
    return ShipmentBody(**{**base, **named})


def _view(file: BatchFile, language: str) -> BatchView:
    return BatchView(
        id=file.batch.id,
        created_at=file.batch.created_at,
        settled=file.is_settled,
        counts=file.counts,
        left_over=file.batch.left_over,
        lines=[_line(one, language) for one in file.lines],
    )


def _line(one: LineFile, language: str) -> LineView:
    refusal = one.line.refusal
    return LineView(
        place=one.line.place,
        order=one.line.order_number,
        state=one.state,
        shipment_id=one.line.shipment_id,
        tracking_numbers=[label.tracking_number for label in one.labels],
        code=refusal.code if refusal else None,
        problem=refusal.text(language) if refusal else one.problem,
        replaced=one.document_problems,
    )


def _summary(batch: Batch) -> BatchSummary:
    return BatchSummary(id=batch.id, created_at=batch.created_at, left_over=batch.left_over)


ROUTES = (
    create_batch,
    list_batches,
    get_batch,
    get_batch_labels_pdf,
    get_batch_labels_zpl,
    get_batch_slips,
    get_order_slip,
)
