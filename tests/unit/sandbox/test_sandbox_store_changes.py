"""Whatever happens to an order: a change is announced once, as it then is; what is no change is not announced."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.store import Order, OrderDraft, OrderStatus, ShipmentStatus, Store
from despacho_sandbox.store.builders import build_order
from despacho_sandbox.store.delivery import Delivery
from despacho_sandbox.store.hooks import WebhookSender
from despacho_sandbox.store.model import HOOK_EVENTS, Hook
from despacho_sandbox.store.order_view import order_object
from despacho_sandbox.store.orders import STATUS_EVENTS, OrderBook
from despacho_sandbox.store.stores import default_stores
from despacho_sandbox.store.web import encode_json


class Shop:
    """A store that listens to all of its own events. The sender was never started, so it keeps what it owes."""

    def __init__(self) -> None:
        self.clock = SandboxClock(speed=0)
        self.sender = WebhookSender(self.clock, Random(1))
        self.book = OrderBook(self.clock, self.sender)
        self.store: Store = default_stores()[0]
        for number, event in enumerate(sorted(HOOK_EVENTS), start=1):
            self.store.hooks[number] = Hook(
                id=number, event=event, url="http://hub.example", created_at=self.clock.now()
            )

    def order(self, *, silent: bool = False) -> Order:
        return build_order(self.store, OrderDraft(silent=silent), self.clock.now())

    @contextmanager
    def announced(self) -> Iterator[list[Delivery]]:
        """Collects what is owed while the block runs."""
        before, owed = len(self.sender.deliveries), list[Delivery]()
        yield owed
        owed += self.sender.deliveries[before:]

    def shown(self, order: Order) -> Any:
        return msgspec.json.decode(encode_json({"order": order_object(order, self.store)}))


@given(st.lists(st.sampled_from([*OrderStatus, *ShipmentStatus]), max_size=12))
def test_each_change_of_state_is_announced_once_and_as_it_then_is(steps: list[OrderStatus | ShipmentStatus]) -> None:
    shop = Shop()
    order = shop.book.place(shop.store, shop.order(), OrderStatus.PENDING_PAYMENT)
    for step in steps:
        before = (order.status, order.shipment_status)
        with shop.announced() as owed:
            if isinstance(step, OrderStatus):
                shop.book.set_status(shop.store, order, step)
            else:
                shop.book.set_shipment_status(shop.store, order, step)
        expected: list[str] = []
        if before != (order.status, order.shipment_status):
            expected = ["order_updated", *([STATUS_EVENTS[step]] if isinstance(step, OrderStatus) else [])]
        assert sorted(one.event for one in owed) == sorted(expected)
        assert all(msgspec.json.decode(one.body) == shop.shown(order) for one in owed)


@given(st.lists(st.sampled_from([*OrderStatus, *ShipmentStatus]), max_size=12))
def test_the_buyer_is_mailed_once_for_each_change_of_the_shipment(steps: list[OrderStatus | ShipmentStatus]) -> None:
    shop = Shop()
    order = shop.book.place(shop.store, shop.order(), OrderStatus.PAID)
    seen = [ShipmentStatus.UNFULFILLED]
    for step in steps:
        if isinstance(step, ShipmentStatus):
            shop.book.set_shipment_status(shop.store, order, step)
            seen += [step] if step is not seen[-1] else []
    assert [mail.reason for mail in shop.store.mails] == [f"shipment_status {status}" for status in seen[1:]]


@pytest.mark.parametrize(
    ("status", "events"),
    [
        (OrderStatus.PENDING_PAYMENT, ["order_pending_payment", "order_updated"]),
        (OrderStatus.PAID, ["order_pending_payment", "order_updated", "order_paid", "order_updated"]),
        (OrderStatus.ABANDONED, ["order_abandoned", "order_updated"]),
        (
            OrderStatus.CANCELED,
            [
                "order_pending_payment",
                "order_updated",
                "order_paid",
                "order_updated",
                "order_canceled",
                "order_updated",
            ],
        ),
    ],
)
def test_a_new_order_is_announced_step_by_step(status: OrderStatus, events: list[str]) -> None:
    shop = Shop()
    with shop.announced() as owed:
        order = shop.book.place(shop.store, shop.order(), status)
    assert [one.event for one in owed] == events
    assert order.status is status


def test_an_earlier_announcement_keeps_telling_of_the_earlier_state() -> None:
    shop = Shop()
    with shop.announced() as owed:
        shop.book.place(shop.store, shop.order(), OrderStatus.PAID)
    assert [msgspec.json.decode(one.body)["order"]["status_enum"] for one in owed] == [
        "pending_payment", "pending_payment", "paid", "paid",
    ]  # fmt: skip


def test_paying_completes_an_order_once() -> None:
    shop = Shop()
    order = shop.book.place(shop.store, shop.order(), OrderStatus.PAID)
    completed = order.completed_at
    shop.clock.advance(60)
    shop.book.set_status(shop.store, order, OrderStatus.CANCELED)
    shop.book.set_status(shop.store, order, OrderStatus.PAID)
    assert order.completed_at == completed


def test_a_silent_order_changes_without_a_word() -> None:
    shop = Shop()
    with shop.announced() as owed:
        order = shop.book.place(shop.store, shop.order(silent=True), OrderStatus.PAID)
        shop.book.ship(shop.store, order, number="T", company=None, url=None, mails=False)
        shop.book.set_tracking(shop.store, order, "U", None, None)
    assert owed == []
    assert (order.tracking_number, order.shipment_status) == ("U", ShipmentStatus.FULFILLED)


def test_edited_tracking_is_announced_only_if_it_differs() -> None:
    shop = Shop()
    order = shop.book.place(shop.store, shop.order(), OrderStatus.PAID)
    shop.book.ship(shop.store, order, number="T", company="other", url=None, mails=False)
    with shop.announced() as owed:
        shop.book.set_tracking(shop.store, order, "T", "other", None)
        shop.book.set_tracking(shop.store, order, "T", "other", "https://hub.example/t")
    assert [one.event for one in owed] == ["order_updated"]
