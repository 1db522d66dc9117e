"""Starken proves itself against its simulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import msgspec

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.quotes import RateRequest
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.conformance import ProviderConformance, Samples, World
from despacho_ports.invoicing import IssueRequest
from despacho_sandbox.kit.server import Sandbox
from despacho_sandbox.starken.accounts import basic, default_account
from despacho_sandbox.starken.simulator import EMISSION, LABELS, REST, StarkenSimulator
from despacho_starken import despacho_providers

CUSTOMER = default_account()
WAREHOUSE = Address(
    country="CL", municipality="Castro", street="San Martín 681", company="Bodega Chiloé", phone="+56 65 263 0000"
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
WORTH = money(65001, "CLP")
PUSH = {
    "numeroOrdenFlete": 222746632,
    "estadoMicro": 3,
    "estadoMacro": 2,
    "nombreEstadoHomologado": "RECIBIDO EN STARKEN",
    "codigoEstadoHomologado": "RECIBIDO EN STARKEN",
    "fechaHoraEvento": 1795176000000,
    "ciudadDestino": "SANTIAGO",
    "encargosTotales": 2,
}


class TestStarken(ProviderConformance):
    provider = despacho_providers()[0]
    samples = Samples(
        rates=RateRequest(origin=WAREHOUSE, destination=BUYER, parcels=PARCELS, declared_value=WORTH),
        shipment=ShipmentRequest(
            reference="-", service_code="2-0", origin=WAREHOUSE, destination=BUYER, parcels=PARCELS, declared_value=WORTH,
            order_number=1,
        ),
        push=(
            {"content-type": "application/json", "authorization": basic("starken", CUSTOMER.push_token)},
            msgspec.json.encode(PUSH),
        ),
    )  # fmt: skip

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        sandbox = Sandbox(simulators=(StarkenSimulator,))
        sandbox.listening_at("http://sandbox.example")

        def held(request: ShipmentRequest | IssueRequest) -> int:
            return len(sandbox.starken.shipments_with(request.reference))

        url = sandbox.starken.base_url
        yield World(
            settings={
                "company_rut": CUSTOMER.company_rut,
                "clave": CUSTOMER.clave,
                "emission_user_rut": CUSTOMER.emission_user_rut,
                "emission_clave": CUSTOMER.emission_clave,
                "account_number": CUSTOMER.account_number,
                "label_url": f"{url}{LABELS}",
                "label_user": CUSTOMER.label_user,
                "label_password": CUSTOMER.label_password,
                "label_size": "letter",
                "push_token": CUSTOMER.push_token,
                "emission_url": f"{url}{EMISSION}",
                "base_url": f"{url}{REST}",
            },
            transport=httpx.ASGITransport(sandbox),
            refused={"clave": "wrong-clave"},
            held=held,
            clock=sandbox.clock,
        )
