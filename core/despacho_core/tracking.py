"""What happened to a parcel: carriers' events in one vocabulary, and a status that only moves forward.

The vocabulary is the platform's (contract/jumpseller.md 2.5) plus ``out_for_delivery`` and ``returned``, which the store
is told as ``in_transit`` and ``failed``.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec


class TrackingStatus(enum.StrEnum):
    """Normalised status of a parcel or shipment."""

    REQUESTED = "requested"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    PICKUP_AVAILABLE = "pickup_available"
    FAILED = "failed"
    RETURNED = "returned"
    DELIVERED = "delivered"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is expected of the carrier."""
        return self in _ENDED

    @property
    def for_store(self) -> str:
        """The store's word for it."""
        return _FOR_STORE.get(self, self.value)


_ORDER = {status: rank for rank, status in enumerate(TrackingStatus)}
_ENDED = frozenset({TrackingStatus.FAILED, TrackingStatus.RETURNED, TrackingStatus.DELIVERED})
_FOR_STORE = {TrackingStatus.OUT_FOR_DELIVERY: "in_transit", TrackingStatus.RETURNED: "failed"}

DEFAULT_CHECK_INTERVAL = timedelta(hours=3)
STALE_AFTER = timedelta(days=60)


class TrackingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a carrier reported about one tracking number: its own code and words, and our reading of it.

    ``status`` is None for a code that we do not know: kept and shown, moving nothing.
    """

    tracking_number: str
    occurred_at: datetime
    description: str
    code: str = ""
    status: TrackingStatus | None = None
    location: str | None = None

    @property
    def fingerprint(self) -> str:
        """Equal for the same report read twice, whatever batch it came in."""
        text = f"{self.tracking_number}\x1f{self.occurred_at.isoformat()}\x1f{self.code}\x1f{self.description}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def forward(current: TrackingStatus, reported: TrackingStatus | None) -> TrackingStatus:
    """The later of two statuses on the way to the door; an unknown report changes nothing."""
    if reported is None or _ORDER[reported] <= _ORDER[current]:
        return current
    return reported


def status_after(current: TrackingStatus, events: Iterable[TrackingEvent]) -> TrackingStatus:
    """The status once all events are taken in, in any order, any number of times."""
    for event in events:
        current = forward(current, event.status)
    return current


def status_of_pieces(pieces: Iterable[TrackingStatus]) -> TrackingStatus:
    """A shipment is as far as its last piece; one failed or returned piece shows as soon as none is still moving."""
    known = list(pieces)
    if not known:
        return TrackingStatus.REQUESTED
    moving = [status for status in known if not status.has_ended]
    return min(moving or known, key=_ORDER.__getitem__)


def next_check(
    status: TrackingStatus, *, now: datetime, last_moved_at: datetime, interval: timedelta = DEFAULT_CHECK_INTERVAL
) -> datetime | None:
    """When to ask the carrier again: sooner on the day of delivery, later when nothing moves, never once ended or stale."""
    age = now - last_moved_at
    if status.has_ended or age > STALE_AFTER:
        return None
    if status is TrackingStatus.OUT_FOR_DELIVERY:
        return now + interval / 3
    if age > timedelta(days=7):
        return now + interval * 4
    return now + interval
