"""Several requests at once, few at a time, all or none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

AT_ONCE = 8
"""Requests of one call that run side by side; the carrier's quota is not published."""


async def together(work: Callable[[A], Awaitable[B]], items: Iterable[A]) -> list[B]:
    """``work`` for every item, in order; the first error ends the rest and is raised."""
    import asyncio  # noqa: PLC0415 - by now there is a loop; a script that only imports the provider does not pay for it

    free = asyncio.Semaphore(AT_ONCE)

    async def one(item: A) -> B:
        async with free:
            return await work(item)

    tasks = [asyncio.ensure_future(one(item)) for item in items]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
