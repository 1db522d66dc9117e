"""CTT Expresso proves itself against its simulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_ctt import despacho_providers
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.conformance import ProviderConformance, Samples, World
from despacho_ports.invoicing import IssueRequest
from despacho_sandbox.ctt.accounts import default_account
from despacho_sandbox.ctt.simulator import CttSimulator
from despacho_sandbox.kit.server import Sandbox

CUSTOMER = default_account()
SHOP = Address(
    country="PT",
    city="Lisboa",
    postal_code="1100-001",
    street="Rua da Conceição 12",
    company="Loja Exemplo, Lda",
    phone="+351 210 000 000",
)
BUYER = Address(
    country="PT",
    municipality="Vila Nova de Gaia",
    postal_code="4400-123",
    street="Avenida da República",
    street_number="1200",
    name="João Gonçalves & Irmão",
    phone="912 345 678",
)


class TestCtt(ProviderConformance):
    provider = despacho_providers()[0]
    samples = Samples(
        shipment=ShipmentRequest(
            reference="-",
            service_code="EMSF056.01",
            origin=SHOP,
            destination=BUYER,
            parcels=(
                Parcel(weight_g=1501, length_mm=305, width_mm=200, height_mm=100, contents="Calçado"),
                Parcel(weight_g=300, length_mm=100, width_mm=100, height_mm=100),
            ),
            declared_value=money("59.90", "EUR"),
            order_number=1,
        ),
        pickup_near=BUYER,
    )

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        sandbox = Sandbox(simulators=(CttSimulator,))
        sandbox.listening_at("http://sandbox.example")

        def held(request: ShipmentRequest | IssueRequest) -> int:
            assert isinstance(request, ShipmentRequest)
            return max(len(sandbox.ctt.shipments_with(one)) for one in request.piece_references())

        yield World(
            settings={
                "authentication_id": CUSTOMER.authentication_id,
                "user_id": CUSTOMER.user_id,
                "client_id": CUSTOMER.client_id,
                "contract_id": CUSTOMER.contract_id,
                "base_url": f"{sandbox.ctt.base_url}/CTTEWSPool",
            },
            transport=httpx.ASGITransport(sandbox),
            refused={"authentication_id": "00000000-0000-4000-8000-000000000000"},
            held=held,
            clock=sandbox.clock,
        )
