"""Draining lanes and the inbox: a bounded number of rows at once, until nothing is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from despacho_core.ledgers import Effect, InboxRow, Lane
from despacho_services.effects import EffectRunner
from despacho_services.office import Office

log = logging.getLogger("despacho.work")

T = TypeVar("T")


class Drain(Generic[T]):
    """Claims rows and runs them, ``width`` at once. A second call while one is under way only leaves a note to look again."""

    def __init__(
        self, claim: Callable[[int], Awaitable[Sequence[T]]], run: Callable[[T], Awaitable[object]], *, width: int
    ) -> None:
        self._claim = claim
        self._run = run
        self._width = width
        self._busy = False
        self._again = False
        self._stopped = False

    def stop(self) -> None:
        """Take no further row; what runs is finished."""
        self._stopped = True

    async def __call__(self) -> int:
        """Run what is due; returns how many rows were run."""
        self._again = True
        if self._busy:
            return 0
        self._busy = True
        try:
            return await self._until_empty()
        finally:
            self._busy = False

    async def _until_empty(self) -> int:
        count = 0
        tasks: set[asyncio.Task[None]] = set()
        try:
            while (self._again and not self._stopped) or tasks:
                free = self._width - len(tasks)
                if free >= max(1, self._width // 4) and self._again and not self._stopped:
                    self._again = False
                    rows = await self._claim(free)
                    count += len(rows)
                    tasks |= {asyncio.create_task(self._guarded(row)) for row in rows}
                    self._again = self._again or len(rows) == free
                if tasks:
                    _, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            raise
        finally:  # also where no more could be claimed: what runs counts until it has ended
            await asyncio.gather(*tasks, return_exceptions=True)
        return count

    async def _guarded(self, row: T) -> None:
        try:
            await self._run(row)
        except Exception:
            log.exception("a row could not be settled; its lease will run out and it will be looked at again")


class Lanes:
    """One drain for each lane, one for uncertain effects of each lane."""

    def __init__(self, office: Office, runner: EffectRunner, *, width: int = 16) -> None:
        self._office = office
        self._runner = runner
        self._drains = {lane: self._drain(lane, width) for lane in Lane}
        self._looks = {lane: self._look(lane, max(2, width // 4)) for lane in Lane}

    async def drain(self, lane: Lane) -> int:
        """Run what is due in the lane."""
        return await self._drains[lane]()

    async def look(self, lane: Lane) -> int:
        """Look for uncertain effects of the lane that are due for it."""
        return await self._looks[lane]()

    def stop(self) -> None:
        """Take no further row in any lane."""
        for drain in (*self._drains.values(), *self._looks.values()):
            drain.stop()

    def _drain(self, lane: Lane, width: int) -> Drain[Effect]:
        async def claim(limit: int) -> Sequence[Effect]:
            async with self._office.units.begin() as work:
                found = await work.outbox.claim(
                    lane, limit=limit, now=self._office.now(), lease=self._runner.policy.lease
                )
                await work.commit()
            return found

        return Drain(claim, self._runner.run, width=width)

    def _look(self, lane: Lane, width: int) -> Drain[Effect]:
        async def claim(limit: int) -> Sequence[Effect]:
            async with self._office.units.begin() as work:
                found = await work.outbox.claim_uncertain(
                    lane, limit=limit, now=self._office.now(), lease=self._runner.policy.lease
                )
                await work.commit()
            return found

        return Drain(claim, self._runner.look, width=width)


def inbox_drain(
    office: Office, handle: Callable[[InboxRow], Awaitable[object]], *, lease: timedelta, width: int = 16
) -> Drain[InboxRow]:
    """The drain of the inbox."""

    async def claim(limit: int) -> Sequence[InboxRow]:
        async with office.units.begin() as work:
            rows = await work.inbox.claim(limit=limit, now=office.now(), lease=lease)
            await work.commit()
        return rows

    return Drain(claim, handle, width=width)
