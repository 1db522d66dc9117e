"""Shipments in the App: found by what is the matter, settled where nobody knows, followed, corrected, voided; each store its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.shipments import Label, Shipment, ShipmentState, ShipmentWish
from despacho_core.tracking import TrackingStatus
from tests.telling import told
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIST = "/app/shipments"
HOSTILE = '<script>alert("x")</script>'


async def bought(web: Web) -> tuple[Shipment, Label]:
    """A label of a new order."""
    order = await web.order()
    wish = ShipmentWish(account_id=web.town.carrier.id, service_code="3")
    shipment, labels, _ = await web.town.services.shipping.buy(web.store.id, order.id, wish, wait=10)
    assert shipment.state is ShipmentState.BOUGHT, shipment.problem
    return shipment, labels[0]


async def in_doubt(web: Web) -> Shipment:
    """A purchase after which the line broke: the carrier has it, and we do not know."""
    order = await web.order()
    await web.town.fault("chilexpress", "fail_after", "create-shipment")
    wish = ShipmentWish(account_id=web.town.carrier.id, service_code="3")
    shipment, _, _ = await web.town.services.shipping.buy(web.store.id, order.id, wish, wait=10)
    assert shipment.state is ShipmentState.UNCERTAIN
    return shipment


async def changed(web: Web, shipment: Shipment, **fields: Any) -> Shipment:
    """The shipment with other fields in the database."""
    other = msgspec.structs.replace(shipment, **fields)
    async with web.town.services.office.units.begin() as work:
        await work.shipments.save(other)
        await work.commit()
    return other


async def state(web: Web, shipment: Shipment) -> ShipmentState:
    return (await web.town.shipment(shipment)).state


async def test_each_kind_of_trouble_is_a_tab_that_lists_it(web: Web, browser: Browser) -> None:
    now = web.town.clock.now()
    late, late_label = await bought(web)
    stuck, stuck_label = await bought(web)
    fine, fine_label = await bought(web)
    moved = now - timedelta(days=4)
    await changed(web, late, tracking_status=TrackingStatus.IN_TRANSIT, tracking_moved_at=moved)
    await changed(web, stuck, tracking_moved_at=moved)
    for view, shown, label in [("late", late, late_label), ("stuck", stuck, stuck_label)]:
        text = await browser.read(f"{LIST}?view={view}")
        assert f"{LIST}/{shown.id}" in text
        assert label.tracking_number in text
        assert f"{LIST}/{fine.id}" not in text
    assert f"{LIST}/{late.id}" not in await browser.read(f"{LIST}?view=late&days=7"), "whoever is more patient"
    assert f"{LIST}/{fine.id}" in await browser.read(LIST)
    assert fine_label.tracking_number in await browser.read(f"{LIST}?view=late&text={fine_label.tracking_number}")


async def test_what_went_out_yesterday_and_did_not_arrive_is_late(web: Web, browser: Browser) -> None:
    shipment, _ = await bought(web)
    yesterday = web.town.clock.now() - timedelta(hours=25)
    await changed(web, shipment, tracking_status=TrackingStatus.OUT_FOR_DELIVERY, tracking_moved_at=yesterday)
    assert f"{LIST}/{shipment.id}" in await browser.read(f"{LIST}?view=late&days=14")


async def test_a_purchase_in_doubt_is_explained_and_found_at_once_by_looking_again(web: Web, browser: Browser) -> None:
    shipment = await in_doubt(web)
    assert f"{LIST}/{shipment.id}" in await browser.read(f"{LIST}?view=uncertain")
    text = await browser.read(f"{LIST}/{shipment.id}")
    assert "Nobody knows whether this label was bought" in text
    assert shipment.reference in text
    answer = await browser.send(f"{LIST}/{shipment.id}/settle", how="look")
    assert answer.status_code == 303
    assert await state(web, shipment) is ShipmentState.BOUGHT
    text = await browser.read(f"{LIST}/{shipment.id}")
    assert "Nobody knows" not in text
    assert web.town.at_carrier(shipment) == 1


async def test_looking_again_and_again_makes_no_no_believable(web: Web, browser: Browser) -> None:
    order = await web.order()
    await web.town.fault("chilexpress", "fail_before", "create-shipment")
    wish = ShipmentWish(account_id=web.town.carrier.id, service_code="3")
    shipment, _, _ = await web.town.services.shipping.buy(web.store.id, order.id, wish, wait=10)
    for _ in range(6):
        await browser.send(f"{LIST}/{shipment.id}/settle", how="look")
    assert await state(web, shipment) is ShipmentState.UNCERTAIN, "a shipment may show up late; nobody buys it twice"


async def test_a_person_who_found_it_gives_its_number_and_it_is_followed_and_told(web: Web, browser: Browser) -> None:
    shipment = await in_doubt(web)
    path = f"{LIST}/{shipment.id}"
    kind, said = told(await browser.send(f"{path}/settle", how="bought", number=""))
    assert (kind, await state(web, shipment)) == ("danger", ShipmentState.UNCERTAIN)
    assert "one tracking number for each of them" in said
    await browser.send(f"{path}/settle", how="bought", number=" x1234567 ", note="asked by telephone")
    current, labels = await web.town.services.shipping.get(web.store.id, shipment.id)
    assert (current.state, [one.tracking_number for one in labels]) == (ShipmentState.BOUGHT, ["X1234567"])
    assert current.next_check_at is not None, "it is followed"
    await web.town.work()
    assert (await web.town.shipment(shipment)).fulfillment_id, "the store was told"
    text = await browser.read(path)
    assert "X1234567" in text
    assert "asked by telephone" in text
    other = await in_doubt(web)
    await browser.send(f"{LIST}/{other.id}/settle", how="bought", number="X1234567")
    assert await state(web, other) is ShipmentState.UNCERTAIN, "a number stands for one parcel"


async def test_a_label_that_was_only_said_to_be_bought_asks_for_its_number(web: Web, browser: Browser) -> None:
    shipment = await in_doubt(web)
    services, path = web.town.services, f"{LIST}/{shipment.id}"
    async with services.office.units.begin(write=False) as work:
        (effect,) = await work.outbox.of_subject(web.store.id, shipment.id)
    await services.ledgers.resolve(web.store.id, effect.id, happened=True, note="asked by telephone")
    text = await browser.read(path)
    assert "its tracking numbers are missing" in text
    assert "Look again now" not in text
    await browser.send(f"{path}/settle", how="bought", number="x7654321")
    current, labels = await services.shipping.get(web.store.id, shipment.id)
    assert [one.tracking_number for one in labels] == ["X7654321"]
    assert current.next_check_at is not None, "it is followed"
    await web.town.work()
    assert (await web.town.shipment(shipment)).fulfillment_id, "the store was told"
    assert "tracking numbers are missing" not in await browser.read(path)
    again = await browser.send(f"{path}/settle", how="bought", number="x7654322")
    assert told(again)[0] == "danger", "it has its numbers"


@pytest.mark.parametrize(("how", "then"), [("again", ShipmentState.BOUGHT), ("give-up", ShipmentState.REJECTED)])
async def test_a_person_who_did_not_find_it_has_it_bought_again_or_gives_it_up(
    web: Web, browser: Browser, how: str, then: ShipmentState
) -> None:
    shipment = await in_doubt(web)
    await browser.send(f"{LIST}/{shipment.id}/settle", how=how)
    await web.town.work(seconds=1)
    assert await state(web, shipment) is then
    again = await browser.send(f"{LIST}/{shipment.id}/settle", how=how)
    assert told(again)[0] == "danger", "settled already: said, not done again"
    assert await state(web, shipment) is then


async def test_a_shipment_shows_its_label_its_way_and_the_buyers_page(web: Web, browser: Browser) -> None:
    shipment, label = await bought(web)
    await web.town.parcels_reach("delivered", label.tracking_number)
    answer = await browser.send(f"{LIST}/{shipment.id}/ask")
    assert answer.headers["location"] == f"{LIST}/{shipment.id}"
    assert told(answer) == ("success", "There is news.")
    text = await browser.read(f"{LIST}/{shipment.id}")
    assert "<strong>Delivered</strong>" in text
    assert f"/track/{shipment.track_token}" in text
    pdf = await browser.client.get(f"{LIST}/{shipment.id}/label.pdf")
    assert pdf.content.startswith(b"%PDF")
    zpl = await browser.client.get(f"{LIST}/{shipment.id}/label.zpl")
    assert b"^XA" in zpl.content


async def test_a_correction_leads_backwards_and_says_who_made_it(web: Web, browser: Browser) -> None:
    shipment, _ = await bought(web)
    path = f"{LIST}/{shipment.id}"
    await browser.client.post("/app/person", data={"csrf": browser.csrf, "person": "Ana Soto"})
    await browser.send(f"{path}/tracking", status="failed", reason="recipient_absent", note=HOSTILE)
    text = await browser.read(path)
    assert "Corrected by Ana Soto" in text
    assert "nobody was there" in text
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text
    assert (await web.town.shipment(shipment)).tracking_status is TrackingStatus.FAILED
    for fields in (
        {"status": "nowhere"},
        {"status": "delivered", "at": "tomorrow"},
        {"status": "delivered", "at": "2999-01-01T10:00"},
    ):
        assert told(await browser.send(f"{path}/tracking", **fields))[0] == "danger"
    assert (await web.town.shipment(shipment)).tracking_status is TrackingStatus.FAILED


async def test_a_purchase_that_waits_says_so_and_is_withdrawn(web: Web, browser: Browser) -> None:
    order = await web.order()
    wish = ShipmentWish(account_id=web.town.carrier.id, service_code="3")
    shipment, _ = await web.town.services.shipping.request(web.store.id, order.id, wish)
    path = f"{LIST}/{shipment.id}"
    assert path in await browser.read(f"/app/orders/{order.id}")
    assert "This label is not bought yet" in await browser.read(path)
    assert "The purchase is withdrawn" in told(await browser.send(f"{path}/void"))[1]
    assert f'action="{path}/void"' not in await browser.read(path)
    await web.town.work()
    assert (await state(web, shipment), web.town.at_carrier(shipment)) == (ShipmentState.VOIDED, 0)


async def test_a_label_is_voided_once_and_not_offered_to_be_voided_again(web: Web, browser: Browser) -> None:
    shipment, _ = await bought(web)
    path = f"{LIST}/{shipment.id}"
    assert f'action="{path}/void"' in await browser.read(path)
    assert "Do not hand them over" in told(await browser.send(f"{path}/void"))[1]
    assert f'action="{path}/void"' not in await browser.read(path)
    assert told(await browser.send(f"{path}/void"))[0] == "danger"


async def test_what_stands_on_orders_is_text_on_pages(web: Web, browser: Browser) -> None:
    order = await web.order()
    await web.delivered_to(
        order, Address(country="CL", municipality="Providencia", street="Uno", street_number="1", name=HOSTILE)
    )
    wish = ShipmentWish(account_id=web.town.carrier.id, service_code="3")
    shipment, _, _ = await web.town.services.shipping.buy(web.store.id, order.id, wish, wait=10)
    for path in (LIST, f"{LIST}/{shipment.id}", f"{LIST}?text={HOSTILE}"):
        text = await browser.read(path)
        assert HOSTILE not in text
        assert "&lt;script&gt;" in text


async def test_a_stranger_finds_nothing(web: Web, browser: Browser, stranger: Browser) -> None:
    shipment, label = await bought(web)
    path = f"{LIST}/{shipment.id}"
    for what in (path, f"{path}/label.pdf", f"{path}/label.zpl"):
        assert (await stranger.client.get(what)).status_code == 404
    for what in ("settle", "void", "ask", "tracking"):
        assert (await stranger.send(f"{path}/{what}", status="delivered", how="look")).status_code == 404
    assert label.tracking_number not in await stranger.read(LIST)
    assert shipment.id not in await stranger.read(f"{LIST}?text={label.tracking_number}")
    assert await state(web, shipment) is ShipmentState.BOUGHT


@pytest.mark.parametrize(
    ("language", "words"), [("es", "Nunca escaneado"), ("pt", "Nunca lido"), ("en", "Never scanned")]
)
async def test_the_list_speaks_the_visitors_language(web: Web, language: str, words: str) -> None:
    async with signed_in(web.app, web.town, web.store, language=language) as browser:
        assert words in await browser.read(f"{LIST}?view=stuck")


@pytest.mark.parametrize(
    "query",
    [
        "view=nothing",
        "days=4",
        "before=2026-01-01T00:00:00",
        "text=%20",
        "view=late&before=2026-01-01T00:00:00%2B00:00",
    ],
)
async def test_an_address_with_anything_in_it_is_a_page(browser: Browser, query: str) -> None:
    await browser.read(f"{LIST}?{query}")


@pytest.mark.parametrize("query", ["days=x", "before=yesterday", f"text={'9' * 101}"])
async def test_an_address_with_nonsense_in_it_is_refused_as_a_page(browser: Browser, query: str) -> None:
    answer = await browser.client.get(f"{LIST}?{query}")
    assert answer.status_code == 422
    assert "<html" in answer.text
