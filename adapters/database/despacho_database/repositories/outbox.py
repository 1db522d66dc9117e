"""The outbox: every effect still owed to the outside world."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import sqlalchemy as sa

from despacho_core.errors import NotFound, WrongState
from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository, newest_first
from despacho_database.tables import outbox, outbox_is_open, outbox_is_pending, outbox_is_running, outbox_is_uncertain

_effects = Mapping(outbox, Effect)
_TRIED = {"attempts": outbox.c.attempts + 1}

LEASE_IS_OVER = "Its runner ended without a word; nobody knows whether it happened."


class OutboxTable(Repository):
    """Effects owed."""

    async def owe(self, effect: Effect) -> bool:
        """Add in the caller's transaction; False when the key is there already, and nothing changes."""
        return await self._add_new(outbox, _effects.row(effect))

    async def get(self, store_id: str | None, effect_id: str) -> Effect | None:
        found = await self._found(self._for_change(_of(store_id).where(outbox.c.id == effect_id)))
        return found[0] if found else None

    async def by_key(self, store_id: str, key: str, *, change: bool = True) -> Effect | None:
        query = _of(store_id).where(outbox.c.key == key)
        found = await self._found(self._for_change(query) if change else query)
        return found[0] if found else None

    async def of_subject(self, store_id: str, subject: str) -> Sequence[Effect]:
        """Oldest first."""
        query = _of(store_id).where(outbox.c.subject == subject)
        return await self._found(query.order_by(outbox.c.created_at, outbox.c.id))

    async def claim(self, lane: Lane, *, limit: int, now: datetime, lease: timedelta) -> Sequence[Effect]:
        """Take pending effects that are due: they become running with a fresh claim; no two claimers get the same."""
        due = sa.select(outbox.c.id).where(outbox_is_pending, outbox.c.lane == lane, outbox.c.due_at <= now)
        due = due.order_by(outbox.c.due_at, outbox.c.id).limit(limit)
        return await self._claimed(due, EffectState.RUNNING, _TRIED, now=now, lease=lease)

    async def claim_uncertain(self, lane: Lane, *, limit: int, now: datetime, lease: timedelta) -> Sequence[Effect]:
        """Take uncertain effects that are due to be looked for; they stay uncertain, leased, with a fresh claim.

        ``lookups`` goes up by one, unless the last look never ended: a process that died learned nothing.
        """
        due = sa.select(outbox.c.id).where(
            outbox_is_uncertain, outbox.c.lane == lane, outbox.c.due_at <= now, _free(now)
        )
        due = due.order_by(outbox.c.due_at, outbox.c.id).limit(limit)
        ended = sa.case((outbox.c.lease_until.is_(None), 1), else_=0)
        counted = {"lookups": outbox.c.lookups + ended}
        return await self._claimed(due, EffectState.UNCERTAIN, counted, now=now, lease=lease)

    async def claim_one_uncertain(self, effect_id: str, *, now: datetime, lease: timedelta) -> Effect | None:
        """Take one uncertain effect, due or not; ``lookups`` stays: people look more often than a late shipment takes to show up."""
        one = sa.select(outbox.c.id).where(outbox.c.id == effect_id, outbox_is_uncertain, _free(now))
        claimed = await self._claimed(one, EffectState.UNCERTAIN, {}, now=now, lease=lease)
        return claimed[0] if claimed else None

    async def claim_one(self, effect_id: str, *, now: datetime, lease: timedelta) -> Effect | None:
        """Take one pending effect, due or not; None when somebody else has it or it is settled."""
        one = sa.select(outbox.c.id).where(outbox.c.id == effect_id, outbox_is_pending)
        claimed = await self._claimed(one, EffectState.RUNNING, _TRIED, now=now, lease=lease)
        return claimed[0] if claimed else None

    async def settle(self, claimed: Effect, settled: Effect) -> bool:
        """Write the new state if ``claimed`` still holds its claim; False (and nothing written) when it was taken over."""
        if claimed.claim is None or claimed.id != settled.id:
            return False
        return await self._write(settled, outbox.c.claim == claimed.claim)

    async def save(self, effect: Effect) -> None:
        """Write a person's decision on an effect that nobody has claimed.

        Raises:
            WrongState: Somebody has claimed it meanwhile.
            NotFound: The store has no such effect.
        """
        if await self._write(effect, outbox.c.claim.is_(None)):
            return
        state = await self._connection.scalar(
            _of(effect.store_id).with_only_columns(outbox.c.state).where(outbox.c.id == effect.id)
        )
        if state is None:
            raise NotFound(what="effect", id=effect.id)
        raise WrongState(what="effect", id=effect.key, state=f"{state}, in somebody's hands", action="be changed")

    async def expire(self, now: datetime, *, look_at: datetime) -> Sequence[Effect]:
        """Running effects whose lease is over become uncertain, to be looked for at ``look_at``; returns them as they then are."""
        over = sa.select(outbox).where(outbox_is_running, outbox.c.lease_until <= now)
        expired = []
        for effect in await self._found(over.with_for_update(skip_locked=True)):
            uncertain = effect.uncertain(look_at, LEASE_IS_OVER)
            if await self._write(uncertain, outbox.c.claim == effect.claim):
                expired.append(uncertain)
        return expired

    async def hasten(self, store_id: str, account_id: str | None, *, now: datetime) -> int:
        """Pending effects that wait for a later time become due now: those of one account, or of the store itself."""
        waiting = (outbox_is_pending, outbox.c.store_id == store_id, outbox.c.due_at > now)
        whose = outbox.c.account_id.is_(None) if account_id is None else outbox.c.account_id == account_id
        hastened = await self._connection.execute(sa.update(outbox).where(*waiting, whose).values(due_at=now))
        return hastened.rowcount

    async def page(
        self,
        store_id: str | None,
        *,
        before: datetime | None = None,
        limit: int = 50,
        state: EffectState | None = None,
    ) -> Sequence[Effect]:
        """Newest first; None means all stores (the operator's view). See :func:`newest_first`."""
        query = _of(store_id)
        if state is not None:
            query = query.where(outbox.c.state == state)
            query = query if state is EffectState.DONE else query.where(outbox_is_open)
        return await self._found(newest_first(query, outbox, before=before, limit=limit))

    async def counts(self) -> dict[str, int]:
        """Only what its partial index holds is looked at: each probe and each scrape asks."""
        query = sa.select(outbox.c.state, sa.func.count().label("rows")).where(outbox_is_open).group_by(outbox.c.state)
        return {row.state: row.rows for row in await self._connection.execute(query)}

    async def _claimed(
        self,
        due: sa.Select[Any],
        state: EffectState,
        counted: dict[str, sa.ColumnElement[int]],
        *,
        now: datetime,
        lease: timedelta,
    ) -> list[Effect]:
        chosen = due.with_for_update(skip_locked=True).cte("due")
        values = {"state": state, "claim": token_hex(16), "lease_until": now + lease, **counted}
        taken = sa.update(outbox).where(outbox.c.id.in_(sa.select(chosen.c.id))).values(values).returning(outbox)
        rows = (await self._connection.execute(taken)).mappings().all()
        return sorted((_effects.struct(row) for row in rows), key=lambda effect: (effect.due_at, effect.id))

    async def _write(self, effect: Effect, condition: sa.ColumnElement[bool]) -> bool:
        row = _effects.row(effect)
        mine = sa.and_(outbox.c.id == row.pop("id"), outbox.c.store_id == row.pop("store_id"), condition)
        return (await self._connection.execute(sa.update(outbox).where(mine).values(row))).rowcount > 0

    async def _found(self, query: sa.Select[Any]) -> list[Effect]:
        return [_effects.struct(row) for row in await self._all(query)]


def _free(now: datetime) -> sa.ColumnElement[bool]:
    """Nobody looks for it just now."""
    return sa.or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now)


def _of(store_id: str | None) -> sa.Select[tuple[object, ...]]:
    query = sa.select(outbox)
    return query if store_id is None else query.where(outbox.c.store_id == store_id)
