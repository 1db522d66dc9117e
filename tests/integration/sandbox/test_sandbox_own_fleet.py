"""The drivers of the own fleet: told the links on labels, they walk parcels to the door through the hub's own pages."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from litestar.types import ASGIApp

from despacho_core.shipments import Shipment, ShipmentWish
from despacho_core.tracking import TrackingStatus
from despacho_own_fleet import despacho_providers
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.kit.trust import trusted
from despacho_sandbox.own_fleet.simulator import OwnFleetSimulator
from tests.following import PARCEL, now
from tests.shop import paid_order
from tests.shopfront import Shopfront, open_shopfront
from tests.web import app_over, path_of


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """An app over real HTTP; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_config=None, ws="none"))
        serving = asyncio.create_task(server._serve([listener]))  # `serve` would take the signals of the tests
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


class Street(Shopfront):
    """A shop whose pages can be reached, and its drivers."""

    sandbox: Sandbox
    url: str

    async def parcel(self, order: int) -> tuple[Shipment, str]:
        """A shipment, and the address on its label."""
        account = await self.account("own-fleet")
        wish = ShipmentWish(account_id=account.id, service_code="next-day", parcels=(PARCEL,))
        number = await paid_order(self.hub, self.store, order)
        shipment, _, _ = await self.services.shipping.buy(self.store.id, number, wish, wait=5)
        _, [label] = await self.services.shipping.get(self.store.id, shipment.id)
        return shipment, self.url + path_of(self.services.office.links.scan(label.scan_token))

    async def drivers(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Somebody tells the drivers."""
        async with httpx.AsyncClient(verify=trusted()) as client:
            return await client.request(method, f"{self.sandbox.url}/own-fleet/{path}", json=body)


@pytest.fixture
async def street(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Street]:
    settings: dict[str, dict[str, object]] = {"own-fleet": {"fleet_name": "Reparto Norte"}}
    async with (
        open_shopfront(sqlite_url, tmp_path, despacho_providers(), settings_of=settings) as opened,
        running_sandbox(simulators=(OwnFleetSimulator,)) as sandbox,
        app_over(opened.services) as app,
        served(app) as url,
    ):
        street = Street(opened.hub, opened.store, opened.client, opened.api)
        street.sandbox, street.url = sandbox, url
        yield street


async def test_parcels_go_the_way_that_was_planned_for_them(street: Street) -> None:
    plans = {
        "delivered": TrackingStatus.DELIVERED,
        "second_try": TrackingStatus.DELIVERED,
        "failed": TrackingStatus.FAILED,
    }
    parcels = {plan: await street.parcel(1001 + order) for order, plan in enumerate(plans)}
    for plan, (_, link) in parcels.items():
        loaded = await street.drivers("POST", "parcels", {"links": [link], "plan": plan, "receiver": "Rosa"})
        assert loaded.status_code == 201
    driven = (await street.drivers("POST", "drive")).json()["parcels"]
    assert {one["status"] for parcel in driven for one in parcel["pressed"]} == {303}
    for plan, (shipment, _) in parcels.items():
        assert (await now(street.hub, shipment)).tracking_status is plans[plan]
    assert street.sandbox.own_fleet.counts() == {"parcels": 3, "steps_said": 11}


async def test_they_can_be_driven_on_one_step_at_a_time(street: Street) -> None:
    shipment, link = await street.parcel(1001)
    street.sandbox.own_fleet.load([link])
    seen = []
    for _ in range(3):
        await street.drivers("POST", "drive", {"steps": 1})
        seen.append((await now(street.hub, shipment)).tracking_status.value)
    assert seen == ["in_transit", "out_for_delivery", "delivered"]


async def test_what_the_page_does_not_offer_is_noted(street: Street) -> None:
    shipment, link = await street.parcel(1001)
    await street.services.shipping.void(street.store.id, shipment.id, wait=5)
    nowhere = "http://127.0.0.1:1/scan/x"
    street.sandbox.own_fleet.load([link, nowhere, "no address"])
    [void, lost, odd] = (await street.drivers("POST", "drive", {"steps": 1})).json()["parcels"]
    assert void["pressed"] == [{"step": "picked_up", "status": 200, "problem": "the page has no such button"}]
    assert lost["pressed"][0]["problem"].startswith("ConnectError")
    assert odd["pressed"][0]["status"] is None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("parcels", {"links": []}),
        ("parcels", {"links": ["x"], "plan": "eaten"}),
        ("parcels", None),
        ("drive", {"steps": 99}),
    ],
)
async def test_what_makes_no_sense_is_refused(street: Street, path: str, body: object) -> None:
    assert (await street.drivers("POST", path, body)).status_code == 400


async def test_the_van_can_be_looked_into_and_emptied(street: Street) -> None:
    street.sandbox.own_fleet.load(["http://127.0.0.1:1/scan/x"])
    assert len((await street.drivers("GET", "parcels")).json()["parcels"]) == 1
    state = (await street.drivers("GET", "_sandbox/state")).json()
    assert state["accounts"][0]["fleet_name"] == "Reparto Norte"
    await street.drivers("POST", "_sandbox/reset")
    assert street.sandbox.own_fleet.counts() == {"parcels": 0, "steps_said": 0}
