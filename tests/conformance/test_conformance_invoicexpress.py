"""InvoiceXpress proves itself against its simulator: several requests to a document, and each of them may lose its answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import msgspec

from despacho_core.addresses import Address
from despacho_core.fiscal import DocumentKind
from despacho_core.fiscal_computation import compute_document
from despacho_core.orders import BillingDetails, LineTax, Order, OrderLine, OrderStatus
from despacho_invoicexpress import InvoiceXpress, despacho_providers
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.conformance import ProviderConformance, Samples, World
from despacho_ports.invoicing import IssueRequest
from despacho_sandbox.invoicexpress.options import InvoiceXpressOptions
from despacho_sandbox.invoicexpress.simulator import InvoiceXpressSimulator
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.server import Sandbox

PAID = Order(
    number=1,
    status=OrderStatus.PAID,
    currency="EUR",
    lines=(
        OrderLine(
            product_id="1",
            name="Camisola",
            sku="C-1",
            unit_price=Decimal("19.99"),
            quantity=3,
            taxes=(LineTax(name="IVA", rate=Decimal(23), included=True),),
        ),
    ),
    total=Decimal("59.97"),
    billing=BillingDetails(company_name="Loja Lda", tax_id="PT 501 964 843"),
    billing_address=Address(country="PT", name="Maria Silva", street="Rua A 1", city="Lisboa", postal_code="1000-100"),
)
DAY = date(2026, 11, 20)


class Unhurried(InvoiceXpress):
    """Asks for a PDF again without a pause."""

    pdf_waits = (0.0, 0.0, 0.0)


class TestInvoiceXpress(ProviderConformance):
    provider = msgspec.structs.replace(despacho_providers()[0], connector=Unhurried)
    samples = Samples(sale=compute_document(PAID, kind=DocumentKind.RECEIPT, country="PT", issued_on=DAY))

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        clock = SandboxClock(datetime(2026, 11, 20, 15, tzinfo=UTC), speed=0)
        sandbox = Sandbox(clock, simulators=(InvoiceXpressSimulator,))
        sandbox.listening_at("http://sandbox.example")
        sandbox.invoicexpress.options.current = InvoiceXpressOptions(requests_per_minute=None)

        def held(request: ShipmentRequest | IssueRequest) -> int:
            return sum(one.issued for one in sandbox.invoicexpress.documents_for(request.reference))

        yield World(
            settings={
                "account": "loja-lisboa",
                "api_key": "badc0de0lisboa0000000000000001",
                "base_url": sandbox.invoicexpress.base_url,
            },
            transport=httpx.ASGITransport(sandbox),
            refused={"api_key": "badc0de0-nobody"},
            held=held,
            clock=clock,
        )
