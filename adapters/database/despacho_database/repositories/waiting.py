"""Orders that wait for a document, and why."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from despacho_core.waiting import SALE, UNLISTED, WaitingDocument
from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository
from despacho_database.tables import waiting_documents

_waiting = Mapping(waiting_documents, WaitingDocument)


class WaitingTable(Repository):
    """One row for each order and purpose."""

    async def keep(self, waiting: WaitingDocument) -> None:
        """Add, or replace what is there; since when it waits stays."""
        insert = self._insert(waiting_documents).values(_waiting.row(waiting))
        newest = {name: insert.excluded[name] for name in ("code", "rest")}
        keys = ["store_id", "order_number", "purpose"]
        await self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=newest))

    async def get(self, store_id: str, order_number: int, purpose: str = SALE) -> WaitingDocument | None:
        row = await self._one(_ONE, store=store_id, order=bounded(order_number), purpose=purpose)
        return None if row is None else _waiting.struct(row)

    async def remove(self, store_id: str, order_number: int, purpose: str = SALE) -> None:
        mine = (waiting_documents.c.store_id == store_id, *_one(order_number, purpose))
        await self._connection.execute(sa.delete(waiting_documents).where(*mine))

    async def page(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50, order_number: int | None = None
    ) -> Sequence[WaitingDocument]:
        """Those that ask something of somebody, the latest first. Rows of one instant all come, as in every list by time."""
        query = _of(store_id).where(waiting_documents.c.code.not_in(sorted(UNLISTED)))
        if order_number is not None:
            query = query.where(waiting_documents.c.order_number == bounded(order_number))
        if before is not None:
            query = query.where(waiting_documents.c.since < before)
        newest = query.order_by(waiting_documents.c.since.desc(), waiting_documents.c.order_number.desc())
        found = await self._found(newest.limit(limit))
        if len(found) < limit:
            return found
        last = found[-1].since
        rest = await self._found(newest.where(waiting_documents.c.since == last))
        return [*(one for one in found if one.since != last), *rest]

    async def _found(self, query: sa.Select[tuple[object, ...]]) -> list[WaitingDocument]:
        return [_waiting.struct(row) for row in await self._all(query)]


_ONE = sa.select(waiting_documents).where(
    waiting_documents.c.store_id == sa.bindparam("store"),
    waiting_documents.c.order_number == sa.bindparam("order"),
    waiting_documents.c.purpose == sa.bindparam("purpose"),
)


def _of(store_id: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(waiting_documents).where(waiting_documents.c.store_id == store_id)


def _one(order_number: int, purpose: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return (waiting_documents.c.order_number == bounded(order_number), waiting_documents.c.purpose == purpose)
