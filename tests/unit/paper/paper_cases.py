"""A seller's account, and requests computed from small orders, for the tests of the provider."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import msgspec

from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument
from despacho_core.fiscal_computation import compute_document, credit_whole
from despacho_core.orders import LineTax, Order, OrderLine, OrderStatus
from despacho_documents import DocumentRenderer
from despacho_paper import Paper, PaperSettings
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import Toolbox

DAY = date(2026, 11, 20)
REFERENCE = "D-1020-MFRGGZDFMZTWQ2LK"
IVA = LineTax(name="IVA", rate=Decimal(19), included=True)
RENDERER = DocumentRenderer()


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def settings(**changes: object) -> PaperSettings:
    fields: dict[str, object] = {
        "issuer_name": "Panadería São João",
        "tax_id": "76.795.561-8",
        "address_1": "Avenida Irarrázaval 2401",
        "address_3": "Ñuñoa",
    }
    return msgspec.convert(fields | changes, PaperSettings)


def opened(**changes: object) -> Paper:
    """The account. Any call to the outside would fail: there is nothing to call."""
    toolbox = Toolbox(
        http=httpx.AsyncClient(transport=httpx.MockTransport(_nobody)),
        clock=StoppedClock(),
        renderer=RENDERER,
        account_id="a",
    )
    return Paper(settings(**changes), toolbox)


def sale() -> FiscalDocument:
    line = OrderLine(product_id="1", name="Taza", quantity=1, unit_price=Decimal(6990), taxes=(IVA,))
    order = Order(
        number=1020,
        status=OrderStatus.PAID,
        currency="CLP",
        total=Decimal(6990),
        lines=(line,),
        customer_name="Ana Pérez",
    )
    return compute_document(order, kind=DocumentKind.RECEIPT, country="CL", issued_on=DAY)


def request_for(document: FiscalDocument, reference: str = REFERENCE) -> IssueRequest:
    return IssueRequest(reference=reference, document=document)


def note_over(document: FiscalDocument, issued: IssuedDocument) -> FiscalDocument:
    credited = CreditedDocument(
        kind=document.kind,
        public_id=issued.public_id,
        external_id=issued.external_id,
        folio=issued.folio,
        issued_on=DAY,
        reason="Pedido anulado",
    )
    return credit_whole(document, credited=credited, issued_on=date(2026, 11, 25))


def _nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"nothing outside is to be asked, not even {request.url}")
