"""Asking a carrier about parcels: what one bad number may cost, and what a carrier that refuses everything may."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.shipments import Label, Shipment, ShipmentState
from despacho_core.stores import Account
from despacho_ports.carriers import LabelHandle, TrackingReport
from despacho_ports.errors import Rejected
from despacho_services.tracking_asking import MOST_FAILURES, MOST_HALVINGS, Asked, ask

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCOUNT = Account(id="a", store_id="s", provider="van", name="Van", key="k", created_at=NOW)
PLACE = Address(country="CL", municipality="Providencia")
PARCEL = Parcel(weight_g=500, length_mm=100, width_mm=100, height_mm=100)
BATCH = 40


class Carrier:
    """Takes forty numbers a call, and refuses a whole call for one number that it does not like."""

    batch_size = BATCH

    def __init__(self, disliked: frozenset[str]) -> None:
        self.disliked = disliked
        self.calls = 0

    async def track_shipments(self, labels: Sequence[LabelHandle]) -> Sequence[TrackingReport]:
        self.calls += 1
        if self.disliked.intersection(label.tracking_number for label in labels):
            raise Rejected("one of the numbers is wrong")
        return [TrackingReport(tracking_number=label.tracking_number, events=()) for label in labels]


def parcels(count: int) -> tuple[list[Shipment], list[Label]]:
    """So many parcels of one piece; their tracking numbers are ``n0``, ``n1``, …"""
    shipments = [
        Shipment(
            id=f"shipment-{one}",
            store_id="s",
            order_number=one,
            ordinal=1,
            account_id="a",
            service_code="1",
            service_name="Día",
            reference=f"r{one}",
            parcels=(PARCEL,),
            origin=PLACE,
            destination=PLACE,
            declared_value=money(1000, "CLP"),
            state=ShipmentState.BOUGHT,
            created_at=NOW,
        )
        for one in range(count)
    ]
    labels = [
        Label(
            id=f"label-{shipment.order_number}",
            store_id="s",
            account_id="a",
            shipment_id=shipment.id,
            order_number=shipment.order_number,
            piece=1,
            pieces=1,
            tracking_number=f"n{shipment.order_number}",
            barcode=f"n{shipment.order_number}",
            created_at=NOW,
        )
        for shipment in shipments
    ]
    return shipments, labels


def asked_of(carrier: Carrier, count: int) -> Asked:
    return asyncio.run(ask(ACCOUNT, carrier, *parcels(count), lines=asyncio.Semaphore(8)))


def test_one_bad_number_keeps_no_other_in_the_dark() -> None:
    asked = asked_of(Carrier(frozenset({"n7"})), 3 * BATCH)
    assert len(asked.answered) == 3 * BATCH
    assert asked.failed == set()
    [problem] = asked.problems
    assert problem.startswith("n7: ")


def test_a_carrier_that_refuses_everything_is_not_flooded() -> None:
    carrier = Carrier(frozenset(f"n{one}" for one in range(50 * BATCH)))
    asked = asked_of(carrier, 50 * BATCH)
    assert carrier.calls <= 50 + 2 * MOST_HALVINGS
    assert asked.failures >= MOST_FAILURES
    assert len(asked.failed) > 40 * BATCH, "they are asked about later"
