"""Batches: what a line is by its shipment, why one was refused in any language, and in which sequence goods are picked."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.batches import (
    MOST_ORDERS,
    BatchLine,
    BatchOrder,
    LineState,
    Picked,
    PickingOrder,
    Refusal,
    check_batch,
    in_picking_order,
    natural,
    state_of,
)
from despacho_core.errors import BatchEmpty, BatchTooLarge, DomainError, OrderNotPaid, WrongState
from despacho_core.money import Money
from despacho_core.orders import Order, OrderLine, OrderStatus
from despacho_core.parcels import Parcel
from despacho_core.shipments import Direction, LabelState, Shipment, ShipmentState, live_shipment

LINE = BatchLine(store_id="s", batch_id="b", place=1, order_number=1001)
PARCEL = Parcel(weight_g=1000, length_mm=100, width_mm=100, height_mm=100)


def shipment(state: ShipmentState, *, ordinal: int = 1, direction: Direction = Direction.OUTBOUND) -> Shipment:
    return Shipment(
        id=f"sh{ordinal}",
        store_id="s",
        order_number=1001,
        ordinal=ordinal,
        account_id="a",
        service_code="3",
        service_name="Express",
        reference="R",
        parcels=(PARCEL,),
        origin=Address(),
        destination=Address(),
        declared_value=Money(Decimal(1000), "CLP"),
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
        state=state,
        direction=direction,
    )


def order(number: int, *skus: str, quantity: int = 1) -> Order:
    lines = tuple(OrderLine(product_id=sku, sku=sku, quantity=quantity) for sku in skus)
    return Order(number=number, status=OrderStatus.PAID, currency="CLP", lines=lines)


def picked(*orders: Order, by: PickingOrder, services: tuple[str, ...] = ()) -> list[int]:
    rows = [
        Picked(place=place, order=one, service=services[place - 1] if services else "")
        for place, one in enumerate(orders, start=1)
    ]
    return [row.order.number for row in in_picking_order(rows, by)]


@pytest.mark.parametrize("state", ShipmentState)
def test_a_line_is_as_far_as_its_shipment(state: ShipmentState) -> None:
    expected = {
        ShipmentState.REQUESTED: LineState.WAITING,
        ShipmentState.VOIDING: LineState.VOIDED,
    }.get(state, LineState(state.value) if state.value in set(LineState) else None)
    assert state_of(LINE.asked("sh1"), shipment(state)) is expected


def test_a_line_that_nobody_asked_for_yet_waits_and_a_refused_one_is_rejected() -> None:
    assert LINE.is_open
    assert state_of(LINE, None) is LineState.WAITING
    refused = LINE.refused(OrderNotPaid(order=1001, status="pending_payment"))
    assert not refused.is_open
    assert state_of(refused, None) is LineState.REJECTED


def test_a_refusal_is_read_later_in_the_readers_language() -> None:
    refusal = Refusal.of(OrderNotPaid(order=1001, status="pending_payment"))
    assert refusal.text("en") == "Order 1001 is pending_payment, not paid. An invoice can be issued once it is paid."
    assert "pendiente de pago" in refusal.text("es")
    assert "aguardar pagamento" in refusal.text("pt")


def test_facts_that_are_no_words_are_kept_as_words() -> None:
    error = WrongState(what="label", id=Decimal(7), state=LabelState.VOIDED, action="be voided")
    assert Refusal.of(error).text("en") == error.text("en")


@pytest.mark.parametrize("refusal", [Refusal(code="gone", facts={}), Refusal(code=OrderNotPaid.code, facts={})])
def test_a_refusal_that_this_version_says_otherwise_shows_its_code(refusal: Refusal) -> None:
    assert refusal.text("es") == refusal.code


def test_a_batch_has_1_to_500_orders() -> None:
    check_batch([BatchOrder(order_number=number) for number in range(MOST_ORDERS)])
    with pytest.raises(BatchTooLarge, match="501 orders; at most 500"):
        check_batch([BatchOrder(order_number=number) for number in range(MOST_ORDERS + 1)])
    with pytest.raises(BatchEmpty):
        check_batch([])
    assert issubclass(BatchEmpty, DomainError)


def test_labels_come_as_asked_or_by_number() -> None:
    orders = order(1003, "A"), order(1001, "B"), order(1002, "C")
    assert picked(*orders, by=PickingOrder.ASKED) == [1003, 1001, 1002]
    assert picked(*orders, by=PickingOrder.NUMBER) == [1001, 1002, 1003]


def test_a_shelf_is_walked_to_once_and_mixed_orders_come_last() -> None:
    orders = (
        order(1, "MUG-10"),
        order(2, "MUG-9", "PEN-1"),
        order(3, "MUG-9"),
        order(4, "MUG-10", quantity=3),
        order(5, "mug-9"),
    )
    assert picked(*orders, by=PickingOrder.SKU) == [3, 5, 1, 4, 2]


def test_services_are_kept_together_for_the_van_that_takes_them() -> None:
    orders = order(1, "A"), order(2, "A"), order(3, "A")
    assert picked(*orders, by=PickingOrder.SERVICE, services=("Express", "Day", "express")) == [2, 1, 3]


@given(
    skus=st.lists(st.lists(st.text(max_size=6), max_size=3), max_size=8),
    by=st.sampled_from(PickingOrder),
    seed=st.randoms(use_true_random=False),
)
def test_no_order_is_lost_and_the_sequence_depends_on_nothing_else(
    skus: list[list[str]], by: PickingOrder, seed: object
) -> None:
    rows = [Picked(place=place, order=order(1000 + place, *one)) for place, one in enumerate(skus, start=1)]
    sorted_once = in_picking_order(rows, by)
    assert sorted(row.place for row in sorted_once) == [row.place for row in rows]
    shuffled = rows[:]
    seed.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert in_picking_order(shuffled, by) == sorted_once


def test_nine_comes_before_ten() -> None:
    assert sorted(["A-10", "A-9", "B", "7"], key=natural) == ["7", "A-9", "A-10", "B"]


def test_a_return_does_not_occupy_the_place_of_what_went_out() -> None:
    out = shipment(ShipmentState.BOUGHT)
    back = shipment(ShipmentState.BOUGHT, ordinal=2, direction=Direction.RETURN)
    assert live_shipment([out, back]) == out
    assert live_shipment([out, back], direction=Direction.RETURN) == back
    assert live_shipment([back]) is None
