"""Answers kept for ``Idempotency-Key``."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from despacho_core.errors import NotFound
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository
from despacho_database.tables import answers
from despacho_ports.records import IdempotentAnswer

_answers = Mapping(answers, IdempotentAnswer, apart=frozenset({"headers"}))
_REFUSED = 400


class AnswersTable(Repository):
    """Answers kept for ``Idempotency-Key``."""

    async def begin(self, answer: IdempotentAnswer) -> IdempotentAnswer | None:
        """Reserve the key; None when reserved (or an abandoned reservation was taken over), else what is there.

        A reservation is abandoned when its ``locked_until`` has passed at the new one's ``created_at`` and nothing was made under it.
        """
        found: IdempotentAnswer | None = None
        while found is None:
            if await self._reserved(answer):
                return None
            # A competitor's reservation may vanish between the two statements; then it is our turn again.
            found = await self._kept(answer.store_id, answer.key)
        return found

    async def take(self, store_id: str, key: str, *, at: datetime) -> str | None:
        """Have the key for this unit alone till it ends; the id of what was made under it before, if anything was.

        Who comes second waits for the first: at the row that both would insert, or at the one that is there.
        """
        free = IdempotentAnswer(store_id=store_id, key=key, fingerprint="", created_at=at, locked_until=at)
        await self._connection.execute(self._insert(answers).values(_row(free)).on_conflict_do_nothing())
        row = await self._one(self._for_change(sa.select(answers.c.made).where(*_one(store_id, key))))
        return None if row is None else row["made"]

    async def keep_made(self, store_id: str, key: str, made: str) -> None:
        """Keep what is made under a key that was taken. Raises ``NotFound`` for any other."""
        kept = await self._connection.execute(sa.update(answers).where(*_one(store_id, key)).values(made=made))
        if not kept.rowcount:
            raise NotFound(what="key", id=key)

    async def finish(self, answer: IdempotentAnswer) -> None:
        """Keep the answer; it stays what it is once another request has taken the key over and finished."""
        unfinished = [*_one(answer.store_id, answer.key), answers.c.status.is_(None)]
        if (answer.status or 0) >= _REFUSED:
            unfinished.append(answers.c.made.is_(None))
        row = {name: value for name, value in _row(answer).items() if name != "made"}
        await self._connection.execute(sa.update(answers).where(*unfinished).values(row))

    async def release(self, store_id: str, key: str) -> None:
        """Give up a reservation; a finished answer stays, and so does what was made."""
        unused = (*_one(store_id, key), answers.c.status.is_(None), answers.c.made.is_(None))
        await self._connection.execute(sa.delete(answers).where(*unused))

    async def remove_older(self, before: datetime, limit: int) -> int:
        """Remove a bounded batch; returns how many."""
        return await self._remove_older(answers, answers.c.created_at, before, limit)

    async def _reserved(self, answer: IdempotentAnswer) -> bool:
        insert = self._insert(answers).values(_row(answer))
        abandoned = sa.and_(
            answers.c.status.is_(None), answers.c.made.is_(None), answers.c.locked_until <= answer.created_at
        )
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
