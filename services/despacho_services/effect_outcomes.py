"""What came of an effect, written down: the settlement and what it means for the business, as one.

Nothing here raises but cancellation. What cannot be written is tried again while the claim lasts; then the row alone keeps what is known
and why it could not be written, and waits: the answer of a provider is never thrown away without a trace.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec

from despacho_core.errors import AccountNeedsAttention, DomainError
from despacho_core.ledgers import Effect, EffectState, backoff
from despacho_core.stores import Account
from despacho_ports.errors import RateLimited, Rejected, Unauthorized, Unavailable
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere
from despacho_services.credentials import out_of_use
from despacho_services.doing_over import done_over
from despacho_services.effect_policy import EffectPolicy
from despacho_services.handling import Apply, Handler, Settlement
from despacho_services.office import Office

log = logging.getLogger("despacho.effects")

UNASKABLE = "the provider cannot be asked, a person has to decide"
"""What stands behind the reason of what is uncertain and cannot be looked for."""

LONGEST_LOOK_WAIT = timedelta(hours=1)


class Outcomes:
    """Settles claimed effects. Each method returns the effect as it then is: with its claim, where somebody else has taken it over."""

    def __init__(self, office: Office, policy: EffectPolicy) -> None:
        self._office = office
        self._policy = policy

    async def done(self, handler: Handler, effect: Effect, settlement: Settlement) -> Effect:
        """The provider acted, once."""
        done = effect.done(self._office.now(), settlement.message)
        settled = await self._settle(handler, effect, done, settlement.apply, told=settlement.told)
        if settled is done:
            await self._office.wake(*settlement.wakes)
        if settlement.afterwards is not None:
            await self._besides(effect, settlement.afterwards)
        return settled

    async def failed(self, handler: Handler, effect: Effect, error: Exception, asked_as: Account | None) -> Effect:
        """The call ended with one of the five errors, a refusal of ours, or without an answer in time.

        ``asked_as`` is the account as it was when its provider was called; None where it was not, or where the store's platform was.
        """
        now = self._office.now()
        message = str(error) or type(error).__name__
        if isinstance(error, Unauthorized):
            await self._besides(effect, lambda: self._needs_attention(effect, message, asked_as))
            if asked_as is not None and await self._was_mended(asked_as):
                return await self.put_off(handler, effect, timedelta(0), message)
        if isinstance(error, Unauthorized | AccountNeedsAttention):
            return await self.put_off(handler, effect, self._policy.attention_wait, message)
        if isinstance(error, RateLimited):
            return await self.put_off(handler, effect, timedelta(seconds=error.retry_after), message)
        if isinstance(error, Rejected | DomainError):
            rejected = effect.rejected(now, message)
            return await self._settle(handler, effect, rejected, lambda work: handler.refused(work, effect, message))
        if isinstance(error, Unavailable):
            return await self._again_later(handler, effect, message)
        return await self._in_doubt(handler, effect, message)

    async def broke(self, handler: Handler, effect: Effect, error: Exception) -> Effect:
        """Our side failed: nobody knows how far it came."""
        return await self._in_doubt(handler, effect, f"the hub's own error: {error!r}")

    async def put_off(self, handler: Handler, effect: Effect, wait: timedelta, message: str) -> Effect:
        """It was not tried, or will be let in later; that is no attempt that failed."""
        later = effect.later(self._office.now() + wait, message, counted=False)
        return await self._settle(handler, effect, later)

    async def unknown_kind(self, effect: Effect) -> Effect:
        """Nobody here carries out such effects."""
        return await self._settle(None, effect, effect.dead(self._office.now(), f"no handler for {effect.kind}"))

    async def looked(self, handler: Handler, effect: Effect, found: Settlement | None) -> Effect:
        """Only as many "not found" in a row as the policy has waits are believed, and so is only a part of it that was found."""
        believed = effect.lookups >= len(self._policy.look_after)
        if found is not None and (believed or not found.partial):
            return await self.done(handler, effect, found)
        if believed:
            return await self.once_more(handler, effect, "certainly not done")
        message = "not found yet" if found is None else f"only a part of it was found yet: {found.message}"
        wait = self._policy.look_after[effect.lookups]
        return await self._settle(handler, effect, effect.uncertain(self._office.now() + wait, message))

    async def not_answered(
        self, handler: Handler, effect: Effect, error: Exception, asked_as: Account | None
    ) -> Effect:
        """The look gave no answer: look again, the more patiently the longer it has been uncertain. ``asked_as`` as in :meth:`failed`."""
        if isinstance(error, Unauthorized):
            await self._besides(effect, lambda: self._needs_attention(effect, str(error), asked_as))
        wait = self._look_wait(effect)
        if isinstance(error, RateLimited):  # it answers, and says when it will
            wait = timedelta(seconds=error.retry_after) + self._policy.look_after[0]
        message = f"could not be looked for: {str(error) or type(error).__name__}"
        uncertain = effect.uncertain(self._office.now() + wait, message, counted=False)
        return await self._settle(handler, effect, uncertain)

    async def unaskable(self, handler: Handler, effect: Effect) -> Effect:
        """Nobody can be asked whether it happened."""
        message = effect.message or "uncertain"
        message = message if message.endswith(UNASKABLE) else f"{message}; {UNASKABLE}"
        uncertain = effect.uncertain(self._office.now() + timedelta(days=1), message)
        return await self._settle(handler, effect, uncertain)

    async def once_more(self, handler: Handler | None, effect: Effect, message: str) -> Effect:
        """It certainly did not happen, or may be repeated: carried out again, so many times at most."""
        if handler is not None and effect.attempts >= self._policy.give_up_after:
            return await self._given_up(handler, effect, message)

        async def apply(work: UnitOfWork) -> None:
            if handler is not None:
                await handler.again(work, effect)

        return await self._settle(handler, effect, effect.later(self._office.now(), message), apply)

    async def hold(self, effect: Effect, lasting: timedelta) -> Effect:
        """The claim with a lease that lasts so long from now; where it was lost already, its settlement will not be taken."""
        held = msgspec.structs.replace(effect, lease_until=self._office.now() + lasting)
        return await done_over(lambda: self._written_once(effect, held, None))

    async def _again_later(self, handler: Handler, effect: Effect, message: str) -> Effect:
        if effect.attempts >= self._policy.give_up_after:
            return await self._given_up(handler, effect, message)
        wait = backoff(effect.attempts, random.random())  # noqa: S311 - spreads load, guards nothing
        return await self._settle(handler, effect, effect.later(self._office.now() + wait, message))

    async def _in_doubt(self, handler: Handler, effect: Effect, message: str) -> Effect:
        """It may have happened. What may be repeated is, the later the more often it ended so; all else is looked for first."""
        if handler.repeatable:
            return await self._again_later(handler, effect, message)
        uncertain = effect.uncertain(self._office.now() + self._doubt_wait(effect), message)
        return await self._settle(handler, effect, uncertain, lambda work: handler.in_doubt(work, effect, message))

    async def _given_up(self, handler: Handler, effect: Effect, message: str) -> Effect:
        """A person has to see to it: the business shows what the ledger says."""
        why = f"gave up after {effect.attempts} attempts: {message}"
        dead = effect.dead(self._office.now(), why)
        return await self._settle(handler, effect, dead, lambda work: handler.refused(work, effect, why))

    @staticmethod
    async def _besides(effect: Effect, act: Callable[[], Awaitable[None]]) -> None:
        """What is done beside the settlement, which stands whatever becomes of this."""
        try:
            await act()
        except Exception:
            log.exception("what follows from effect %s broke", effect.key)

    async def _was_mended(self, asked_as: Account) -> bool:
        """Whether the account was given other settings since: then what was refused is worth another try at once."""
        async with self._office.units.begin(write=False) as work:
            account = await work.accounts.get(asked_as.store_id, asked_as.id)
        return account is not None and account.settings != asked_as.settings

    async def _needs_attention(self, effect: Effect, message: str, asked_as: Account | None) -> None:
        """The provider refuses the account's credentials, or the platform the store's."""
        async with self._office.units.begin() as work:
            if effect.account_id is None:
                store = await work.stores.get(effect.store_id)
                if store is not None:
                    await work.stores.save(store.asleep(message))
            elif asked_as is not None:
                await out_of_use(work, asked_as, message)
            await work.commit()

    async def _settle(
        self, handler: Handler | None, claimed: Effect, settled: Effect, apply: Apply | None = None, *, told: str = ""
    ) -> Effect:
        """Write the settlement with the business change; nothing if the claim was taken over meanwhile."""
        try:
            return await self._written(claimed, settled, apply)
        except Exception as error:  # the business cannot be written: the row has to say so
            log.exception("what came of effect %s could not be written", claimed.key)
            kept = self._unwritten(handler, claimed, settled, told, error)
        return await self._kept(handler, claimed, kept)

    async def _kept(self, handler: Handler | None, claimed: Effect, kept: Effect) -> Effect:
        """Write the row with the doubt that it brings, where that can be, else alone."""

        async def show(work: UnitOfWork) -> None:
            if handler is not None and kept.state is EffectState.UNCERTAIN:
                await handler.in_doubt(work, claimed, kept.message or "uncertain")

        return await self._tried(claimed, kept, show) or await self._tried(claimed, kept, None) or claimed

    async def _tried(self, claimed: Effect, kept: Effect, apply: Apply | None) -> Effect | None:
        try:
            return await done_over(lambda: self._written_once(claimed, kept, apply))
        except Exception:
            log.exception("effect %s could not be settled; in the end its lease will run out", claimed.key)
            return None

    async def _written(self, claimed: Effect, settled: Effect, apply: Apply | None) -> Effect:
        """Written, also where the database was away for some seconds. A refusal by the rules is final."""
        for wait in self._policy.write_again:
            try:
                return await done_over(lambda: self._written_once(claimed, settled, apply))
            except (DomainError, AlreadyThere):
                raise
            except Exception:  # the database's own, of whatever kind
                log.warning("what came of effect %s could not be written yet", claimed.key, exc_info=True)
                await asyncio.sleep(wait.total_seconds())
        return await done_over(lambda: self._written_once(claimed, settled, apply))

    async def _written_once(self, claimed: Effect, settled: Effect, apply: Apply | None) -> Effect:
        async with self._office.units.begin() as work:
            if not await work.outbox.settle(claimed, settled):
                log.warning("effect %s was taken over by somebody else", claimed.key)
                return claimed
            if apply is not None:
                await apply(work)
            await work.commit()
        return settled

    def _unwritten(
        self, handler: Handler | None, claimed: Effect, settled: Effect, told: str, error: Exception
    ) -> Effect:
        """The row where its business change could not be written."""
        now = self._office.now()
        outcome = f"done ({told})" if told else settled.message or settled.state.value
        message = f"{outcome}, but that could not be written here: {str(error) or type(error).__name__}"
        may_repeat = handler is not None and handler.repeatable
        if settled.state is EffectState.UNCERTAIN:
            return settled
        if claimed.state is EffectState.UNCERTAIN:
            return claimed.uncertain(now + self._look_wait(claimed), message, counted=False)
        if settled.state is EffectState.DONE and not may_repeat:
            return claimed.uncertain(now + self._doubt_wait(claimed), message)
        if settled.state is EffectState.DEAD or claimed.attempts >= self._policy.give_up_after:
            return claimed.dead(now, message)
        return claimed.later(now + backoff(claimed.attempts, 0), message)

    def _doubt_wait(self, effect: Effect) -> timedelta:
        """The wait before the first look: twice as long after each further attempt that ended in doubt."""
        return backoff(effect.attempts, 0, first=self._policy.look_after[0])

    def _look_wait(self, effect: Effect) -> timedelta:
        age = self._office.now() - effect.created_at
        return min(max(age / 4, self._policy.look_after[0]), LONGEST_LOOK_WAIT)
