"""Doing a transaction over that the database gave up for another one's sake."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from despacho_ports.records import Contended

P = ParamSpec("P")
T = TypeVar("T")

TIMES = 4
FIRST_WAIT_S = 0.02


async def done_over(transaction: Callable[[], Awaitable[T]]) -> T:
    """What ``transaction`` returns, which begins a unit of work, ends it, and calls nobody outside in between.

    Raises:
        Contended: It was given up each time; nothing is kept of it, and whoever asked may ask again.
    """
    for attempt in range(TIMES - 1):
        try:
            return await transaction()
        except Contended:
            # Never both at the same moment again.
            await asyncio.sleep(FIRST_WAIT_S * (1 << attempt) * random.uniform(1, 2))  # noqa: S311 - spreads load, guards nothing
    return await transaction()


def doing_over(use_case: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """A use case that is one transaction, and wakes workers afterwards at most, done over as a whole. Raises as :func:`done_over`."""

    @wraps(use_case)
    async def done(*args: P.args, **kwargs: P.kwargs) -> T:
        return await done_over(lambda: use_case(*args, **kwargs))

    return done
