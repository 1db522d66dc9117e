"""Documents of which nobody knows whether they were issued: looked for at once, or settled by what a person found."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from despacho_core.errors import DomainError, NotFound
from despacho_core.fiscal import InvoiceState
from despacho_http.access import Hub
from despacho_http.desk.door import MOST_OCTETS
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.invoices import WAIT
from despacho_http.desk.rendering import Said, moved
from despacho_http.desk.visitor import Visiting, Visitor
from despacho_http.recording_notes import note
from despacho_services.services import Services
from despacho_services.settling_documents import FoundDocument

_LONGEST_NOTE = 200
_LONGEST_ID = 100


@post("/app/invoices/{invoice_id:str}/settle", request_max_body_size=MOST_OCTETS)
async def settle_document(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, invoice_id: FromPath[str]
) -> Response[bytes]:
    """Settle a document of which nobody knows whether it is issued."""
    path, how = f"/app/invoices/{invoice_id}", form.text("how")
    invoice = await services.invoicing.get(visitor.store.id, invoice_id)
    note(request, orders=[invoice.order_number], subject=invoice_id, detail=f"{how} {form.text('number')[:60]}".strip())
    try:
        return moved(request, path, await _settled(services, visitor, form, invoice_id, how))
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))


async def _settled(services: Services, visitor: Visitor, form: FormData, invoice_id: str, how: str) -> Said:
    store_id, settling = visitor.store.id, services.settling_documents
    if how == "issued":
        sent = await form.file("pdf")
        found = FoundDocument(
            number=form.text("number"),
            external_id=form.text("external_id")[:_LONGEST_ID],
            pdf=sent[1] if sent is not None else None,
        )
        said = form.text("note")[:_LONGEST_NOTE] or visitor.words("looked there: it was issued")
        invoice = await settling.issued(store_id, invoice_id, found, note=f"{visitor.actor}: {said}")
        told = visitor.words("It counts as issued under the number %(number)s.") % {"number": invoice.public_id or ""}
        return Said("success", told)
    if how == "again":
        said = visitor.words("looked there: it was not issued")
        await settling.not_issued(store_id, invoice_id, note=f"{visitor.actor}: {said}")
        return Said("success", visitor.words("It is issued once more."))
    await services.settling.look(store_id, invoice_id, wait=WAIT)
    if (await services.invoicing.get(store_id, invoice_id)).state is InvoiceState.ISSUED:
        return Said("success", visitor.words("It is issued: here it is."))
    return Said("warning", visitor.words("Nothing was found yet. It is looked for again by itself."))


PAGES = (settle_document,)
