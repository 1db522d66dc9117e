"""An account, a cart and a shipment that every test of Chilexpress starts from."""

from collections.abc import AsyncIterator, Callable

import httpx
import msgspec
import pytest

from despacho_chilexpress import Chilexpress, ChilexpressSettings
from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.quotes import RateRequest
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.providers import Toolbox

Handler = Callable[[httpx.Request], httpx.Response]
Opener = Callable[[Handler], Chilexpress]


@pytest.fixture
def settings() -> ChilexpressSettings:
    return ChilexpressSettings(
        key_coverage="coverage-key",
        key_rating="rating-key",
        key_shipping="shipping-key",
        customer_card="18578680",
        company_rut="96.756.430-3",
        base_url="https://carrier.test",
    )


@pytest.fixture
def request_to_buy() -> ShipmentRequest:
    """The portal's sample shipment, as an order of ours (contract/carriers.md 1.4)."""
    return ShipmentRequest(
        reference="DSP-1",
        service_code="3",
        origin=Address(
            country="CL",
            municipality="Pudahuel",
            street="Avenida San Pablo",
            street_number="8500",
            name="Bodega",
            company="Remitente SpA",
            phone="+56 2 2382 4861",
            email="a@b.cl",
        ),
        destination=Address(
            country="CL",
            municipality="Providencia",
            street="AVENIDA MANUEL MONTT 427",
            complement="LOCAL 2",
            name="Marcela Vera",
            phone="227665433",
            email="c@d.cl",
        ),
        parcels=(
            Parcel(weight_g=1501, length_mm=305, width_mm=200, height_mm=100, contents="Zapatos"),
            Parcel(weight_g=300, length_mm=100, width_mm=100, height_mm=100),
        ),
        declared_value=money(15001, "CLP"),
        order_number=1012,
    )


@pytest.fixture
def cart(request_to_buy: ShipmentRequest) -> RateRequest:
    return RateRequest(
        origin=request_to_buy.origin,
        destination=request_to_buy.destination,
        parcels=request_to_buy.parcels[:1],
        declared_value=request_to_buy.declared_value,
    )


@pytest.fixture
async def open_account(settings: ChilexpressSettings) -> AsyncIterator[Opener]:
    """Opens the account with a carrier played by a function."""
    clients = []

    def opened(handler: Handler) -> Chilexpress:
        client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        clients.append(client)
        # Neither clock nor renderer is used by this provider.
        toolbox = Toolbox(http=client, clock=None, renderer=None, account_id="a1")  # type: ignore[arg-type]
        return Chilexpress(settings, toolbox)

    yield opened
    for client in clients:
        await client.aclose()


@pytest.fixture
def reply() -> Callable[..., httpx.Response]:
    """Answers in the carrier's envelope."""

    def made(
        data: object = None, *, code: int = 0, text: str = "OK", status: int = 200, **flat: object
    ) -> httpx.Response:
        body = {"data": data, "statusCode": code, "statusDescription": text, "errors": None, **flat}
        return httpx.Response(status, content=msgspec.json.encode(body), headers={"content-type": "application/json"})

    return made
