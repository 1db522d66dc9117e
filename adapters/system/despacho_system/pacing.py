"""An account's rate limits: calls are spaced so that the provider never has to refuse one."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from despacho_ports.errors import RateLimited
from despacho_ports.providers import RateLimit


class Pacer:
    """Gives each call its turn, first come first served, and refuses rather than keep a caller waiting for long.

    A turn is reserved when it is asked for, so that the wait is known beforehand, and given back when the caller gives up.
    Turns are kept within this process: with several web and worker processes the provider sees the sum, and its 429 has the last
    word (:meth:`hold`).

    Args:
        limits: All hold at once; none means no spacing.
        patience_s: The longest wait; beyond it a call is refused.
        slack_s: Added to every limit's time: calls do not take equally long to arrive, and the provider counts when they do.
        monotonic: Seconds, never backwards.
        sleep: Waits for seconds.
    """

    def __init__(
        self,
        limits: Sequence[RateLimit],
        *,
        patience_s: float = 10.0,
        slack_s: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if any(limit.calls < 1 or limit.seconds <= 0 for limit in limits):
            raise ValueError("a rate limit allows at least one call in a positive time")
        self._limits = tuple(limits)
        self._patience_s = patience_s
        self._slack_s = slack_s
        self._monotonic = monotonic
        self._sleep = sleep
        self._turns: deque[float] = deque()
        self._longest_s = max((limit.seconds for limit in limits), default=0.0) + slack_s
        self._held_until = float("-inf")

    async def turn(self) -> None:
        """Wait for the next turn.

        Raises:
            RateLimited: It would come later than the patience allows; no turn was taken.
        """
        now = self._monotonic()
        start = self._next_start(now)
        if start - now > self._patience_s:
            raise RateLimited("the account's own rate limit is used up", retry_after=start - now)
        self._turns.append(start)
        if start > now:
            await self._wait_for(start, start - now)

    def hold(self, seconds: float) -> None:
        """The provider itself asked for a pause: nobody's turn comes before it is over."""
        self._held_until = max(self._held_until, self._monotonic() + seconds)

    async def _wait_for(self, start: float, wait_s: float) -> None:
        try:
            await self._sleep(wait_s)
        except asyncio.CancelledError:
            with suppress(ValueError):
                self._turns.remove(start)
            raise

    def _next_start(self, now: float) -> float:
        while self._turns and self._turns[0] + self._longest_s <= now:
            self._turns.popleft()
        start = max(now, self._held_until, self._turns[-1] if self._turns else now)
        for limit in self._limits:
            if len(self._turns) >= limit.calls:
                start = max(start, self._turns[-limit.calls] + limit.seconds + self._slack_s)
        return start
