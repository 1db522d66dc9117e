"""Chilexpress proves itself against its simulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from despacho_chilexpress import despacho_providers
from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.quotes import RateRequest
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.conformance import ProviderConformance, Samples, World
from despacho_ports.invoicing import IssueRequest
from despacho_sandbox.chilexpress.accounts import default_account
from despacho_sandbox.chilexpress.simulator import ChilexpressSimulator
from despacho_sandbox.kit.server import Sandbox

CUSTOMER = default_account()
WAREHOUSE = Address(
    country="CL", municipality="Pudahuel", street="Av. San Pablo 8500", name="Bodega", phone="+56 2 2382 4861"
)
BUYER = Address(
    country="CL",
    region="Región Metropolitana",
    municipality="Ñuñoa",
    street="Irarrázaval 1234, depto 5",
    name="Marcela Vera",
    phone="987654321",
)
PARCELS = (
    Parcel(weight_g=1501, length_mm=305, width_mm=200, height_mm=100),
    Parcel(weight_g=300, length_mm=100, width_mm=100, height_mm=100),
)
WORTH = money(15001, "CLP")


class TestChilexpress(ProviderConformance):
    provider = despacho_providers()[0]
    samples = Samples(
        rates=RateRequest(origin=WAREHOUSE, destination=BUYER, parcels=PARCELS, declared_value=WORTH),
        shipment=ShipmentRequest(
            reference="-", service_code="3", origin=WAREHOUSE, destination=BUYER, parcels=PARCELS, declared_value=WORTH,
            order_number=1,
        ),
    )  # fmt: skip

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        sandbox = Sandbox(simulators=(ChilexpressSimulator,))
        sandbox.listening_at("http://sandbox.example")

        def held(request: ShipmentRequest | IssueRequest) -> int:
            assert isinstance(request, ShipmentRequest)
            return max(len(sandbox.chilexpress.shipments_with(one)) for one in request.piece_references())

        yield World(
            settings={
                "key_coverage": CUSTOMER.georeference_key,
                "key_rating": CUSTOMER.rating_key,
                "key_shipping": CUSTOMER.transport_orders_key,
                "customer_card": CUSTOMER.tcc,
                "company_rut": CUSTOMER.rut,
                "base_url": sandbox.chilexpress.base_url,
            },
            transport=httpx.ASGITransport(sandbox),
            refused={"key_coverage": "0" * 32, "key_rating": "0" * 32, "key_shipping": "0" * 32},
            held=held,
            clock=sandbox.clock,
        )
