"""The repository of batches, and of what is looked at for many orders together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from despacho_core.batches import Batch, BatchLine, BatchPurpose
from despacho_core.orders import Order
from despacho_core.shipments import Shipment


class Batches(Protocol):
    """Batches with their lines."""

    async def add(self, batch: Batch, lines: Sequence[BatchLine]) -> None:
        """Add; raises ``AlreadyThere`` when the store has a batch under this key."""
        ...

    async def get(self, store_id: str, batch_id: str) -> Batch | None:
        """The batch, or None."""
        ...

    async def by_key(self, store_id: str, key: str) -> Batch | None:
        """The batch that was asked for under this key, or None."""
        ...

    async def page(
        self, store_id: str, purpose: BatchPurpose, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Batch]:
        """Those with this purpose, newest first."""
        ...

    async def lines(self, store_id: str, batch_id: str, *, places: Sequence[int] | None = None) -> Sequence[BatchLine]:
        """By place, all or those in some places; a writing unit keeps them for itself till its end."""
        ...

    async def save_line(self, line: BatchLine) -> None:
        """Save what became of a line."""
        ...

    async def shipments(self, store_id: str, shipment_ids: Sequence[str]) -> Sequence[Shipment]:
        """Those that there are, in any order."""
        ...

    async def orders(self, store_id: str, numbers: Sequence[int]) -> Sequence[Order]:
        """Those that we hold, as last read, in any order."""
        ...

    async def orders_without_shipment(self, store_id: str, *, after: int, limit: int) -> Sequence[Order]:
        """Paid orders without a live shipment that goes out, by number, above ``after``."""
        ...
