"""Orders that wait for a document: the reason, the remedy, and where to mend it right there."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from despacho_core.billing import MendedBilling
from despacho_core.errors import DomainError, NotFound, NotYetKnown
from despacho_core.fiscal import Buyer, DocumentKind
from despacho_core.waiting import SALE, Place
from despacho_http.access import Hub
from despacho_http.desk import invoices_words as words
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.invoices import WAIT
from despacho_http.desk.paging import LINES, Before, aware, older
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting, Visitor
from despacho_http.recording_notes import note
from despacho_services.services import Services

_LONGEST = 200
_LIST = "/app/invoices/waiting"


@get("/app/invoices/waiting")
async def list_waiting(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, *, before: Before = None
) -> Response[str]:
    """What waits, the latest first."""
    rows = await services.invoice_desk.waiting(visitor.store.id, before=aware(before), limit=LINES)
    return page(
        request,
        visitor,
        "invoices_waiting.html",
        current="invoices",
        title=visitor.words("Waiting for a document"),
        rows=rows,
        older=older(_LIST, rows, rows[-1].waiting.since if rows else None, {}),
        places=Place,
        sale=SALE,
        words=words,
    )


@get("/app/invoices/waiting/{number:int}")
async def show_billing(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, number: FromPath[int]
) -> Response[str]:
    """One order's reason, and the buyer's data to be mended."""
    file = await services.invoice_desk.billing(visitor.store.id, number)
    return page(
        request,
        visitor,
        "invoices_billing.html",
        current="invoices",
        title=visitor.words("Document of order %(number)s") % {"number": number},
        file=file,
        country=visitor.store.country,
        places=Place,
        words=words,
    )


@post("/app/invoices/waiting/{number:int}/billing")
async def mend_billing(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, number: FromPath[int]
) -> Response[bytes]:
    """Keep the buyer's data as the merchant says, and issue the document if that is wanted."""
    file = await services.invoice_desk.billing(visitor.store.id, number)
    try:
        await services.invoicing.mend_billing(visitor.store.id, number, _mended(form, file.said))
    except DomainError as error:
        return moved(request, f"{_LIST}/{number}", Said("danger", error.text(visitor.language)))
    note(request, orders=[number])
    if form.text("how") == "save":
        return moved(request, f"{_LIST}/{number}", Said("success", visitor.words("Saved.")))
    return await _issued(request, services, visitor, number)


@post("/app/invoices/waiting/{number:int}/retry")
async def create_invoice(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, number: FromPath[int]
) -> Response[bytes]:
    """Try to issue what waits."""
    note(request, orders=[number])
    purpose = form.text("purpose")
    if not purpose or purpose == SALE:
        return await _issued(request, services, visitor, number)
    try:
        credit = await services.invoicing.credit(visitor.store.id, purpose, reason=None, wait=WAIT)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, _LIST, _told(error, visitor))
    return moved(request, f"/app/invoices/{credit.id}", Said("success", visitor.words("The credit note is issued.")))


@post("/app/invoices/waiting/{number:int}/dismiss")
async def dismiss_waiting(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, number: FromPath[int]
) -> Response[bytes]:
    """The order needs no document."""
    await services.waiting.dismiss(visitor.store.id, number)
    note(request, orders=[number])
    return moved(request, _LIST, Said("success", visitor.words("It waits no more. By hand it can still be issued.")))


async def _issued(
    request: Request[Any, Any, Any], services: Services, visitor: Visitor, number: int
) -> Response[bytes]:
    try:
        invoice = await services.invoicing.invoice(visitor.store.id, number, wait=WAIT)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, f"{_LIST}/{number}", _told(error, visitor))
    return moved(request, f"/app/invoices/{invoice.id}", Said("success", visitor.words("The document is issued.")))


def _told(error: DomainError, visitor: Visitor) -> Said:
    return Said("warning" if isinstance(error, NotYetKnown) else "danger", error.text(visitor.language))


def _mended(form: FormData, said: Buyer) -> MendedBilling | None:
    """What differs from the order itself; None where nothing does, so that the store's word counts again."""
    given = {name: " ".join(form.text(name).split())[:_LONGEST] for name, _ in words.FIELDS}
    given["country"] = given["country"].upper()[:2]
    mended: dict[str, object] = {
        name: value for name, value in given.items() if value and value != (getattr(said, name) or "")
    }
    kind = form.text("kind")
    if kind in {DocumentKind.RECEIPT, DocumentKind.INVOICE}:
        mended["kind"] = kind
    return msgspec.convert(mended, MendedBilling) if mended else None


PAGES = (list_waiting, show_billing, mend_billing, create_invoice, dismiss_waiting)
