"""Parcels that come back: bought where the carrier takes them, apart from what goes out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from despacho.bootstrap import Hub
from despacho_core.addresses import Address
from despacho_core.boxes import Box, Sides
from despacho_core.errors import (
    LabelNotFree,
    NotFound,
    NothingSentYet,
    OrderAlreadyShipped,
    ReturnNotOffered,
    ServiceGone,
)
from despacho_core.ledgers import EffectState
from despacho_core.shipments import Direction, Shipment, ShipmentState, ShipmentWish
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.stores import Store
from despacho_ports.carriers import (
    BoughtLabel,
    BoughtShipment,
    LabelFormat,
    LabelHandle,
    Service,
    ShipmentRequest,
)
from despacho_ports.errors import Uncertain
from despacho_services.returning import ReturnWish
from tests.shop import PLACE, open_shop, paid_order, provider

SHOP = Address(country="CL", municipality="Ñuñoa", street="Irarrázaval", street_number="2401", name="Shop")


class OneWay:
    """Takes no returns."""

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        return BoughtShipment(labels=(BoughtLabel(piece=1, tracking_number=f"OUT{request.reference[:6]}"),))


class BothWays(OneWay):
    """Takes returns, and finds what it lost the answer to."""

    returned: ClassVar[list[ShipmentRequest]] = []
    forgets: ClassVar[bool] = False

    def return_services(self) -> Sequence[Service]:
        return [Service(code="back", name="Easy Return"), Service(code="slow", name="Slow Return")]

    async def buy_return(self, request: ShipmentRequest) -> BoughtShipment:
        self.returned.append(request)
        if self.forgets:
            raise Uncertain("the connection was cut")
        return self._bought(request)

    async def find_shipment(self, request: ShipmentRequest) -> BoughtShipment | None:
        return self._bought(request) if request in self.returned else None

    async def void_shipment(self, labels: Sequence[LabelHandle]) -> None:
        """Takes everything back."""

    def _bought(self, request: ShipmentRequest) -> BoughtShipment:
        return BoughtShipment(labels=(BoughtLabel(piece=1, tracking_number=f"BACK{request.reference[:6]}"),))


@pytest.fixture(autouse=True)
def nothing_returned() -> None:
    BothWays.returned.clear()


class Counter:
    """Whoever talks with the buyer who wants to send something back."""

    def __init__(self, hub: Hub, store: Store, accounts: dict[str, str]) -> None:
        self.hub, self.store, self.accounts = hub, store, accounts

    async def sent(self, carrier: str, number: int = 1001) -> Shipment:
        await paid_order(self.hub, self.store, number)
        wish = ShipmentWish(account_id=self.accounts[carrier], service_code="day")
        shipment, _, _ = await self.hub.services.shipping.buy(self.store.id, number, wish, wait=10)
        return shipment

    async def back(self, number: int = 1001, **wish: object) -> Shipment:
        returning = self.hub.services.returning
        shipment, _, _ = await returning.buy(self.store.id, number, ReturnWish(**wish), wait=10)  # type: ignore[arg-type]
        return shipment


@pytest.fixture
async def counter(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Counter]:
    providers = [provider("both", BothWays), provider("one", OneWay)]
    async with open_shop(sqlite_url, tmp_path, providers) as (hub, store):
        accounts = {one.provider: one.id for one in await hub.services.accounts.all(store.id)}
        yield Counter(hub, store, accounts)


async def test_a_parcel_comes_back_as_it_went_out(counter: Counter) -> None:
    sent = await counter.sent("both")
    back = await counter.back()
    assert (back.state, back.direction, back.account_id) == (ShipmentState.BOUGHT, Direction.RETURN, sent.account_id)
    assert (back.service_code, back.service_name) == ("back", "Easy Return")
    assert (back.origin, back.destination, back.parcels) == (sent.destination, sent.origin, sent.parcels)
    [request] = BothWays.returned
    assert (request.origin, request.destination) == (sent.destination, sent.origin)


async def test_it_is_shown_with_its_order_and_leaves_the_store_alone(counter: Counter) -> None:
    sent = await counter.sent("both")
    back = await counter.back()
    file = await counter.hub.services.reading.order(counter.store.id, 1001)
    assert [shipment.id for shipment, _ in file.shipments] == [sent.id, back.id]
    async with counter.hub.services.office.units.begin(write=False) as work:
        owed = {one.kind for one in await work.outbox.of_subject(counter.store.id, back.id)}
        before = {one.kind for one in await work.outbox.of_subject(counter.store.id, sent.id)}
    assert owed == {"buy"}
    assert before == {"buy", "fulfil"}


async def test_a_carrier_that_takes_none_is_refused_by_name(counter: Counter) -> None:
    await counter.sent("one")
    with pytest.raises(ReturnNotOffered, match="one offers no return labels"):
        await counter.back()
    back = await counter.back(account_id=counter.accounts["both"])
    assert back.state is ShipmentState.BOUGHT


async def test_what_was_never_sent_comes_back_only_with_an_account_that_is_named(counter: Counter) -> None:
    await paid_order(counter.hub, counter.store, 1002)
    with pytest.raises(NothingSentYet):
        await counter.back(1002)
    back = await counter.back(1002, account_id=counter.accounts["both"], service_code="slow")
    assert (back.origin.street, back.service_code) == (PLACE.street, "slow")


async def test_one_return_is_enough_unless_another_is_asked_for(counter: Counter) -> None:
    await counter.sent("both")
    first = await counter.back()
    with pytest.raises(OrderAlreadyShipped, match=first.id):
        await counter.back()
    second = await counter.back(additional=True)
    await counter.hub.services.shipping.void(counter.store.id, second.id, wait=5)
    await counter.hub.services.shipping.void(counter.store.id, first.id, wait=5)
    assert (await counter.back()).state is ShipmentState.BOUGHT


async def test_a_return_neither_blocks_nor_is_blocked_by_what_goes_out(counter: Counter) -> None:
    sent = await counter.sent("both")
    await counter.back()
    await counter.hub.services.shipping.void(counter.store.id, sent.id, wait=5)
    wish = ShipmentWish(account_id=counter.accounts["both"], service_code="day")
    again, _, _ = await counter.hub.services.shipping.buy(counter.store.id, 1001, wish, wait=10)
    assert again.state is ShipmentState.BOUGHT


async def test_what_was_never_sent_by_us_comes_back_in_one_of_the_merchants_boxes(counter: Counter) -> None:
    await paid_order(counter.hub, counter.store)
    small = Box(name="small", length_mm=200, width_mm=150, height_mm=120, own_weight_g=80, max_weight_g=5_000)
    plan = ShippingPlan(boxes=(small,), default_sides=Sides(90, 80, 70))
    await counter.hub.services.plans.save(counter.store.id, plan, expected=None)
    back = await counter.back(account_id=counter.accounts["both"])
    [parcel] = back.parcels
    assert (parcel.length_mm, parcel.width_mm, parcel.height_mm, parcel.weight_g) == (200, 150, 120, 450 + 80)


async def test_a_lost_answer_is_found_and_nothing_is_bought_twice(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await counter.sent("both")
    monkeypatch.setattr(BothWays, "forgets", True)
    back = await counter.back()
    assert back.state is ShipmentState.UNCERTAIN
    async with counter.hub.services.office.units.begin(write=False) as work:
        [effect] = await work.outbox.of_subject(counter.store.id, back.id)
    runner = counter.hub.services.runner
    assert await runner.handler("buy").find(effect, await runner.parties(effect)) is not None
    assert effect.state is EffectState.UNCERTAIN
    assert len(BothWays.returned) == 1


async def test_its_label_says_what_it_is_and_goes_on_no_manifest(counter: Counter) -> None:
    sent = await counter.sent("both")
    back = await counter.back()
    zpl = await counter.hub.services.labels.of_shipment(counter.store.id, back.id, LabelFormat.ZPL)
    assert "DEVOLUCIÓN".encode() in zpl
    _, [label] = await counter.hub.services.shipping.get(counter.store.id, back.id)
    with pytest.raises(LabelNotFree, match="the buyer hands it over"):
        label.on_manifest("m")
    async with counter.hub.services.office.units.begin(write=False) as work:
        free = await work.labels.free(counter.store.id, counter.accounts["both"], 10)
    assert [one.shipment_id for one in free] == [sent.id]


async def test_what_the_carrier_does_not_offer_and_nobody_has_is_refused(counter: Counter) -> None:
    await counter.sent("both")
    with pytest.raises(ServiceGone, match="back, slow"):
        await counter.back(service_code="day")
    with pytest.raises(NotFound):
        await counter.back(account_id="nobody")
    with pytest.raises(NotFound):
        await counter.back(4711)
