"""Repositories of the two ledgers. Claims look across stores, since workers serve all tenants alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from despacho_core.ledgers import Effect, EffectState, InboxRow, InboxState, Lane
from despacho_ports.records import NewMessage


class Inbox(Protocol):
    """What came in. Acceptance itself is :class:`InboxWriter`."""

    async def claim(self, *, limit: int, now: datetime, lease: timedelta) -> Sequence[InboxRow]:
        """Take pending rows that are due, of any store, oldest first; no two claimers get the same row within the lease."""
        ...

    async def settle(
        self, row: InboxRow, state: InboxState, *, error: str | None = None, order_number: int | None = None
    ) -> None:
        """Close the row, if the claim that it was read under still holds; ``order_number`` is what it turned out to be about."""
        ...

    async def put_off(self, row: InboxRow, *, due_at: datetime, error: str) -> None: ...
    async def get(self, store_id: str, row_id: int) -> InboxRow | None: ...
    async def page(
        self, store_id: str | None, *, before: int | None = None, limit: int = 50, state: InboxState | None = None
    ) -> Sequence[InboxRow]:
        """Newest first; None means all stores (the operator's view)."""
        ...

    async def of_order(self, store_id: str, order_number: int, *, limit: int = 50) -> Sequence[InboxRow]:
        """Those about one order that were read, newest first."""
        ...

    async def replay(self, store_id: str | None, row_ids: Sequence[int], *, now: datetime) -> int:
        """Make rows pending again; returns how many."""
        ...

    async def remove_older(self, before: datetime, limit: int) -> int:
        """Remove a bounded batch of settled rows."""
        ...

    async def counts(self) -> dict[str, int]:
        """Rows by state that are not over: pending and dead."""
        ...


class Outbox(Protocol):
    """Effects owed."""

    async def owe(self, effect: Effect) -> bool:
        """Add in the caller's transaction; False when the key is there already, and nothing changes."""
        ...

    async def get(self, store_id: str | None, effect_id: str) -> Effect | None: ...
    async def by_key(self, store_id: str, key: str, *, change: bool = True) -> Effect | None:
        """The effect with this key. Without ``change`` nobody who settles it is waited for, and it must not be saved."""
        ...

    async def of_subject(self, store_id: str, subject: str) -> Sequence[Effect]: ...
    async def claim(self, lane: Lane, *, limit: int, now: datetime, lease: timedelta) -> Sequence[Effect]:
        """Take pending effects that are due: they become running with a fresh claim; no two claimers get the same."""
        ...

    async def claim_uncertain(self, lane: Lane, *, limit: int, now: datetime, lease: timedelta) -> Sequence[Effect]:
        """Take uncertain effects that are due to be looked for; they stay uncertain, leased, with a fresh claim.

        ``lookups`` goes up by one, unless the last look never ended: a process that died learned nothing.
        """
        ...

    async def claim_one(self, effect_id: str, *, now: datetime, lease: timedelta) -> Effect | None:
        """Take one pending effect, due or not; None when somebody else has it or it is settled."""
        ...

    async def claim_one_uncertain(self, effect_id: str, *, now: datetime, lease: timedelta) -> Effect | None:
        """Take one uncertain effect to look for it, due or not; None when somebody looks for it already, or it is not uncertain.

        The look does not count: however often people look, only as many looks as the policy has waits make a "no" believable.
        """
        ...

    async def settle(self, claimed: Effect, settled: Effect) -> bool:
        """Write the new state if ``claimed`` still holds its claim; False (and nothing written) when it was taken over."""
        ...

    async def save(self, effect: Effect) -> None:
        """Write a person's decision on an effect that nobody has claimed."""
        ...

    async def expire(self, now: datetime, *, look_at: datetime) -> Sequence[Effect]:
        """Running effects whose lease is over become uncertain, to be looked for at ``look_at``; returns them as they then are."""
        ...

    async def hasten(self, store_id: str, account_id: str | None, *, now: datetime) -> int:
        """Pending effects that wait for a later time become due now: those of one account, or (None) of the store itself.

        For the moment when credentials work again. Returns how many.
        """
        ...

    async def page(
        self,
        store_id: str | None,
        *,
        before: datetime | None = None,
        limit: int = 50,
        state: EffectState | None = None,
    ) -> Sequence[Effect]:
        """Newest first; None means all stores (the operator's view)."""
        ...

    async def counts(self) -> dict[str, int]:
        """Rows by state that are not over: all but done."""
        ...


class InboxWriter(Protocol):
    """Accepts messages durably, many callers sharing one commit."""

    async def accept(self, message: NewMessage) -> bool:
        """Return once the message is durable: True when new, False for a duplicate."""
        ...
