"""OpenFactura proves itself against its simulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx

from despacho_core.addresses import Address
from despacho_core.fiscal import DocumentKind
from despacho_core.fiscal_computation import compute_document
from despacho_core.orders import BillingDetails, LineTax, Order, OrderLine, OrderStatus
from despacho_openfactura import despacho_providers
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.conformance import ProviderConformance, Samples, World
from despacho_ports.invoicing import IssueRequest
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.server import Sandbox
from despacho_sandbox.openfactura.options import OpenFacturaOptions
from despacho_sandbox.openfactura.simulator import OpenFacturaSimulator

IVA = LineTax(name="IVA", rate=Decimal(19), included=True)
PAID = Order(
    number=1,
    status=OrderStatus.PAID,
    currency="CLP",
    lines=(OrderLine(product_id="1", name="Polera", sku="P-1", quantity=2, unit_price=Decimal(9990), taxes=(IVA,)),),
    total=Decimal(19980),
    billing=BillingDetails(
        company_name="HOSTY SPA", business_activity="SERVICIOS INFORMATICOS", tax_id="76.430.498-5", taxpayer_type=None
    ),
    billing_address=Address(country="CL", name="Ana Pérez", street="ARTURO PRAT 527", municipality="Curicó"),
)
DAY = date(2026, 11, 20)


class TestOpenFactura(ProviderConformance):
    provider = despacho_providers()[0]
    samples = Samples(sale=compute_document(PAID, kind=DocumentKind.RECEIPT, country="CL", issued_on=DAY))

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        clock = SandboxClock(datetime(2026, 11, 20, 15, tzinfo=UTC), speed=0)
        sandbox = Sandbox(clock, simulators=(OpenFacturaSimulator,))
        sandbox.listening_at("http://sandbox.example")
        sandbox.openfactura.options.current = OpenFacturaOptions(requests_per_second=None, requests_per_minute=None)

        def held(request: ShipmentRequest | IssueRequest) -> int:
            assert isinstance(request, IssueRequest)
            issued = sandbox.openfactura.documents_for(str(request.document.order_number))
            return sum(one.idempotency_key == request.reference for one in issued)

        yield World(
            settings={
                "api_key": "badc0de0000000000000000000000001",
                "rut": "76.795.561-8",
                "razon_social": "HAULMER SPA",
                "giro": "VENTA AL POR MENOR POR INTERNET",
                "acteco": "479100",
                "direccion": "ARTURO PRAT 527   CURICO",
                "comuna": "Curicó",
                "sucursal": "81303347",
                "base_url": sandbox.openfactura.base_url,
            },
            transport=httpx.ASGITransport(sandbox),
            refused={"api_key": "badc0de0-nobody-knows-it"},
            held=held,
            clock=clock,
        )


class TestOpenFacturaInvoices(TestOpenFactura):
    samples = Samples(sale=compute_document(PAID, kind=DocumentKind.INVOICE, country="CL", issued_on=DAY))
