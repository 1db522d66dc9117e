"""Locks that hold across processes: leases in the database."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from despacho_database.engines import Engines
from despacho_database.gate import WriteGate
from despacho_database.tables import leases

_FIRST_WAIT_S = 0.01
_LONGEST_WAIT_S = 0.25


class DatabaseLocks:
    """Implements ``Locks``.

    Within a process waiters queue; between processes they ask again, ever more slowly. A holder that died keeps the lock
    till its lease is over. On PostgreSQL the server's clock decides when that is, whatever the machines' clocks say.
    """

    def __init__(self, engines: Engines, gate: WriteGate) -> None:
        self._engines = engines
        self._gate = gate
        self._queues: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._interest: defaultdict[str, int] = defaultdict(int)

    @asynccontextmanager
    async def hold(self, name: str, *, seconds: float = 30.0) -> AsyncIterator[None]:
        """Wait for the lock, then hold it for at most ``seconds``.

        Raises:
            TimeoutError: What was done under the lock took longer; somebody else may have it by now.
        """
        async with self._queued(name):
            holder = token_hex(16)
            await self._acquire(name, holder, seconds)
            try:
                async with asyncio.timeout(seconds):
                    yield
            finally:
                await asyncio.shield(self._release(name, holder))

    @asynccontextmanager
    async def _queued(self, name: str) -> AsyncIterator[None]:
        self._interest[name] += 1
        try:
            async with self._queues[name]:
                yield
        finally:
            self._interest[name] -= 1
            if not self._interest[name]:
                del self._interest[name], self._queues[name]

    async def _acquire(self, name: str, holder: str, seconds: float) -> None:
        wait = _FIRST_WAIT_S
        while not await self._taken(name, holder, seconds):
            await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - spreads waiters, hides nothing
            wait = min(wait * 2, _LONGEST_WAIT_S)

    async def _taken(self, name: str, holder: str, seconds: float) -> bool:
        """Whether the lease was free, or over, and is ours now."""
        now, until = self._span(seconds)
        insert = (postgresql if self._engines.is_postgresql else sqlite).insert(leases)
        take = insert.values(name=name, holder=holder, until=until).on_conflict_do_update(
            index_elements=["name"], set_={"holder": holder, "until": until}, where=leases.c.until <= now
        )
        async with self._gate.passed(), self._engines.write.connect() as connection:
            row = (await connection.execute(take.returning(leases.c.name))).first()
            await connection.commit()
        return row is not None

    async def _release(self, name: str, holder: str) -> None:
        mine = sa.delete(leases).where(leases.c.name == name, leases.c.holder == holder)
        async with self._gate.passed(), self._engines.write.connect() as connection:
            await connection.execute(mine)
            await connection.commit()

    def _span(self, seconds: float) -> tuple[sa.ColumnElement[datetime], sa.ColumnElement[datetime]]:
        """Now, and when a lease taken now ends."""
        length = timedelta(seconds=seconds)
        if self._engines.is_postgresql:
            now = sa.func.clock_timestamp(type_=postgresql.TIMESTAMP(timezone=True))
            return now, now + length
        at = datetime.now(UTC)
        return sa.literal(at, leases.c.until.type), sa.literal(at + length, leases.c.until.type)
