"""The audit must be able to fail: a sound world passes, and every doctored one is seen through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.torture.audit import audit
from tests.torture.evidence import (
    Attempt,
    Carrier,
    Deliveries,
    Delivery,
    Document,
    Evidence,
    Fulfillment,
    Invoicing,
    Issued,
    Mail,
    Order,
    Owed,
    Received,
    StoreState,
    TransportOrder,
    Wanted,
)

CODE, RUT = "tienda-00", "76900000-1"


def sound() -> Evidence:
    """One order, told once, shipped once, invoiced once, and all of it known at the store."""
    delivery = Delivery(
        event="order_paid",
        triggered_at=datetime(2026, 11, 21, 18, 0, 0, 123_456, tzinfo=UTC),
        body_sha256="5ha",
        state="acknowledged",
        order_id=1001,
        attempts=[Attempt(None), Attempt(503), Attempt(200)],
    )
    store = StoreState(
        orders=[Order(1001, "paid", "in_transit", "712100832940")],
        fulfillments=[Fulfillment(1001, "abc", "712100832940", "in_transit")],
        documents=[Document(1001, 1, "39-7")],
        mails=[Mail(1001, "shipment_status requested"), Mail(1001, "shipment_status in_transit")],
        webhooks=Deliveries([delivery]),
    )
    return Evidence(
        wanted=[Wanted(store=CODE, number=1001)],
        stores={CODE: store},
        carrier=Carrier([TransportOrder(712100832940, "ABC-1", "out_for_delivery")]),
        invoicing=Invoicing([Issued(RUT, 39, 7, ["1001"])]),
        taxpayers={CODE: RUT},
        inbox=[Received(store=CODE, told=("order_paid", "2026-11-21 18:00:00.123 UTC", "5ha"), state="done")],
        outbox=[Owed(store=CODE, key="buy:abc", state="done")],
    )


def test_a_sound_world_passes() -> None:
    assert audit(sound()) == []


def never_answered(world: Evidence) -> None:
    world.complaints = ["tienda-00 order 1001: the button never worked"]


def acknowledged_and_forgotten(world: Evidence) -> None:
    world.inbox = []


def never_acknowledged(world: Evidence) -> None:
    world.stores[CODE].webhooks.deliveries[0].attempts.pop()
    world.inbox = []


def taken_in_twice(world: Evidence) -> None:
    world.inbox = [*world.inbox, *world.inbox]


def made_up(world: Evidence) -> None:
    world.inbox = [*world.inbox, Received(store=CODE, told=("order_paid", "never", "5ha"), state="done")]


def left_in_the_inbox(state: str) -> Callable[[Evidence], None]:
    def doctor(world: Evidence) -> None:
        world.inbox = [Received(store=CODE, told=world.inbox[0].told, state=state, error="broke")]

    return doctor


def left_in_the_outbox(state: str) -> Callable[[Evidence], None]:
    def doctor(world: Evidence) -> None:
        world.outbox = [Owed(store=CODE, key="buy:abc", state=state, message="nobody knows")]

    return doctor


def bought_twice(world: Evidence) -> None:
    world.carrier.transport_orders.append(TransportOrder(712100832999, "ABC-1", "requested"))


def bought_under_two_references(world: Evidence) -> None:
    world.carrier.transport_orders.append(TransportOrder(712100832999, "XYZ-1", "requested"))


def not_bought(world: Evidence) -> None:
    world.carrier.transport_orders.clear()


def issued_twice(world: Evidence) -> None:
    world.invoicing.documents.append(Issued(RUT, 39, 8, ["1001"]))


def issued_by_another_taxpayer(world: Evidence) -> None:
    world.invoicing.documents.append(Issued("76900001-2", 39, 1, ["1001"]))


def issued_for_no_order(world: Evidence) -> None:
    world.invoicing.documents.append(Issued(RUT, 39, 8))


def not_issued(world: Evidence) -> None:
    world.invoicing.documents.clear()


def attached_twice(world: Evidence) -> None:
    world.stores[CODE].documents.append(Document(1001, 1, "39-7"))


def not_attached(world: Evidence) -> None:
    world.stores[CODE].documents.clear()


def another_document_attached(world: Evidence) -> None:
    world.stores[CODE].documents[0].public_id = "39-70"


def attached_as_a_credit_note(world: Evidence) -> None:
    world.stores[CODE].documents[0].document_type = 0


def fulfilled_twice(world: Evidence) -> None:
    world.stores[CODE].fulfillments.append(Fulfillment(1001, "abc", "712100832940", "in_transit"))


def not_fulfilled(world: Evidence) -> None:
    world.stores[CODE].fulfillments.clear()


def fulfilled_with_a_shipment_of_nobody(world: Evidence) -> None:
    world.stores[CODE].fulfillments[0].external_id = "def"


def another_tracking_number_at_the_store(world: Evidence) -> None:
    world.stores[CODE].fulfillments[0].tracking_number = "1"


def no_tracking_number_on_the_order(world: Evidence) -> None:
    world.stores[CODE].orders[0].tracking_number = None


def an_old_status_on_the_order(world: Evidence) -> None:
    world.stores[CODE].orders[0].shipment_status_enum = "requested"


def an_old_status_on_the_fulfillment(world: Evidence) -> None:
    world.stores[CODE].fulfillments[0].shipment_status = "requested"


def mailed_twice(world: Evidence) -> None:
    world.stores[CODE].mails.append(Mail(1001, "shipment_status requested"))


def order_gone(world: Evidence) -> None:
    world.stores[CODE].orders.clear()


def document_at_an_order_of_nobody(world: Evidence) -> None:
    world.stores[CODE].documents.append(Document(1002, 1, "39-8"))


@pytest.mark.parametrize(
    ("doctor", "kind"),
    [
        (never_answered, "unanswered"),
        (acknowledged_and_forgotten, "webhook lost"),
        (never_acknowledged, "webhook not delivered"),
        (taken_in_twice, "webhook doubled"),
        (made_up, "webhook invented"),
        (left_in_the_inbox("pending"), "inbox pending"),
        (left_in_the_inbox("dead"), "inbox dead"),
        (left_in_the_outbox("pending"), "outbox pending"),
        (left_in_the_outbox("running"), "outbox running"),
        (left_in_the_outbox("uncertain"), "outbox uncertain"),
        (left_in_the_outbox("rejected"), "outbox rejected"),
        (left_in_the_outbox("dead"), "outbox dead"),
        (bought_twice, "shipment doubled"),
        (bought_under_two_references, "shipments miscounted"),
        (not_bought, "shipment lost"),
        (issued_twice, "document doubled"),
        (issued_by_another_taxpayer, "document invented"),
        (issued_for_no_order, "document invented"),
        (not_issued, "document lost"),
        (attached_twice, "attachment doubled"),
        (not_attached, "attachment lost"),
        (another_document_attached, "attachment wrong"),
        (attached_as_a_credit_note, "attachment wrong"),
        (fulfilled_twice, "fulfillment doubled"),
        (not_fulfilled, "fulfillment lost"),
        (fulfilled_with_a_shipment_of_nobody, "shipment lost"),
        (another_tracking_number_at_the_store, "store out of date"),
        (no_tracking_number_on_the_order, "store out of date"),
        (an_old_status_on_the_order, "store out of date"),
        (an_old_status_on_the_fulfillment, "store out of date"),
        (mailed_twice, "mail doubled"),
        (order_gone, "order lost"),
        (document_at_an_order_of_nobody, "invented"),
    ],
)
def test_every_doctored_world_is_seen_through(doctor: Callable[[Evidence], None], kind: str) -> None:
    world = sound()
    doctor(world)
    assert kind in {finding.kind for finding in audit(world)}
