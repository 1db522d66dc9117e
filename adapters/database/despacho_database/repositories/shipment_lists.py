"""Shipments and documents, looked through. Each way has an index of its own, so that few are found as quickly as many."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from despacho_core.fiscal import Invoice
from despacho_core.shipment_overview import NOT_DELIVERED, ON_THE_ROAD, TROUBLE, ShipmentView
from despacho_core.shipments import Direction, Shipment, ShipmentState
from despacho_core.tracking import TrackingStatus
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository, chunks, newest_first
from despacho_database.tables import (
    invoice_has_folio,
    invoice_has_number,
    invoice_is_not_attached,
    invoice_is_open,
    invoice_is_refused,
    invoices,
    label_is_free,
    label_is_listed,
    labels,
    shipment_is_bought,
    shipment_is_return,
    shipment_is_unsettled,
    shipments,
)
from despacho_ports.shipment_lists import MOST_COUNTED, InvoiceFilter, InvoiceView, ShipmentFilter

_shipments = Mapping(shipments, Shipment)
_invoices = Mapping(invoices, Invoice)

FOUND = 200
"""So many are taken from a search: a number seldom finds more than one."""

_Condition = sa.ColumnElement[bool] | sa.TextClause


class ShipmentListsTable(Repository):
    """Implements ``ShipmentLists``."""

    async def page(
        self, store_id: str, wanted: ShipmentFilter, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Shipment]:
        """Those that fit, newest first."""
        query = sa.select(shipments).where(shipments.c.store_id == store_id)
        if wanted.text.strip():
            query = query.where(shipments.c.id.in_(await self._searched(store_id, wanted.text.strip())))
        else:
            query = query.where(*_fits(wanted.view, wanted))
        rows = await self._all(newest_first(query, shipments, before=before, limit=limit))
        return [_shipments.struct(row) for row in rows]

    async def counts(self, store_id: str, wanted: ShipmentFilter) -> MappingOf[ShipmentView, int]:
        """One short question for each kind of trouble."""
        found: dict[ShipmentView, int] = {}
        for view in TROUBLE:
            some = sa.select(shipments.c.id).where(shipments.c.store_id == store_id, *_fits(view, wanted))
            bounded = some.limit(MOST_COUNTED).subquery()
            found[view] = int(await self._connection.scalar(sa.select(sa.func.count()).select_from(bounded)) or 0)
        return found

    async def invoices(
        self, store_id: str, wanted: InvoiceFilter, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Invoice]:
        """Documents that fit, newest first."""
        query = sa.select(invoices).where(invoices.c.store_id == store_id)
        if wanted.text.strip():
            query = query.where(invoices.c.id.in_(await self._numbered(store_id, wanted.text.strip())))
        else:
            query = query.where(*_INVOICES[wanted.view])
            if wanted.kind is not None:
                query = query.where(invoices.c.kind == wanted.kind)
        rows = await self._all(newest_first(query, invoices, before=before, limit=limit))
        return [_invoices.struct(row) for row in rows]

    async def free_labels(self, store_id: str) -> MappingOf[str, int]:
        """Live labels that go out and are on no manifest, by account."""
        free = (labels.c.store_id == store_id, label_is_free, labels.c.direction == Direction.OUTBOUND)
        return await self._counted(labels.c.account_id, *free)

    async def labels_on(self, store_id: str, manifest_ids: Sequence[str]) -> MappingOf[str, int]:
        """How many labels are on each of these manifests."""
        found: dict[str, int] = {}
        for some in chunks(sorted(set(manifest_ids))):
            theirs = (labels.c.store_id == store_id, label_is_listed, labels.c.manifest_id.in_(some))
            found |= await self._counted(labels.c.manifest_id, *theirs)
        return found

    async def _counted(self, column: sa.Column[Any], *conditions: _Condition) -> dict[str, int]:
        query = sa.select(column, sa.func.count()).where(*conditions).group_by(column)
        return {str(name): int(count) for name, count in await self._connection.execute(query)}

    async def _searched(self, store_id: str, text: str) -> list[str]:
        """Shipments with a label of this tracking number, or of the order of this number."""
        numbers = sorted({text, text.upper(), "".join(text.split()).upper()})
        query = sa.select(labels.c.shipment_id).where(
            labels.c.store_id == store_id, labels.c.tracking_number.in_(numbers)
        )
        found = set(await self._ids(query))
        if _is_number(text):
            mine = (shipments.c.store_id == store_id, shipments.c.order_number == int(text.removeprefix("#")))
            found |= set(await self._ids(sa.select(shipments.c.id).where(*mine)))
        return sorted(found)

    async def _numbered(self, store_id: str, text: str) -> list[str]:
        """Documents of this number or folio, or of the order of this number."""
        mine = invoices.c.store_id == store_id
        found = set(
            await self._ids(sa.select(invoices.c.id).where(mine, invoices.c.public_id == text, invoice_has_number))
        )
        found |= set(await self._ids(sa.select(invoices.c.id).where(mine, invoices.c.folio == text, invoice_has_folio)))
        if _is_number(text):
            number = int(text.removeprefix("#"))
            found |= set(await self._ids(sa.select(invoices.c.id).where(mine, invoices.c.order_number == number)))
        return sorted(found)

    async def _ids(self, query: sa.Select[Any]) -> Sequence[str]:
        return list((await self._connection.scalars(query.limit(FOUND))).all())


def _is_number(text: str) -> bool:
    digits = text.removeprefix("#")
    return digits.isascii() and digits.isdecimal() and len(digits) < 19


_INVOICES: dict[InvoiceView, tuple[_Condition, ...]] = {
    InvoiceView.ALL: (),
    InvoiceView.OPEN: (invoice_is_open,),
    InvoiceView.REFUSED: (invoice_is_refused,),
    InvoiceView.NOT_ATTACHED: (invoice_is_not_attached,),
}


def _fits(view: ShipmentView, wanted: ShipmentFilter) -> tuple[_Condition, ...]:
    """The same as :func:`despacho_core.shipment_overview.troubles`, said of rows; a test holds them together."""
    table = shipments.c
    status, moved = table.tracking_status, table.tracking_moved_at
    conditions: dict[ShipmentView, tuple[_Condition, ...]] = {
        ShipmentView.ALL: (),
        ShipmentView.UNCERTAIN: (shipment_is_unsettled, table.state == ShipmentState.UNCERTAIN),
        ShipmentView.REFUSED: (shipment_is_unsettled, table.state == ShipmentState.REJECTED),
        ShipmentView.FAILED: (shipment_is_bought, status.in_(NOT_DELIVERED), moved.is_not(None)),
        ShipmentView.MOVING: (shipment_is_bought, status.in_(ON_THE_ROAD)),
        ShipmentView.STUCK: (
            shipment_is_bought,
            status == TrackingStatus.REQUESTED,
            moved <= wanted.quiet,
            table.next_check_at.is_not(None),
        ),
        ShipmentView.LATE: (
            shipment_is_bought,
            status.in_(ON_THE_ROAD),
            sa.or_(moved <= wanted.quiet, sa.and_(status == TrackingStatus.OUT_FOR_DELIVERY, moved < wanted.today)),
        ),
        ShipmentView.RETURNS: (shipment_is_return,),
    }
    return conditions[view]
