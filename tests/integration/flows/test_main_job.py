"""The main job end to end, through the use cases: order in, label, manifest, tracking, invoice, cancellation."""

from __future__ import annotations

from datetime import timedelta

from despacho_core.fiscal import InvoiceState
from despacho_core.manifests import ManifestState
from despacho_core.parcels import Parcel
from despacho_core.shipments import ShipmentState, ShipmentWish
from despacho_core.tracking import TrackingStatus
from despacho_ports.carriers import LabelFormat
from tests.town import Town

BOX = Parcel(weight_g=1500, length_mm=300, width_mm=200, height_mm=100)


def express(town: Town, *parcels: Parcel, additional: bool = False) -> ShipmentWish:
    return ShipmentWish(account_id=town.carrier.id, service_code="3", parcels=parcels, additional=additional)


async def test_an_order_becomes_a_delivered_parcel_and_an_attached_invoice(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    shipment, labels, effect = await town.services.shipping.buy(town.store.id, order.id, express(town), wait=10)
    assert (shipment.state, effect.message) == (ShipmentState.BOUGHT, None)
    assert len(labels) == 1
    await town.work()

    contents = await town.services.manifesting.open(town.store.id, town.carrier.id)
    contents, effect = await town.services.manifesting.close(town.store.id, contents.manifest.id, wait=10)
    assert (contents.manifest.state, effect.message) == (ManifestState.CLOSED, None)
    assert (await town.services.manifesting.document(town.store.id, contents.manifest.id)).startswith(b"%PDF")

    for milestone, told in (
        ("in_transit", "in_transit"),
        ("out_for_delivery", "in_transit"),
        ("delivered", "delivered"),
    ):
        await town.parcels_reach(milestone)
        await town.services.tracking.sync_store(town.store.id)
        await town.work()
        assert town.sandbox.store.order(order.id, town.store.code).shipment_status == told

    fulfillments = town.sandbox.store.fulfillments(order.id, town.store.code)
    assert [one.tracking_number for one in fulfillments] == [labels[0].tracking_number]
    documents = town.sandbox.store.documents(order.id, town.store.code)
    assert [one.document_type for one in documents] == [1]
    assert (await town.shipment(shipment)).tracking_status is TrackingStatus.DELIVERED
    for wanted in (LabelFormat.PDF, LabelFormat.ZPL):
        assert await town.services.labels.of_shipment(town.store.id, shipment.id, wanted)


async def test_two_parcels_are_one_shipment_with_two_labels_and_one_fulfillment(small_town: Town) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    shipment, labels, _ = await town.services.shipping.buy(town.store.id, order.id, express(town, BOX, BOX), wait=10)
    await town.work()
    assert len({label.tracking_number for label in labels}) == 2
    [fulfillment] = town.sandbox.store.fulfillments(order.id, town.store.code)
    assert fulfillment.tracking_number == ", ".join(label.tracking_number for label in labels)

    await town.parcels_reach("delivered", labels[0].tracking_number)
    await town.parcels_reach("in_transit", labels[1].tracking_number)
    await town.services.tracking.sync_store(town.store.id)
    assert (await town.shipment(shipment)).tracking_status is TrackingStatus.IN_TRANSIT
    await town.parcels_reach("delivered", labels[1].tracking_number)
    await town.services.tracking.sync_store(town.store.id)
    await town.work()
    assert (await town.shipment(shipment)).tracking_status is TrackingStatus.DELIVERED
    assert town.sandbox.store.order(order.id, town.store.code).shipment_status == "delivered"


async def test_the_order_is_as_far_as_its_slowest_shipment(small_town: Town) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    _, [first], _ = await town.services.shipping.buy(town.store.id, order.id, express(town), wait=10)
    _, [second], _ = await town.services.shipping.buy(town.store.id, order.id, express(town, additional=True), wait=10)
    await town.work()
    await town.parcels_reach("delivered", first.tracking_number)
    await town.parcels_reach("in_transit", second.tracking_number)
    await town.services.tracking.sync_store(town.store.id)
    await town.work()
    assert town.sandbox.store.order(order.id, town.store.code).shipment_status == "in_transit"
    assert len(town.sandbox.store.fulfillments(order.id, town.store.code)) == 2


async def test_a_cancelled_order_gets_one_credit_note(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    town.sandbox.store.cancel(order.id, town.store.code)
    await town.webhook(order, "order_canceled")
    await town.webhook(order, "order_updated")
    await town.work()
    documents = town.sandbox.store.documents(order.id, town.store.code)
    assert {one.document_type for one in documents} == {0, 1}
    assert len(documents) == 2
    assert sorted(town.at_invoicing(order)) == [39, 61]
    async with town.services.office.units.begin(write=False) as work:
        invoices = await work.invoices.of_order(town.store.id, order.id)
    assert [one.state for one in invoices] == [InvoiceState.ISSUED] * 2


async def test_an_order_cancelled_before_it_was_invoiced_gets_no_document(small_town: Town) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code)
    await town.webhook(order)
    await town.services.work.drain_inbox()
    town.sandbox.store.cancel(order.id, town.store.code)
    await town.webhook(order, "order_canceled")
    await town.services.work.drain_inbox()
    await town.work()
    assert town.at_invoicing(order) == []
    assert town.sandbox.store.documents(order.id, town.store.code) == []


async def test_a_voided_label_goes_on_no_manifest(small_town: Town) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    first, _, _ = await town.services.shipping.buy(town.store.id, order.id, express(town), wait=10)
    voided = await town.services.shipping.void(town.store.id, first.id, wait=5)
    assert voided.state is ShipmentState.VOIDED
    _, [label], _ = await town.services.shipping.buy(town.store.id, order.id, express(town), wait=10)
    contents = await town.services.manifesting.open(town.store.id, town.carrier.id)
    assert [one.tracking_number for one in contents.labels] == [label.tracking_number]


async def test_an_order_that_no_webhook_announced_is_found(small_town: Town) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code, silent=True)
    await town.services.work.reconcile()
    await town.work()
    assert town.at_invoicing(order) == [39]
    await town.services.work.reconcile()
    await town.work()
    assert town.at_invoicing(order) == [39]


async def test_an_order_that_was_paid_late_is_found_without_a_webhook(small_town: Town) -> None:
    town = small_town

    async def held_after_a_round() -> list[int]:
        await town.services.work.reconcile()
        return sorted(one.order.number for one in await town.services.reading.orders(town.store.id))

    first = town.sandbox.store.place_order(town.store.code, silent=True)
    first.created_at -= timedelta(days=9)
    assert await held_after_a_round() == [first.id]
    second = town.sandbox.store.place_order(town.store.code, silent=True)
    second.created_at -= timedelta(days=9)
    assert await held_after_a_round() == [first.id], "a look so far back is for once a day"
    town.clock.turn(24 * 3600)
    assert await held_after_a_round() == [first.id, second.id]


async def test_an_order_that_the_store_cannot_give_keeps_none_of_the_others_waiting(small_town: Town) -> None:
    town = small_town
    orders = [town.sandbox.store.place_order(town.store.code, silent=True) for _ in range(3)]
    await town.fault("jumpseller", "malformed", "orders.get")
    await town.services.work.reconcile()
    held = await town.services.reading.orders(town.store.id)
    assert len(held) == len(orders) - 1
    await town.services.work.reconcile()
    assert len(await town.services.reading.orders(town.store.id)) == len(orders), "it comes with the next round"


async def test_webhooks_out_of_order_leave_the_order_as_the_store_has_it(small_town: Town) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code)
    for event in ("order_paid", "order_pending_payment", "order_updated", "order_paid"):
        await town.webhook(order, event)
    await town.work()
    async with town.services.office.units.begin(write=False) as work:
        record = await work.orders.get(town.store.id, order.id)
    assert record is not None
    assert record.order.is_paid
    assert town.at_invoicing(order) == [39]
