"""Fiscal documents: listed, printed, taken back."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from despacho_core.errors import NotYetKnown
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_http.access import Hub, StoreId
from despacho_http.api.orders import invoice_answer
from despacho_http.api.views import InvoiceView, Page, invoice_view, page
from despacho_http.api.wishes import BeforeTime, CreditBody, Limit, Wait, seconds_to_wait
from despacho_http.documents import pdf_answer, without_suffix
from despacho_http.refusals import NothingHere
from despacho_services.services import Services


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


@post("/invoices/{invoice_id:str}/credit")
async def credit_invoice(
    services: Hub, store_id: StoreId, invoice_id: FromPath[str], data: JSONBody[CreditBody], prefer: Wait = None
) -> Response[InvoiceView]:
    """Take a whole document back: 201 with a new credit note, 200 with the one there is, 202 while nobody knows yet."""
    original = await services.invoicing.get(store_id, invoice_id)
    before = await _note_of(services, original)
    try:
        note = await services.invoicing.credit(store_id, invoice_id, reason=data.reason, wait=seconds_to_wait(prefer))
    except NotYetKnown:
        pending = await _note_of(services, original)
        if pending is None:
            raise
        return invoice_answer(services, pending, before)
    return invoice_answer(services, note, before)


async def _note_of(services: Services, original: Invoice) -> Invoice | None:
    file = await services.reading.order(original.store_id, original.order_number)
    notes = (one for one in file.invoices if one.credits_id == original.id)
    return next((one for one in notes if one.state is not InvoiceState.REJECTED), None)


ROUTES = (list_invoices, get_invoice_pdf, credit_invoice)
