"""Request quotas in real seconds, as a gateway in front of a service keeps them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class Quota:
    """So many requests in any span of so many seconds, counted apart for each key.

    Args:
        requests: How many are let through.
        seconds: Length of the sliding window.
        monotonic: Source of real seconds. Never the sandbox's clock: a client paces itself in real time.
    """

    def __init__(self, requests: int, seconds: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.requests = requests
        self.seconds = seconds
        self._monotonic = monotonic
        self._passed: dict[str, deque[float]] = {}

    def wait(self, key: str) -> float:
        """Seconds until this key may send again; 0 if it may now. Counts nothing."""
        now = self._monotonic()
        passed = self._passed.setdefault(key, deque())
        while passed and passed[0] <= now - self.seconds:
            passed.popleft()
        if len(passed) < self.requests:
            return 0.0
        return passed[0] + self.seconds - now

    def count(self, key: str) -> None:
        """Counts one request that was let through."""
        self._passed.setdefault(key, deque()).append(self._monotonic())

    def clear(self) -> None:
        """Forgets all counted requests."""
        self._passed.clear()


def seconds_to_wait(quotas: tuple[Quota, ...], key: str) -> float:
    """Counts one request against every quota, or counts none and says how long the longest still closes the door."""
    longest = max((quota.wait(key) for quota in quotas), default=0.0)
    if not longest:
        for quota in quotas:
            quota.count(key)
    return longest
