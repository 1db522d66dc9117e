"""Batches of documents: asked for of many orders at once, followed line by line."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody

from despacho_core.batches import Batch, DocumentState
from despacho_http.access import Hub, StoreId
from despacho_http.answers import language_of
from despacho_http.api.idempotency import ACCEPTED_IS_FINAL
from despacho_http.api.orders import BASE
from despacho_http.api.views import InvoiceView, Page, invoice_view, page
from despacho_http.api.wishes import MOST_NUMBER, BeforeTime, Body, Limit, Wait, seconds_to_wait
from despacho_http.recording_notes import note
from despacho_http.refusals import KeyReused
from despacho_services.bulk_invoicing import DocumentBatch, DocumentLine
from despacho_services.office import Links
from despacho_services.services import Services

USUAL_WAIT = 2.0
"""Seconds that a caller who says nothing waits until all lines are asked for; issuing goes on without them."""


class DocumentBatchBody(Body, frozen=True, kw_only=True):
    """The orders, by number, whose receipt or invoice is to be issued."""

    orders: tuple[Annotated[int, msgspec.Meta(ge=1, le=MOST_NUMBER)], ...] = ()


class DocumentLineView(msgspec.Struct, frozen=True, kw_only=True):
    """One order of a batch with the document that it has now.

    ``problem`` says why there is none and ``remedy`` what to do, in the caller's language or the system's; ``code`` is a problem type's,
    ``account_id`` the account that stands in the way, where it is a particular one.
    """

    place: int
    order: int
    state: DocumentState
    invoice: InvoiceView | None
    code: str | None
    problem: str | None
    remedy: str | None
    account_id: str | None


class DocumentBatchView(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as it now is. ``settled`` once nothing further happens by itself, but for what is mended."""

    id: str
    created_at: datetime
    settled: bool
    counts: dict[DocumentState, int]
    lines: list[DocumentLineView]


class DocumentBatchSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A batch in a list."""

    id: str
    created_at: datetime


@post("/invoices/batches", status_code=202, opt={ACCEPTED_IS_FINAL: True})
async def create_document_batch(
    request: Request[Any, Any, Any],
    services: Hub,
    store_id: StoreId,
    data: JSONBody[DocumentBatchBody],
    prefer: Wait = None,
) -> Response[DocumentBatchView]:
    """Issue documents of up to 500 orders. The answer names every line; follow them at ``Location``. Under the same key it is one batch."""
    key = request.headers.get("idempotency-key")
    asked = hashlib.sha256(msgspec.json.encode(data)).hexdigest()
    batch = await services.bulk_invoicing.by_key(store_id, key) if key else None
    if batch is None:
        wait = seconds_to_wait(prefer) if prefer else USUAL_WAIT
        batch = await services.bulk_invoicing.invoice(store_id, data.orders, key=key, fingerprint=asked, wait=wait)
    if batch.batch.fingerprint != asked:
        raise KeyReused
    note(request, orders=[one.line.order_number for one in batch.lines], subject=batch.batch.id)
    view = _view(batch, language_of(request.scope), services)
    return Response(view, status_code=202, headers={"location": f"{BASE}/invoices/batches/{view.id}"})


@get("/invoices/batches")
async def list_document_batches(
    services: Hub, store_id: StoreId, before: BeforeTime = None, limit: Limit = 50
) -> Page[DocumentBatchSummary]:
    """Batches of documents, newest first."""
    rows = await services.bulk_invoicing.page(store_id, before=before, limit=limit)
    return page(rows, _summary, limit=limit, key=lambda batch: batch.created_at)


@get("/invoices/batches/{document_batch_id:str}")
async def get_document_batch(
    request: Request[Any, Any, Any], services: Hub, store_id: StoreId, document_batch_id: FromPath[str]
) -> DocumentBatchView:
    """How far a batch of documents is, line by line."""
    return _view(await services.bulk_invoicing.get(store_id, document_batch_id), language_of(request.scope), services)


def _view(batch: DocumentBatch, language: str, services: Services) -> DocumentBatchView:
    return DocumentBatchView(
        id=batch.batch.id,
        created_at=batch.batch.created_at,
        settled=batch.is_settled,
        counts=batch.counts,
        lines=[_line(one, language, services.office.links) for one in batch.lines],
    )


def _line(one: DocumentLine, language: str, links: Links) -> DocumentLineView:
    return DocumentLineView(
        place=one.line.place,
        order=one.line.order_number,
        state=one.state,
        invoice=invoice_view(one.document, links) if one.document is not None else None,
        code=one.code,
        problem=one.problem(language),
        remedy=one.remedy(language),
        account_id=one.waiting.account_id if one.waiting is not None else None,
    )


def _summary(batch: Batch) -> DocumentBatchSummary:
    return DocumentBatchSummary(id=batch.id, created_at=batch.created_at)


ROUTES = (create_document_batch, list_document_batches, get_document_batch)
