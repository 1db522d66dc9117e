"""Which orders get a label by themselves: what is still to be sent, and nothing of the time before that was wished."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from despacho_core.label_rules import SENT_ALREADY, owes_label, wants_label
from despacho_core.orders import Order, OrderLine, OrderStatus
from despacho_core.stores import BasicCredentials, LabelTrigger, Store, StoreSettings

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
MUG = OrderLine(product_id="1", name="Taza", quantity=1, unit_price=Decimal(6990), weight_g=450)


def order(**fields: object) -> Order:
    plain = Order(
        number=1001, status=OrderStatus.PAID, currency="CLP", total=Decimal(6990), lines=(MUG,), shipping_required=True
    )
    return msgspec.structs.replace(plain, **fields)


def test_a_paid_order_with_goods_wants_a_label() -> None:
    assert wants_label(order())
    assert wants_label(order(shipment_status="unfulfilled"))


@pytest.mark.parametrize("status", sorted(SENT_ALREADY))
def test_what_the_store_says_is_sent_was_sent_elsewhere(status: str) -> None:
    assert not wants_label(order(shipment_status=status))
    assert not owes_label(order(shipment_status=status, created_at=START), START)


def test_what_needs_no_parcel_wants_none() -> None:
    assert not wants_label(order(shipping_required=False))


def test_history_gets_no_labels_by_itself() -> None:
    before = order(created_at=START - timedelta(seconds=1))
    assert wants_label(before), "a person may still ask for it"
    assert not owes_label(before, START)
    assert owes_label(order(created_at=START), START)
    assert owes_label(order(created_at=START - timedelta(days=2), completed_at=START), START), "paid once it was wished"


def test_the_wish_counts_from_the_moment_of_switching_it_on() -> None:
    store = Store(
        id="s", code="s", key="k", name="S", currency="CLP", country="CL", timezone="America/Santiago",
        created_at=START - timedelta(days=400), hooks_token="t", credentials=BasicCredentials(login="l", authtoken="a"),
    )  # fmt: skip
    assert store.labels_start == store.created_at
    on = store.with_settings(StoreSettings(labels=LabelTrigger.ON_PAID), START)
    assert on.labels_start == START
    again = on.with_settings(msgspec.structs.replace(on.settings, notify_buyers=True), START + timedelta(days=1))
    assert again.labels_start == START, "another setting moves nothing"
    said = store.with_settings(
        StoreSettings(labels=LabelTrigger.ON_PAID, labels_since=START - timedelta(days=3)), START
    )
    assert said.labels_start == START - timedelta(days=3), "unless the merchant says since when"
