"""The driver's page: one scan, one press, and the shop, the store and the buyer know."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pypdfium2
import pytest
import zxingcpp

from despacho_core.parcels import Parcel
from despacho_core.shipments import Label, Shipment, ShipmentWish
from despacho_core.tracking import Reason, TrackingStatus
from despacho_own_fleet import despacho_providers
from tests.following import now, told
from tests.shop import paid_order
from tests.shopfront import Shopfront, open_shopfront
from tests.town import TurnedClock
from tests.web import path_of, problem

S = TrackingStatus
PARCEL = Parcel(weight_g=500, length_mm=200, width_mm=150, height_mm=100)


class Van(Shopfront):
    """A shop with a van, and a parcel on it."""

    clock: TurnedClock
    shipment: Shipment
    label: Label
    address: str

    async def press(self, step: str, *, mark: str | None = None, **fields: str) -> httpx.Response:
        """The driver scans, and presses a button."""
        page = (await self.client.get(self.address)).text
        found = re.search(r'name="mark" value="([0-9a-f]+)"', page)
        self.clock.turn(60)
        seen = mark if mark is not None else (found.group(1) if found else "")
        return await self.client.post(self.address, data={"step": step, "mark": seen, **fields})

    def steps(self, page: str) -> list[str]:
        """What the page offers."""
        return re.findall(r'name="step" value="(\w+)"', page)


@pytest.fixture
async def van(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Van]:
    clock = TurnedClock()
    settings: dict[str, dict[str, object]] = {
        "own-fleet": {"fleet_name": "Reparto Norte", "contact_phone": "+56 2 2345"}
    }
    async with open_shopfront(sqlite_url, tmp_path, despacho_providers(), clock=clock, settings_of=settings) as opened:
        van = Van(opened.hub, opened.store, opened.client, opened.api)
        van.clock = clock
        account = await van.account("own-fleet")
        wish = ShipmentWish(account_id=account.id, service_code="next-day", parcels=(PARCEL, PARCEL))
        bought, _, _ = await van.services.shipping.buy(van.store.id, await paid_order(van.hub, van.store), wish, wait=5)
        async with van.services.office.units.begin() as work:
            await work.shipments.save(msgspec.structs.replace(bought, fulfillment_id="f"))
            await work.commit()
        van.shipment, labels = await van.services.shipping.get(van.store.id, bought.id)
        van.label = labels[0]
        van.address = path_of(van.services.office.links.scan(van.label.scan_token))
        yield van


async def all_delivered(van: Van) -> None:
    """The other piece arrives too."""
    _, labels = await van.services.shipping.get(van.store.id, van.shipment.id)
    van.address = path_of(van.services.office.links.scan(labels[1].scan_token))
    await van.press("delivered")


async def test_every_label_has_an_address_of_its_own_that_nobody_can_guess(van: Van) -> None:
    _, labels = await van.services.shipping.get(van.store.id, van.shipment.id)
    tokens = {label.scan_token for label in labels}
    assert len(tokens) == 2
    assert all(len(token) >= 22 for token in tokens)
    assert van.shipment.next_check_at is None


async def test_the_code_on_the_printed_label_leads_to_its_page(van: Van) -> None:
    answer = await van.api.get(f"/api/v1/shipments/{van.shipment.id}/label.pdf")
    assert answer.status_code == 200
    first, second = pypdfium2.PdfDocument(answer.content)
    codes = {code.text for code in zxingcpp.read_barcodes(first.render(scale=4).to_pil())}
    assert codes == {van.label.tracking_number, van.services.office.links.scan(van.label.scan_token)}
    assert not codes & {code.text for code in zxingcpp.read_barcodes(second.render(scale=4).to_pil())}


async def test_from_the_shop_to_the_door(van: Van) -> None:
    for step, status in (
        ("picked_up", S.IN_TRANSIT),
        ("out_for_delivery", S.OUT_FOR_DELIVERY),
        ("delivered", S.DELIVERED),
    ):
        answer = await van.press(step, receiver="Vecina Rosa")
        assert (answer.status_code, answer.headers["location"]) == (303, "?done=1&lang=es")
        assert "Registrado." in (await van.client.get(van.address + "?done=1")).text
        _, [label, _] = await van.services.shipping.get(van.store.id, van.shipment.id)
        assert label.tracking_status is status
    await all_delivered(van)
    assert (await now(van.hub, van.shipment)).tracking_status is S.DELIVERED
    assert await told(van.hub, van.shipment) == ["delivered"]
    _, events = await van.services.tracking.events_of(van.store.id, van.shipment.id)
    assert [(one.code, one.author, one.note) for one in events][:3] == [
        ("picked_up", "scan", ""),
        ("out_for_delivery", "scan", ""),
        ("delivered", "scan", "Vecina Rosa"),
    ]
    buyer = (await van.client.get(path_of(van.services.office.links.track(van.shipment.track_token)))).text
    assert "Entregado" in buyer
    assert "Rosa" not in buyer


async def test_looking_changes_nothing(van: Van) -> None:
    pages = {(await van.client.get(van.address)).text for _ in range(3)}
    assert len(pages) == 1
    assert (await van.services.tracking.events_of(van.store.id, van.shipment.id))[1] == []


async def test_pressing_twice_records_once(van: Van) -> None:
    page = (await van.client.get(van.address)).text
    mark = re.findall(r'name="mark" value="(\w+)"', page)[0]
    first = await van.press("picked_up", mark=mark)
    again = await van.press("picked_up", mark=mark)
    assert (first.status_code, again.status_code) == (303, 409)
    assert "Entretanto se registró algo" in again.text
    assert len((await van.services.tracking.events_of(van.store.id, van.shipment.id))[1]) == 1


async def test_a_try_that_failed_is_no_end(van: Van) -> None:
    await van.press("out_for_delivery")
    await van.press("not_delivered", reason="recipient_absent")
    page = (await van.client.get(van.address)).text
    assert "no había nadie" in page
    assert van.steps(page) == ["out_for_delivery", "delivered", "failed"]
    buyer = (await van.client.get(path_of(van.services.office.links.track(van.shipment.track_token)))).text
    assert "No entregado, se intentará de nuevo · no había nadie" in buyer
    await van.press("out_for_delivery")
    await van.press("delivered")
    _, events = await van.services.tracking.events_of(van.store.id, van.shipment.id)
    assert [one.reason for one in events] == [None, Reason.RECIPIENT_ABSENT, None, None]


async def test_after_the_end_the_page_only_shows_it(van: Van) -> None:
    await van.press("failed", reason="address_wrong")
    page = (await van.client.get(van.address)).text
    assert "Entrega fallida · dirección errónea o incompleta" in page
    assert "<form" not in page
    assert (await van.press("delivered", mark="x")).status_code == 409
    await all_delivered(van)
    assert (await now(van.hub, van.shipment)).tracking_status is S.FAILED


async def test_a_void_label_only_says_so(van: Van) -> None:
    mark = re.findall(r'name="mark" value="(\w+)"', (await van.client.get(van.address)).text)[0]
    await van.services.shipping.void(van.store.id, van.shipment.id, wait=5)
    page = (await van.client.get(van.address)).text
    assert "Esta etiqueta está anulada" in page
    assert "<form" not in page
    assert (await van.press("delivered", mark=mark)).status_code == 409
    assert (await van.services.tracking.events_of(van.store.id, van.shipment.id))[1] == []


async def test_the_page_shows_less_than_the_label_and_runs_nothing(van: Van) -> None:
    answer = await van.client.get(van.address)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    destination = van.shipment.destination
    assert "Providencia" in answer.text
    assert str(destination.name) not in answer.text
    assert str(destination.street) not in answer.text
    assert not re.search(r"<script|\son\w+=|style=", answer.text)


@pytest.mark.parametrize(
    ("language", "word"), [("pt", "Recolhida"), ("en", "Picked up"), ("es", "Recogido"), ("xx", "Recogido")]
)
async def test_the_driver_reads_it_in_a_language_of_choice(van: Van, language: str, word: str) -> None:
    assert word in (await van.client.get(f"{van.address}?lang={language}")).text


@pytest.mark.parametrize(
    "fields", [{}, {"step": "eaten"}, {"step": ""}, {"mark": "x"}, {f"f{n}": "x" for n in range(30)}]
)
async def test_a_form_that_says_nothing_is_asked_again(van: Van, fields: dict[str, str]) -> None:
    answer = await van.client.post(
        van.address, data=fields, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 422
    assert "Elige qué pasó." in answer.text


async def test_odd_names_and_reasons_are_taken_as_they_can_be(van: Van) -> None:
    await van.press("not_delivered", reason="aliens")
    await van.press("delivered", receiver=" <b>\x00" + "x" * 500)
    _, [tried, brought] = await van.services.tracking.events_of(van.store.id, van.shipment.id)
    assert tried.reason is Reason.OTHER
    assert len(brought.note) == 80


async def test_what_is_no_form_is_refused(van: Van) -> None:
    assert problem(await van.client.post(van.address, json={"step": "delivered"})) == (415, "unsupported-media-type")


async def test_a_code_that_was_not_read_whole_leads_nowhere(van: Van) -> None:
    for address in (van.address[:-2], "/scan/x"):
        looked = await van.client.get(address)
        said = await van.client.post(address, data={"step": "delivered", "mark": "x"})
        assert (looked.status_code, said.status_code) == (404, 404)
        assert "Etiqueta desconocida" in looked.text


async def test_a_person_in_the_shop_can_open_the_way_again(van: Van) -> None:
    await van.press("failed", reason="recipient_absent")
    answer = await van.api.post(
        f"/api/v1/shipments/{van.shipment.id}/tracking",
        json={"status": "in_transit", "tracking_number": van.label.tracking_number, "note": "tries again"},
    )
    assert answer.status_code == 200
    assert (await van.press("delivered")).status_code == 303
    _, [label, _] = await van.services.shipping.get(van.store.id, van.shipment.id)
    assert label.tracking_status is S.DELIVERED
