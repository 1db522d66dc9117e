"""The platform's rate limits: 20 calls a second and 800 a minute for each store, and a ban after 2000 refusals (contract 4.1).

They run on real time, whatever the sandbox clock does, so that a client's pacing is tried honestly. The windows slide: in
no second and no minute, wherever it starts, may there be more calls. How the platform cuts its windows is not known; a
client that passes here passes under any cut. Refused calls count for the ban, not for the windows.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from despacho_sandbox.kit.asgi import Reply
from despacho_sandbox.store.settings import Limits
from despacho_sandbox.store.web import text_answer


class Counts(msgspec.Struct):
    """What a store's clients did: calls, refusals, bans, and the most calls let in or turned away within one window."""

    hits: int = 0
    refused: int = 0
    bans: int = 0
    peak_second: int = 0
    peak_minute: int = 0


class RateLimiter:
    """Counts one store's calls.

    Args:
        monotonic: Source of real seconds.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.counts = Counts()
        self._monotonic = monotonic
        self._second: deque[float] = deque()
        self._minute: deque[float] = deque()
        self._seen_second: deque[float] = deque()
        self._seen_minute: deque[float] = deque()
        self._refused_since_ban = 0
        self._banned_until: float | None = None

    def hit(self, limits: Limits) -> bool:
        """Counts a call; False if it must be refused."""
        now = self._monotonic()
        self._watch(now)
        if self._banned(now):
            self._refuse(limits, now)
            return False
        _forget(self._second, now - 1)
        _forget(self._minute, now - 60)
        if len(self._second) >= limits.per_second or len(self._minute) >= limits.per_minute:
            self._refuse(limits, now)
            return False
        self._second.append(now)
        self._minute.append(now)
        return True

    def headers(self, limits: Limits) -> dict[str, str]:
        """The four headers that stand on every answer, and the ban's end while there is one (UTC ISO 8601, real time)."""
        now = self._monotonic()
        _forget(self._second, now - 1)
        _forget(self._minute, now - 60)
        headers = {
            "Jumpseller-PerMinuteRateLimit-Limit": str(limits.per_minute),
            "Jumpseller-PerMinuteRateLimit-Remaining": str(max(0, limits.per_minute - len(self._minute))),
            "Jumpseller-PerSecondRateLimit-Limit": str(limits.per_second),
            "Jumpseller-PerSecondRateLimit-Remaining": str(max(0, limits.per_second - len(self._second))),
        }
        if self._banned_until is not None and self._banned(now):
            reset = datetime.now(UTC) + timedelta(seconds=self._banned_until - now)
            headers["Jumpseller-BannedByRateLimit-Reset"] = reset.isoformat(timespec="seconds")
        return headers

    def lift_ban(self) -> None:
        """Ends a ban before its time."""
        self._banned_until = None
        self._refused_since_ban = 0

    def _banned(self, now: float) -> bool:
        if self._banned_until is not None and now >= self._banned_until:
            self.lift_ban()
        return self._banned_until is not None

    def _refuse(self, limits: Limits, now: float) -> None:
        self.counts.refused += 1
        self._refused_since_ban += 1
        if self._banned_until is None and self._refused_since_ban >= limits.ban_after:
            self.counts.bans += 1
            self._banned_until = now + limits.ban_seconds

    def _watch(self, now: float) -> None:
        self.counts.hits += 1
        for seen, width in ((self._seen_second, 1), (self._seen_minute, 60)):
            _forget(seen, now - width)
            seen.append(now)
        self.counts.peak_second = max(self.counts.peak_second, len(self._seen_second))
        self.counts.peak_minute = max(self.counts.peak_minute, len(self._seen_minute))


def refusal(status: int = 429) -> Reply:
    """The answer beyond the limit; its body is text (contract 4.1), its wording ours."""
    return text_answer("API Rate Limit Exceeded", status)


def _forget(moments: deque[float], before: float) -> None:
    while moments and moments[0] <= before:
        moments.popleft()
