"""Fiscal documents: looked through, opened, credited. What waits is in :mod:`despacho_http.desk.invoices_waiting`."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter

from despacho_core.errors import DomainError, NotFound, NotYetKnown
from despacho_core.fiscal import DocumentKind, InvoiceState
from despacho_core.fiscal_credits import Chosen
from despacho_core.phrases import said
from despacho_core.written import Unclear, read_amount, read_measure
from despacho_http.access import Hub
from despacho_http.desk import invoices_words as words
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.paging import LINES, Before, aware, older
from despacho_http.desk.reading import sentence
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting
from despacho_http.documents import pdf_answer
from despacho_http.recording_notes import note
from despacho_ports.shipment_lists import InvoiceFilter, InvoiceView

WAIT = 8.0
"""Seconds that somebody looks at an unchanged page while the invoicing system is asked."""

Text = Annotated[str, QueryParameter(max_length=100)]


@get("/app/invoices")
async def list_invoices(
    request: Request[Any, Any, Any],
    services: Hub,
    visitor: Visiting,
    *,
    view: Text = "",
    kind: Text = "",
    text: Text = "",
    before: Before = None,
) -> Response[str]:
    """The documents; what stands in the address is what is looked for."""
    wanted = InvoiceFilter(
        view=InvoiceView(view) if view in set(InvoiceView) else InvoiceView.ALL,
        kind=DocumentKind(kind) if kind in set(DocumentKind) else None,
        text=text.strip(),
    )
    rows = await services.invoice_desk.page(visitor.store.id, wanted, before=aware(before), limit=LINES)
    asked = {"view": wanted.view, "kind": wanted.kind or "", "text": wanted.text}
    return page(
        request,
        visitor,
        "invoices.html",
        current="invoices",
        title=visitor.words("Invoices"),
        rows=rows,
        waiting=len(await services.waiting.of_store(visitor.store.id, limit=100)),
        wanted=wanted,
        older=older("/app/invoices", rows, rows[-1].created_at if rows else None, asked),
        words=words,
    )


@get("/app/invoices/{invoice_id:str}")
async def show_invoice(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, invoice_id: FromPath[str]
) -> Response[str]:
    """One document: what stands on it, what became of it, what is left of it."""
    file = await services.invoice_desk.file(visitor.store.id, invoice_id)
    return page(
        request,
        visitor,
        "invoices_one.html",
        current="invoices",
        title=f"{visitor.words(words.KINDS[file.invoice.kind])} {file.invoice.public_id or ''}".strip(),
        file=file,
        is_live=file.invoice.state is InvoiceState.REQUESTED,
        words=words,
    )


@get("/app/invoices/{invoice_id:str}/document.pdf", media_type="application/pdf")
async def open_invoice_pdf(services: Hub, visitor: Visiting, invoice_id: FromPath[str]) -> Response[bytes]:
    """The document as the invoicing system made it."""
    stored = await services.invoicing.pdf(await services.invoicing.get(visitor.store.id, invoice_id))
    return pdf_answer(stored.content, stored.filename)


@post("/app/invoices/{invoice_id:str}/credit")
async def credit_invoice(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, invoice_id: FromPath[str]
) -> Response[bytes]:
    """Take back all that is left of it, or chosen lines."""
    path = f"/app/invoices/{invoice_id}"
    try:
        currency = (await services.invoicing.get(visitor.store.id, invoice_id)).document.currency
        chosen = None if form.text("what") == "rest" else _chosen(form, currency)
    except Unclear as error:
        return moved(request, path, Said("danger", sentence(str(said(str(error), visitor.language)))))
    except ValueError:
        return moved(request, path, Said("danger", visitor.words("Choose lines, each with units or an amount.")))
    seen = form.text("notes")
    try:
        credit, effect = await services.invoicing.owe_credit(
            visitor.store.id,
            invoice_id,
            reason=form.text("reason")[:200] or None,
            chosen=chosen,
            seen=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
        )
        note(request, orders=[credit.order_number], subject=credit.id)
        credit = await services.invoicing.settled(credit, effect, wait=WAIT)
    except NotFound:
        raise
    except NotYetKnown:
        told = Said("warning", visitor.words("It is being issued. This page follows by itself."))
        return moved(request, f"/app/invoices/{credit.id}", told)
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    return moved(request, f"/app/invoices/{credit.id}", Said("success", visitor.words("The credit note is issued.")))


@post("/app/invoices/{invoice_id:str}/attach")
async def attach_again(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, invoice_id: FromPath[str]
) -> Response[bytes]:
    """Try to attach it to the store's order once more."""
    file = await services.invoice_desk.file(visitor.store.id, invoice_id)
    path = f"/app/invoices/{invoice_id}"
    if file.attaching is None:
        return moved(request, path)
    try:
        await services.ledgers.retry(visitor.store.id, file.attaching.id)
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, orders=[file.invoice.order_number], subject=invoice_id)
    return moved(request, path, Said("success", visitor.words("It is attached once more in a moment.")))


def _chosen(form: FormData, currency: str) -> list[Chosen]:
    """The lines that were ticked, with units or amounts as people write them. Raises ``Unclear`` or another ``ValueError``."""
    lines = form.numbers("line")
    if not lines or max(lines) > 10_000:
        raise ValueError("no line")
    return [_line(line, form.text(f"quantity-{line}"), form.text(f"amount-{line}"), currency) for line in lines]


def _line(line: int, quantity: str, amount: str, currency: str) -> Chosen:
    if amount:
        return Chosen(line=line, amount=read_amount(amount, currency))
    return Chosen(line=line, quantity=read_measure(quantity) if quantity else None)


PAGES = (list_invoices, show_invoice, open_invoice_pdf, credit_invoice, attach_again)
