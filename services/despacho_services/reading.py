"""What people look at: orders with all that became of them, lists page by page. Reads alone, scoped by store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from despacho_core.errors import NotFound
from despacho_core.fiscal import DocumentKind, Invoice
from despacho_core.orders import OrderStatus
from despacho_core.shipments import Label, Shipment
from despacho_core.stores import Store
from despacho_core.tracking import TrackingEvent
from despacho_ports.records import OrderRecord
from despacho_services.office import Office
from despacho_services.preselection import Preselected, preselected


@dataclass(frozen=True)
class OrderFile:
    """An order with its shipments and documents, and what would take it if nobody said otherwise."""

    record: OrderRecord
    shipments: tuple[tuple[Shipment, tuple[Label, ...]], ...]
    invoices: tuple[Invoice, ...]
    preselected: Preselected | None = None


@dataclass(frozen=True)
class Whereabouts:
    """What a buyer may see of a shipment."""

    store: Store
    shipment: Shipment
    carrier: str
    labels: tuple[Label, ...]
    events: tuple[TrackingEvent, ...]
    carrier_page: str = ""
    """The carrier's own page, with ``{number}`` in it; empty where it has none."""


class Reading:
    """Looks things up."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def orders(
        self, store_id: str, *, before: int | None = None, limit: int = 50, status: OrderStatus | None = None
    ) -> Sequence[OrderRecord]:
        """Orders as last read, highest number first, below ``before``."""
        async with self._office.units.begin(write=False) as work:
            return await work.orders.page(store_id, before=before, limit=limit, status=status)

    async def holds_order(self, store_id: str, number: int) -> bool:
        """Whether the order was ever read from the store."""
        async with self._office.units.begin(write=False) as work:
            return await work.orders.get(store_id, number) is not None

    async def order(self, store_id: str, number: int) -> OrderFile:
        """One order with its shipments and documents. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            record = await work.orders.get(store_id, number)
            if record is None:
                raise NotFound(what="order", id=number)
            shipments = await work.shipments.of_order(store_id, number)
            labels = await work.labels.of_shipments(store_id, [shipment.id for shipment in shipments])
            invoices = await work.invoices.of_order(store_id, number)
            store = await work.stores.get(store_id)
            chosen = await preselected(work, store, record.to_ship, self._office.now()) if store is not None else None
        return OrderFile(record, _with_labels(shipments, labels), tuple(invoices), chosen)

    async def shipments(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[tuple[Shipment, tuple[Label, ...]]]:
        """Shipments with their labels, newest first, older than ``before``."""
        async with self._office.units.begin(write=False) as work:
            shipments = await work.shipments.page(store_id, before=before, limit=limit)
            labels = await work.labels.of_shipments(store_id, [shipment.id for shipment in shipments])
        return _with_labels(shipments, labels)

    async def invoices(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50, kind: DocumentKind | None = None
    ) -> Sequence[Invoice]:
        """Fiscal documents, newest first, older than ``before``."""
        async with self._office.units.begin(write=False) as work:
            return await work.invoices.page(store_id, before=before, limit=limit, kind=kind)

    async def whereabouts(self, token: str) -> Whereabouts | None:
        """The shipment behind the buyer's address; None if there is none, or it is not bought."""
        async with self._office.units.begin(write=False) as work:
            shipment = await work.shipments.by_track_token(token) if token else None
            store = await work.stores.get(shipment.store_id) if shipment is not None else None
            if shipment is None or store is None:
                return None
            account = await work.accounts.get(store.id, shipment.account_id)
            labels = await work.labels.of_shipment(store.id, shipment.id)
            events = await work.tracking.of_shipment(store.id, shipment.id)
        carrier = self._office.provider_name(account) if account is not None else ""
        page = self._office.tracking_page(account) if account is not None else ""
        return Whereabouts(store, shipment, carrier, tuple(labels), tuple(events), page)


def _with_labels(
    shipments: Sequence[Shipment], labels: Sequence[Label]
) -> tuple[tuple[Shipment, tuple[Label, ...]], ...]:
    return tuple((one, tuple(label for label in labels if label.shipment_id == one.id)) for one in shipments)
