"""A whole hub with Starken: quoted, bought once, printed, handed over on our manifest, pushed to and asked about, and the store told."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from despacho.bootstrap import open_hub
from despacho_core.manifests import ManifestState
from despacho_core.parcels import Parcel
from despacho_core.quotes import RateRequest
from despacho_core.shipments import Shipment, ShipmentState, ShipmentWish
from despacho_core.tracking import TrackingStatus
from despacho_ports.carriers import LabelFormat, QuotesRates
from despacho_sandbox.kit.server import running_sandbox
from despacho_sandbox.starken.accounts import default_account
from despacho_sandbox.starken.controls import Advance
from despacho_sandbox.starken.simulator import EMISSION, LABELS, REST
from tests.integration.sandbox.conftest import FakeHub, Received, running_hub
from tests.town import FIRST_STORE, IMPATIENT, Silence, Town, TurnedClock, settings_for, settled_store
from tests.web import app_over, caller, problem, running

CUSTOMER = default_account()
BOX = Parcel(weight_g=1500, length_mm=300, width_mm=200, height_mm=100)


@dataclass
class Shop:
    """A town whose carrier is Starken, and the hub's door to the street."""

    town: Town
    street: FakeHub
    client: httpx.AsyncClient
    answers: asyncio.Queue[int]
    taken: int = 0

    def pass_time(self, hours: float) -> None:
        """Let time pass for everybody."""
        self.town.clock.turn(hours * 3600)
        self.town.sandbox.clock.advance(hours * 3600)

    async def pushed(self, count: int) -> None:
        """Wait until so many pushes were taken, and let the worker read them."""
        async with asyncio.timeout(10):
            while self.taken < count:
                assert await self.answers.get() == 200
                self.taken += 1
        await self.town.work()

    async def bought(self, *parcels: Parcel, service: str = "2-0") -> tuple[int, Shipment]:
        """An order that the hub has taken in, and its shipment."""
        town = self.town
        order = town.sandbox.store.place_order(town.store.code)
        await town.take_in(order)
        wish = ShipmentWish(account_id=town.carrier.id, service_code=service, parcels=parcels)
        shipment, _, effect = await town.services.shipping.buy(town.store.id, order.id, wish, wait=10)
        assert (shipment.state, effect.message) == (ShipmentState.BOUGHT, None)
        await town.work()
        return order.id, await town.shipment(shipment)

    def told(self, order: int) -> str | None:
        """What the store shows of an order's shipping."""
        status: str | None = self.town.sandbox.store.order(order, self.town.store.code).shipment_status
        return status


@asynccontextmanager
async def opened_shop(database_url: str, folder: Path) -> AsyncIterator[Shop]:
    async with running_sandbox(seed=1, speed=0) as sandbox, running_hub() as street:
        clock = TurnedClock(sandbox.clock.now())
        async with open_hub(
            settings_for(sandbox, database_url, folder), Silence(), clock=clock, policy=IMPATIENT
        ) as hub:
            store = await settled_store(hub, sandbox, FIRST_STORE)
            url = sandbox.starken.base_url
            account = await hub.services.accounts.add(
                store.id,
                "starken",
                name=None,
                settings={
                    "company_rut": CUSTOMER.company_rut, "clave": CUSTOMER.clave, "emission_url": f"{url}{EMISSION}",
                    "emission_user_rut": CUSTOMER.emission_user_rut, "emission_clave": CUSTOMER.emission_clave,
                    "account_number": CUSTOMER.account_number, "label_url": f"{url}{LABELS}", "label_user": CUSTOMER.label_user,
                    "label_password": CUSTOMER.label_password, "push_token": CUSTOMER.push_token, "base_url": f"{url}{REST}",
                },
            )  # fmt: skip
            async with app_over(hub.services) as app, running(app), caller(app) as client:
                shop = Shop(Town(sandbox, hub, clock, store, account, account), street, client, asyncio.Queue())

                async def through_the_door(received: Received) -> tuple[int, bytes]:
                    answer = await client.post(received.path, content=received.body, headers=received.headers)
                    shop.answers.put_nowait(answer.status_code)
                    return answer.status_code, answer.content

                street.answerer = through_the_door
                door = f"{street.url}/carriers/{account.key}/events"
                sandbox.starken.accounts.add(msgspec.structs.replace(CUSTOMER, push_url=door))
                yield shop


@pytest.fixture
async def shop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with opened_shop(sqlite_url, tmp_path) as opened:
        yield opened


def barcodes(pdf: bytes) -> list[set[str]]:
    """What a scanner reads from each printed page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[place].render(scale=4).to_pil() for place in range(len(document))]
    finally:
        document.close()
    return [{found.text for found in zxingcpp.read_barcodes(page)} for page in pages]


async def test_every_step_of_the_way_is_pushed_and_the_store_is_told_what_changed(shop: Shop) -> None:
    order, shipment = await shop.bought(BOX)
    await shop.pushed(1)
    for hours, count, told in ((4, 2, "in_transit"), (6, 3, "in_transit"), (10, 4, "in_transit"), (10, 6, "delivered")):
        shop.pass_time(hours)
        await shop.pushed(count)
        assert shop.told(order) == told
    assert (await shop.town.shipment(shipment)).tracking_status is TrackingStatus.DELIVERED
    _, events = await shop.town.services.tracking.events_of(shop.town.store.id, shipment.id)
    assert [event.description for event in events] == [
        "EN BODEGA CLIENTE",
        "RECIBIDO EN STARKEN",
        "EN TRANSITO A DESTINO",
        "RECIBIDO EN AGENCIA DESTINO",
        "EN REPARTO A DOMICILIO",
        "ENTREGADO",
    ]
    rows = await shop.town.services.ledgers.inbox(shop.town.store.id)
    kept = b"".join(row.body for row in rows) + repr([row.headers for row in rows]).encode()
    assert CUSTOMER.push_token.encode() not in kept
    assert all("authorization" not in row.headers for row in rows)


async def test_two_parcels_are_one_order_with_two_labels_and_each_is_pushed(shop: Shop) -> None:
    order, shipment = await shop.bought(BOX, BOX)
    [made] = shop.town.sandbox.starken.shipments_with(shipment.reference)
    pdf = await shop.town.services.labels.of_shipment(shop.town.store.id, shipment.id, LabelFormat.PDF)
    assert barcodes(pdf) == [{f"{made.order}{piece:03d}", str(made.order)} for piece in (1, 2)]
    zpl = await shop.town.services.labels.of_shipment(shop.town.store.id, shipment.id, LabelFormat.ZPL)
    assert f"{made.order}001".encode() in zpl
    shop.town.sandbox.starken.by_hand.advance(Advance(to="delivered", all=True))
    await shop.pushed(len(made.events))
    assert shop.told(order) == "delivered"


async def test_without_pushes_asking_leads_to_the_same_end_and_tells_nothing_twice(shop: Shop) -> None:
    starken = shop.town.sandbox.starken
    starken.accounts.add(CUSTOMER)
    order, shipment = await shop.bought(BOX)
    for hours, told in ((4, "in_transit"), (6, "in_transit"), (1, "in_transit"), (25, "delivered")):
        shop.pass_time(hours)
        await shop.town.services.tracking.sync_store(shop.town.store.id)
        await shop.town.work()
        assert shop.told(order) == told
    assert starken.pusher.pushes == []
    _, events = await shop.town.services.tracking.events_of(shop.town.store.id, shipment.id)
    described = [event.description for event in events]
    assert described == ["RECIBIDO EN STARKEN", "EN TRANSITO A DESTINO", "ENTREGADO"], "seen twice is no news"


async def test_forged_pushes_leave_nothing(shop: Shop) -> None:
    await shop.bought(BOX)
    await shop.pushed(1)
    before = len(await shop.town.services.ledgers.inbox(shop.town.store.id))
    door = f"/carriers/{shop.town.carrier.key}/events"
    body = shop.town.sandbox.starken.pusher.pushes[0].body.replace(b"EN BODEGA CLIENTE", b"ENTREGADO")
    for headers in ({}, {"authorization": "Basic c3Rhcmtlbjp3cm9uZw=="}, {"clave": CUSTOMER.clave}):
        assert problem(await shop.client.post(door, content=body, headers=headers)) == (401, "push-not-authentic")
    assert len(await shop.town.services.ledgers.inbox(shop.town.store.id)) == before


async def test_a_lost_answer_is_left_to_a_person_and_never_bought_again(shop: Shop) -> None:
    town = shop.town
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    await town.fault("starken", "cut_after", "emission")
    wish = ShipmentWish(account_id=town.carrier.id, service_code="2-0", parcels=(BOX,))
    shipment, _, _ = await town.services.shipping.buy(town.store.id, order.id, wish, wait=10)
    await town.work(seconds=120)
    assert (await town.shipment(shipment)).state is ShipmentState.UNCERTAIN
    assert len(town.sandbox.starken.shipments_with(shipment.reference)) == 1
    assert town.sandbox.starken.calls["emission"] == 1


async def test_the_hubs_own_manifest_is_what_both_sign(shop: Shop) -> None:
    town = shop.town
    await shop.bought(BOX, BOX)
    await shop.bought(BOX)
    contents = await town.services.manifesting.open(town.store.id, town.carrier.id)
    contents, effect = await town.services.manifesting.close(town.store.id, contents.manifest.id, wait=10)
    assert (contents.manifest.state, effect.message) == (ManifestState.CLOSED, None)
    document = await town.services.manifesting.document(town.store.id, contents.manifest.id)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)
    for freight in town.sandbox.starken.ledger.orders.values():
        assert str(freight.order) in text


async def test_a_cart_is_quoted_with_what_it_will_cost(shop: Shop) -> None:
    _, shipment = await shop.bought(BOX)
    [made] = shop.town.sandbox.starken.shipments_with(shipment.reference)
    cart = RateRequest(
        origin=shipment.origin,
        destination=shipment.destination,
        parcels=shipment.parcels,
        declared_value=shipment.declared_value,
    )
    connector = shop.town.services.office.connector(shop.town.carrier)
    assert isinstance(connector, QuotesRates)
    rates = await connector.quote_rates(cart)
    assert {rate.service_code: int(rate.price.amount) for rate in rates}["2-0"] == made.price
