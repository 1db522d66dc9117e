"""Quotes of many carts, one commit: durable before a checkout is answered, and quick while many ask.

Callers wait together, as for the inbox (docs/decisions/0004-group-commit.md): one flush at a time takes everything that is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from despacho_core.quotes import Quote
from despacho_database.columns import storable
from despacho_database.group_commit import RowRefused
from despacho_database.repositories.orders import quote_rest
from despacho_ports.records import NotAccepted

MOST_PER_COMMIT = 1_000
"""Quotes, not carts."""
MOST_WAITING = 2_000
"""Carts."""

_Waiting = tuple[Sequence[Quote], asyncio.Future[None]]


class QuoteTransactions(Protocol):
    """Inserts quotes durably, a batch in one transaction."""

    async def insert(self, quotes: Sequence[Quote]) -> None:
        """Insert and commit all, or none.

        Raises:
            RowRefused: One of them cannot be stored.
            NotAccepted: The database cannot be written.
        """
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...


class GroupCommitQuotes:
    """Implements ``QuoteWriter``."""

    def __init__(self, transactions: QuoteTransactions) -> None:
        self._transactions = transactions
        self._waiting: list[_Waiting] = []
        self._flushing: asyncio.Task[None] | None = None
        self._closed = False

    async def keep(self, quotes: Sequence[Quote]) -> None:
        """Return once the quotes are durable.

        Raises:
            NotAccepted: The database cannot take them now, or too many wait for it already.
        """
        if not quotes:
            return
        if self._closed or len(self._waiting) >= MOST_WAITING:
            raise NotAccepted("the database is closed" if self._closed else "too many carts wait for the database")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((quotes, done))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await done

    async def close(self) -> None:
        """Flush what waits, then take nothing more."""
        self._closed = True
        if self._flushing is not None:
            await self._flushing
        await self._transactions.close()

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch = self._taken()
                try:
                    await self._stored(batch)
                except BaseException as failure:
                    _tell(batch, _not_accepted(failure))
                    raise
        finally:
            self._flushing = None

    def _taken(self) -> list[_Waiting]:
        count = rows = 0
        for quotes, _ in self._waiting:
            if count and rows + len(quotes) > MOST_PER_COMMIT:
                break
            count, rows = count + 1, rows + len(quotes)
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def _stored(self, batch: list[_Waiting]) -> None:
        try:
            await self._transactions.insert([quote for quotes, _ in batch for quote in quotes])
        except RowRefused as refusal:
            if len(batch) == 1:
                _tell(batch, _not_accepted(refusal))
                return
            for one in batch:  # a store may be gone; its neighbours are innocent
                await self._stored([one])
        except NotAccepted as failure:
            _tell(batch, failure)
        else:
            _tell(batch, None)


def values_of(quote: Quote) -> tuple[str, str, str, datetime, str]:
    """A quote's columns: store, id, account, time, the rest as JSON."""
    return (quote.store_id, quote.id, quote.account_id, quote.created_at, storable(quote_rest(quote)))


def _not_accepted(cause: BaseException) -> NotAccepted:
    failure = NotAccepted(str(cause) or type(cause).__name__)
    failure.__cause__ = cause
    return failure


def _tell(batch: Sequence[_Waiting], failure: NotAccepted | None) -> None:
    for _, done in batch:
        if done.done():
            continue
        if failure is None:
            done.set_result(None)
        else:
            done.set_exception(failure)
