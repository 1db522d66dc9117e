"""Fiscal documents: listed, printed, taken back."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from despacho_core.errors import NotYetKnown
from despacho_core.fiscal import DocumentKind, InvoiceState
from despacho_http.access import Hub, StoreId
from despacho_http.api.idempotency import Under
from despacho_http.api.orders import invoice_answer
from despacho_http.api.views import InvoiceView, Page, RemainingView, invoice_view, page, remaining_view
from despacho_http.api.wishes import BeforeTime, CreditBody, Limit, Wait, seconds_to_wait
from despacho_http.documents import pdf_answer, without_suffix
from despacho_http.refusals import NothingHere


@get("/invoices")
async def list_invoices(
    services: Hub,
    store_id: StoreId,
    before: BeforeTime = None,
    limit: Limit = 50,
    kind: FromQuery[DocumentKind | None] = None,
) -> Page[InvoiceView]:
    """Receipts, invoices and credit notes, newest first."""
    rows = await services.reading.invoices(store_id, before=before, limit=limit, kind=kind)
    links = services.office.links
    return page(rows, lambda one: invoice_view(one, links), limit=limit, key=lambda one: one.created_at)


@get("/invoices/{file_name:str}", media_type="application/pdf")
async def get_invoice_pdf(services: Hub, store_id: StoreId, file_name: FromPath[str]) -> Response[bytes]:
    """A document as PDF: its id with ``.pdf`` behind it."""
    invoice_id = without_suffix(file_name)
    if invoice_id is None:
        raise NothingHere
    stored = await services.invoicing.pdf(await services.invoicing.get(store_id, invoice_id))
    return pdf_answer(stored.content, stored.filename)


@get("/invoices/{invoice_id:str}/remaining")
async def get_remaining(services: Hub, store_id: StoreId, invoice_id: FromPath[str]) -> RemainingView:
    """What no credit note has taken back of a document yet, line by line: what may be chosen."""
    return remaining_view(*await services.invoicing.left_of(store_id, invoice_id))


@post("/invoices/{invoice_id:str}/credit")
async def credit_invoice(  # noqa: PLR0917 - Litestar hands over by name
    services: Hub,
    store_id: StoreId,
    under: Under,
    invoice_id: FromPath[str],
    data: JSONBody[CreditBody],
    prefer: Wait = None,
) -> Response[InvoiceView]:
    """Take back what is left of a document, or chosen lines: 201 with a new credit note, 202 while nobody knows yet.

    All of it is taken back once: 200 with the note that does. Chosen lines are a new note each time, while something is left; an
    ``Idempotency-Key`` makes it one.
    """
    chosen = None if data.lines is None else [line.chosen() for line in data.lines]
    note, effect = await services.invoicing.owe_credit(
        store_id, invoice_id, reason=data.reason, chosen=chosen, under=under
    )
    before = note if note.state is InvoiceState.ISSUED else None
    try:
        note = await services.invoicing.settled(note, effect, wait=seconds_to_wait(prefer))
    except NotYetKnown:
        note = await services.invoicing.get(store_id, note.id)
    return invoice_answer(services, note, before)


ROUTES = (list_invoices, get_invoice_pdf, get_remaining, credit_invoice)
