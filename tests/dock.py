"""A hub with one store and one carrier made up for tests: it sells, forgets, shows a part, breaks, and takes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import msgspec

from despacho.bootstrap import Hub
from despacho_core.ledgers import Effect, Lane
from despacho_core.orders import OrderStatus
from despacho_core.parcels import Parcel
from despacho_core.shipments import Shipment, ShipmentWish
from despacho_core.stores import Store
from despacho_ports.carriers import (
    BoughtLabel,
    BoughtShipment,
    LabelDocument,
    LabelFormat,
    LabelHandle,
    ShipmentRequest,
)
from despacho_ports.errors import ProviderError
from tests.shop import open_shop, paid_order, provider
from tests.town import TurnedClock

PARCEL = Parcel(weight_g=500, length_mm=100, width_mm=100, height_mm=100)


class Van:
    """Sells labels with a document that cannot be had twice, and can be asked for our reference."""

    asked: ClassVar[list[str]] = []
    sold: ClassVar[dict[str, BoughtShipment]] = {}
    breaks: ClassVar[list[ProviderError]] = []
    number: ClassVar[str] = ""
    shown: ClassVar[int] = 99

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        self.asked.append("buy")
        if self.breaks:
            raise self.breaks.pop()
        label = LabelDocument(format=LabelFormat.PDF, content=b"%PDF of the carrier")
        self.sold[request.reference] = BoughtShipment(
            labels=tuple(
                BoughtLabel(
                    piece=piece, tracking_number=self.number or f"{request.reference[-8:]}{piece}", documents=(label,)
                )
                for piece in range(1, len(request.parcels) + 1)
            )
        )
        return self.sold[request.reference]

    async def find_shipment(self, request: ShipmentRequest) -> BoughtShipment | None:
        self.asked.append("find")
        sold = self.sold.get(request.reference)
        return sold and msgspec.structs.replace(
            sold, labels=sold.labels[: self.shown], refusals=("a piece is missing",)
        )

    async def void_shipment(self, labels: Sequence[LabelHandle]) -> None:
        self.asked.append("void")
        if self.breaks:
            raise self.breaks.pop()


@dataclass
class Dock:
    """A hub with one store and the van."""

    hub: Hub
    store: Store
    clock: TurnedClock
    account_id: str

    def wish(self, pieces: int = 1) -> ShipmentWish:
        return ShipmentWish(account_id=self.account_id, service_code="day", parcels=(PARCEL,) * pieces)

    async def buy(self, number: int = 1001) -> tuple[Shipment, Effect]:
        """A label of a paid order, asked for by a person who waits."""
        await paid_order(self.hub, self.store, number)
        shipment, _, effect = await self.hub.services.shipping.buy(self.store.id, number, self.wish(), wait=5)
        return shipment, effect

    async def request(self, number: int = 1001, *, pieces: int = 1, lane: Lane = Lane.BULK) -> tuple[Shipment, Effect]:
        """A label of a paid order, asked for and not bought yet."""
        await paid_order(self.hub, self.store, number)
        return await self.hub.services.shipping.request(self.store.id, number, self.wish(pieces), lane=lane)

    async def claim(self, effect: Effect) -> Effect:
        """A worker takes it."""
        office = self.hub.services.office
        async with office.units.begin() as work:
            claimed = await work.outbox.claim_one(
                effect.id, now=self.clock.now(), lease=self.hub.services.runner.policy.lease
            )
            await work.commit()
        assert claimed is not None
        return claimed

    async def sold_unheard(self, *, pieces: int = 1) -> Shipment:
        """A shipment that the van sold to a process that died before it could write that down."""
        shipment, effect = await self.request(pieces=pieces)
        claimed = await self.claim(effect)
        runner = self.hub.services.runner
        await runner.handler("buy").perform(claimed, await runner.parties(claimed))
        return shipment

    async def cancel(self, number: int = 1001) -> None:
        """The store says that the order is cancelled."""
        record = await self.hub.services.reading.order(self.store.id, number)
        cancelled = msgspec.structs.replace(record.record.order, status=OrderStatus.CANCELED)
        self.clock.turn(1)
        await self.hub.services.intake.keep(self.store, cancelled, read_at=self.clock.now())

    async def wait(self, times: int, seconds: float) -> None:
        for _ in range(times):
            self.clock.turn(seconds)
            await self.hub.services.work.look_at_everything()

    async def effect(self, effect: Effect) -> Effect:
        return await self.hub.services.ledgers.effect(self.store.id, effect.id)

    async def shipment(self, shipment: Shipment) -> Shipment:
        return (await self.hub.services.shipping.get(self.store.id, shipment.id))[0]


@asynccontextmanager
async def open_dock(url: str, folder: Path) -> AsyncIterator[Dock]:
    """A dock with a van that has not done anything yet."""
    Van.asked.clear()
    Van.sold.clear()
    Van.breaks.clear()
    Van.number, Van.shown = "", 99
    clock = TurnedClock()
    async with open_shop(url, folder, [provider("van", Van)], clock=clock) as (hub, store):
        [account] = await hub.services.accounts.all(store.id)
        yield Dock(hub, store, clock, account.id)
