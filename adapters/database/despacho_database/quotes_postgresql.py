"""Quotes on PostgreSQL: one statement and one round trip per batch."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from despacho_core.quotes import Quote
from despacho_database.group_commit import RowRefused
from despacho_database.quote_commit import values_of
from despacho_ports.records import NotAccepted

_INSERT = """
INSERT INTO quotes (store_id, id, account_id, created_at, rest)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
ON CONFLICT DO NOTHING
"""
_LOST = (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, OSError)
_REFUSED = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, ValueError)


class PostgresqlQuotes:
    """Implements ``QuoteTransactions``. The statement is its own transaction, committed when it answers."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._held: AsyncConnection | None = None

    async def insert(self, quotes: Sequence[Quote]) -> None:
        """See the protocol. A connection that turns out dead is replaced once; what it may have stored is then there already."""
        columns = [list(column) for column in zip(*map(values_of, quotes), strict=True)]
        try:
            try:
                await self._insert(columns)
            except _LOST:
                await self.close()
                await self._insert(columns)
        except _REFUSED as error:
            raise RowRefused(str(error)) from error
        except (*_LOST, asyncpg.PostgresError, SQLAlchemyError) as error:
            await self.close()
            raise NotAccepted(f"PostgreSQL: {error}") from error

    async def close(self) -> None:
        """Drop the connection."""
        held, self._held = self._held, None
        if held is not None:
            await held.invalidate()
            await held.close()

    async def _insert(self, columns: Sequence[Sequence[object]]) -> None:
        if self._held is None:
            self._held = await self._engine.connect()
        driver = (await self._held.get_raw_connection()).driver_connection
        assert isinstance(driver, asyncpg.Connection)  # noqa: S101 - tells the type checker what the URL says
        await driver.execute(_INSERT, *columns)
