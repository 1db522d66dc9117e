"""Following shipments: who is due, what is new of many at once, and what nobody could read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from despacho_core.shipments import Label, Shipment
from despacho_core.tracking import TrackingEvent


class UnknownCode(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a carrier said and its table does not know. ``words`` are cut at 120 letters."""

    store_id: str
    provider: str
    code: str
    words: str
    count: int
    first_seen_at: datetime
    last_seen_at: datetime


class Followed(Protocol):
    """Shipments on their way, many in one go."""

    async def due_accounts(self, now: datetime, *, store_id: str | None = None) -> Sequence[tuple[str, str]]:
        """Store and account of every account with a shipment that is due; of one store if it is named."""
        ...

    async def claim(
        self, store_id: str, account_id: str, *, due: datetime, until: datetime, limit: int
    ) -> Sequence[Shipment]:
        """Take shipments whose check is due, earliest first; nobody else gets them before ``until``, when they are due again."""
        ...

    async def hasten(self, store_id: str, now: datetime) -> int:
        """Everything of a store that is still followed becomes due; returns how many."""
        ...

    async def for_change(
        self, store_id: str, shipment_ids: Sequence[str]
    ) -> Sequence[tuple[Shipment, Sequence[Label]]]:
        """Shipments with all their labels by piece, kept for this unit. At most 500."""
        ...

    async def add_new(
        self, store_id: str, events: Mapping[str, Sequence[TrackingEvent]]
    ) -> Mapping[str, Sequence[TrackingEvent]]:
        """Keep those events (by shipment) that are not kept yet and return them. The shipments were read for change."""
        ...

    async def save(self, store_id: str, shipments: Sequence[Shipment], labels: Sequence[Label]) -> None:
        """Write many back that were read for change."""
        ...

    async def check_at(self, store_id: str, checks: Mapping[str, datetime | None]) -> None:
        """Write nothing but when bought shipments are asked about next."""
        ...

    async def by_scan_token(self, token: str) -> Label | None:
        """The label that a scan leads to, of whatever store."""
        ...

    async def note_unknown(self, store_id: str, provider: str, events: Sequence[TrackingEvent], now: datetime) -> None:
        """Count what could not be read."""
        ...

    async def unknown_codes(self, store_id: str) -> Sequence[UnknownCode]:
        """All of a store, the most frequent first."""
        ...

    async def unknown_counts(self) -> Mapping[str, int]:
        """How often something could not be read, by provider, over all stores."""
        ...
