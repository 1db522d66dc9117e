"""The conformance kit's suites for the model providers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal

from despacho_core.addresses import Address
from despacho_core.fiscal import Buyer, DocumentKind, FiscalDocument, FiscalLine, FiscalTotals, PriceBasis
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.quotes import RateRequest
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.conformance import ProviderConformance, Samples, World
from despacho_ports.invoicing import IssueRequest
from despacho_ports.providers import Provider, ProviderKind
from tests.conformance.model_providers import ModelCarrier, ModelInvoicing, ModelSettings
from tests.conformance.model_worlds import KEY, Books, Depot

PLACE = Address(country="PT", city="Lisboa", street="Rua A 1", name="Ana")
PARCELS = (Parcel(weight_g=500, length_mm=100, width_mm=100, height_mm=100),) * 2
PUSH = b'{"number": "T1", "events": [{"at": "2026-11-21T12:00:00", "text": "Taken in"}]}'
SALE = FiscalDocument(
    kind=DocumentKind.RECEIPT,
    order_number=1,
    currency="EUR",
    issued_on=date(2026, 11, 20),
    basis=PriceBasis.GROSS,
    buyer=Buyer(name="Ana"),
    lines=(FiscalLine(name="Cup", quantity=Decimal(1), unit_price=Decimal(10), amount=Decimal(10), exempt=True),),
    totals=FiscalTotals(net=Decimal(0), tax=Decimal(0), exempt=Decimal(10), total=Decimal(10)),
)
CARRIER = Provider(
    id="model-carrier",
    name="Model Carrier",
    kind=ProviderKind.CARRIER,
    version="1.0",
    settings=ModelSettings,
    connector=ModelCarrier,
    countries=("PT",),
    currencies=("EUR",),
)
INVOICING = Provider(
    id="model-invoicing",
    name="Model Invoicing",
    kind=ProviderKind.INVOICING,
    version="1.0",
    settings=ModelSettings,
    connector=ModelInvoicing,
)


class CarrierCase(ProviderConformance):
    provider = CARRIER
    samples = Samples(
        rates=RateRequest(origin=PLACE, destination=PLACE, parcels=PARCELS, declared_value=money(10, "EUR")),
        shipment=ShipmentRequest(
            reference="-", service_code="day", origin=PLACE, destination=PLACE, parcels=PARCELS,
            declared_value=money(10, "EUR"), order_number=1,
        ),
        pickup_near=PLACE,
        push=({"x-key": KEY, "x-kind": "tracking"}, PUSH),
    )  # fmt: skip

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        depot = Depot()

        def held(request: ShipmentRequest | IssueRequest) -> int:
            return sum(reference == request.reference for reference, _ in depot.sold)

        yield World(
            settings={"api_key": KEY}, transport=depot.transport(), refused={"api_key": "another-key"}, held=held
        )


class InvoicingCase(ProviderConformance):
    provider = INVOICING
    samples = Samples(sale=SALE)

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        books = Books()

        def held(request: ShipmentRequest | IssueRequest) -> int:
            return books.issued.count(request.reference)

        yield World(
            settings={"api_key": KEY}, transport=books.transport(), refused={"api_key": "another-key"}, held=held
        )
