"""An account and a shipment that every test of Starken starts from, and a carrier played by a function."""

from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.providers import Toolbox
from despacho_starken import Starken, StarkenSettings

Handler = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]
Opener = Callable[..., Starken]


class Noon:
    """A clock that stands at noon until it is turned."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        """Let time pass."""
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Noon:
    return Noon()


@pytest.fixture
def settings() -> StarkenSettings:
    return StarkenSettings(
        company_rut="76.543.210-3",
        clave="clave-rest",
        emission_url="https://carrier.test/emision",
        emission_user_rut="11111111-1",
        emission_clave="clave-emision",
        account_number="41966-6",
        cost_centre="12",
        label_url="https://carrier.test/etiqueta",
        label_user="usuario",
        label_password="clave-etiqueta",
        push_token="token-of-pushes-0001",
        agencies="Ñuñoa = 1467; Paiguano=22",
        base_url="https://carrier.test/rest/",
    )


@pytest.fixture
def request_to_buy() -> ShipmentRequest:
    return ShipmentRequest(
        reference="ABCDEFGHIJKLMNOP",
        service_code="2-0",
        origin=Address(
            country="CL", municipality="Castro", street="San Martín 681", company="Tejidos Chiloé Ltda", name="Bodega",
            phone="+56 65 263 0000", email="ventas@chiloe.example",
        ),
        destination=Address(
            country="CL", region="Región Metropolitana", municipality="Ñuñoa", street="Av. Irarrázaval 1234, depto 502",
            name="José Peña", phone="+56 9 8765 4321", email="jose@example.cl", tax_id="12.531.909-2",
        ),
        parcels=(
            Parcel(weight_g=1501, length_mm=305, width_mm=200, height_mm=100, contents="Chaleco de lana"),
            Parcel(weight_g=300, length_mm=100, width_mm=100, height_mm=100, contents="Gorro"),
        ),
        declared_value=money(45000, "CLP"),
        order_number=1012,
    )  # fmt: skip


@pytest.fixture
async def open_account(settings: StarkenSettings, clock: Noon) -> AsyncIterator[Opener]:
    """Opens the account, with other settings if wanted, at a carrier played by a function."""
    clients = []

    def opened(handler: Handler, with_settings: StarkenSettings | None = None) -> Starken:
        client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        clients.append(client)
        toolbox = Toolbox(http=client, clock=clock, renderer=None, account_id="a1")  # type: ignore[arg-type]  # draws nothing
        return Starken(with_settings or settings, toolbox)

    yield opened
    for client in clients:
        await client.aclose()
