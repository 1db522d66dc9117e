"""The inbox's own connection to SQLite: one statement per batch, in a thread of its own.

The batch is a single ``INSERT`` in autocommit mode, so that the thread asks for the interpreter once and not per row:
under load each time costs more than the row (docs/decisions/0004-group-commit.md has the figures).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import msgspec

from despacho_database.columns import microseconds, storable
from despacho_database.engines import BUSY_TIMEOUT_S, PRAGMAS
from despacho_database.gate import WriteGate
from despacho_database.group_commit import MOST_PER_COMMIT, Key, RowRefused
from despacho_ports.records import NewMessage, NotAccepted

_INSERT = "INSERT INTO inbox (store_id, source, event, dedupe_key, body, headers, received_at, due_at, state, attempts) VALUES "
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, 'pending', 0)"
_REFUSED = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, OverflowError)
_json = msgspec.json.Encoder()
T = TypeVar("T")


class SqliteInbox:
    """Implements ``InboxTransactions``."""

    def __init__(self, path: str, gate: WriteGate) -> None:
        self._path = path
        self._gate = gate
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inbox")
        self._connection: sqlite3.Connection | None = None

    async def insert(self, messages: Sequence[NewMessage]) -> set[Key]:
        """See the protocol."""
        rows = [_row(message) for message in messages]
        try:
            async with self._gate.passed():
                return await self._in_thread(lambda: self._inserted(rows))
        except OSError as error:
            raise NotAccepted(f"SQLite: {error}") from error

    async def close(self) -> None:
        """Close the connection."""
        await self._in_thread(self._disconnect)
        self._thread.shutdown()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _inserted(self, rows: Sequence[tuple[object, ...]]) -> set[Key]:
        keys = [(str(row[0]), str(row[3])) for row in rows]
        values = [value for row in rows for value in row]
        try:
            connection = self._connected()
            try:
                connection.execute(_INSERT + ", ".join([_ROW] * len(rows)), values)
            except sqlite3.IntegrityError:
                return self._inserted_apart(connection, rows)
        except _REFUSED as error:
            raise RowRefused(str(error)) from error
        except sqlite3.Error as error:
            self._disconnect()
            raise NotAccepted(f"SQLite: {error}") from error
        return set(keys)

    def _inserted_apart(self, connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> set[Key]:
        """There is a duplicate among them: insert row by row, still in one transaction."""
        new: set[Key] = set()
        connection.execute("BEGIN IMMEDIATE")
        try:
            for row in rows:
                added = connection.execute(_INSERT + _ROW + " ON CONFLICT DO NOTHING", row).rowcount
                if added:
                    new.add((str(row[0]), str(row[3])))
            connection.execute("COMMIT")
        except sqlite3.Error:
            connection.rollback()
            raise
        return new

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, cached_statements=2 * MOST_PER_COMMIT
            )
            for pragma in PRAGMAS:
                self._connection.execute(pragma)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _row(message: NewMessage) -> tuple[object, ...]:
    received = microseconds(message.received_at)
    return (
        message.store_id,
        storable(message.source),
        storable(message.event),
        storable(message.dedupe_key),
        message.body,
        _json.encode(message.headers).decode(),
        received,
        received,
    )
