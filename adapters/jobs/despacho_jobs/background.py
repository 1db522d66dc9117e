"""Work in the background of the worker process: begun by jobs, outliving them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

logger = logging.getLogger("despacho.jobs")

ROUND_GRACE_S = 20.0


class Background:
    """Runs work that no job waits for, so that neither arq's time-outs nor a lost Redis can cancel an effect.

    This is the job boundary: whatever work raises is logged and goes no further.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._tasks: set[asyncio.Task[None]] = set()
        self._round_tasks: set[asyncio.Task[None]] = set()
        self._rounds: set[str] = set()
        self._begun: dict[str, float] = {}
        self._started_at = monotonic()

    def begin(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Begin a piece of work."""
        self._begin(name, work, self._tasks)

    def begin_round(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Begin a round of the schedule, unless its last one is still under way."""
        if name in self._rounds:
            return
        self._rounds.add(name)
        self._begun[name] = self._monotonic()

        async def once() -> None:
            try:
                await work()
            finally:
                self._rounds.discard(name)

        self._begin(name, once, self._round_tasks)

    def since(self, name: str) -> float:
        """Seconds since the round was last begun in this process, or since this process began."""
        return self._monotonic() - self._begun.get(name, self._started_at)

    async def finish(self, seconds: float, *, rounds_seconds: float = ROUND_GRACE_S) -> None:
        """Wait for what runs, so long at most, then cancel it: what a provider was being asked will be found out later.

        Rounds only ask, and ask again the next time: they get less.
        """
        await asyncio.gather(
            self._ended(self._tasks, seconds), self._ended(self._round_tasks, min(seconds, rounds_seconds))
        )

    @staticmethod
    async def _ended(tasks: set[asyncio.Task[None]], seconds: float) -> None:
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        if late:
            logger.warning("%d pieces of work did not end in %.0f s and were left", len(late), seconds)

    def _begin(self, name: str, work: Callable[[], Awaitable[object]], among: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(self._guarded(name, work), name=name)
        among.add(task)
        task.add_done_callback(among.discard)

    async def _guarded(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except Exception:  # the job boundary, one of the three
            logger.exception("%s broke", name)
