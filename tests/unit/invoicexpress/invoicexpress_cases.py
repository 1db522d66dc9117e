"""An account at InvoiceXpress, and documents computed from small orders, for the tests of the provider."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import msgspec

from despacho_core.addresses import Address
from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument
from despacho_core.fiscal_computation import compute_document, credit_whole
from despacho_core.orders import BillingDetails, LineTax, Order, OrderLine, OrderStatus
from despacho_invoicexpress import InvoiceXpress, InvoiceXpressSettings
from despacho_ports.invoicing import IssueRequest
from despacho_ports.providers import Toolbox

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KEY = "badc0de0lisboa0000000000000001"
LDA = BillingDetails(company_name="Loja Lda", tax_id="PT 501 964 843")
LISBON = Address(country="PT", name="Maria Silva", street="Rua A 1", city="Lisboa", postal_code="1000-100")

Answers = Callable[[httpx.Request], httpx.Response]


class StoppedClock:
    def now(self) -> datetime:
        return NOW


def iva(rate: object, name: str = "IVA") -> LineTax:
    return LineTax(name=name, rate=Decimal(str(rate)), included=True)


def settings(**changes: object) -> InvoiceXpressSettings:
    fields: dict[str, object] = {"account": "loja-lisboa", "api_key": KEY, "base_url": "https://ix.example"}
    return msgspec.convert(fields | changes, InvoiceXpressSettings)


def order(*lines: tuple[str, int, str], taxes: tuple[LineTax, ...] = (iva(23),), **changes: object) -> Order:
    """A paid order of lines (name, quantity, unit price with tax)."""
    made = tuple(
        OrderLine(
            product_id="1", name=name, sku=f"SKU-{place}", quantity=quantity, unit_price=Decimal(price), taxes=taxes
        )
        for place, (name, quantity, price) in enumerate(lines, start=1)
    )
    one = Order(
        number=1024,
        status=OrderStatus.PAID,
        currency="EUR",
        lines=made,
        total=sum((line.unit_price * line.quantity for line in made), Decimal(0)),
        billing=LDA,
        billing_address=LISBON,
        customer_email="maria@example.pt",
    )
    return msgspec.structs.replace(one, **changes)


def document_of(one: Order, kind: DocumentKind = DocumentKind.RECEIPT) -> FiscalDocument:
    return compute_document(one, kind=kind, country="PT", issued_on=DAY)


def note_over(document: FiscalDocument, *, external_id: str = "2137287", folio: str = "FR G/1") -> FiscalDocument:
    credited = CreditedDocument(
        kind=document.kind,
        public_id=folio.replace(" ", "-").replace("/", "-"),
        external_id=external_id,
        folio=folio,
        issued_on=DAY,
        reason="Encomenda anulada",
    )
    return credit_whole(document, credited=credited, issued_on=date(2026, 11, 25))


def request_for(document: FiscalDocument, reference: str = "D-1024-A") -> IssueRequest:
    return IssueRequest(reference=reference, document=document)


def opened(http: httpx.AsyncClient, **changes: object) -> InvoiceXpress:
    """The account over a client; it draws nothing of ours, and waits for no PDF."""
    toolbox = Toolbox(http=http, clock=StoppedClock(), renderer=None, account_id="a")  # type: ignore[arg-type]
    account = InvoiceXpress(settings(**changes), toolbox)
    account.pdf_waits = (0, 0, 0)
    return account


def played(answers: Answers, **changes: object) -> InvoiceXpress:
    """The account with an InvoiceXpress played by a function."""
    return opened(httpx.AsyncClient(transport=httpx.MockTransport(answers)), **changes)
