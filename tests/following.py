"""A carrier whose parcels move as a test says, for tests of following them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import count

import msgspec

from despacho.bootstrap import Hub
from despacho_core.parcels import Parcel
from despacho_core.shipments import Shipment, ShipmentWish
from despacho_core.stores import Store
from despacho_core.tracking import TrackingEvent, TrackingStatus
from despacho_ports.carriers import BoughtLabel, BoughtShipment, LabelHandle, ShipmentRequest, TrackingReport
from despacho_ports.errors import Rejected
from despacho_ports.providers import Provider
from tests.shop import paid_order, provider

PARCEL = Parcel(weight_g=500, length_mm=200, width_mm=150, height_mm=100)


class Road:
    """What happened to whom, and how the carrier behaves when it is asked."""

    def __init__(self, *, batch_size: int = 10) -> None:
        self.batch_size = batch_size
        self.events: dict[str, list[TrackingEvent]] = defaultdict(list)
        self.asked: list[list[str]] = []
        self.errors: list[BaseException] = []
        self.unknown: set[str] = set()
        self._numbers = count(1)

    def happened(
        self, number: str, status: TrackingStatus | None, at: datetime, *, code: str = "", words: str = ""
    ) -> None:
        """The carrier reports it from now on."""
        words = words or (status.value if status else "?")
        self.events[number].append(
            TrackingEvent(tracking_number=number, occurred_at=at, description=words, code=code, status=status)
        )

    def provider(self, name: str = "van") -> Provider:
        """The carrier, to be installed."""
        road = self

        class Van:
            """Takes parcels, and tells where they are."""

            batch_size = road.batch_size

            async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
                """A number for each piece."""
                pieces = enumerate(request.parcels, start=1)
                return BoughtShipment(
                    labels=tuple(
                        BoughtLabel(piece=piece, tracking_number=f"{name.upper()}{next(road._numbers):05}")
                        for piece, _ in pieces
                    )
                )

            async def track_shipments(self, labels: Sequence[LabelHandle]) -> Sequence[TrackingReport]:
                """What happened so far."""
                return road._answer([one.tracking_number for one in labels])

        return provider(name, Van)

    def _answer(self, numbers: list[str]) -> list[TrackingReport]:
        self.asked.append(numbers)
        if self.errors:
            raise self.errors.pop(0)
        if self.unknown & set(numbers):
            raise Rejected("no such parcel")
        return [TrackingReport(tracking_number=one, events=tuple(self.events[one])) for one in numbers]


async def bought(hub: Hub, store: Store, *, order: int = 1001, pieces: int = 1, provider: str = "van") -> Shipment:
    """A shipment that the store was told of."""
    accounts = await hub.services.accounts.all(store.id)
    account = next(one for one in accounts if one.provider == provider)
    wish = ShipmentWish(account_id=account.id, service_code="day", parcels=(PARCEL,) * pieces)
    shipment, _, _ = await hub.services.shipping.buy(store.id, await paid_order(hub, store, order), wish, wait=5)
    async with hub.services.office.units.begin() as work:
        told = msgspec.structs.replace(shipment, fulfillment_id=f"f-{order}")
        await work.shipments.save(told)
        await work.commit()
    return told


async def now(hub: Hub, shipment: Shipment) -> Shipment:
    """The shipment as it is by now."""
    return (await hub.services.shipping.get(shipment.store_id, shipment.id))[0]


async def told(hub: Hub, shipment: Shipment) -> list[str]:
    """What the store is owed of the shipment's status, in the order in which it came to be owed."""
    async with hub.services.office.units.begin(write=False) as work:
        effects = await work.outbox.of_subject(shipment.store_id, shipment.id)
    return [str(one.payload["status"]) for one in effects if one.kind == "push-status"]


async def numbers_of(hub: Hub, shipment: Shipment) -> list[str]:
    """Its tracking numbers, by piece."""
    _, labels = await hub.services.shipping.get(shipment.store_id, shipment.id)
    return [label.tracking_number for label in labels]
