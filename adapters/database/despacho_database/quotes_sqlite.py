"""Quotes on SQLite: one statement per batch, whatever its size, in a thread and on a connection of its own.

All rows travel as one JSON text, which SQLite takes apart: the thread needs the interpreter once, and the statement is compiled once.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from despacho_core.quotes import Quote
from despacho_database.columns import microseconds
from despacho_database.engines import BUSY_TIMEOUT_S, PRAGMAS
from despacho_database.gate import WriteGate
from despacho_database.group_commit import RowRefused
from despacho_database.quote_commit import values_of
from despacho_ports.records import NotAccepted

_INSERT = """
INSERT INTO quotes (store_id, id, account_id, created_at, rest)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), json_extract(value, '$[3]'),
       json_extract(value, '$[4]')
FROM json_each(?)
"""
_encode = msgspec.json.Encoder().encode


class SqliteQuotes:
    """Implements ``QuoteTransactions``."""

    def __init__(self, path: str, gate: WriteGate) -> None:
        self._path = path
        self._gate = gate
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="quotes")
        self._connection: sqlite3.Connection | None = None

    async def insert(self, quotes: Sequence[Quote]) -> None:
        """See the protocol."""
        rows = _encode([_row(quote) for quote in quotes]).decode()
        try:
            async with self._gate.passed():
                await self._in_thread(lambda: self._insert(rows))
        except OSError as error:
            raise NotAccepted(f"SQLite: {error}") from error

    async def close(self) -> None:
        """Close the connection."""
        await self._in_thread(self._disconnect)
        self._thread.shutdown()

    async def _in_thread(self, work: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _insert(self, rows: str) -> None:
        try:
            self._connected().execute(_INSERT, (rows,))
        except (sqlite3.IntegrityError, sqlite3.DataError) as error:
            raise RowRefused(str(error)) from error
        except sqlite3.Error as error:
            self._disconnect()
            raise NotAccepted(f"SQLite: {error}") from error

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            for pragma in PRAGMAS:
                self._connection.execute(pragma)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _row(quote: Quote) -> tuple[object, ...]:
    store_id, quote_id, account_id, created_at, rest = values_of(quote)
    return (store_id, quote_id, account_id, microseconds(created_at), rest)
