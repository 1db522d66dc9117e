"""The places of one sliding window: who takes them, when they are free again, and what the headers say of others.

A call occupies its place from the moment it is sent until the window's whole width after its answer came: the platform counted
it somewhere between the two, so no delay on the way can make two calls meet in one of its windows.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping

_SPARE = 3
_SHARE_KEPT = 0.6
_WINDOWS_TO_REGAIN = 80


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
        self._share = float(most)
        self._share_since = 0.0
        self._in_flight: set[int] = set()
        self._answered: deque[tuple[float, int]] = deque()
        self._others = 0
        self._others_until = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until a place may be free: 0 if there is one, infinite if only an answer under way can free one."""
        self._forget(now)
        # Where others call too, some places stay free for what they send before the next answer tells of it.
        spare = _SPARE if self._others else 0
        own = len(self._in_flight) + len(self._answered)
        if own + self._others < max(self._limit - spare, 1) and own < self._share_at(now):
            return 0.0
        frees = [self._others_until] if self._others else []
        if self._answered:
            frees.append(self._answered[0][0] + self._seconds)
        return max(min(frees, default=math.inf) - now, 0.001)

    def sent(self, ticket: int) -> None:
        """A call takes a place. Tickets grow in the order of sending."""
        self._in_flight.add(ticket)

    def answered(self, ticket: int, now: float) -> None:
        """Its answer came, or it failed: the place is free after the window's width."""
        self._in_flight.discard(ticket)
        self._answered.append((now, ticket))

    def learn(self, ticket: int, headers: Mapping[str, str], now: float) -> None:
        """What the headers of a call's answer say about the limit and about the places that others took."""
        limit = _count(headers.get(f"Jumpseller-{self._name}RateLimit-Limit"))
        remaining = _count(headers.get(f"Jumpseller-{self._name}RateLimit-Remaining"))
        if limit:
            self._limit = min(limit, self._most)
        if limit is None or remaining is None:
            return
        self._forget(now)
        self._others = max(limit - remaining - self._sent_until(ticket), 0)
        self._others_until = now + self._seconds

    def refused(self, now: float) -> None:
        """Somebody else fills the window: take less of it, and come back slowly, so that all who do so find room."""
        self._share = max(1.0, self._share_at(now) * _SHARE_KEPT)
        self._share_since = now

    def _share_at(self, now: float) -> float:
        regained = (now - self._share_since) / self._seconds * self._limit / _WINDOWS_TO_REGAIN
        return min(float(self._limit), self._share + regained)

    def _sent_until(self, ticket: int) -> int:
        """How many of our own calls the platform had counted with this one: those sent before it, and itself."""
        return sum(one <= ticket for one in self._in_flight) + sum(one <= ticket for _, one in self._answered)

    def _forget(self, now: float) -> None:
        while self._answered and self._answered[0][0] <= now - self._seconds:
            self._answered.popleft()
        if now >= self._others_until:
            self._others = 0


def _count(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdecimal() and len(value) < 10 else None
