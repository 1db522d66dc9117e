"""SQLite's driver with one trip to its thread per statement.

aiosqlite sends every call of a cursor to the connection's thread: opening it, executing, fetching, closing. Each trip wakes
a thread and then the event loop, which costs more than most of our statements. Here a statement is executed and fetched in
one trip, the first one of a transaction begins it on the same trip, and the cursor is only what the statement left behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self, TypeVar

import aiosqlite

T = TypeVar("T")
_Parameters = Sequence[Any]


class Outcome:
    """A cursor as SQLAlchemy needs it: what the last statement left behind."""

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: _Parameters = ()) -> Self:
        """Execute a statement and fetch what it gives."""
        return self._keep(*await self._connection.run(sql, parameters))

    async def executemany(self, sql: str, parameters: Iterable[_Parameters]) -> Self:
        """Execute a statement once for each."""
        return self._keep(*await self._connection.run_many(sql, parameters))

    async def fetchall(self) -> list[Any]:
        """The rows, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""

    def _keep(self, cursor: sqlite3.Cursor, rows: list[Any]) -> Self:
        self._rows = rows
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        return self


class OneTripConnection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors make one trip, and whose transactions begin with their first statement."""

    _begin: str | None = None

    def begin_with(self, statement: str) -> None:
        """Begin a transaction with the next statement."""
        self._begin = statement

    def cursor(self) -> Outcome:  # type: ignore[override]  # nothing to wait for
        """A cursor; opening it costs nothing."""
        return Outcome(self)

    async def run(self, sql: str, parameters: _Parameters) -> tuple[sqlite3.Cursor, list[Any]]:
        """Execute and fetch."""

        def execute(connection: sqlite3.Connection) -> tuple[sqlite3.Cursor, list[Any]]:
            cursor = connection.execute(sql, parameters)
            return cursor, cursor.fetchall()

        return await self._trip(execute)

    async def run_many(self, sql: str, parameters: Iterable[_Parameters]) -> tuple[sqlite3.Cursor, list[Any]]:
        """Execute once for each."""
        return await self._trip(lambda connection: (connection.executemany(sql, parameters), []))

    async def commit(self) -> None:
        """Commit, if anything was done."""
        if not self._forget_begin():
            await super().commit()

    async def rollback(self) -> None:
        """Roll back, if anything was done."""
        if not self._forget_begin():
            await super().rollback()

    def _forget_begin(self) -> bool:
        begin, self._begin = self._begin, None
        return begin is not None

    async def _trip(self, work: Callable[[sqlite3.Connection], T]) -> T:
        begin, self._begin = self._begin, None

        def trip() -> T:
            if begin is not None:
                self._conn.execute(begin)
            return work(self._conn)

        outcome: T = await self._execute(trip)  # type: ignore[no-untyped-call]  # aiosqlite's own way to its thread
        return outcome


def connect(path: str, **options: Any) -> OneTripConnection:
    """A connection to be awaited, as ``aiosqlite.connect`` gives it."""
    connection = OneTripConnection(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does with connections that it makes itself
    return connection
