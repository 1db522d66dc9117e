"""Shipments that somebody has to look at: what is late, stuck, failed or in doubt, each by one rule."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from despacho_core.shipments import Shipment, ShipmentState
from despacho_core.tracking import TrackingStatus


class ShipmentView(enum.StrEnum):
    """Ways to look through shipments."""

    ALL = "all"
    LATE = "late"
    STUCK = "stuck"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    MOVING = "moving"
    RETURNS = "returns"


TROUBLE = (
    ShipmentView.UNCERTAIN,
    ShipmentView.REFUSED,
    ShipmentView.FAILED,
    ShipmentView.LATE,
    ShipmentView.STUCK,
)
"""What asks something of a person, the most pressing first."""

ON_THE_ROAD = (TrackingStatus.IN_TRANSIT, TrackingStatus.OUT_FOR_DELIVERY, TrackingStatus.PICKUP_AVAILABLE)
"""Seen by the carrier, and not ended."""

NOT_DELIVERED = (TrackingStatus.FAILED, TrackingStatus.RETURNED)


class Patience(enum.IntEnum):
    """How many days without a movement are too many."""

    TWO = 2
    THREE = 3
    FIVE = 5
    WEEK = 7
    FORTNIGHT = 14


USUAL_PATIENCE = Patience.THREE


def quiet_since(now: datetime, patience: Patience) -> datetime:
    """A shipment that last moved at this moment or before has stood still for too long."""
    return now - timedelta(days=patience)


def troubles(shipment: Shipment, *, quiet: datetime, today: datetime) -> tuple[ShipmentView, ...]:
    """What is the matter with a shipment, the most pressing first; usually nothing.

    Args:
        shipment: The shipment.
        quiet: See :func:`quiet_since`.
        today: When the store's day began: what went out for delivery before should have come back or arrived.
    """
    return tuple(view for view in TROUBLE if _is(view, shipment, quiet, today))


def _is(view: ShipmentView, one: Shipment, quiet: datetime, today: datetime) -> bool:
    if view is ShipmentView.UNCERTAIN:
        return one.state is ShipmentState.UNCERTAIN
    if view is ShipmentView.REFUSED:
        return one.state is ShipmentState.REJECTED
    moved = one.tracking_moved_at
    if one.state is not ShipmentState.BOUGHT or moved is None:
        return False
    if view is ShipmentView.FAILED:
        return one.tracking_status in NOT_DELIVERED
    if view is ShipmentView.STUCK:
        # Whoever is not asked about any more, or never was, says nothing by its silence.
        return one.tracking_status is TrackingStatus.REQUESTED and one.next_check_at is not None and moved <= quiet
    overdue = one.tracking_status is TrackingStatus.OUT_FOR_DELIVERY and moved < today
    return overdue or (one.tracking_status in ON_THE_ROAD and moved <= quiet)
