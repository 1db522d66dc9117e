"""An account and a shipment that every test of CTT starts from, and answers as the carrier writes them."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import httpx
import pytest

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_ctt import Ctt, CttSettings
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.providers import Toolbox

Handler = Callable[[httpx.Request], httpx.Response]
Opener = Callable[[Handler], Ctt]

MODELS = "http://schemas.datacontract.org/2004/07/CTTExpressoWS"


class Noon:
    """A clock that stands at noon."""

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def settings() -> CttSettings:
    return CttSettings(
        authentication_id="c0ffee00-0000-4000-8000-000000000001",
        user_id="c0ffee00-0000-4000-8000-000000000002",
        client_id="900000001",
        contract_id="300000001",
        base_url="https://carrier.test/CTTEWSPoolHTTPS/",
    )


@pytest.fixture
def request_to_buy() -> ShipmentRequest:
    return ShipmentRequest(
        reference="DSP-1",
        service_code="EMSF056.01",
        origin=Address(
            country="PT", city="Lisboa", postal_code="1100-001", street="Rua X", street_number="1", company="Loja, Lda",
            name="Armazém", phone="+351 210 000 000", email="a@b.pt",
        ),
        destination=Address(
            country="PT", municipality="Évora", postal_code="7000", street="Praça do Giraldo 3", name="Inês Conceição",
            phone="00351 912345678", email="c@d.pt",
        ),
        parcels=(
            Parcel(weight_g=1501, length_mm=305, width_mm=200, height_mm=100, contents="Calçado"),
            Parcel(weight_g=300, length_mm=100, width_mm=100, height_mm=100),
        ),
        declared_value=money("10.01", "EUR"),
        order_number=1012,
    )  # fmt: skip


@pytest.fixture
async def open_account(settings: CttSettings) -> AsyncIterator[Opener]:
    """Opens the account with a carrier played by a function."""
    clients = []

    def opened(handler: Handler) -> Ctt:
        client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        clients.append(client)
        toolbox = Toolbox(http=client, clock=Noon(), renderer=None, account_id="a1")  # type: ignore[arg-type]  # draws nothing
        return Ctt(settings, toolbox)

    yield opened
    for client in clients:
        await client.aclose()


@pytest.fixture
def reply() -> Callable[..., httpx.Response]:
    """An answer: the members of an operation's result, as XML."""

    def made(operation: str, members: str, *, status: int = 200) -> httpx.Response:
        text = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f'<{operation}Response xmlns="http://tempuri.org/"><{operation}Result xmlns:a="{MODELS}">{members}'
            f"</{operation}Result></{operation}Response></s:Body></s:Envelope>"
        )
        return httpx.Response(status, content=text.encode(), headers={"content-type": "text/xml; charset=utf-8"})

    return made


@pytest.fixture
def fault() -> Callable[[str, str], httpx.Response]:
    """A SOAP fault."""

    def made(code: str, words: str) -> httpx.Response:
        text = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
            f"<faultcode>{code}</faultcode><faultstring>{escape(words)}</faultstring></s:Fault></s:Body></s:Envelope>"
        )
        return httpx.Response(500, content=text.encode())

    return made
