"""Keeps calls to one store within the platform's limits: 20 a second, 800 a minute (contract/jumpseller.md 4.1).

How the platform cuts its seconds and minutes is not known, so the limits hold for every stretch of one second and of one
minute, wherever it begins. A call occupies its place from the moment it is sent until a whole second (minute) after its answer
came: the platform counted it somewhere between the two, so no delay on the way can make two calls meet in one of its windows.

Others call the same store under the same limits: other processes, other apps on this address. What they used is what the
headers say is gone and is not ours.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from despacho_jumpseller.values import instant
from despacho_ports.errors import RateLimited
from despacho_ports.system import Clock

log = logging.getLogger("despacho.jumpseller")

_HOLDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
_LONGEST_BAN = timedelta(days=1)
_BAN = "Jumpseller-BannedByRateLimit-Reset"


class Window:
    """The places of one sliding window.

    Args:
        name: As the headers call it: ``PerSecond`` or ``PerMinute``.
        seconds: Its width.
        most: Calls that it never holds more of, whatever the headers allow.
    """

    def __init__(self, name: str, seconds: float, most: int) -> None:
        self._name = name
        self._seconds = seconds
        self._most = most
        self._limit = most
        self._in_flight = 0
        self._answered: deque[float] = deque()
        self._others = 0
        self._others_until = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until a place may be free: 0 if there is one, infinite if only an answer under way can free one."""
        self._forget(now)
        if self._in_flight + len(self._answered) + self._others < self._limit:
            return 0.0
        frees = [self._others_until] if self._others else []
        if self._answered:
            frees.append(self._answered[0] + self._seconds)
        return max(min(frees, default=math.inf) - now, 0.001)

    def sent(self) -> None:
        """A call takes a place."""
        self._in_flight += 1

    def answered(self, now: float) -> None:
        """Its answer came, or it failed: the place is free after the window's width."""
        self._in_flight -= 1
        self._answered.append(now)

    def learn(self, headers: Mapping[str, str], now: float) -> None:
        """What an answer's headers say about the limit and about the places that others took."""
        limit = _count(headers.get(f"Jumpseller-{self._name}RateLimit-Limit"))
        remaining = _count(headers.get(f"Jumpseller-{self._name}RateLimit-Remaining"))
        if limit:
            self._limit = min(limit, self._most)
        if limit is None or remaining is None:
            return
        self._forget(now)
        self._others = max(limit - remaining - self._in_flight - len(self._answered), 0)
        self._others_until = now + self._seconds

    def _forget(self, now: float) -> None:
        while self._answered and self._answered[0] <= now - self._seconds:
            self._answered.popleft()
        if now >= self._others_until:
            self._others = 0


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
        self._windows = (Window("PerSecond", 1, per_second), Window("PerMinute", 60, per_minute))
        self._door = asyncio.Lock()
        self._answer_came = asyncio.Event()
        self._held_until = -math.inf
        self._refusals = 0
        self._banned_until = -math.inf

    def deadline(self, patience: float) -> float:
        """The moment until which a call that begins now may wait, for :meth:`turn`."""
        return self._monotonic() + patience

    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[None]:
        """Waits for a place and holds it while the block calls.

        Raises:
            RateLimited: The store's ban lasts, or no place is free before the deadline; nothing was sent.
        """
        async with self._door:
            await self._wait_for_place(deadline)
            for window in self._windows:
                window.sent()
        try:
            yield
        finally:
            now = self._monotonic()
            for window in self._windows:
                window.answered(now)
            self._answer_came.set()

    def learn(self, headers: Mapping[str, str], *, refused: bool) -> None:
        """Takes in an answer: its headers, and whether it refused the call for coming too soon."""
        now = self._monotonic()
        for window in self._windows:
            window.learn(headers, now)
        self._note_ban(headers.get(_BAN), now)
        if not refused:
            self._refusals = 0
        elif now >= self._held_until:
            # Calls refused together are one refusal: only what was sent after the pause shows that it was too short.
            self._held_until = now + _HOLDS[min(self._refusals, len(_HOLDS) - 1)]
            self._refusals += 1

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


def _count(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdecimal() and len(value) < 10 else None
