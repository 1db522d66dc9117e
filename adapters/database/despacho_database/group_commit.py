"""Many messages, one commit: how the inbox is durable and fast at once.

A commit costs the same for one row and for a hundred. So callers wait while one flush at a time takes everything that is
there, inserts it in one durable transaction, and answers all of them. Under load the batches grow by themselves.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from despacho_database.columns import storable
from despacho_ports.records import NewMessage, NotAccepted

MOST_PER_COMMIT = 128
MOST_WAITING = 10_000

Key = tuple[str, str]


class RowRefused(Exception):
    """The database refuses a message of the batch for what it is; the others are innocent."""


class InboxTransactions(Protocol):
    """Inserts messages durably, a batch in one transaction."""

    async def insert(self, messages: Sequence[NewMessage]) -> set[Key]:
        """Insert and commit; the keys of those that were new. No key comes twice in one batch.

        Raises:
            RowRefused: A message cannot be stored, so none was.
            NotAccepted: The database cannot be written, so none was stored as far as we know.
        """
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...


class GroupCommitWriter:
    """Implements ``InboxWriter``: callers wait together for one commit."""

    def __init__(self, transactions: InboxTransactions) -> None:
        self._transactions = transactions
        self._waiting: deque[tuple[NewMessage, asyncio.Future[bool]]] = deque()
        self._flushing: asyncio.Task[None] | None = None
        self._closed = False

    async def accept(self, message: NewMessage) -> bool:
        """Return once the message is durable: True when new, False for a duplicate.

        Raises:
            NotAccepted: The database cannot be written, or too many wait for it already.
        """
        if self._closed or len(self._waiting) >= MOST_WAITING:
            raise NotAccepted("the inbox is closed" if self._closed else "too many messages wait for the database")
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, answer))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await answer

    async def close(self) -> None:
        """Flush what waits, then take nothing more."""
        self._closed = True
        if self._flushing is not None:
            await self._flushing
        await self._transactions.close()

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_PER_COMMIT))]
                await self._answer(batch)
        finally:
            self._flushing = None

    async def _answer(self, batch: list[tuple[NewMessage, asyncio.Future[bool]]]) -> None:
        """Store a batch and answer its callers: True to the first of each key that was new."""
        first: dict[Key, NewMessage] = {}
        for message, _ in batch:
            first.setdefault(key_of(message), message)
        try:
            outcome = await self._stored(list(first.values()))
        except BaseException as failure:
            _fail(batch, failure)
            raise
        for message, answer in batch:
            key = key_of(message)
            result = outcome[key]
            if answer.done():
                continue
            if isinstance(result, NotAccepted):
                answer.set_exception(result)
            else:
                answer.set_result(result and first[key] is message)

    async def _stored(self, messages: list[NewMessage]) -> dict[Key, bool | NotAccepted]:
        keys = [key_of(message) for message in messages]
        try:
            new = await self._transactions.insert(messages)
        except RowRefused as refusal:
            if len(messages) == 1:
                return {keys[0]: _not_accepted(refusal)}
            return await self._stored_one_by_one(messages)
        except NotAccepted as failure:
            return dict.fromkeys(keys, failure)
        return {key: key in new for key in keys}

    async def _stored_one_by_one(self, messages: list[NewMessage]) -> dict[Key, bool | NotAccepted]:
        """One message spoils the batch: find out which, so that its neighbours get in."""
        outcome: dict[Key, bool | NotAccepted] = {}
        for message in messages:
            outcome |= await self._stored([message])
        return outcome


def key_of(message: NewMessage) -> Key:
    """What tells a message from its duplicates."""
    return (message.store_id, storable(message.dedupe_key))


def _not_accepted(cause: Exception) -> NotAccepted:
    failure = NotAccepted(str(cause))
    failure.__cause__ = cause
    return failure


def _fail(batch: list[tuple[NewMessage, asyncio.Future[bool]]], cause: BaseException) -> None:
    """Let no caller wait for a flush that has ended, whatever ended it."""
    for _, answer in batch:
        if not answer.done():
            failure = NotAccepted("the flush was interrupted")
            failure.__cause__ = cause
            answer.set_exception(failure)
