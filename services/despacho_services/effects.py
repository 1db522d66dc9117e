"""Running what is owed: one claim, one call, one settlement. See :mod:`despacho_core.ledgers` for the states.

The claim is committed before the provider is called, so that after a crash the row says that somebody may have acted.
What the handler found is written in the same transaction that settles the row.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Iterable
from typing import Any

from despacho_core.errors import DomainError, NotFound
from despacho_core.ledgers import Effect, EffectState
from despacho_core.stores import Account, AccountState, StoreState
from despacho_ports.errors import ProviderError
from despacho_ports.persistence import UnitOfWork
from despacho_services.doing_over import done_over
from despacho_services.effect_outcomes import Outcomes
from despacho_services.effect_policy import EffectPolicy
from despacho_services.handling import Handler, NotYet, Parties
from despacho_services.office import Office

__all__ = ["EffectPolicy", "EffectRunner"]

log = logging.getLogger("despacho.effects")

_SHORTEST_PAUSE_S = 0.05


class EffectRunner:
    """Runs claimed effects through their handlers and settles them."""

    def __init__(self, office: Office, policy: EffectPolicy | None = None) -> None:
        self._office = office
        self._handlers: dict[str, Handler] = {}
        self.policy = policy or EffectPolicy()
        self._outcomes = Outcomes(office, self.policy)
        self._running: set[asyncio.Task[Effect]] = set()

    def register(self, handlers: Iterable[Handler]) -> None:
        """Add handlers; use cases that owe effects need the runner before their handlers exist."""
        self._handlers.update({handler.kind: handler for handler in handlers})

    async def run_now(self, effect_id: str, *, wait: float) -> Effect | None:
        """Run one pending effect at once, under the same claim as a worker would, for a caller who waits ``wait`` seconds.

        Returns the effect as it then is. What is not finished in time goes on; None only if there is no such effect.
        """
        return await self.run_claimed(effect_id, await self._claimed(effect_id), wait=wait)

    async def claim(self, work: UnitOfWork, effect_id: str) -> Effect | None:
        """Take one pending effect in the caller's transaction, once it is committed to be run at once by :meth:`run_claimed`."""
        return await work.outbox.claim_one(effect_id, now=self._office.now(), lease=self.policy.lease)

    async def run_claimed(self, effect_id: str, claimed: Effect | None, *, wait: float) -> Effect | None:
        """Run what :meth:`claim` has taken; where somebody else has it, wait for them. Returns as :meth:`run_now`.

        A provider that asks for patience is given it, as long as the caller waits.
        """
        clock = asyncio.get_running_loop()
        deadline = clock.time() + wait
        while claimed is not None:
            settled = await self._in_time(self.run(claimed), max(deadline - clock.time(), 0))
            if settled is None:
                return await self._settled_or_current(effect_id, deadline=0)
            pause = self._pause(claimed, settled)
            if pause is None or clock.time() + pause >= deadline:
                return settled
            await asyncio.sleep(pause)
            claimed = await self._claimed(effect_id)
        return await self._settled_or_current(effect_id, deadline=deadline)

    async def _claimed(self, effect_id: str) -> Effect | None:
        async with self._office.units.begin() as work:
            claimed = await self.claim(work, effect_id)
            await work.commit()
        return claimed

    def _pause(self, claimed: Effect, settled: Effect) -> float | None:
        """Seconds until what was put off without counting as a try may be tried; None of everything else."""
        if settled.state is not EffectState.PENDING or settled.attempts >= claimed.attempts:
            return None
        return max((settled.due_at - self._office.now()).total_seconds(), _SHORTEST_PAUSE_S)

    async def look_now(self, effect_id: str, *, wait: float) -> Effect | None:
        """Look for one uncertain effect at once, due or not, for a caller who waits ``wait`` seconds.

        Returns the effect as it then is; None only if there is no such effect. Whoever looks for it already is not disturbed.
        """
        async with self._office.units.begin() as work:
            claimed = await work.outbox.claim_one_uncertain(effect_id, now=self._office.now(), lease=self.policy.lease)
            await work.commit()
        settled = await self._in_time(self.look(claimed), wait) if claimed is not None else None
        if settled is not None:
            return settled
        async with self._office.units.begin(write=False) as work:
            return await work.outbox.get(None, effect_id)

    async def _in_time(self, carried_out: Coroutine[Any, Any, Effect], wait: float) -> Effect | None:
        """The effect as it was settled; None where that took longer than the caller waits: then it goes on by itself."""
        task = asyncio.create_task(carried_out)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.wait({task}, timeout=wait)
        if not task.done():
            return None
        if task.exception() is not None:
            log.error("an effect could not be settled; its lease will run out", exc_info=task.exception())
            return None
        # What was taken over by somebody else is theirs to tell.
        return task.result() if task.result().claim is None else None

    async def _settled_or_current(self, effect_id: str, *, deadline: float) -> Effect | None:
        """The effect, waiting while somebody else runs it."""
        while True:
            async with self._office.units.begin(write=False) as work:
                effect = await work.outbox.get(None, effect_id)
            waiting = effect is not None and effect.state is EffectState.RUNNING
            if not waiting or asyncio.get_running_loop().time() >= deadline:
                return effect
            await asyncio.sleep(0.05)

    async def run(self, effect: Effect) -> Effect:
        """Perform a claimed effect and settle it. Raises nothing but cancellation."""
        handler = self._handlers.get(effect.kind)
        if handler is None:
            return await self._outcomes.unknown_kind(effect)
        asked_as: Account | None = None
        try:
            if effect.kind in self.policy.slow_kinds:
                slack = self.policy.lease - self.policy.budget
                effect = await self._outcomes.hold(effect, self.policy.slow_budget + slack)
            parties = await self.parties(effect)
            asked_as = parties.provider_account
            async with asyncio.timeout(self.policy.budget_of(effect).total_seconds()):
                settlement = await handler.perform(effect, parties)
        except NotYet as error:
            return await self._outcomes.put_off(handler, effect, error.wait, str(error))
        except (ProviderError, TimeoutError, DomainError) as error:
            return await self._outcomes.failed(handler, effect, error, asked_as)
        except Exception as error:
            log.exception("effect %s broke", effect.key)
            return await self._outcomes.broke(handler, effect, error)
        return await self._outcomes.done(handler, effect, settlement)

    async def look(self, effect: Effect) -> Effect:
        """Look for an uncertain effect that was leased for it. Raises nothing but cancellation."""
        handler = self._handlers.get(effect.kind)
        if handler is None or handler.repeatable:
            return await self._outcomes.once_more(handler, effect, "may have been done; it is safe to repeat")
        asked_as: Account | None = None
        try:
            parties = await self.parties(effect)
            asked_as = parties.provider_account
            async with asyncio.timeout(self.policy.budget.total_seconds()):
                found = await handler.find(effect, parties)
        except NotImplementedError:
            return await self._outcomes.unaskable(handler, effect)
        except (ProviderError, TimeoutError, DomainError, NotYet) as error:
            return await self._outcomes.not_answered(handler, effect, error, asked_as)
        except Exception as error:
            log.exception("looking for effect %s broke", effect.key)
            return await self._outcomes.not_answered(handler, effect, error, asked_as)
        return await self._outcomes.looked(handler, effect, found)

    async def expire(self) -> int:
        """What processes that died left running becomes uncertain, and what it is about shows it; returns how many effects."""

        async def expire() -> int:
            now = self._office.now()
            async with self._office.units.begin() as work:
                expired = await work.outbox.expire(now, look_at=now + self.policy.look_after[0])
                for effect in expired:
                    await self._show_doubt(work, effect)
                await work.commit()
            return len(expired)

        return await done_over(expire)

    async def _show_doubt(self, work: UnitOfWork, effect: Effect) -> None:
        """As after a call without an answer; what cannot be shown keeps no other effect from being looked for."""
        handler = self._handlers.get(effect.kind)
        if handler is not None:
            with contextlib.suppress(DomainError):
                await handler.in_doubt(work, effect, effect.message or "uncertain")

    async def close(self) -> None:
        """Wait for what callers left running; each ends within its budget."""
        if self._running:
            await asyncio.wait(self._running, timeout=self.policy.grace.total_seconds())

    def handler(self, kind: str) -> Handler:
        """The handler of a kind. Raises ``NotFound``."""
        if kind not in self._handlers:
            raise NotFound(what="handler", id=kind)
        return self._handlers[kind]

    async def parties(self, effect: Effect) -> Parties:
        """Whose effect it is; no call is spent on credentials that are known to be refused.

        Raises:
            NotYet: The store or the account needs attention first.
            NotFound: The account was removed.
        """
        async with self._office.units.begin(write=False) as work:
            store = await work.stores.get(effect.store_id)
            account = await work.accounts.get(effect.store_id, effect.account_id) if effect.account_id else None
        if store is None or store.state is StoreState.ASLEEP:
            raise NotYet("the store is asleep: it has to be installed again", self.policy.attention_wait)
        if effect.account_id is not None and account is None:
            raise NotFound(what="account", id=effect.account_id)
        if account is not None and account.state is AccountState.NEEDS_ATTENTION:
            raise NotYet(f"the account needs attention: {account.problem}", self.policy.attention_wait)
        return Parties(store, account)
