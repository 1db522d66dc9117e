"""Waiting for something to become true, with a deadline and a name for what was waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


class NotInTime(RuntimeError):
    """What was waited for did not happen."""


async def until(what: str, happened: Callable[[], Awaitable[bool]], *, within: float, every: float = 0.2) -> None:
    """Ask again and again until it happened.

    Args:
        what: For the message, as "… within 30 s".
        happened: Asks.
        within: Seconds to wait at most.
        every: Seconds between two questions.

    Raises:
        NotInTime: It did not happen within that time.
    """
    deadline = time.monotonic() + within
    while not await happened():
        if time.monotonic() > deadline:
            raise NotInTime(f"Not within {within:.0f} s: {what}.")
        await asyncio.sleep(every)
