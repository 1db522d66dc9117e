"""One order in the App: its address checked and mended, its parcels, prices side by side, labels, documents, and its history."""

from __future__ import annotations

import re
from html import unescape

import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.shipments import Shipment, ShipmentState
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRONG = Address(
    country="CL",
    region="Región Metropolitana",
    municipality="Las Kondez",
    street="Apoquindo",
    street_number="4501",
    name="Ana Soto",
    phone="+56912345678",
)


async def _shipments(web: Web, number: int) -> list[Shipment]:
    return [one for one, _ in (await web.town.services.reading.order(web.store.id, number)).shipments]


async def _quote(browser: Browser, path: str, **parcels: object) -> str:
    """The id of the cheapest price of an account."""
    answer = await browser.send(f"{path}/quotes", **parcels)
    assert answer.status_code == 200, answer.text
    found = re.search(r'name="quote" value="([^"]+)"', answer.text)
    assert found is not None, answer.text
    return unescape(found.group(1))


async def test_the_page_shows_who_buys_what_and_where_it_goes(web: Web, browser: Browser) -> None:
    order = await web.order()
    text = await browser.read(f"/app/orders/{order.id}")
    assert f"<h1>Order {order.id}</h1>" in text
    for heading in (
        "Buyer and address",
        "What was ordered",
        "Parcels and prices",
        "Documents",
        "Everything that happened",
    ):
        assert heading in text
    assert "Place found" in text


async def test_a_place_that_nobody_knows_is_mended_by_choosing_the_right_one(web: Web, browser: Browser) -> None:
    order = await web.order()
    path = f"/app/orders/{order.id}"
    await web.delivered_to(order, WRONG)
    text = await browser.read(path)
    assert "Which one is it?" in text
    buttons = re.findall(r'name="comuna" value="(\d+)"[^>]*>([^<]+)', text)
    offered = {name.split(" (")[0].strip(): code for code, name in buttons}
    answer = await browser.send(f"{path}/address", comuna=offered["Las Condes"])
    assert answer.headers["location"] == path
    text = await browser.read(path)
    assert "Address mended" in text
    assert "Which one is it?" not in text
    record = (await web.town.services.reading.order(web.store.id, order.id)).record
    assert record.order.shipping_address == WRONG, "the store's own order is as it was"
    quote = await _quote(browser, path)
    await browser.send(f"{path}/labels", quote=quote, key="a")
    (shipment,) = await _shipments(web, order.id)
    assert shipment.destination.municipality == "Las Condes"
    assert shipment.destination.street_line == "Apoquindo 4501"
    await browser.send(f"{path}/address", again="1")
    assert "Address mended" not in await browser.read(path)


async def test_an_address_is_edited_by_hand_and_an_incomplete_one_refused(web: Web, browser: Browser) -> None:
    order = await web.order()
    path = f"/app/orders/{order.id}"
    await web.delivered_to(order, None)
    assert "The order has no delivery address." in await browser.read(path)
    whole = {"name": "Ana", "street": "Apoquindo 1", "municipality": "Las Condes", "region": "Metropolitana"}
    answer = await browser.send(f"{path}/address", name="Ana")
    assert answer.status_code == 303
    assert (await web.town.services.reading.order(web.store.id, order.id)).record.delivery is None
    await browser.send(f"{path}/address", **whole)
    address = (await web.town.services.reading.order(web.store.id, order.id)).record.to_ship.destination()
    assert (address.name, address.street, address.place, address.country) == ("Ana", "Apoquindo 1", "Las Condes", "CL")


async def test_prices_stand_side_by_side_and_the_chosen_one_is_bought_in_the_parcels_that_were_asked_about(
    web: Web, browser: Browser
) -> None:
    order = await web.order()
    path = f"/app/orders/{order.id}"
    parcels = {
        "weight": ["1,5", "0.25", ""],
        "length": ["30", "10", ""],
        "width": ["20", "10", ""],
        "height": ["10", "5,5", ""],
    }
    text = await browser.read(f"{path}/quotes")
    assert text.count("Buy this label") >= 2
    quote = await _quote(browser, path, **parcels)
    answer = await browser.send(f"{path}/labels", quote=quote, key="one")
    assert answer.headers["location"] == path
    (shipment,) = await _shipments(web, order.id)
    assert [one.weight_g for one in shipment.parcels] == [1500, 250]
    assert shipment.parcels[1].height_mm == 55
    text = await browser.read(path)
    assert f"/app/shipments/{shipment.id}/label.pdf" in text
    assert "A further label for this order" in text


@pytest.mark.parametrize(
    ("field", "value"), [("weight", "heavy"), ("weight", "0"), ("length", ""), ("height", "-3"), ("width", "1e99")]
)
async def test_a_parcel_that_cannot_be_is_named(web: Web, browser: Browser, field: str, value: str) -> None:
    order = await web.order()
    parcel = {"weight": "1", "length": "10", "width": "10", "height": "10"} | {field: value}
    text = (await browser.send(f"/app/orders/{order.id}/quotes", **parcel)).text
    assert f"Parcel 1: {field}" in text
    assert "Buy this label" not in text


async def test_the_same_press_twice_buys_one_label_and_a_further_one_has_to_be_meant(
    web: Web, browser: Browser
) -> None:
    order = await web.order()
    path = f"/app/orders/{order.id}"
    first = await _quote(browser, path)
    for _ in range(2):
        await browser.send(f"{path}/labels", quote=first, key="press")
    await browser.send(f"{path}/labels", quote=first, key="another")
    assert len(await _shipments(web, order.id)) == 1
    for _ in range(2):
        await browser.send(f"{path}/labels", quote=first, key="further", further="1")
    assert len(await _shipments(web, order.id)) == 2


async def test_a_label_is_corrected_and_voided_from_the_orders_page_which_comes_back(
    web: Web, browser: Browser
) -> None:
    order = await web.order()
    path = f"/app/orders/{order.id}"
    await browser.send(f"{path}/labels", quote=await _quote(browser, path), key="v")
    (shipment,) = await _shipments(web, order.id)
    acts = f"/app/shipments/{shipment.id}"
    corrected = await browser.send(f"{acts}/tracking", status="in_transit", note="seen <b>here</b>", here=path)
    assert corrected.headers["location"] == path
    text = await browser.read(path)
    assert "On its way" in text
    assert "seen &lt;b&gt;here&lt;/b&gt;" in text
    asked = await browser.send(f"{acts}/ask", here=path)
    assert asked.headers["location"] == path
    voided = await browser.send(f"{acts}/void", here=path)
    assert voided.headers["location"] == path
    text = await browser.read(path)
    assert "Voided a label" in text
    assert "A further label" not in text, "there is none that counts any more"
    elsewhere = await browser.send(f"{acts}/void", here="https://evil.example/app/orders/1")
    assert elsewhere.headers["location"] == acts


async def test_a_carrier_that_does_not_answer_is_followed_and_nothing_is_bought_twice(
    web: Web, browser: Browser
) -> None:
    order = await web.order()
    path = f"/app/orders/{order.id}"
    quote = await _quote(browser, path)
    await web.town.fault("chilexpress", "fail_after", "create-shipment")
    await browser.send(f"{path}/labels", quote=quote, key="doubt")
    (shipment,) = await _shipments(web, order.id)
    assert shipment.state is ShipmentState.UNCERTAIN
    assert "Nobody knows whether it was bought: settle it" in await browser.read(path)
    await web.town.work(seconds=30)
    (shipment,) = await _shipments(web, order.id)
    assert shipment.state is ShipmentState.BOUGHT
    assert web.town.at_carrier(shipment) == 1


async def test_what_cannot_be_bought_is_said_and_was_not_done(web: Web, browser: Browser) -> None:
    order = await web.order()
    path = f"/app/orders/{order.id}"
    answer = await browser.send(f"{path}/labels", key="nothing chosen")
    assert answer.status_code == 303
    assert "despacho_said=" in answer.headers["set-cookie"]
    assert await _shipments(web, order.id) == []
    assert list(await web.town.services.activity.page(web.store.id, order_number=order.id)) == []


async def test_everything_that_happened_is_told_with_who_did_it(web: Web) -> None:
    async with signed_in(web.app, web.town, web.store) as browser:
        await browser.send("/app/person", person="Ana <i>Soto</i>")
        order = web.town.sandbox.store.place_order(web.store.code)
        await web.town.webhook(order)
        await web.town.work()
        path = f"/app/orders/{order.id}"
        await browser.send(f"{path}/labels", quote=await _quote(browser, path), key="k")
        await browser.send(f"{path}/document")
        await web.town.work()
        history = (await browser.read(path)).partition('id="h-history"')[2]
        for words in ("The order was paid", "Label asked of the carrier", "Document asked of the invoicing system"):
            assert words in history, words
        assert "Ana &lt;i&gt;Soto&lt;/i&gt;" in history
        assert "Asked for a label" in history


async def test_a_return_is_asked_for_where_the_carrier_takes_it_or_the_reason_is_said(
    web: Web, browser: Browser
) -> None:
    order = await web.order()
    answer = await browser.send(f"/app/orders/{order.id}/returns")
    assert answer.status_code == 303
    assert "despacho_said=" in answer.headers["set-cookie"]
    assert not [one for one in await _shipments(web, order.id) if one.is_return]


async def test_a_document_that_cannot_be_issued_says_why_and_what_to_do(web: Web, browser: Browser) -> None:
    foreign = web.town.sandbox.store.place_order(web.store.code)
    foreign.currency = "EUR"
    await web.town.take_in(foreign)
    path = f"/app/orders/{foreign.id}"
    await browser.send(f"{path}/document")
    text = await browser.read(path)
    assert "alert-warning" in text
    assert "Issue the document now" in text
    mend = f"/app/invoices/waiting/{foreign.id}"
    assert f'href="{mend}"' in text
    assert (await browser.client.get(mend)).status_code == 200


async def test_an_order_of_another_store_is_not_there(web: Web, browser: Browser, stranger: Browser) -> None:
    order = await web.order()
    path = f"/app/orders/{order.id}"
    for page in (path, f"{path}/quotes", f"{path}/packing-slip.pdf"):
        assert (await stranger.client.get(page)).status_code == 404, page
    for act in ("labels", "returns", "document", "address", "quotes"):
        assert (await stranger.send(f"{path}/{act}", comuna="13114")).status_code == 404, act
    assert (await browser.client.get("/app/orders/99999999")).status_code == 404
    assert (await browser.client.get(f"/app/orders/{10**30}")).status_code == 404


async def test_hostile_words_are_shown_as_words(web: Web, browser: Browser) -> None:
    order = await web.order()
    evil = "<script>alert(1)</script>"
    await web.delivered_to(order, msgspec.structs.replace(WRONG, street=evil, municipality=evil, name=evil))
    text = await browser.read(f"/app/orders/{order.id}")
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    assert not re.search(r"<style|\son\w+=|\sstyle=", text)


async def test_the_packing_slip_is_a_file(web: Web, browser: Browser) -> None:
    order = await web.order()
    answer = await browser.client.get(f"/app/orders/{order.id}/packing-slip.pdf")
    assert answer.content[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("language", "said"),
    [("es", ("Comprador y dirección", "Todo lo que pasó")), ("pt", ("Volumes e preços", "Tudo o que"))],
)
async def test_the_page_speaks_the_visitors_language(web: Web, language: str, said: tuple[str, ...]) -> None:
    order = await web.order()
    async with signed_in(web.app, web.town, web.store, language=language) as browser:
        text = await browser.read(f"/app/orders/{order.id}")
        for words in said:
            assert words in text
