"""Every method of the store's API against the simulated platform."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from despacho_core.orders import OrderStatus
from despacho_core.tracking import TrackingStatus
from despacho_ports.errors import Rejected
from despacho_ports.storefront import AttachedDocument, NewFulfillment
from despacho_sandbox.store import OrderStatus as Status

pytestmark = pytest.mark.asyncio(loop_scope="module")

Hub = Any
"""The hub of conftest.py."""


def fulfillment_of(order: int, location: str, external_id: str = "shp_01") -> NewFulfillment:
    return NewFulfillment(
        order_number=order,
        location_id=location,
        external_id=external_id,
        tracking_number="712345678901",
        tracking_company="Chilexpress",
        tracking_url="https://hub.example/track/t",
    )


@pytest.mark.parametrize("wrapped", [True, False])
async def test_a_store_says_who_it_is(hub: Hub, *, wrapped: bool) -> None:
    hub.stores.store().quirks.store_info_wrapped = wrapped
    info = await hub.front.store_info()
    assert (info.code, info.currency, info.country, info.timezone) == ("tienda-norte", "CLP", "CL", "America/Santiago")
    assert info.hooks_token == hub.stores.store().hooks_token
    assert "hooks" not in repr(info)


async def test_parcels_leave_from_the_main_location(hub: Hub) -> None:
    (main,) = [place for place in await hub.front.locations() if place.main]
    assert main.address.country == "CL"
    assert main.address.missing_for_delivery() in ([], ["name"])


async def test_the_captured_order_comes_back_as_it_was_captured(hub: Hub) -> None:
    placed = hub.stores.place_order(kind="captured")
    order = await hub.front.order(placed.id)
    assert (order.number, order.status, order.total) == (placed.id, OrderStatus.PAID, Decimal(50))
    assert (order.discount, order.shipping_discount) == (Decimal(2877), Decimal(2877))
    assert order.lines[0].weight_g == 500
    assert order.destination().municipality == "Vitacura"


async def test_an_order_that_does_not_exist_is_told_apart(hub: Hub) -> None:
    with pytest.raises(Rejected) as raised:
        await hub.front.order(999_999)
    assert raised.value.not_found


async def test_all_paid_orders_of_the_days_are_found_over_many_pages(hub: Hub) -> None:
    paid = [hub.stores.place_order(silent=True).id for _ in range(103)]
    hub.stores.place_order(status=Status.PENDING_PAYMENT)
    today = hub.now().date()
    week = {"since": today - timedelta(days=7), "until": today + timedelta(days=1)}
    found = [order.number async for order in hub.front.orders(OrderStatus.PAID, **week)]
    assert found == sorted(paid, reverse=True)
    last_month = {"since": today - timedelta(days=40), "until": today - timedelta(days=30)}
    assert [order async for order in hub.front.orders(OrderStatus.PAID, **last_month)] == []


@pytest.mark.parametrize("root", ["fulfillment", "order_fulfillment"])
async def test_a_shipment_reaches_the_order_and_its_status_follows(hub: Hub, root: str) -> None:
    hub.stores.store().quirks.fulfillment_root = root
    placed = hub.stores.place_order()
    location = (await hub.front.locations())[0].id
    made = await hub.front.create_fulfillment(fulfillment_of(placed.id, location))
    assert [one.id for one in await hub.front.fulfillments_of(placed.id)] == [made.id]
    for status in TrackingStatus:
        await hub.front.update_fulfillment(made.id, shipment_status=status.for_store)
    await hub.front.set_shipment_status(placed.id, "pickup_available")
    order = await hub.front.order(placed.id)
    assert order.shipment_status == "pickup_available"
    (known,) = hub.stores.fulfillments(placed.id)
    assert (known.external_id, known.tracking_url, known.shipment_status) == (
        "shp_01",
        "https://hub.example/track/t",
        "delivered",
    )


async def test_only_a_paid_order_is_shipped(hub: Hub) -> None:
    placed = hub.stores.place_order(status=Status.PENDING_PAYMENT)
    location = (await hub.front.locations())[0].id
    with pytest.raises(Rejected, match="paid"):
        await hub.front.create_fulfillment(fulfillment_of(placed.id, location))


async def test_invoice_and_credit_note_are_attached(hub: Hub) -> None:
    placed = hub.stores.place_order()
    documents = [
        AttachedDocument(document_type=1, public_id="39-1020", external_id="d1", url="https://hub.example/d/1"),
        AttachedDocument(document_type=0, public_id="61-88", external_id="d2", url="https://hub.example/d/2"),
    ]
    for document in documents:
        await hub.front.attach_document(placed.id, document)
    assert await hub.front.documents_of(placed.id) == documents


async def test_hooks_are_registered_listed_and_removed(hub: Hub) -> None:
    made = await hub.front.create_hook("order_paid", "https://hub.example/jumpseller/webhooks")
    assert await hub.front.hooks() == [made]
    await hub.front.delete_hook(made.id)
    await hub.front.delete_hook(made.id)
    assert await hub.front.hooks() == []
    with pytest.raises(Rejected):
        await hub.front.create_hook("order_eaten", "https://hub.example/jumpseller/webhooks")


async def test_a_shipping_method_is_registered_listed_and_removed(hub: Hub) -> None:
    origin = (await hub.front.locations())[0].address
    made = await hub.front.create_shipping_method(
        name="Despacho",
        callback_url="https://hub.example/jumpseller/rates/k",
        services_url="https://hub.example/jumpseller/services/k",
        token="fake-token",
        origin=origin,
    )
    assert (made.kind, made.callback_url) == ("external", "https://hub.example/jumpseller/rates/k")
    assert made in await hub.front.shipping_methods()
    assert hub.stores.store().shipping_methods[int(made.id)].state == origin.region_code
    await hub.front.delete_shipping_method(made.id)
    await hub.front.delete_shipping_method(made.id)
    assert made not in await hub.front.shipping_methods()


async def test_two_stores_with_the_same_order_number_stay_apart(hub: Hub) -> None:
    for code in ("tienda-norte", "tienda-sur"):
        hub.stores.place_order(code)
    (north,) = hub.stores.store("tienda-norte").orders
    south = hub.fronts.of(hub.store(code="tienda-sur"))
    location = (await south.locations())[0].id
    await south.create_fulfillment(fulfillment_of(north, location))
    assert await hub.front.fulfillments_of(north) == []
    assert len(await south.fulfillments_of(north)) == 1
