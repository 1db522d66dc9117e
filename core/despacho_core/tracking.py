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

FUTURE_FROM = timedelta(days=1)
"""An event so far ahead of our clock is a mistake of somebody's; less is a zone that was left out."""


class Reason(enum.StrEnum):
    """Why a parcel did not come further: what carriers' own reasons are read into. ``OTHER`` is known to be none of the others."""

    RECIPIENT_ABSENT = "recipient_absent"
    ADDRESS_WRONG = "address_wrong"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    PAYMENT_MISSING = "payment_missing"
    RESCHEDULED = "rescheduled"
    DELAYED = "delayed"
    HELD_CUSTOMS = "held_customs"
    DAMAGED = "damaged"
    LOST = "lost"
    CANCELLED = "cancelled"
    OTHER = "other"


class Standstill(enum.StrEnum):
    """Why an event was kept and shown but moved nothing."""

    FUTURE = "from_the_future"
    VOIDED = "label_voided"
    CORRECTED = "before_correction"


class TrackingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was reported about one tracking number: the reporter's own code and words, and our reading of them.

    ``status`` is None for a code that we do not know: kept and shown, moving nothing. ``author`` is empty for the carrier, else who said
    it; ``note`` is what such a person wrote, shown to the merchant alone. ``standstill`` tells why the event moved nothing.
    """

    tracking_number: str
    occurred_at: datetime
    description: str
    code: str = ""
    status: TrackingStatus | None = None
    location: str | None = None
    reason: Reason | None = None
    author: str = ""
    note: str = ""
    standstill: Standstill | None = None
    observed: bool = False
    """Whether the carrier tells a state without a time: ``occurred_at`` is then when we saw it, and seeing it again is no news."""

    @property
    def fingerprint(self) -> str:
        """Equal for the same report read twice, whatever batch it came in."""
        at = "" if self.observed else self.occurred_at.isoformat()
        text = f"{self.tracking_number}\x1f{at}\x1f{self.code}\x1f{self.description}"
        if self.author:
            text += f"\x1f{self.author}\x1f{self.status}\x1f{self.note}"
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]

    @property
    def is_unread(self) -> bool:
        """Whether a carrier said something that its table does not know."""
        return self.status is None and not self.author


def weighed(
    event: TrackingEvent, *, now: datetime, voided: bool = False, corrected_at: datetime | None = None
) -> TrackingEvent:
    """The event as it may be kept: marked if it moves nothing.

    Args:
        event: What was reported.
        now: What time it is here.
        voided: Whether its label is void.
        corrected_at: The time from which a person said how things are; what happened until then is settled.
    """
    why: Standstill | None = None
    if voided:
        why = Standstill.VOIDED
    elif event.occurred_at > now + FUTURE_FROM:
        why = Standstill.FUTURE
    elif corrected_at is not None and event.occurred_at <= corrected_at:
        why = Standstill.CORRECTED
    return msgspec.structs.replace(event, standstill=why)


def told(events: Iterable[TrackingEvent]) -> list[TrackingEvent]:
    """The events as a story: oldest first. Of one instant, which carriers that write minutes report often, the way to the door decides.

    What has no status stands before what has one; otherwise the order of coming is kept.
    """
    return sorted(events, key=lambda event: (event.occurred_at, -1 if event.status is None else _ORDER[event.status]))


def forward(current: TrackingStatus, reported: TrackingStatus | None) -> TrackingStatus:
    """The later of two statuses on the way to the door; an unknown report changes nothing."""
    if reported is None or _ORDER[reported] <= _ORDER[current]:
        return current
    return reported


def status_after(current: TrackingStatus, events: Iterable[TrackingEvent]) -> TrackingStatus:
    """The status once all events are taken in, in any order, any number of times; what stands still moves nothing."""
    for event in events:
        current = forward(current, event.status if event.standstill is None else None)
    return current


def status_of_pieces(pieces: Iterable[TrackingStatus]) -> TrackingStatus:
    """A shipment is as far as its last piece; one failed or returned piece shows as soon as none is still moving."""
    known = list(pieces)
    if not known:
        return TrackingStatus.REQUESTED
    moving = [status for status in known if not status.has_ended]
    return min(moving or known, key=_ORDER.__getitem__)
