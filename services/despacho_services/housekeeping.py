"""Removing what is past its time, in bounded batches, so that tables do not grow for ever."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from despacho_ports.persistence import UnitOfWork
from despacho_services.office import Office

KEEP_INBOX = timedelta(days=30)
KEEP_QUOTES = timedelta(days=60)
KEEP_ANSWERS = timedelta(days=2)
BATCH = 1_000
MOST_BATCHES = 500
"""Half a million rows an hour: more than checkouts ask for. Each batch is a transaction of its own, so that others take their turns."""


class Housekeeping:
    """Bounded clean-up. Longer than any retry of a sender; documents, shipments and the outbox stay."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def run(self) -> int:
        """Remove; returns how many rows went."""
        now = self._office.now()
        return (
            await self._batches(lambda work: work.inbox.remove_older(now - KEEP_INBOX, BATCH))
            + await self._batches(lambda work: work.quotes.remove_older(now - KEEP_QUOTES, BATCH))
            + await self._batches(lambda work: work.answers.remove_older(now - KEEP_ANSWERS, BATCH))
        )

    async def _batches(self, remove: Callable[[UnitOfWork], Awaitable[int]]) -> int:
        total = 0
        for _ in range(MOST_BATCHES):
            async with self._office.units.begin() as work:
                removed = await remove(work)
                await work.commit()
            total += removed
            if removed < BATCH:
                break
        return total
