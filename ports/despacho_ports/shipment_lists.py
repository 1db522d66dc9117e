"""Lists of shipments and documents as a merchant looks through them: by what is the matter, by a number, a page at a time."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from despacho_core.fiscal import DocumentKind, Invoice
from despacho_core.shipment_overview import ShipmentView
from despacho_core.shipments import Shipment

MOST_COUNTED = 100
"""Counts go no further: who has more has enough to do."""


class ShipmentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for. ``quiet`` and ``today`` as in :func:`despacho_core.shipment_overview.troubles`.

    A ``text`` is a tracking number or the number of an order; then nothing else matters.
    """

    quiet: datetime
    today: datetime
    view: ShipmentView = ShipmentView.ALL
    text: str = ""


class InvoiceView(enum.StrEnum):
    """Ways to look through documents. ``NOT_ATTACHED`` are issued and not yet at the store's order."""

    ALL = "all"
    OPEN = "open"
    REFUSED = "refused"
    NOT_ATTACHED = "not_attached"


class InvoiceFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for. A ``text`` is an order's number, a document's or its folio; then nothing else matters."""

    view: InvoiceView = InvoiceView.ALL
    kind: DocumentKind | None = None
    text: str = ""


class ShipmentLists(Protocol):
    """Shipments and documents, looked through."""

    async def page(
        self, store_id: str, wanted: ShipmentFilter, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Shipment]:
        """Those that fit, newest first; a few more than ``limit`` where several are of one instant."""
        ...

    async def counts(self, store_id: str, wanted: ShipmentFilter) -> Mapping[ShipmentView, int]:
        """How many shipments there are of each kind of trouble, no further than :data:`MOST_COUNTED`."""
        ...

    async def invoices(
        self, store_id: str, wanted: InvoiceFilter, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Invoice]:
        """Documents that fit, newest first, as :meth:`page`."""
        ...

    async def free_labels(self, store_id: str) -> Mapping[str, int]:
        """How many labels wait for a manifest, by account."""
        ...

    async def labels_on(self, store_id: str, manifest_ids: Sequence[str]) -> Mapping[str, int]:
        """How many labels are on each of these manifests."""
        ...
