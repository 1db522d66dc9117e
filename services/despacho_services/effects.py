"""Running what is owed: one claim, one call, one settlement. See :mod:`despacho_core.ledgers` for the states.

The claim is committed before the provider is called, so that after a crash the row says that somebody may have acted.
What the handler found is written in the same transaction that settles the row.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Coroutine, Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from despacho_core.errors import AccountNeedsAttention, DomainError, NotFound
from despacho_core.ledgers import Effect, EffectState, backoff
from despacho_core.stores import AccountState, StoreState
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable
from despacho_ports.persistence import UnitOfWork
from despacho_services.doing_over import done_over
from despacho_services.effect_policy import EffectPolicy
from despacho_services.handling import Apply, Handler, NotYet, Parties, Settlement
from despacho_services.office import Office

__all__ = ["EffectPolicy", "EffectRunner"]

log = logging.getLogger("despacho.effects")

UNASKABLE = "the provider cannot be asked, a person has to decide"
"""What stands behind the reason of what is uncertain and cannot be looked for."""


class EffectRunner:
    """Runs claimed effects through their handlers and settles them."""

    def __init__(self, office: Office, policy: EffectPolicy | None = None) -> None:
        self._office = office
        self._handlers: dict[str, Handler] = {}
        self.policy = policy or EffectPolicy()
        self._running: set[asyncio.Task[Effect]] = set()

    def register(self, handlers: Iterable[Handler]) -> None:
        """Add handlers; use cases that owe effects need the runner before their handlers exist."""
        self._handlers.update({handler.kind: handler for handler in handlers})

    async def run_now(self, effect_id: str, *, wait: float) -> Effect | None:
        """Run one pending effect at once, under the same claim as a worker would, for a caller who waits ``wait`` seconds.

        Returns the effect as it then is. What is not finished in time goes on; None only if there is no such effect.
        """
        async with self._office.units.begin() as work:
            claimed = await self.claim(work, effect_id)
            await work.commit()
        return await self.run_claimed(effect_id, claimed, wait=wait)

    async def claim(self, work: UnitOfWork, effect_id: str) -> Effect | None:
        """Take one pending effect in the caller's transaction, once it is committed to be run at once by :meth:`run_claimed`."""
        return await work.outbox.claim_one(effect_id, now=self._office.now(), lease=self.policy.lease)

    async def run_claimed(self, effect_id: str, claimed: Effect | None, *, wait: float) -> Effect | None:
        """Run what :meth:`claim` has taken; where somebody else has it, wait for them. Returns as :meth:`run_now`."""
        if claimed is not None:
            settled = await self._in_time(self.run(claimed), wait)
            if settled is not None:
                return settled
        return await self._settled_or_current(
            effect_id, deadline=asyncio.get_running_loop().time() + (0 if claimed else wait)
        )

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
            return await self._settle(effect, effect.dead(self._office.now(), f"no handler for {effect.kind}"))
        if effect.kind in self.policy.slow_kinds:
            effect = await self._held_longer(effect)
        try:
            parties = await self.parties(effect)
            async with asyncio.timeout(self.policy.budget_of(effect).total_seconds()):
                settlement = await handler.perform(effect, parties)
        except NotYet as error:
            return await self._settle(effect, effect.later(self._office.now() + error.wait, str(error), counted=False))
        except (ProviderError, TimeoutError, DomainError) as error:
            return await self._failed(handler, effect, error)
        except Exception as error:
            log.exception("effect %s broke", effect.key)
            return await self._broke(handler, effect, error)
        return await self._done(effect, settlement)

    async def _held_longer(self, effect: Effect) -> Effect:
        """The claim with a lease that outlasts a slow call; where it was lost already, its settlement will not be taken."""
        slack = self.policy.lease - self.policy.budget
        held = msgspec.structs.replace(effect, lease_until=self._office.now() + self.policy.slow_budget + slack)
        return await self._settle(effect, held)

    async def look(self, effect: Effect) -> Effect:
        """Look for an uncertain effect that was leased for it. Raises nothing but cancellation."""
        handler = self._handlers.get(effect.kind)
        if handler is None or handler.repeatable:
            return await self._once_more(handler, effect, "may have been done; it is safe to repeat")
        try:
            parties = await self.parties(effect)
            async with asyncio.timeout(self.policy.budget.total_seconds()):
                found = await handler.find(effect, parties)
        except NotImplementedError:
            message = effect.message or "uncertain"
            message = message if message.endswith(UNASKABLE) else f"{message}; {UNASKABLE}"
            return await self._settle(effect, effect.uncertain(self._office.now() + timedelta(days=1), message))
        except (ProviderError, TimeoutError, DomainError, NotYet) as error:
            return await self._not_answered(effect, error)
        except Exception as error:
            log.exception("looking for effect %s broke", effect.key)
            return await self._not_answered(effect, error)
        return await self._looked(handler, effect, found)

    async def _looked(self, handler: Handler, effect: Effect, found: Settlement | None) -> Effect:
        """Only as many "not found" in a row as the policy has waits are believed."""
        if found is not None:
            return await self._done(effect, found)
        if effect.lookups < len(self.policy.look_after):
            wait = self.policy.look_after[effect.lookups]
            return await self._settle(effect, effect.uncertain(self._office.now() + wait, "not found yet"))
        return await self._once_more(handler, effect, "certainly not done")

    async def _not_answered(self, effect: Effect, error: Exception) -> Effect:
        """The look gave no answer: look again, the more patiently the longer it has been uncertain."""
        if isinstance(error, Unauthorized):
            await self._needs_attention(effect, str(error))
        now = self._office.now()
        wait = min(max((now - effect.created_at) / 4, self.policy.look_after[0]), timedelta(hours=1))
        if isinstance(error, RateLimited):  # it answers, and says when it will
            wait = timedelta(seconds=error.retry_after) + self.policy.look_after[0]
        message = f"could not be looked for: {str(error) or type(error).__name__}"
        return await self._settle(effect, effect.uncertain(now + wait, message, counted=False))

    async def close(self, *, wait: float = 20.0) -> None:
        """Wait for what callers left running."""
        if self._running:
            await asyncio.wait(self._running, timeout=wait)

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

    async def _done(self, effect: Effect, settlement: Settlement) -> Effect:
        settled = effect.done(self._office.now(), settlement.message)
        settled = await self._settle(effect, settled, settlement.apply)
        await self._office.wake(*settlement.wakes)
        return settled

    async def _failed(self, handler: Handler, effect: Effect, error: Exception) -> Effect:
        now = self._office.now()
        message = str(error) or type(error).__name__
        if isinstance(error, Unauthorized):
            await self._needs_attention(effect, message)
        if isinstance(error, Unauthorized | AccountNeedsAttention):
            return await self._settle(effect, effect.later(now + self.policy.attention_wait, message, counted=False))
        if isinstance(error, RateLimited):
            wait = timedelta(seconds=error.retry_after)
            return await self._settle(effect, effect.later(now + wait, message, counted=False))
        if isinstance(error, Rejected | DomainError):
            return await self._settle(
                effect, effect.rejected(now, message), lambda work: handler.refused(work, effect, message)
            )
        if isinstance(error, Unavailable):
            return await self._later(handler, effect, message)
        return await self._doubt(handler, effect, message)

    async def _broke(self, handler: Handler, effect: Effect, error: Exception) -> Effect:
        """Our side failed: nobody knows how far it came."""
        message = f"the hub's own error: {error!r}"
        if handler.repeatable:
            return await self._later(handler, effect, message)
        return await self._doubt(handler, effect, message)

    async def _later(self, handler: Handler, effect: Effect, message: str) -> Effect:
        now = self._office.now()
        if effect.attempts >= self.policy.give_up_after:
            dead = effect.dead(now, f"gave up after {effect.attempts} attempts: {message}")
            return await self._settle(effect, dead, lambda work: handler.refused(work, effect, dead.message or message))
        return await self._settle(effect, effect.later(self._again_at(effect), message))

    async def _doubt(self, handler: Handler, effect: Effect, message: str) -> Effect:
        settled = effect.uncertain(self._office.now() + self.policy.look_after[0], message)
        return await self._settle(effect, settled, lambda work: handler.in_doubt(work, effect, message))

    async def _once_more(self, handler: Handler | None, effect: Effect, message: str) -> Effect:
        async def apply(work: UnitOfWork) -> None:
            if handler is not None:
                await handler.again(work, effect)

        return await self._settle(effect, effect.later(self._office.now(), message), apply)

    async def _needs_attention(self, effect: Effect, message: str) -> None:
        """The provider refuses the account's credentials, or the platform the store's."""
        async with self._office.units.begin() as work:
            if effect.account_id is None:
                store = await work.stores.get(effect.store_id)
                if store is not None:
                    await work.stores.save(store.asleep(message))
            else:
                account = await work.accounts.get(effect.store_id, effect.account_id)
                if account is not None:
                    await work.accounts.save(account.needing_attention(message))
            await work.commit()

    async def _settle(self, claimed: Effect, settled: Effect, apply: Apply | None = None) -> Effect:
        """Write the settlement and the business change as one; nothing if the claim was taken over meanwhile."""
        return await done_over(lambda: self._settle_once(claimed, settled, apply))

    async def _settle_once(self, claimed: Effect, settled: Effect, apply: Apply | None) -> Effect:
        async with self._office.units.begin() as work:
            if not await work.outbox.settle(claimed, settled):
                log.warning("effect %s was taken over by somebody else", claimed.key)
                return claimed
            if apply is not None:
                await apply(work)
            await work.commit()
        return settled

    def _again_at(self, effect: Effect) -> datetime:
        return self._office.now() + backoff(effect.attempts, random.random())  # noqa: S311 - spreads load, guards nothing
