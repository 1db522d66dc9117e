"""When a shipment asks something of a person: the borders of late, stuck, failed and in doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.shipment_overview import Patience, ShipmentView, quiet_since, troubles
from despacho_core.shipments import Shipment, ShipmentState
from despacho_core.tracking import TrackingStatus

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = NOW.replace(hour=3)
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
QUIET = quiet_since(NOW, Patience.THREE)
ON_THE_WAY = Shipment(
    id="s",
    store_id="store",
    order_number=1,
    ordinal=1,
    account_id="a",
    service_code="3",
    service_name="Express",
    reference="S",
    parcels=(Parcel(weight_g=500, length_mm=100, width_mm=100, height_mm=100),),
    origin=Address(country="CL"),
    destination=Address(country="CL"),
    declared_value=Money(Decimal(1000), "CLP"),
    created_at=NOW - 9 * DAY,
    state=ShipmentState.BOUGHT,
    tracking_status=TrackingStatus.IN_TRANSIT,
    tracking_moved_at=NOW,
    next_check_at=NOW,
)
LATE, STUCK, FAILED = (ShipmentView.LATE,), (ShipmentView.STUCK,), (ShipmentView.FAILED,)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ()),
        ({"tracking_moved_at": NOW - 3 * DAY + MOMENT}, ()),
        ({"tracking_moved_at": NOW - 3 * DAY}, LATE),
        ({"tracking_moved_at": NOW - 3 * DAY, "next_check_at": None}, LATE),
        ({"tracking_status": TrackingStatus.OUT_FOR_DELIVERY, "tracking_moved_at": TODAY}, ()),
        ({"tracking_status": TrackingStatus.OUT_FOR_DELIVERY, "tracking_moved_at": TODAY - MOMENT}, LATE),
        ({"tracking_status": TrackingStatus.PICKUP_AVAILABLE, "tracking_moved_at": TODAY - MOMENT}, ()),
        ({"tracking_status": TrackingStatus.REQUESTED, "tracking_moved_at": NOW - 3 * DAY}, STUCK),
        ({"tracking_status": TrackingStatus.REQUESTED, "tracking_moved_at": NOW - 3 * DAY, "next_check_at": None}, ()),
        ({"tracking_status": TrackingStatus.DELIVERED, "tracking_moved_at": NOW - 30 * DAY}, ()),
        ({"tracking_status": TrackingStatus.FAILED}, FAILED),
        ({"tracking_status": TrackingStatus.RETURNED}, FAILED),
        ({"state": ShipmentState.VOIDED, "tracking_status": TrackingStatus.FAILED}, ()),
        ({"state": ShipmentState.UNCERTAIN}, (ShipmentView.UNCERTAIN,)),
        ({"state": ShipmentState.REJECTED}, (ShipmentView.REFUSED,)),
        ({"state": ShipmentState.REQUESTED, "tracking_moved_at": None}, ()),
    ],
)
def test_what_is_the_matter(fields: dict[str, Any], expected: tuple[ShipmentView, ...]) -> None:
    shipment = msgspec.structs.replace(ON_THE_WAY, **fields)
    assert troubles(shipment, quiet=QUIET, today=TODAY) == expected


def test_whoever_is_more_patient_sees_less() -> None:
    quiet = [quiet_since(NOW, patience) for patience in Patience]
    assert quiet == sorted(quiet, reverse=True)
