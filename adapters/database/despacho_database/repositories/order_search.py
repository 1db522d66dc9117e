"""Orders found by the beginnings of words, the newest first, however many orders have a word.

What is typed is first turned into the words that begin with it and that there are: the index then gives each word's orders in their own
sequence, and tells at once whether an order has a word. The rarest of what was typed leads, the others are asked about its orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from despacho_database.columns import bounded
from despacho_database.repositories.base import Repository, chunks
from despacho_database.tables import order_words

FOUND = 1_000
"""So many orders of a word are looked at for one page; what lies below them is found from the next one on."""

_WORDS = 6
"""So many words of what is typed count."""

_SPELLINGS = 24
"""What begins more words than this is looked for as a range: slower, and nobody types one letter to find an order."""

_HIGHEST = "\U0010ffff"


@dataclass(frozen=True)
class Found:
    """Numbers that fit, and down to which number that is all: None for all that there are."""

    numbers: frozenset[int]
    floor: int | None = None


class OrderSearch(Repository):
    """Looks in the words of a store's orders."""

    async def by_words(self, store_id: str, beginnings: Sequence[str], before: int | None) -> Found:
        """Orders below ``before`` that have a word for every beginning."""
        if not beginnings:
            return Found(frozenset())
        fitting = [await self._fitting(store_id, beginning) for beginning in beginnings[:_WORDS]]
        sizes = [await self._size(store_id, one) for one in fitting]
        leading = sizes.index(min(sizes))
        newest = await self._newest(store_id, fitting[leading], before)
        floor = min(newest) if len(newest) >= FOUND else None
        for place, one in enumerate(fitting):
            if place != leading:
                newest = await self._having(store_id, one, newest)
        return Found(frozenset(newest), floor)

    async def _fitting(self, store_id: str, beginning: str) -> list[sa.ColumnElement[bool]]:
        """Conditions, one for each word that begins so, or a single one over all of them where they are many."""
        mine = order_words.c.store_id == store_id
        until = order_words.c.word < beginning + _HIGHEST
        first = sa.select(sa.func.min(order_words.c.word).label("word")).where(
            mine, order_words.c.word >= beginning, until
        )
        there = first.cte("there", recursive=True)
        above = sa.select(sa.func.min(order_words.c.word)).where(mine, order_words.c.word > there.c.word, until)
        there = there.union_all(sa.select(above.scalar_subquery()).where(there.c.word.is_not(None)))
        query = sa.select(there.c.word).limit(_SPELLINGS + 2)
        words = [word for word in (await self._connection.scalars(query)).all() if word is not None]
        if len(words) > _SPELLINGS:
            return [sa.and_(order_words.c.word >= beginning, until)]
        return [order_words.c.word == word for word in words]

    async def _size(self, store_id: str, fitting: Sequence[sa.ColumnElement[bool]]) -> int:
        """How many orders have one of the words, counted no further than it matters."""
        if not fitting:
            return 0
        some = sa.select(sa.literal(1)).where(order_words.c.store_id == store_id, sa.or_(*fitting)).limit(FOUND)
        return await self._connection.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0

    async def _newest(self, store_id: str, fitting: Sequence[sa.ColumnElement[bool]], before: int | None) -> list[int]:
        """The highest numbers that have one of the words: each word's own highest, and of these the highest."""
        found: set[int] = set()
        for condition in fitting:
            query = sa.select(order_words.c.number).where(order_words.c.store_id == store_id, condition).distinct()
            if before is not None:
                query = query.where(order_words.c.number < bounded(before))
            newest = query.order_by(order_words.c.number.desc()).limit(FOUND)
            found |= set((await self._connection.scalars(newest)).all())
        return sorted(found, reverse=True)[:FOUND]

    async def _having(
        self, store_id: str, fitting: Sequence[sa.ColumnElement[bool]], numbers: Sequence[int]
    ) -> list[int]:
        """Those of some orders that have one of the words."""
        if not fitting:
            return []
        found: set[int] = set()
        for some in chunks(numbers):
            query = sa.select(order_words.c.number).where(
                order_words.c.store_id == store_id, order_words.c.number.in_(some), sa.or_(*fitting)
            )
            found |= set((await self._connection.scalars(query)).all())
        return [number for number in numbers if number in found]
