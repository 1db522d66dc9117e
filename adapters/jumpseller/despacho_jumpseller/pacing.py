"""Keeps calls to one store within the platform's limits: 20 a second, 800 a minute (contract/jumpseller.md 4.1).

How the platform cuts its seconds and minutes is not known, so the limits hold for every stretch of one second and of one
minute, wherever it begins; see :mod:`despacho_jumpseller.windows`.

Others call the same store under the same limits: other processes, other apps on this address. What they used is what the
headers say is gone and is not ours; and who is refused although he counted right takes less for a while.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from despacho_jumpseller.values import instant
from despacho_jumpseller.windows import Window
from despacho_ports.errors import RateLimited
from despacho_ports.system import Clock

log = logging.getLogger("despacho.jumpseller")

_HOLDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
_LONGEST_BAN = timedelta(days=1)
_BAN = "Jumpseller-BannedByRateLimit-Reset"


class Pacer:
    """Gives the calls to one store their turns, first come, first served. One for each store in a process.

    Args:
        clock: What time it is, to understand a ban's end.
        monotonic: Seconds that only grow.
        sleep: Waits for seconds.
        per_second: Calls in any second, at most.
        per_minute: Calls in any minute, at most.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        per_second: int = 20,
        per_minute: int = 800,
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._second = Window("PerSecond", 1, per_second)
        self._windows = (self._second, Window("PerMinute", 60, per_minute))
        self._door = asyncio.Lock()
        self._answer_came = asyncio.Event()
        self._tickets = itertools.count(1)
        self._held_until = -math.inf
        self._refusals = 0
        self._banned_until = -math.inf

    def deadline(self, patience: float) -> float:
        """The moment until which a call that begins now may wait, for :meth:`turn`."""
        return self._monotonic() + patience

    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[int]:
        """Waits for a place and holds it while the block calls; gives the ticket for :meth:`learn`.

        Raises:
            RateLimited: The store's ban lasts, or no place is free before the deadline; nothing was sent.
        """
        async with self._door:
            await self._wait_for_place(deadline)
            ticket = next(self._tickets)
            for window in self._windows:
                window.sent(ticket)
        try:
            yield ticket
        finally:
            now = self._monotonic()
            for window in self._windows:
                window.answered(ticket, now)
            self._answer_came.set()

    def learn(self, ticket: int, headers: Mapping[str, str], *, refused: bool) -> None:
        """Takes in a call's answer: its headers, and whether it refused the call for coming too soon."""
        now = self._monotonic()
        for window in self._windows:
            window.learn(ticket, headers, now)
        self._note_ban(headers.get(_BAN), now)
        if not refused:
            self._refusals = 0
        elif now >= self._held_until:
            # Calls refused together are one refusal: only what was sent after the pause shows that it was too short.
            self._held_until = now + _HOLDS[min(self._refusals, len(_HOLDS) - 1)]
            self._refusals += 1
            self._second.refused(now)

    async def _wait_for_place(self, deadline: float) -> None:
        while True:
            now = self._monotonic()
            if now < self._banned_until:
                raise RateLimited("The store's API has banned this address.", retry_after=self._banned_until - now)
            wait = max(self._held_until - now, *(window.wait(now) for window in self._windows))
            if wait <= 0:
                return
            if math.isinf(wait):
                self._answer_came.clear()
                await self._answer_came.wait()
            elif now + wait > deadline:
                raise RateLimited("The store's API is busy: its rate limit is used up.", retry_after=wait)
            else:
                await self._sleep(wait)

    def _note_ban(self, reset: str | None, now: float) -> None:
        moment = None
        with suppress(ValueError):
            moment = instant(reset or "")
        if moment is None:
            return
        left = min(moment - self._clock.now(), _LONGEST_BAN).total_seconds()
        if left > 0:
            log.warning("the store's API has banned this address until %s", moment.isoformat())
            self._banned_until = now + left
