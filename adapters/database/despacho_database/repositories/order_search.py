"""Orders found by the beginnings of words, the newest first, however many orders have a word.

What is typed is first turned into the words that begin with it and that there are: the index then gives each word's orders in their own
sequence, and tells at once whether an order has a word. The rarest of what was typed leads, the others are asked about its orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from despacho_database.columns import bounded
from despacho_database.repositories.base import Repository
from despacho_database.repositories.order_marks import Condition
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

    async def by_words(self, store_id: str, beginnings: Sequence[str], before: int | None, limit: int) -> Found:
        """Orders below ``before`` that have a word for every beginning; the highest ``limit`` numbers of them."""
        if not beginnings:
            return Found(frozenset())
        fitting = [await self._fitting(store_id, beginning) for beginning in beginnings[:_WORDS]]
        if not all(fitting):
            return Found(frozenset())
        leading = fitting.pop(await self._rarest(store_id, fitting))
        newest = _newest(store_id, leading, before)
        query = sa.select(newest.c.number).where(*(_has(store_id, newest.c.number, one) for one in fitting))
        numbers = (await self._connection.scalars(query.order_by(newest.c.number.desc()).limit(limit))).all()
        if len(numbers) >= limit:
            return Found(frozenset(numbers), min(numbers))
        many, least = (await self._connection.execute(sa.select(sa.func.count(), sa.func.min(newest.c.number)))).one()
        return Found(frozenset(numbers), least if many >= FOUND else None)

    async def _fitting(self, store_id: str, beginning: str) -> list[Condition]:
        """Conditions, one for each word that begins so, or a single one over all of them where they are many."""
        given = {"store": store_id, "beginning": beginning, "until": beginning + _HIGHEST}
        words = [word for word in await self._connection.scalars(_SPELLED, given) if word is not None]
        if len(words) > _SPELLINGS:
            return [sa.and_(order_words.c.word >= beginning, order_words.c.word < beginning + _HIGHEST)]
        return [order_words.c.word == word for word in words]

    async def _rarest(self, store_id: str, fitting: Sequence[Sequence[Condition]]) -> int:
        """The place of what the fewest orders have, counted no further than it matters."""
        if len(fitting) == 1:
            return 0
        counts = [sa.select(sa.func.count()).select_from(_some(store_id, one)).scalar_subquery() for one in fitting]
        sizes = (await self._connection.execute(sa.select(*counts))).one()
        return sizes.index(min(sizes))


def _newest(store_id: str, fitting: Sequence[Condition], before: int | None) -> sa.Subquery:
    """The highest numbers that have one of the words: each word's own highest, and of these the highest."""
    mine = [order_words.c.store_id == store_id]
    if before is not None:
        mine.append(order_words.c.number < bounded(before))
    each = [
        sa.select(order_words.c.number)
        .where(*mine, condition)
        .order_by(order_words.c.number.desc())
        .limit(FOUND)
        .subquery()
        for condition in fitting
    ]
    if len(each) == 1:
        return each[0]
    together = sa.union(*(sa.select(one.c.number) for one in each)).subquery()
    return sa.select(together.c.number).order_by(together.c.number.desc()).limit(FOUND).subquery()


def _some(store_id: str, fitting: Sequence[Condition]) -> sa.Subquery:
    """As many numbers as are looked at that have one of the words, whichever come first.

    In the index's own sequence: of any that fit, PostgreSQL may read the table from its beginning, where all may be another store's.
    """
    sequence = (order_words.c.word.desc(), order_words.c.number.desc())
    query = sa.select(order_words.c.number).where(order_words.c.store_id == store_id)
    each = [query.where(condition).order_by(*sequence).limit(FOUND).subquery() for condition in fitting]
    return sa.union_all(*(sa.select(one.c.number) for one in each)).limit(FOUND).subquery()


def _has(store_id: str, number: sa.ColumnElement[int], fitting: Sequence[Condition]) -> Condition:
    """That an order has one of the words.

    Asked of each order by itself: as a join, PostgreSQL may read all orders that have a word for the few that are looked at.
    """
    mine = (order_words.c.store_id == store_id, order_words.c.number == number)
    return sa.select(sa.literal(1)).where(*mine, sa.or_(*fitting)).limit(1).scalar_subquery().is_not(None)


def _spelled() -> sa.Select[Any]:
    """The words from ``beginning`` on and below ``until``: each found by one step in the index, whatever lies between them."""
    mine = order_words.c.store_id == sa.bindparam("store")
    until = order_words.c.word < sa.bindparam("until")
    first = sa.select(sa.func.min(order_words.c.word).label("word"))
    there = first.where(mine, order_words.c.word >= sa.bindparam("beginning"), until).cte("there", recursive=True)
    above = sa.select(sa.func.min(order_words.c.word)).where(mine, order_words.c.word > there.c.word, until)
    there = there.union_all(sa.select(above.scalar_subquery()).where(there.c.word.is_not(None)))
    return sa.select(there.c.word).limit(_SPELLINGS + 2)


_SPELLED = _spelled()
