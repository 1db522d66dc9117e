"""What all repositories share: one connection in one transaction, and the statements that differ by dialect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from despacho_core.errors import NotFound
from despacho_database.columns import Time
from despacho_ports.records import AlreadyThere

Insert = sqlite.Insert | postgresql.Insert
_CHUNK = 500
T = TypeVar("T")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Repository:
    """One aggregate's rows within one unit of work.

    What a *writing* unit reads one by one, or by its parent, stays locked till its end on PostgreSQL, so that reading,
    changing and saving loses no one's change; on SQLite there is one writer at a time anyway.
    """

    def __init__(self, connection: AsyncConnection, *, writing: bool) -> None:
        self._connection = connection
        self._writing = writing

    async def _one(self, query: sa.Select[Any], **given: object) -> sa.RowMapping | None:
        """The first row, with values ``given`` for the query's parameters.

        What is asked all day is a statement made once: making one, and finding out that it is the same as before, costs more than asking.
        """
        found: sa.RowMapping | None = (await self._connection.execute(query, given)).mappings().first()
        return found

    async def _all(self, query: sa.Select[Any], **given: object) -> Sequence[sa.RowMapping]:
        found: Sequence[sa.RowMapping] = (await self._connection.execute(query, given)).mappings().all()
        return found

    def _for_change(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """The query, keeping what it finds for this unit if it writes."""
        return kept_for_change(query) if self._writing else query

    def _insert(self, table: sa.Table) -> Insert:
        return insert_into(table, self._connection.dialect.name)

    async def _add(self, table: sa.Table, row: Mapping[str, object]) -> None:
        """Insert one row.

        Raises:
            AlreadyThere: One of its unique keys is taken; the transaction goes on.
        """
        if not await self._add_new(table, row):
            raise AlreadyThere(f"{table.name}: a unique key is taken")

    async def _add_new(self, table: sa.Table, row: Mapping[str, object]) -> bool:
        """Insert one row unless a unique key is taken; whether it was inserted."""
        key = next(iter(table.primary_key))
        added = await self._connection.execute(
            self._insert(table).values(**row).on_conflict_do_nothing().returning(key)
        )
        return added.first() is not None

    async def _add_all(self, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert all rows or none.

        Raises:
            AlreadyThere: A unique key of one of them is taken; the transaction goes on.
        """
        if not rows:
            return
        await self._guarded(table, sa.insert(table), [dict(row) for row in rows])

    async def _guarded(self, table: sa.Table, statement: sa.Insert | sa.Update, rows: Any) -> int:
        """Run a statement so that a taken key leaves the transaction usable; rows changed.

        PostgreSQL needs a savepoint for that, and so do many rows at once; of a single statement SQLite takes back what it did.
        """
        alone = rows is None and self._connection.dialect.name == "sqlite"
        try:
            async with nullcontext() if alone else self._connection.begin_nested():
                return (await self._connection.execute(statement, rows)).rowcount
        except IntegrityError as error:
            if not _is_taken(error):
                raise
            raise AlreadyThere(f"{table.name}: a unique key is taken") from error

    async def _update(self, table: sa.Table, row: Mapping[str, object], *, guarded: bool = False) -> None:
        """Write a whole row back, found by its primary key.

        Raises:
            NotFound: There is no such row in its store (any more); nothing is silently lost.
            AlreadyThere: The change would take a unique key that is taken (``guarded`` alone).
        """
        keys = {column.name for column in table.primary_key}
        statement = (
            sa.update(table)
            .where(*(table.c[key] == row[key] for key in sorted(keys)))
            .values({name: value for name, value in row.items() if name not in keys})
        )
        if guarded:
            changed = await self._guarded(table, statement, None)
        else:
            changed = (await self._connection.execute(statement)).rowcount
        if not changed:
            raise NotFound(what=table.name.removesuffix("s"), id=row.get("id"))

    async def _remove_older(self, table: sa.Table, column: sa.Column[Any], before: object, limit: int) -> int:
        """Remove a bounded batch of rows, oldest first; how many."""
        keys = [table.c[key.name] for key in table.primary_key]
        old = sa.select(*keys).where(column < before).order_by(column).limit(limit)
        removed = await self._connection.execute(sa.delete(table).where(sa.tuple_(*keys).in_(old)))
        return removed.rowcount


def kept_for_change(query: sa.Select[Any]) -> sa.Select[Any]:
    """The query, keeping what it finds for this unit (``FOR NO KEY UPDATE``; nothing on SQLite)."""
    return query.with_for_update(key_share=True)


def insert_into(table: sa.Table, dialect: str) -> Insert:
    """The dialect's own insert, which knows what to do about keys that are taken."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def newest_first(
    query: sa.Select[Any],
    table: sa.Table,
    *,
    before: object | None,
    limit: int,
    by: sa.Column[Any] | None = None,
) -> sa.Select[Any]:
    """A page by falling ``created_at`` (or ``by``), below ``before``.

    A page never ends between rows of the same instant: these all come with it, since the next page begins below that
    instant. So it may hold a few more than ``limit``.
    """
    created = table.c.created_at if by is None else by
    if before is not None:
        query = query.where(created < before)
    last = query.with_only_columns(created).order_by(created.desc()).offset(max(limit, 1) - 1).limit(1)
    since = sa.func.coalesce(last.correlate(None).scalar_subquery(), sa.bindparam("beginning", _BEGINNING, Time))
    return query.where(created >= since).order_by(created.desc(), table.c.id.desc())


def _is_taken(error: IntegrityError) -> bool:
    """Whether a unique key is the reason, and not a missing parent row."""
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint" in str(error.orig)


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in groups that fit into one statement's parameters."""
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
