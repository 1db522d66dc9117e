"""How often a carrier is asked about a parcel: by how far it is and how long nothing happened, never all at the same moment."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from despacho_core.tracking import TrackingStatus

DEFAULT_CHECK_INTERVAL = timedelta(hours=3)
DAILY = timedelta(days=1)
STALE_AFTER = timedelta(days=60)
SPREAD = 0.1
"""How much earlier or later than its interval a check may come, as a share of it."""

_QUIET_AFTER = timedelta(days=7)
_FORGOTTEN_AFTER = timedelta(days=2)
_SOONEST = timedelta(minutes=10)


def next_check(
    status: TrackingStatus,
    *,
    now: datetime,
    last_moved_at: datetime,
    interval: timedelta = DEFAULT_CHECK_INTERVAL,
    seed: str = "",
) -> datetime | None:
    """When to ask the carrier again; None once the way has ended, or nothing was heard for two months.

    Args:
        status: How far the shipment is.
        now: When it was asked last.
        last_moved_at: When anything new was last reported.
        interval: What the store wants for a parcel that moves.
        seed: The shipment's id: shipments that were bought together are not asked for together for ever.
    """
    age = now - last_moved_at
    if status.has_ended or age > STALE_AFTER:
        return None
    wait = max(_SOONEST, _wait(status, age, interval))
    drawn = zlib.crc32(f"{seed}{now.timestamp():.0f}".encode()) / 2**32
    return now + wait * (1 + SPREAD * (2 * drawn - 1))


def _wait(status: TrackingStatus, age: timedelta, interval: timedelta) -> timedelta:
    if status is TrackingStatus.OUT_FOR_DELIVERY and age <= DAILY:
        return interval / 3
    if status is TrackingStatus.PICKUP_AVAILABLE:
        return max(interval, DAILY)
    if status is TrackingStatus.REQUESTED and age > _FORGOTTEN_AFTER:
        return interval * 4
    return interval * 4 if age > _QUIET_AFTER else interval
