"""What is sent: shipments, labels, manifests, and what was reported of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from despacho_core.manifests import Manifest, ManifestState
from despacho_core.shipments import Label, Shipment
from despacho_core.tracking import TrackingEvent


class Shipments(Protocol):
    """Shipments."""

    async def add(self, shipment: Shipment) -> None:
        """Add; raises ``AlreadyThere`` when its place on the order is taken."""
        ...

    async def get(self, store_id: str, shipment_id: str) -> Shipment | None: ...
    async def get_all(self, store_id: str, shipment_ids: Sequence[str]) -> Sequence[Shipment]:
        """Those that there are, in no order; none of them is kept from other units."""
        ...

    async def by_track_token(self, token: str) -> Shipment | None: ...
    async def of_order(self, store_id: str, order_number: int) -> Sequence[Shipment]:
        """In the order of their ordinals."""
        ...

    async def save(self, shipment: Shipment) -> None: ...
    async def page(self, store_id: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Shipment]:
        """Newest first."""
        ...


class Labels(Protocol):
    """Labels."""

    async def add_all(self, labels: Sequence[Label]) -> None: ...
    async def get(self, store_id: str, label_id: str) -> Label | None: ...
    async def get_all(self, store_id: str, label_ids: Sequence[str]) -> Sequence[Label]:
        """Those that there are (5,000 at most), in the order they were bought."""
        ...

    async def of_shipment(self, store_id: str, shipment_id: str) -> Sequence[Label]:
        """By piece."""
        ...

    async def of_shipments(self, store_id: str, shipment_ids: Sequence[str]) -> Sequence[Label]: ...
    async def of_manifest(self, store_id: str, manifest_id: str) -> Sequence[Label]:
        """In the order they were bought."""
        ...

    async def free(self, store_id: str, account_id: str, limit: int) -> Sequence[Label]:
        """Live labels of an account that are on no manifest, oldest first."""
        ...

    async def by_tracking_numbers(self, store_id: str, numbers: Sequence[str]) -> Sequence[Label]: ...
    async def save(self, label: Label) -> None: ...
    async def assign(self, store_id: str, label_ids: Sequence[str], manifest_id: str | None) -> None:
        """Put labels on a manifest, or take them off theirs (None)."""
        ...


class Manifests(Protocol):
    """Manifests."""

    async def add(self, manifest: Manifest) -> None: ...
    async def get(self, store_id: str, manifest_id: str) -> Manifest | None: ...
    async def by_token(self, token: str) -> Manifest | None:
        """The manifest behind the address of its page, of whatever store."""
        ...

    async def save(self, manifest: Manifest) -> None: ...
    async def take_turn(self, store_id: str) -> None:
        """Have the store's manifests for this unit alone till it ends: whoever places labels does so first."""
        ...

    async def next_number(self, store_id: str) -> int:
        """One more than the highest of the store; unique by constraint."""
        ...

    async def page(
        self,
        store_id: str,
        *,
        before: int | None = None,
        limit: int = 50,
        account_id: str | None = None,
        state: ManifestState | None = None,
    ) -> Sequence[Manifest]:
        """Highest number first."""
        ...


class TrackingEvents(Protocol):
    """What carriers reported."""

    async def of_shipment(self, store_id: str, shipment_id: str) -> Sequence[TrackingEvent]:
        """Oldest first by event time, as :func:`despacho_core.tracking.told` tells them."""
        ...
