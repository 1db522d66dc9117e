"""An account at OpenFactura, and documents computed from small orders, for the tests of the provider."""

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
from despacho_openfactura import OpenFactura, OpenFacturaSettings
from despacho_ports.invoicing import IssueRequest
from despacho_ports.providers import Toolbox

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
IVA = LineTax(name="IVA", rate=Decimal(19), included=True)
KEY = "badc0de0000000000000000000000001"
HOSTY = BillingDetails(
    company_name="HOSTY SPA", business_activity="SERVICIOS INFORMATICOS", tax_id="76.430.498-5", taxpayer_type=None
)
CURICO = Address(country="CL", name="Ana Pérez", street="ARTURO PRAT 527", municipality="Curicó")

Answers = Callable[[httpx.Request], httpx.Response]


class StoppedClock:
    def now(self) -> datetime:
        return NOW


def settings(**changes: object) -> OpenFacturaSettings:
    fields: dict[str, object] = {
        "api_key": KEY,
        "rut": "76.795.561-8",
        "razon_social": "HAULMER SPA",
        "giro": "VENTA AL POR MENOR POR INTERNET",
        "acteco": "479100",
        "direccion": "ARTURO PRAT 527   CURICO",
        "comuna": "Curicó",
        "sucursal": "81303347",
        "base_url": "https://of.example",
    }
    return msgspec.convert(fields | changes, OpenFacturaSettings)


def order(*lines: tuple[str, int, int], taxes: tuple[LineTax, ...] = (IVA,), **changes: object) -> Order:
    """A paid order of lines (name, quantity, unit price)."""
    made = tuple(
        OrderLine(
            product_id="1", name=name, sku=f"SKU-{place}", quantity=quantity, unit_price=Decimal(price), taxes=taxes
        )
        for place, (name, quantity, price) in enumerate(lines, start=1)
    )
    one = Order(
        number=1024,
        status=OrderStatus.PAID,
        currency="CLP",
        lines=made,
        total=sum((line.unit_price * line.quantity for line in made), Decimal(0)),
        billing=HOSTY,
        billing_address=CURICO,
        customer_email="buyer@example.cl",
    )
    return msgspec.structs.replace(one, **changes)


def document_of(one: Order, kind: DocumentKind = DocumentKind.RECEIPT) -> FiscalDocument:
    return compute_document(one, kind=kind, country="CL", issued_on=DAY)


def note_over(document: FiscalDocument, *, public_id: str = "39-106") -> FiscalDocument:
    credited = CreditedDocument(
        kind=document.kind,
        public_id=public_id,
        external_id="f" * 64,
        folio=public_id.partition("-")[2],
        issued_on=DAY,
        reason="Pedido anulado",
    )
    return credit_whole(document, credited=credited, issued_on=date(2026, 11, 25))


def request_for(document: FiscalDocument, reference: str = "despacho-1024-39") -> IssueRequest:
    return IssueRequest(reference=reference, document=document)


def opened(http: httpx.AsyncClient, **changes: object) -> OpenFactura:
    """The account over a client; it draws nothing of ours."""
    toolbox = Toolbox(http=http, clock=StoppedClock(), renderer=None, account_id="a")  # type: ignore[arg-type]
    return OpenFactura(settings(**changes), toolbox)


def played(answers: Answers, **changes: object) -> OpenFactura:
    """The account with an OpenFactura played by a function."""
    return opened(httpx.AsyncClient(transport=httpx.MockTransport(answers)), **changes)
