"""Answers kept for ``Idempotency-Key``."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository
from despacho_database.tables import answers
from despacho_ports.records import IdempotentAnswer

_answers = Mapping(answers, IdempotentAnswer, apart=frozenset({"headers"}))


class AnswersTable(Repository):
    """Answers kept for ``Idempotency-Key``."""

    async def begin(self, answer: IdempotentAnswer) -> IdempotentAnswer | None:
        """Reserve the key; None when reserved (or an abandoned reservation was taken over), else what is there.

        A reservation is abandoned when its ``locked_until`` has passed at the new one's ``created_at``.
        """
        found: IdempotentAnswer | None = None
        while found is None:
            if await self._reserved(answer):
                return None
            # A competitor's reservation may vanish between the two statements; then it is our turn again.
            found = await self._kept(answer.store_id, answer.key)
        return found

    async def finish(self, answer: IdempotentAnswer) -> None:
        """Keep the answer; it stays what it is once another request has taken the key over and finished."""
        unfinished = sa.and_(*_one(answer.store_id, answer.key), answers.c.status.is_(None))
        await self._connection.execute(sa.update(answers).where(unfinished).values(_row(answer)))

    async def release(self, store_id: str, key: str) -> None:
        """Give up a reservation; a finished answer stays."""
        unfinished = sa.and_(*_one(store_id, key), answers.c.status.is_(None))
        await self._connection.execute(sa.delete(answers).where(unfinished))

    async def remove_older(self, before: datetime, limit: int) -> int:
        """Remove a bounded batch; returns how many."""
        return await self._remove_older(answers, answers.c.created_at, before, limit)

    async def _reserved(self, answer: IdempotentAnswer) -> bool:
        insert = self._insert(answers).values(_row(answer))
        abandoned = sa.and_(answers.c.status.is_(None), answers.c.locked_until <= answer.created_at)
        reserved = await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["store_id", "key"],
                set_={name: insert.excluded[name] for name in ("fingerprint", "created_at", "locked_until")},
                where=abandoned,
            ).returning(answers.c.key)
        )
        return reserved.first() is not None

    async def _kept(self, store_id: str, key: str) -> IdempotentAnswer | None:
        row = await self._one(sa.select(answers).where(*_one(store_id, key)))
        return None if row is None else _answers.struct(row, headers=msgspec.json.decode(row["headers"]))


def _one(store_id: str, key: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (answers.c.store_id == store_id, answers.c.key == key)


def _row(answer: IdempotentAnswer) -> dict[str, object]:
    return _answers.row(answer, headers=msgspec.json.encode(answer.headers).decode())
