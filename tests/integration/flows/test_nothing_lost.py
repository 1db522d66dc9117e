"""Nothing lost: whoever reads an order first owes all that it needs at once, since nobody decides again afterwards."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.errors import OrderNotPaid
from despacho_core.ledgers import InboxState, Lane
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import RateRequest
from despacho_core.stores import LabelTrigger
from despacho_sandbox.store.order import Order, ShipmentStatus
from despacho_services.office import Office
from tests.town import Town

PLACE = Address(country="CL", municipality="Providencia")
REQUEST = RateRequest(
    origin=PLACE,
    destination=PLACE,
    parcels=(Parcel(weight_g=1000, length_mm=100, width_mm=100, height_mm=100),),
    declared_value=Money(Decimal(10000), "CLP"),
)


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the hub catches it."""


async def dies(_office: Office, *_lanes: Lane) -> None:
    """The process dies at the first wake-up, which is right after a commit."""
    raise Killed


async def paid_order_at_a_store_that_buys_by_itself(town: Town) -> Order:
    """A buyer has chosen a rate of ours at the checkout, and paid."""
    settings = msgspec.structs.replace(town.store.settings, labels=LabelTrigger.ON_PAID)
    town.store = await town.services.installation.change_settings(town.store.id, settings)
    offer = await town.services.quoting.quote(town.store, REQUEST)
    return town.sandbox.store.place_order(town.store.code, rate_id=offer.quotes[0].id)


async def test_labels_are_bought_by_themselves_for_what_is_still_to_be_sent_and_for_nothing_older(town: Town) -> None:
    older = town.sandbox.store.place_order(town.store.code)
    town.clock.turn(60)
    new = await paid_order_at_a_store_that_buys_by_itself(town)
    sent = await paid_order_at_a_store_that_buys_by_itself(town)
    sent.shipment_status = ShipmentStatus.DELIVERED
    for order in (older, new, sent):
        order.completed_at = town.clock.now() + timedelta(seconds=-30 if order is older else 30)
        await town.take_in(order)
    files = [await town.services.reading.order(town.store.id, order.id) for order in (older, new, sent)]
    assert [len(file.shipments) for file in files] == [0, 1, 0]


async def press(town: Town, order: Order) -> None:
    """The merchant presses "Create invoice"; a second has passed since whatever came before."""
    town.clock.turn(1)
    await town.services.button.press(town.store, msgspec.json.encode({"order": {"id": order.id}}))


async def test_a_worker_that_dies_after_keeping_an_order_has_owed_the_label_and_the_document(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await paid_order_at_a_store_that_buys_by_itself(town)
    await town.webhook(order)
    town.clock.turn(1)
    with monkeypatch.context() as patched:
        patched.setattr(Office, "wake", dies)
        with pytest.raises(Killed):
            await town.services.intake.take_in(town.store, order.id)
    await town.work(rounds=4, seconds=2)
    assert len(town.sandbox.chilexpress.ledger.orders) == 1
    assert town.at_invoicing(order) == [39]


async def test_a_button_pressed_before_the_webhook_is_worked_off_takes_no_label_away(town: Town) -> None:
    order = await paid_order_at_a_store_that_buys_by_itself(town)
    await town.webhook(order)
    await press(town, order)
    await town.work(rounds=4, seconds=2)
    assert len(town.sandbox.chilexpress.ledger.orders) == 1
    assert town.at_invoicing(order) == [39]


async def test_a_button_pressed_on_a_cancelled_order_takes_no_credit_note_away(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    town.sandbox.store.cancel(order.id, town.store.code)
    await town.webhook(order, "order_canceled")
    with pytest.raises(OrderNotPaid):
        await press(town, order)
    await town.work(rounds=4, seconds=2)
    assert town.at_invoicing(order) == [39, 61]
    assert await town.services.ledgers.inbox(town.store.id, state=InboxState.PENDING) == []
