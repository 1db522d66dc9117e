"""Fiscal documents."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from despacho_core.fiscal import DocumentKind, Invoice
from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository, kept_for_change, newest_first
from despacho_database.tables import invoice_has_token, invoice_is_open, invoices, stores

_invoices = Mapping(invoices, Invoice)


class InvoicesTable(Repository):
    """Fiscal documents.

    An order has at most one receipt or invoice that is neither rejected nor wholly taken back, and a document at most one
    credit note that takes all of it back and is not rejected; partial credit notes are not limited in number.
    """

    async def add(self, invoice: Invoice) -> None:
        """Add; raises ``AlreadyThere`` when the order has one that is not rejected (credit notes: per credited one)."""
        await self._add(invoices, _row(invoice))

    async def get(self, store_id: str, invoice_id: str) -> Invoice | None:
        found = await self._found(self._for_change(_of(store_id).where(invoices.c.id == invoice_id)))
        return found[0] if found else None

    async def take_turn(self, store_id: str) -> None:
        if self._writing:
            await self._one(self._for_change(sa.select(stores.c.id).where(stores.c.id == store_id)))

    async def by_token(self, token: str) -> Invoice | None:
        found = await self._found(sa.select(invoices).where(invoices.c.token == token, invoice_has_token))
        return found[0] if found else None

    async def of_order(self, store_id: str, order_number: int) -> Sequence[Invoice]:
        """Oldest first."""
        rows = await self._all(_of_order(change=self._writing), store=store_id, order=bounded(order_number))
        return [_invoices.struct(row) for row in rows]

    async def save(self, invoice: Invoice) -> None:
        """Save; raises ``AlreadyThere`` when a rejected one is revived and another has taken its place."""
        await self._update(invoices, _row(invoice), guarded=True)

    async def page(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50, kind: DocumentKind | None = None
    ) -> Sequence[Invoice]:
        """Newest first; see :func:`newest_first`."""
        query = _of(store_id)
        if kind is not None:
            query = query.where(invoices.c.kind == kind)
        return await self._found(newest_first(query, invoices, before=before, limit=limit))

    async def open_of_store(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Invoice]:
        """Asked for and not settled, newest first."""
        query = _of(store_id).where(invoice_is_open)
        if before is not None:
            query = query.where(invoices.c.created_at < before)
        return await self._found(query.order_by(invoices.c.created_at.desc()).limit(limit))

    async def _found(self, query: sa.Select[tuple[object, ...]]) -> list[Invoice]:
        return [_invoices.struct(row) for row in await self._all(query)]


@cache
def _of_order(*, change: bool) -> sa.Select[tuple[object, ...]]:
    mine = (invoices.c.store_id == sa.bindparam("store"), invoices.c.order_number == sa.bindparam("order"))
    query = sa.select(invoices).where(*mine).order_by(invoices.c.created_at, invoices.c.id)
    return kept_for_change(query) if change else query


def _of(store_id: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(invoices).where(invoices.c.store_id == store_id)


def _row(invoice: Invoice) -> dict[str, object]:
    credited = invoice.document.credits
    whole = invoice.kind is DocumentKind.CREDIT_NOTE and credited is not None and credited.whole
    return _invoices.row(invoice, kind=invoice.kind, wholly_credited_id=invoice.credits_id if whole else None)
