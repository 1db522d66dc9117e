"""One writer at a time within a process, in the order they came.

SQLite lets one connection write; the others spin and sleep until it is their turn, in no order. Queueing them here keeps
every writer of the process on a fair queue, and leaves SQLite's own waiting to other processes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LONGEST_WAIT = 30.0


class WriteGate:
    """Lets writers through: one by one if ``exclusive`` (SQLite), else all (PostgreSQL).

    Either way a task that writes and asks to write once more is told so: on SQLite it would wait for itself.
    """

    def __init__(self, *, exclusive: bool) -> None:
        self._lock = asyncio.Lock() if exclusive else None
        self._inside: set[asyncio.Task[object] | None] = set()

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Wait for the turn, and hold it.

        Raises:
            RuntimeError: This task is writing already.
            TimeoutError: A writer has kept the turn for longer than any transaction should take.
        """
        task = asyncio.current_task()
        if task in self._inside:
            raise RuntimeError(
                "this task has an open unit of work that writes; commit it before writing anywhere else "
                "(another unit, a document, a lock, an inbox message)"
            )
        if self._lock is not None:
            async with asyncio.timeout(LONGEST_WAIT):
                await self._lock.acquire()
        self._inside.add(task)
        try:
            yield
        finally:
            self._inside.discard(task)
            if self._lock is not None:
                self._lock.release()
