"""Quotes made durable before they are answered, many carts in one commit.

A commit costs the same for one cart's quotes and for thirty. So callers wait while one transaction at a time takes everything that is
there; under load the batches grow by themselves, as the inbox's do (docs/decisions/0004-group-commit.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from despacho_core.quotes import Quote
from despacho_services.office import Office

MOST_PER_COMMIT = 1_000
"""Quotes, not carts."""

_Waiting = tuple[Sequence[Quote], asyncio.Future[None]]


class QuoteKeeper:
    """Keeps quotes."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, quotes: Sequence[Quote]) -> None:
        """Return once the quotes are durable. Raises what the database raises, to those alone whom it concerns."""
        if not quotes:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((quotes, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        await done

    async def close(self) -> None:
        """Write what waits."""
        if self._writing is not None:
            await asyncio.gather(self._writing, return_exceptions=True)

    async def _write_all(self) -> None:
        batch: list[_Waiting] = []
        try:
            while self._waiting:
                batch = self._taken()
                await self._written(batch)
        finally:
            self._writing = None
            for _, done in [*batch, *self._waiting]:
                done.cancel()  # those that were answered are not concerned
            self._waiting.clear()

    def _taken(self) -> list[_Waiting]:
        count = rows = 0
        for quotes, _ in self._waiting:
            if count and rows + len(quotes) > MOST_PER_COMMIT:
                break
            count, rows = count + 1, rows + len(quotes)
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def _written(self, batch: list[_Waiting]) -> None:
        quotes = [quote for given, _ in batch for quote in given]
        [outcome] = await asyncio.gather(self._commit(quotes), return_exceptions=True)
        if isinstance(outcome, Exception) and len(batch) > 1:
            for one in batch:  # one cart's store may be gone; its neighbours are innocent
                await self._written([one])
            return
        for _, done in batch:
            if done.done():
                continue
            if isinstance(outcome, BaseException):
                done.set_exception(outcome)
            else:
                done.set_result(None)

    async def _commit(self, quotes: Sequence[Quote]) -> None:
        async with self._office.units.begin() as work:
            await work.quotes.add_all(quotes)
            await work.commit()
