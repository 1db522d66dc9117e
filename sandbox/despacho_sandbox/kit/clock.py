"""A clock that tests and visitors can turn: everything that takes hours outside takes no time here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Aware UTC time that runs at a chosen speed and can be moved forward, never back.

    Args:
        start: The first moment shown; the machine's own time if left out.
        speed: Clock seconds per real second. 0 stops the clock: it then moves only by `advance`.
        monotonic: Source of real seconds, for tests of the clock itself.
    """

    def __init__(
        self,
        start: datetime | None = None,
        *,
        speed: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._base = start.astimezone(UTC) if start is not None else datetime.now(UTC)
        self._since = monotonic()
        self._speed = _checked_speed(speed)
        self._turned = asyncio.Event()

    @property
    def speed(self) -> float:
        """Clock seconds per real second."""
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        checked = _checked_speed(value)
        self._rebase()
        self._speed = checked
        self._wake()

    def now(self) -> datetime:
        """The clock's time, aware UTC."""
        return self._base + timedelta(seconds=(self._monotonic() - self._since) * self._speed)

    def advance(self, seconds: float) -> datetime:
        """Moves the clock forward, wakes whoever sleeps on it, and returns the new time.

        Raises:
            ValueError: For a negative number, because time never runs back.
        """
        if not seconds >= 0:
            raise ValueError("the clock only moves forward")
        self._rebase()
        self._base += timedelta(seconds=seconds)
        self._wake()
        return self.now()

    async def sleep_until(self, moment: datetime) -> None:
        """Returns once the clock shows `moment`, at once if that has passed."""
        while (remaining := (moment - self.now()).total_seconds()) > 0:
            turned = self._turned
            try:
                async with asyncio.timeout(remaining / self._speed if self._speed else None):
                    await turned.wait()
            except TimeoutError:
                continue

    async def sleep(self, seconds: float) -> None:
        """Sleeps for so many seconds of this clock."""
        await self.sleep_until(self.now() + timedelta(seconds=seconds))

    def _rebase(self) -> None:
        self._base, self._since = self.now(), self._monotonic()

    def _wake(self) -> None:
        self._turned.set()
        self._turned = asyncio.Event()


def _checked_speed(speed: float) -> float:
    if not 0 <= speed <= 1_000_000:
        raise ValueError("speed is clock seconds per real second, between 0 and 1000000")
    return speed
