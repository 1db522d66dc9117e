"""What is counted over a store's rows: what a morning begins with, and what became of the parcels of some weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from despacho_core.addresses import Address
from despacho_core.tracking import Reason, TrackingStatus

MOST_COUNTED = 500
"""Counts of a morning go no further: who has more has enough to do."""

MOST_SHIPMENTS = 20_000
"""So many shipments of a period are looked at, the newest."""

MOST_FAILURES = 500
"""So many deliveries that failed in a period are looked at one by one, the newest."""


class MorningFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How much of everything waits. No number goes beyond :data:`MOST_COUNTED`.

    Attributes:
        new_orders: Paid orders first seen since the moment that was named.
        to_ship: Paid orders that need shipping and have no label, none asked for.
        label_problems: Orders of which every label was refused or is in doubt.
        free_labels: Labels that wait for a manifest, by account.
        open_manifests: Manifests opened and not closed yet.
        unsigned_manifests: Manifests closed, with a signature missing.
        waiting: Orders that wait for a document, by the problem's code.
        doubtful_documents: Documents of which nobody knows whether they were issued.
        given_up: Effects that were given up.
        dead_messages: Messages that could not be worked off.
    """

    new_orders: int
    to_ship: int
    label_problems: int
    free_labels: Mapping[str, int]
    open_manifests: int
    unsigned_manifests: int
    waiting: Mapping[str, int]
    doubtful_documents: int
    given_up: int
    dead_messages: int


class ShipmentGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Shipments of a period that are alike.

    ``age_days``: whole days since it last moved, of those on their way; None of those that have ended. ``hours``: from bought to
    delivered, of those that were; None of all others.
    """

    account_id: str
    status: TrackingStatus
    age_days: int | None
    hours: int | None
    count: int


class PriceGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Shipments of a period with the same prices, in the currency's minor unit.

    ``quoted`` is what the carrier or the tariff asked for it, ``paid`` what the buyer paid for the shipping of its order; each None
    where it is not known. Of several shipments of an order only the first has ``paid``.
    """

    account_id: str
    quoted: int | None
    paid: int | None
    count: int


class FailedDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment that did not arrive. ``reason`` is the last that was reported, None where none was."""

    shipment_id: str
    account_id: str
    destination: Address
    reason: Reason | None


class Figures(Protocol):
    """What is counted. Every question looks at a bounded number of rows, through an index."""

    async def morning(self, store_id: str, accounts: Sequence[str], *, since: datetime) -> MorningFigures:
        """What waits; ``accounts`` are those whose labels are counted."""
        ...

    async def orders_by_hour(self, store_id: str, since: datetime) -> Mapping[datetime, int]:
        """Paid orders by the hour (UTC, its beginning) in which they were first seen."""
        ...

    async def shipments(self, store_id: str, since: datetime, *, now: datetime) -> Sequence[ShipmentGroup]:
        """Outbound shipments bought since then: the newest :data:`MOST_SHIPMENTS`."""
        ...

    async def prices(self, store_id: str, since: datetime) -> Sequence[PriceGroup]:
        """The same shipments by their prices."""
        ...

    async def failures(self, store_id: str, since: datetime) -> Sequence[FailedDelivery]:
        """What failed or came back and moved since then: the newest :data:`MOST_FAILURES`."""
        ...
