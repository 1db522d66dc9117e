"""The inbox: what came in, until it is worked off."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
import sqlalchemy as sa

from despacho_core.ledgers import InboxRow, InboxState
from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository, chunks
from despacho_database.tables import inbox, inbox_is_about, inbox_is_dead, inbox_is_over, inbox_is_pending

_inbox = Mapping(inbox, InboxRow, apart=frozenset({"headers"}))


class InboxTable(Repository):
    """What came in.

    A claim moves ``due_at`` to the end of its lease. Together with ``attempts`` this tells one claim from the next: a row
    is settled or put off only by who holds it still, so that a worker that was thought dead changes nothing any more.
    """

    async def claim(self, *, limit: int, now: datetime, lease: timedelta) -> Sequence[InboxRow]:
        """Take pending rows that are due, of any store, oldest first; no two claimers get the same row within the lease."""
        due = (
            sa.select(inbox.c.id)
            .where(inbox_is_pending, inbox.c.due_at <= now)
            .order_by(inbox.c.due_at, inbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        leased = {"due_at": now + lease, "lease_until": now + lease, "attempts": inbox.c.attempts + 1}
        taken = sa.update(inbox).where(inbox.c.id.in_(sa.select(due.c.id))).values(leased).returning(inbox)
        rows = (await self._connection.execute(taken)).mappings().all()
        return sorted((_struct(row) for row in rows), key=lambda row: row.id)

    async def settle(
        self, row: InboxRow, state: InboxState, *, error: str | None = None, order_number: int | None = None
    ) -> None:
        """Close the row, if the claim that it was read under still holds."""
        due_at = row.due_at if state is InboxState.PENDING else None
        about = {} if order_number is None else {"order_number": order_number}
        await self._write(row, state=state, error=error, due_at=due_at, lease_until=None, **about)

    async def put_off(self, row: InboxRow, *, due_at: datetime, error: str) -> None:
        """Try again at ``due_at``, if the claim that it was read under still holds."""
        await self._write(row, error=error, due_at=due_at, lease_until=None)

    async def get(self, store_id: str, row_id: int) -> InboxRow | None:
        row = await self._one(sa.select(inbox).where(inbox.c.store_id == store_id, inbox.c.id == bounded(row_id)))
        return None if row is None else _struct(row)

    async def page(
        self, store_id: str | None, *, before: int | None = None, limit: int = 50, state: InboxState | None = None
    ) -> Sequence[InboxRow]:
        """Newest first; None means all stores (the operator's view)."""
        query = sa.select(inbox).where(*_of(store_id))
        if before is not None:
            query = query.where(inbox.c.id < bounded(before))
        if state is InboxState.DEAD:
            query = query.where(inbox_is_dead)
        elif state is not None:
            query = query.where(inbox.c.state == state)
        return [_struct(row) for row in await self._all(query.order_by(inbox.c.id.desc()).limit(limit))]

    async def of_order(self, store_id: str, order_number: int, *, limit: int = 50) -> Sequence[InboxRow]:
        """Those about one order that were read, newest first."""
        about = (inbox_is_about, inbox.c.store_id == store_id, inbox.c.order_number == bounded(order_number))
        query = sa.select(inbox).where(*about).order_by(inbox.c.id.desc()).limit(limit)
        return [_struct(row) for row in await self._all(query)]

    async def replay(self, store_id: str | None, row_ids: Sequence[int], *, now: datetime) -> int:
        """Make rows pending again, as if they had just come; returns how many. One that is being worked on is left alone."""
        idle = sa.or_(inbox.c.lease_until.is_(None), inbox.c.lease_until <= now)
        fresh = {"state": InboxState.PENDING, "attempts": 0, "due_at": now, "lease_until": None, "error": None}
        replayed = 0
        for some in chunks([bounded(row_id) for row_id in row_ids]):
            chosen = sa.update(inbox).where(inbox.c.id.in_(some), *_of(store_id), idle)
            replayed += (await self._connection.execute(chosen.values(fresh))).rowcount
        return replayed

    async def remove_older(self, before: datetime, limit: int) -> int:
        """Remove a bounded batch of rows done or ignored, by when they came; dead ones wait for a person."""
        over = sa.select(inbox.c.id).where(inbox_is_over, inbox.c.received_at < before)
        batch = over.order_by(inbox.c.received_at).limit(limit)
        return (await self._connection.execute(sa.delete(inbox).where(inbox.c.id.in_(batch)))).rowcount

    async def counts(self) -> dict[str, int]:
        """Only what its partial indexes hold is looked at: each probe and each scrape asks."""
        # SQLite takes the partial index only where some column of it is asked for.
        waiting = sa.and_(inbox_is_pending, inbox.c.due_at > _EVER)
        some = ((InboxState.PENDING, waiting), (InboxState.DEAD, inbox_is_dead))
        rows = sa.func.count().label("rows")
        counted = [sa.select(sa.literal(state).label("state"), rows).select_from(inbox).where(of) for state, of in some]
        found = await self._connection.execute(sa.union_all(*counted))
        return {row.state: row.rows for row in found if row.rows}

    async def _write(self, row: InboxRow, **values: object) -> None:
        claim = {f"held_{name}": getattr(row, name) for name in _HELD}
        await self._connection.execute(_writing(tuple(values)), {**claim, **values})


_EVER = datetime(1970, 1, 1, tzinfo=UTC)

_HELD = ("id", "store_id", "state", "attempts", "due_at")
"""What one claim of a row is told from another by."""


@cache
def _writing(names: tuple[str, ...]) -> sa.Update:
    """Sets some columns of a row, if the claim that it was read under still holds."""
    held = {name: sa.bindparam(f"held_{name}", type_=inbox.c[name].type) for name in _HELD}
    due_at = inbox.c.due_at.is_not_distinct_from(held.pop("due_at"))
    same = [inbox.c[name] == value for name, value in held.items()]
    return (
        sa.update(inbox)
        .where(*same, due_at)
        .values({name: sa.bindparam(name, type_=inbox.c[name].type) for name in names})
    )


def _of(store_id: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if store_id is None else (inbox.c.store_id == store_id,)


def _struct(row: sa.RowMapping) -> InboxRow:
    return _inbox.struct(row, headers=msgspec.json.decode(row["headers"]))
