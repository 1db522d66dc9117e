"""What is asked for again: under the same key it is the same thing, and a void that the carrier refused may be asked for once more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from despacho.bootstrap import Hub
from despacho_core.parcels import Parcel
from despacho_core.shipments import ShipmentState, ShipmentWish
from despacho_core.stores import Store
from despacho_ports.carriers import BoughtLabel, BoughtShipment, LabelHandle, ShipmentRequest
from despacho_ports.errors import ProviderError, Rejected, Unavailable
from despacho_services.act_keys import ActKey
from tests.shop import open_shop, paid_order, provider
from tests.town import TurnedClock

PARCEL = Parcel(weight_g=500, length_mm=100, width_mm=100, height_mm=100)


class Cart:
    """Sells labels and takes them back, unless it says something else first."""

    asked: ClassVar[list[str]] = []
    says: ClassVar[list[ProviderError]] = []

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        self._asked("buy")
        return BoughtShipment(labels=(BoughtLabel(piece=1, tracking_number=request.reference[-8:]),))

    async def void_shipment(self, labels: Sequence[LabelHandle]) -> None:
        self._asked("void")

    def _asked(self, what: str) -> None:
        self.asked.append(what)
        if self.says:
            raise self.says.pop()


@dataclass
class Stall:
    """A hub with one store and the cart."""

    hub: Hub
    store: Store
    clock: TurnedClock
    wish: ShipmentWish

    async def buy(self, key: str) -> tuple[str, ShipmentState]:
        under = ActKey(self.store.id, key)
        shipment, _, _ = await self.hub.services.shipping.buy(self.store.id, 1001, self.wish, wait=5, under=under)
        return shipment.id, shipment.state

    async def void(self, shipment_id: str, key: str = "") -> ShipmentState:
        under = ActKey(self.store.id, key)
        return (await self.hub.services.shipping.void(self.store.id, shipment_id, wait=5, under=under)).state


@pytest.fixture
async def stall(database_url: str, tmp_path: Path) -> AsyncIterator[Stall]:
    Cart.asked.clear()
    Cart.says.clear()
    clock = TurnedClock()
    async with open_shop(database_url, tmp_path, [provider("cart", Cart)], clock=clock) as (hub, store):
        [account] = await hub.services.accounts.all(store.id)
        await paid_order(hub, store, 1001)
        wish = ShipmentWish(account_id=account.id, service_code="day", parcels=(PARCEL,), additional=True)
        yield Stall(hub, store, clock, wish)


async def test_asking_again_gives_the_same_label_and_does_not_hurry_what_has_to_wait(stall: Stall) -> None:
    Cart.says = [Unavailable("closed")]
    shipment_id, state = await stall.buy("k")
    assert state is ShipmentState.REQUESTED
    assert await stall.buy("k") == (shipment_id, ShipmentState.REQUESTED)
    assert Cart.asked == ["buy"]
    stall.clock.turn(3600)
    assert await stall.buy("k") == (shipment_id, ShipmentState.BOUGHT)
    assert await stall.buy("k") == (shipment_id, ShipmentState.BOUGHT)
    other, _ = await stall.buy("another")
    assert other != shipment_id
    assert Cart.asked == ["buy"] * 3


async def test_a_void_that_the_carrier_refused_may_be_asked_for_again_under_another_key(stall: Stall) -> None:
    shipment_id, _ = await stall.buy("k")
    Cart.says = [Rejected("already in the van")]
    assert await stall.void(shipment_id, "v") is ShipmentState.BOUGHT
    assert await stall.void(shipment_id, "v") is ShipmentState.BOUGHT
    assert Cart.asked == ["buy", "void"], "the same key asks nobody again"
    assert await stall.void(shipment_id, "w") is ShipmentState.VOIDED
    assert Cart.asked == ["buy", "void", "void"]
    assert await stall.void(shipment_id, "w") is ShipmentState.VOIDED
    assert await stall.buy("k") == (shipment_id, ShipmentState.VOIDED), "and no further label"


async def test_of_many_at_once_under_one_key_one_buys_and_all_are_given_its_label(stall: Stall) -> None:
    bought = await asyncio.gather(*(stall.buy("k") for _ in range(5)))
    assert len({shipment_id for shipment_id, _ in bought}) == 1
    assert Cart.asked == ["buy"]
