"""What each method sends, and how its answers are read in the forms that documents and live stores disagree about."""

import json
import logging
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from despacho_core.addresses import Address
from despacho_core.orders import OrderStatus
from despacho_core.stores import BasicCredentials
from despacho_ports.errors import Rejected
from despacho_ports.storefront import (
    AttachedDocument,
    Fulfillment,
    Hook,
    Location,
    NewFulfillment,
    ShippingMethod,
    StoreInfo,
)

Shop = Any
"""The scripted shop of conftest.py."""

INFO = {
    "name": "Tienda Norte", "code": "tienda-norte", "currency": "CLP", "country": "CL", "timezone": "America/Santiago",
    "email": "hola@tienda.example", "hooks_token": "fake-hooks-token", "url": "https://tienda.example",
    "weight_unit": "lb", "address": {"address": "San Diego 1", "city": "Santiago", "postal": None, "region": "12"},
}  # fmt: skip
LIVE = {
    "id": 12474228, "tracking_number": "TRK-12345", "tracking_company": "other", "type": "manual",
    "order": {"id": 2346, "status": "Paid"},
}  # fmt: skip


def ok(body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


def sent(shop: Shop, place: int = -1) -> tuple[str, str, Any]:
    request = shop.requests[place]
    return request.method, request.url.path, json.loads(request.content) if request.content else None


@pytest.mark.parametrize("body", [INFO, {"store": INFO}], ids=["flat", "wrapped"])
async def test_store_info_is_read_flat_and_wrapped(shop: Shop, body: object) -> None:
    assert await shop.answers(ok(body)).run(shop.front.store_info()) == StoreInfo(
        code="tienda-norte",
        name="Tienda Norte",
        currency="CLP",
        country="CL",
        timezone="America/Santiago",
        hooks_token="fake-hooks-token",
        email="hola@tienda.example",
        url="https://tienda.example",
        weight_unit="lb",
        address=Address(street="San Diego 1", city="Santiago", region_code="12"),
    )
    assert sent(shop) == ("GET", "/v1/store/info.json", None)


@pytest.mark.parametrize(
    ("values", "country", "zone"),
    [
        ({"country": "Chile", "timezone": "Santiago"}, "CL", "America/Santiago"),
        ({"country": None, "timezone": None, "address": {"country_code": "PT"}}, "PT", "Europe/Lisbon"),
        ({"country": "ES", "timezone": "Atlantic/Canary"}, "ES", "Atlantic/Canary"),
        ({"country": "Atlantis", "timezone": "Midnight"}, "", "UTC"),
    ],
)
async def test_a_store_always_has_a_time_zone_that_exists(
    shop: Shop, values: dict[str, object], country: str, zone: str
) -> None:
    info = await shop.answers(ok({**INFO, **values})).run(shop.front.store_info())
    assert (info.country, info.timezone) == (country, zone)


@pytest.mark.parametrize("missing", ["code", "hooks_token"])
async def test_a_store_without_code_or_hooks_token_is_not_taken_in(shop: Shop, missing: str) -> None:
    with pytest.raises(Rejected, match=f"store.{missing}: expected"):
        await shop.answers(ok({**INFO, missing: None})).run(shop.front.store_info())


async def test_a_location_may_come_percent_encoded(shop: Shop) -> None:
    bogota = {"id": 269115, "name": "Bodega", "main": True, "is_stock_origin": None, "location_address": {
        "address": "Calle 1", "street_number": 22, "city": "Bogot%C3%A1", "country": "CO", "region": "34",
        "municipality": None, "postal": "110111"}}  # fmt: skip
    flat = {"id": "7", "name": None, "main": "false", "is_stock_origin": True, "location_address": None}
    assert await shop.answers(ok([{"location": bogota}, flat])).run(shop.front.locations()) == [
        Location(
            id="269115",
            name="Bodega",
            main=True,
            address=Address(
                country="CO",
                region_code="34",
                city="Bogotá",
                postal_code="110111",
                street="Calle 1",
                street_number="22",
            ),
        ),
        Location(id="7", name="", is_stock_origin=True, address=Address()),
    ]


async def test_an_order_is_weighed_in_its_stores_unit(shop: Shop, captured: bytes) -> None:
    store = shop.store(BasicCredentials(login="l", authtoken="a"), weight_unit="lb")
    shop.answers(httpx.Response(200, content=captured))
    order = await shop.run(shop.fronts.of(store).order(1012))
    assert (order.number, order.total, order.lines[0].weight_g) == (1012, Decimal(50), 227)
    assert sent(shop) == ("GET", "/v1/orders/1012.json", None)


def numbered(*numbers: int) -> list[dict[str, object]]:
    return [{"order": {"id": number, "status_enum": "paid"}} for number in numbers]


async def listed(shop: Shop) -> list[int]:
    orders = shop.front.orders(OrderStatus.PAID, since=date(2026, 7, 1), until=date(2026, 7, 23))
    return [order.number async for order in orders]


async def test_orders_are_listed_page_by_page_until_a_short_one(shop: Shop) -> None:
    first, second = numbered(*range(250, 150, -1)), numbered(*range(150, 120, -1))
    assert await shop.answers(ok(first), ok(second)).run(listed(shop)) == list(range(250, 120, -1))
    queries = [dict(request.url.params.multi_items()) for request in shop.requests]
    asked = {
        "status_filters[]": "paid", "dateFilter": "customDate", "initialDate": "2026-07-01", "finalDate": "2026-07-23",
        "limit": "100",
    }  # fmt: skip
    assert queries == [{**asked, "page": "1"}, {**asked, "page": "2"}]


@pytest.mark.parametrize(
    "body",
    [
        {"orders": numbered(7, 6), "count": 2},
        numbered(7, 6),
        [{"id": "7"}, {"id": "6"}],
        {"orders": [{"id": 7}, None, {"id": 6}]},
    ],
)
async def test_a_listing_is_read_in_every_shape(shop: Shop, body: object) -> None:
    assert await shop.answers(ok(body)).run(listed(shop)) == [7, 6]


async def test_one_order_in_place_of_a_list_is_a_list_of_one(shop: Shop) -> None:
    assert await shop.answers(ok(numbered(7)[0])).run(listed(shop)) == [7]


async def test_orders_that_moved_to_the_next_page_are_given_once(shop: Shop) -> None:
    first, second = numbered(*range(200, 100, -1)), numbered(102, 101, 100, 99)
    assert await shop.answers(ok(first), ok(second)).run(listed(shop)) == list(range(200, 98, -1))


async def test_an_endpoint_that_ignores_pages_does_not_go_on_for_ever(shop: Shop) -> None:
    assert len(await shop.answers(ok(numbered(*range(1, 101)))).run(listed(shop))) == 100
    assert len(shop.requests) == 2


async def test_an_unreadable_order_is_left_out_of_the_listing_and_logged(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"order": {"id": 9, "total": []}}, {"order": {"id": []}}, *numbered(8)]
    with caplog.at_level(logging.WARNING, "despacho.jumpseller"):
        assert await shop.answers(ok(rows)).run(listed(shop)) == [8]
    assert "order.total: expected" in caplog.text
    assert "order.id: expected" in caplog.text


@pytest.mark.parametrize("body", ["nothing", 5, [5], {"orders": {}}])
async def test_a_listing_that_is_none_is_refused(shop: Shop, body: object) -> None:
    with pytest.raises(Rejected, match="expected"):
        await shop.answers(ok(body)).run(listed(shop))


@pytest.mark.parametrize("root", ["fulfillment", "order_fulfillment"])
async def test_a_fulfillment_is_created_as_the_contract_says(shop: Shop, root: str) -> None:
    new = NewFulfillment(
        order_number=2346,
        location_id="269115",
        external_id="shp_01",
        tracking_number="TRK-12345",
        tracking_company="Chilexpress",
        tracking_url="https://hub.example/track/t",
    )
    made = await shop.answers(ok({root: LIVE})).run(shop.front.create_fulfillment(new))
    assert made == Fulfillment(id="12474228", tracking_number="TRK-12345")
    assert sent(shop) == (
        "POST",
        "/v1/fulfillments.json",
        {
            "fulfillment": {
                "order_id": "2346",
                "type": "manual",
                "location_id": "269115",
                "tracking_company": "other",
                "tracking_number": "TRK-12345",
                "tracking_url": "https://hub.example/track/t",
                "external_id": "shp_01",
                "send_email": False,
            }
        },
    )


async def test_a_fulfillment_without_tracking_address_names_the_company(shop: Shop) -> None:
    new = NewFulfillment(
        order_number=1,
        location_id="2",
        external_id="x",
        tracking_number="T",
        tracking_company="Chilexpress",
        tracking_url="",
        service_type="3",
        message="Va en camino",
        send_email=True,
    )
    await shop.answers(ok({"fulfillment": LIVE})).run(shop.front.create_fulfillment(new))
    body = sent(shop)[2]["fulfillment"]
    assert (body["tracking_company"], body["service_type"], body["message"], body["send_email"]) == (
        "Chilexpress",
        "3",
        "Va en camino",
        True,
    )


async def test_an_orders_fulfillments_are_found_by_our_id_where_it_is_answered(shop: Shop) -> None:
    rows = [
        {"order_fulfillment": {**LIVE, "external_id": "shp_01", "shipment_status": "in_transit"}},
        {"fulfillment": LIVE},
    ]
    assert await shop.answers(ok(rows)).run(shop.front.fulfillments_of(2346)) == [
        Fulfillment(id="12474228", external_id="shp_01", tracking_number="TRK-12345", shipment_status="in_transit"),
        Fulfillment(id="12474228", tracking_number="TRK-12345"),
    ]
    assert sent(shop) == ("GET", "/v1/order/2346/fulfillments.json", None)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("requested", "requested"),
        ("in_transit", "in_transit"),
        ("delivered", "delivered"),
        ("failed", "failed"),
        ("pickup_available", "in_transit"),
        ("out_for_delivery", "in_transit"),
        ("returned", "failed"),
    ],
)
async def test_a_fulfillment_knows_four_statuses(shop: Shop, status: str, told: str) -> None:
    await shop.answers(ok({})).run(shop.front.update_fulfillment("12/../7", shipment_status=status))
    assert shop.requests[-1].url.raw_path == b"/v1/fulfillments/12%2F..%2F7.json"
    assert json.loads(shop.requests[-1].content) == {"fulfillment": {"shipment_status": told}}


async def test_an_order_is_told_its_shipment_status_and_nothing_else(shop: Shop) -> None:
    await shop.answers(httpx.Response(200)).run(shop.front.set_shipment_status(7, "pickup_available"))
    assert sent(shop) == ("PUT", "/v1/orders/7.json", {"order": {"shipment_status": "pickup_available"}})


@pytest.mark.parametrize(("written", "read"), [(1, 1), (0, 0), ("1", 1), ("0 - credit note", 0), ("1 - invoice", 1)])
async def test_documents_are_read_by_their_type(shop: Shop, written: object, read: int) -> None:
    row = {"document": {"document_type": written, "public_id": 1020, "external_id": None, "url": "https://h/d"}}
    assert await shop.answers(ok([row])).run(shop.front.documents_of(7)) == [
        AttachedDocument(document_type=read, public_id="1020", external_id="", url="https://h/d")
    ]
    assert sent(shop) == ("GET", "/v1/orders/7/documents.json", None)


async def test_a_document_is_attached_with_the_bare_integer(shop: Shop) -> None:
    document = AttachedDocument(document_type=0, public_id="61-88", external_id="nc_1", url="https://h/d")
    await shop.answers(ok({"document": {}})).run(shop.front.attach_document(7, document))
    body = {"document_type": 0, "external_id": "nc_1", "public_id": "61-88", "url": "https://h/d"}
    assert sent(shop) == ("POST", "/v1/orders/7/documents.json", {"document": body})


async def test_hooks_are_listed_registered_and_removed(shop: Shop) -> None:
    row = {"hook": {"id": 5, "name": None, "event": "order_paid", "url": "https://h/w", "application_id": None}}
    hook = Hook(id="5", event="order_paid", url="https://h/w")
    assert await shop.answers(ok([row])).run(shop.front.hooks()) == [hook]
    assert await shop.answers(ok(row)).run(shop.front.create_hook("order_paid", "https://h/w")) == hook
    assert sent(shop) == ("POST", "/v1/hooks.json", {"hook": {"event": "order_paid", "url": "https://h/w"}})
    await shop.answers(httpx.Response(200, json="ok")).run(shop.front.delete_hook("5"))
    assert sent(shop) == ("DELETE", "/v1/hooks/5.json", None)


async def test_an_external_shipping_method_is_registered_with_its_origin(shop: Shop) -> None:
    live = {"shipping_method": {
        "id": 836621, "type": "external", "name": "Despacho", "callback_url": "https://h/rates", "fee": None,
        "free_shipping_minimum_purchase": 0.0,
        "services": [{"id": 1, "name": "Express", "service_code": "EXP"}, {"id": 2, "service_code": None}]}}  # fmt: skip
    made = await shop.answers(ok(live)).run(
        shop.front.create_shipping_method(
            name="Despacho",
            callback_url="https://h/rates",
            services_url="https://h/services",
            token="fake-token",
            origin=Address(country="CL", region_code="12", municipality="Providencia", city="Santiago"),
        )
    )
    assert made == ShippingMethod(
        id="836621", name="Despacho", kind="external", callback_url="https://h/rates", services=("EXP",)
    )
    assert sent(shop)[2] == {
        "shipping_method": {
            "type": "external",
            "name": "Despacho",
            "callback_url": "https://h/rates",
            "fetch_services_url": "https://h/services",
            "token": "fake-token",
            "state": "12",
            "city": "Providencia",
        }
    }
    assert await shop.answers(ok([live])).run(shop.front.shipping_methods()) == [made]
    await shop.answers(ok({})).run(shop.front.delete_shipping_method("836621"))
    assert sent(shop) == ("DELETE", "/v1/shipping_methods/836621.json", None)


@pytest.mark.parametrize(
    ("body", "is_installed"),
    [
        ({"app_code": "despacho", "installed": False, "code": "tienda"}, False),
        ({"app_code": "despacho", "installed": True, "code": "tienda"}, True),
        ({"app": {"installed": "false"}}, False),
        ({"installed": None}, True),
        ({}, True),
    ],
)
async def test_only_a_plain_no_says_that_the_app_is_gone(shop: Shop, body: object, *, is_installed: bool) -> None:
    front = shop.fronts.of(shop.store(shop.tokens()))
    assert await shop.answers(ok(body)).run(front.is_installed()) is is_installed
    assert sent(shop)[:2] == ("GET", "/v1/apps/despacho/install_status.json")


async def test_an_app_that_the_platform_does_not_know_under_this_name_is_not_gone(shop: Shop) -> None:
    front = shop.fronts.of(shop.store(shop.tokens()))
    assert await shop.answers(httpx.Response(404, json={"message": "Not Found"})).run(front.is_installed())


async def test_a_store_that_was_added_by_its_login_is_not_asked_for_an_app(shop: Shop) -> None:
    assert await shop.answers(ok({"installed": False})).run(shop.front.is_installed())
    assert shop.requests == []
