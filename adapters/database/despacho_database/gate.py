"""One writer at a time, in the order they came: within a process, and between processes.

SQLite lets one connection write. The others poll for their turn, sleeping ever longer, in no order: a busy process starves
the rest, who in the end fail with "database is locked". So writers queue here first, and SQLite's own waiting is left for
strangers, such as its shell. PostgreSQL needs none of this.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

LONGEST_WAIT = 30.0


class WriteGate:
    """Lets writers through: one by one if there is a ``file`` that they share (SQLite), else all (PostgreSQL).

    Either way a task that writes and asks to write once more is told so: on SQLite it would wait for itself.
    """

    def __init__(self, file: str | None) -> None:
        self._lock = None if file is None else asyncio.Lock()
        self._queue = None if file is None else _Queue(file)
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
        async with self._in_turn():
            self._inside.add(task)
            try:
                yield
            finally:
                self._inside.discard(task)

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        if self._lock is None or self._queue is None:
            yield
            return
        async with asyncio.timeout(LONGEST_WAIT):
            await self._lock.acquire()
            try:
                place = await self._queue.turn()
            except BaseException:
                self._lock.release()
                raise
        try:
            yield
        finally:
            place.leave()
            self._lock.release()

    def close(self) -> None:
        """Wait for nobody any more."""
        if self._queue is not None:
            self._queue.close()


class _Place:
    """A place in the queue between processes. The kernel gives it up when its process dies.

    Whoever is first in line holds the lock ``next`` while waiting for the lock ``turn``; so a writer that has just had its
    turn and wants the next one finds ``next`` taken, and cannot overtake.
    """

    def __init__(self, file: str) -> None:
        self._next = os.open(f"{file}-next", os.O_CREAT | os.O_RDWR, 0o600)
        self._turn = os.open(f"{file}-turn", os.O_CREAT | os.O_RDWR, 0o600)

    def come_up(self, *, wait: bool) -> None:
        """Get the turn; without ``wait`` raises ``BlockingIOError`` when it is somebody else's, and keeps its place."""
        how = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
        fcntl.flock(self._next, how)
        fcntl.flock(self._turn, how)
        fcntl.flock(self._next, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Give up the place, whether it had its turn or not."""
        os.close(self._turn)
        os.close(self._next)


class _Queue:
    """Writers of all processes of one database file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="write-turn")

    async def turn(self) -> _Place:
        """Wait for the turn."""
        place = _Place(self._file)
        try:
            place.come_up(wait=False)
        except BlockingIOError:
            waiting = asyncio.get_running_loop().run_in_executor(self._thread, lambda: place.come_up(wait=True))
            try:
                await asyncio.shield(waiting)
            except asyncio.CancelledError:
                waiting.add_done_callback(lambda _: place.leave())
                raise
        return place

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
