"""What the tests of the store adapter share: the captured order, and time that passes only when somebody waits."""

import asyncio
import heapq
import itertools
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


class VirtualTime:
    """A clock whose sleepers wake in order, without anybody really waiting."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 7, 23, 12, 0, tzinfo=UTC) + timedelta(seconds=self.seconds - 1000)

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + seconds, next(self._numbers), waiting))
        await waiting

    async def run(self, story: Coroutine[Any, Any, T]) -> T:
        """Plays a story to its end: whenever everybody waits, the next sleeper wakes."""
        task = asyncio.ensure_future(story)
        while not task.done():
            for _ in range(50):
                await asyncio.sleep(0)
            if not task.done() and self._sleepers:
                when, _, waiting = heapq.heappop(self._sleepers)
                self.seconds = max(self.seconds, when)
                if not waiting.done():
                    waiting.set_result(None)
        return task.result()


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture(scope="session")
def new_time() -> type[VirtualTime]:
    """For properties, which need time afresh for every example."""
    return VirtualTime


@pytest.fixture(scope="session")
def captured() -> bytes:
    """The order_paid webhook of contract/jumpseller.md 2.4, value by value."""
    return Path(__file__).with_name("captured_order.json").read_bytes()
