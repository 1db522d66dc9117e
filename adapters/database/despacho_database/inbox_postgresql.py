"""The inbox's own connection to PostgreSQL: one statement and one round trip per batch."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import msgspec
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from despacho_database.columns import storable
from despacho_database.group_commit import Key, RowRefused
from despacho_ports.records import NewMessage, NotAccepted

_INSERT = """
INSERT INTO inbox (store_id, source, event, dedupe_key, body, headers, received_at, due_at, state, attempts)
SELECT store_id, source, event, dedupe_key, body, headers, received_at, received_at, 'pending', 0
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::timestamptz[])
    AS message (store_id, source, event, dedupe_key, body, headers, received_at)
ON CONFLICT DO NOTHING
RETURNING store_id, dedupe_key
"""
_LOST = (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, OSError)
# Two processes that insert the same duplicates in different order may meet in a deadlock; one by one they do not.
_REFUSED = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.DeadlockDetectedError, ValueError)
_json = msgspec.json.Encoder()


class PostgresqlInbox:
    """Implements ``InboxTransactions``. The statement is its own transaction, committed when it answers."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._held: AsyncConnection | None = None

    async def insert(self, messages: Sequence[NewMessage]) -> set[Key]:
        """See the protocol. A connection that turns out dead is replaced once, and what it may have stored is found again."""
        columns = [list(column) for column in zip(*map(_row, messages), strict=True)]
        try:
            try:
                return await self._inserted(columns)
            except _LOST:
                await self.close()
                return await self._inserted(columns)
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

    async def _inserted(self, columns: Sequence[Sequence[object]]) -> set[Key]:
        if self._held is None:
            self._held = await self._engine.connect()
        driver = (await self._held.get_raw_connection()).driver_connection
        assert isinstance(driver, asyncpg.Connection)  # noqa: S101 - tells the type checker what the URL says
        return {(store_id, key) for store_id, key in await driver.fetch(_INSERT, *columns)}


def _row(message: NewMessage) -> tuple[object, ...]:
    return (
        message.store_id,
        storable(message.source),
        storable(message.event),
        storable(message.dedupe_key),
        message.body,
        _json.encode(message.headers).decode(),
        message.received_at,
    )
