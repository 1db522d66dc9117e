"""Shipments and their labels."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from despacho_core.shipments import Direction, Label, Shipment
from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.prices import in_minor_units
from despacho_database.repositories.base import Repository, chunks, kept_for_change, newest_first
from despacho_database.tables import (
    label_is_free,
    label_is_listed,
    labels,
    shipment_has_token,
    shipments,
)

_shipments = Mapping(shipments, Shipment)
_labels = Mapping(labels, Label)


def shipment_row(shipment: Shipment) -> dict[str, object]:
    """A shipment's columns by name, with what it was quoted at for whoever counts."""
    price = shipment.price
    quoted = None if price is None else in_minor_units(price.amount, price.currency)
    return _shipments.row(shipment, quoted=quoted)


@cache
def _of_order(*, change: bool) -> sa.Select[tuple[object, ...]]:
    mine = (shipments.c.store_id == sa.bindparam("store"), shipments.c.order_number == sa.bindparam("order"))
    query = sa.select(shipments).where(*mine).order_by(shipments.c.ordinal)
    return kept_for_change(query) if change else query


class ShipmentsTable(Repository):
    """Shipments."""

    async def add(self, shipment: Shipment) -> None:
        """Add; raises ``AlreadyThere`` when its place on the order is taken."""
        await self._add(shipments, shipment_row(shipment))

    async def get(self, store_id: str, shipment_id: str) -> Shipment | None:
        found = await self._found(_of(store_id).where(shipments.c.id == shipment_id), change=True)
        return found[0] if found else None

    async def by_track_token(self, token: str) -> Shipment | None:
        found = await self._found(sa.select(shipments).where(shipments.c.track_token == token, shipment_has_token))
        return found[0] if found else None

    async def get_all(self, store_id: str, shipment_ids: Sequence[str]) -> Sequence[Shipment]:
        """Those that there are, in no order. Keeps none of them for this unit."""
        found: list[Shipment] = []
        for some in chunks(sorted(set(shipment_ids))):
            found += await self._found(_of(store_id).where(shipments.c.id.in_(some)))
        return found

    async def of_order(self, store_id: str, order_number: int) -> Sequence[Shipment]:
        """In the order of their ordinals."""
        rows = await self._all(_of_order(change=self._writing), store=store_id, order=bounded(order_number))
        return [_shipments.struct(row) for row in rows]

    async def save(self, shipment: Shipment) -> None:
        await self._update(shipments, shipment_row(shipment))

    async def page(self, store_id: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Shipment]:
        """Newest first; see :func:`newest_first`."""
        return await self._found(newest_first(_of(store_id), shipments, before=before, limit=limit))

    async def _found(self, query: sa.Select[tuple[object, ...]], *, change: bool = False) -> list[Shipment]:
        rows = await self._all(self._for_change(query) if change else query)
        return [_shipments.struct(row) for row in rows]


class LabelsTable(Repository):
    """Labels."""

    async def add_all(self, bought: Sequence[Label]) -> None:
        """Add all or none; raises ``AlreadyThere`` when a tracking number of the account is kept already."""
        await self._add_all(labels, [_labels.row(label) for label in bought])

    async def get(self, store_id: str, label_id: str) -> Label | None:
        found = await self._found(_labels_of(store_id).where(labels.c.id == label_id))
        return found[0] if found else None

    async def get_all(self, store_id: str, label_ids: Sequence[str]) -> Sequence[Label]:
        """Those that there are, in the order they were bought: who keeps labels does it in one order, so that nobody waits in a ring."""
        query = _labels_of(store_id).where(labels.c.id.in_(sorted(set(label_ids))))
        return await self._found(query.order_by(*_as_bought))

    async def of_shipment(self, store_id: str, shipment_id: str) -> Sequence[Label]:
        """By piece."""
        return await self.of_shipments(store_id, [shipment_id])

    async def of_shipments(self, store_id: str, shipment_ids: Sequence[str]) -> Sequence[Label]:
        """By shipment and piece."""
        found: list[Label] = []
        for some in chunks(sorted(set(shipment_ids))):
            query = _labels_of(store_id).where(labels.c.shipment_id.in_(some))
            found += await self._found(query.order_by(labels.c.shipment_id, labels.c.piece))
        return found

    async def of_manifest(self, store_id: str, manifest_id: str) -> Sequence[Label]:
        """In the order they were bought."""
        query = _labels_of(store_id).where(labels.c.manifest_id == manifest_id, label_is_listed)
        return await self._found(query.order_by(*_as_bought))

    async def free(self, store_id: str, account_id: str, limit: int) -> Sequence[Label]:
        """Live labels of an account that go out and are on no manifest, oldest first."""
        query = _labels_of(store_id).where(labels.c.account_id == account_id, label_is_free)
        query = query.where(labels.c.direction == Direction.OUTBOUND)
        return await self._found(query.order_by(*_as_bought).limit(limit))

    async def by_tracking_numbers(self, store_id: str, numbers: Sequence[str]) -> Sequence[Label]:
        """In the order they were bought; two accounts may have the same number."""
        found: list[Label] = []
        for some in chunks(sorted(set(numbers))):
            query = _labels_of(store_id).where(labels.c.tracking_number.in_(some))
            found += await self._found(query.order_by(*_as_bought))
        return found

    async def save(self, label: Label) -> None:
        await self._update(labels, _labels.row(label))

    async def assign(self, store_id: str, label_ids: Sequence[str], manifest_id: str | None) -> None:
        """Put labels on a manifest, or take them off theirs (None)."""
        for some in chunks(sorted(set(label_ids))):
            which = (labels.c.store_id == store_id, labels.c.id.in_(some))
            await self._connection.execute(sa.update(labels).where(*which).values(manifest_id=manifest_id))

    async def _found(self, query: sa.Select[tuple[object, ...]]) -> list[Label]:
        return [_labels.struct(row) for row in await self._all(self._for_change(query))]


_as_bought = (labels.c.created_at, labels.c.shipment_id, labels.c.piece)


def _of(store_id: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(shipments).where(shipments.c.store_id == store_id)


def _labels_of(store_id: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(labels).where(labels.c.store_id == store_id)
