"""What a person may do with the ledgers: list, replay, retry, and decide what nobody else can."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from despacho_core.errors import NotFound
from despacho_core.fiscal import Invoice
from despacho_core.ledgers import Effect, EffectState, InboxRow, InboxState
from despacho_core.manifests import Manifest
from despacho_core.shipments import Shipment
from despacho_ports.persistence import UnitOfWork
from despacho_services.doing_over import doing_over
from despacho_services.effects import EffectRunner
from despacho_services.office import Office


class LedgerDesk:
    """The operator's hand on both ledgers. A ``store_id`` of None means all stores: for the operator alone, never the API."""

    def __init__(self, office: Office, runner: EffectRunner) -> None:
        self._office = office
        self._runner = runner

    async def inbox(
        self, store_id: str | None, *, state: InboxState | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[InboxRow]:
        """Messages, newest first."""
        async with self._office.units.begin(write=False) as work:
            return await work.inbox.page(store_id, before=before, limit=limit, state=state)

    async def message(self, store_id: str, row_id: int) -> InboxRow:
        """One message. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            row = await work.inbox.get(store_id, row_id)
        if row is None:
            raise NotFound(what="message", id=row_id)
        return row

    async def messages_about(self, store_id: str, order_number: int, *, limit: int = 50) -> Sequence[InboxRow]:
        """Messages about one order, newest first."""
        async with self._office.units.begin(write=False) as work:
            return await work.inbox.of_order(store_id, order_number, limit=limit)

    @doing_over
    async def replay(self, store_id: str | None, row_ids: Sequence[int]) -> int:
        """Work messages off once more; returns how many there were."""
        async with self._office.units.begin() as work:
            count = await work.inbox.replay(store_id, row_ids, now=self._office.now())
            await work.commit()
        await self._office.queue.wake_inbox()
        return count

    async def outbox(
        self, store_id: str | None, *, state: EffectState | None = None, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Effect]:
        """Effects, newest first."""
        async with self._office.units.begin(write=False) as work:
            return await work.outbox.page(store_id, before=before, limit=limit, state=state)

    async def effect(self, store_id: str | None, effect_id: str) -> Effect:
        """One effect. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            return await self._effect(work, store_id, effect_id)

    async def subject_of(self, effect: Effect) -> Shipment | Invoice | Manifest | None:
        """What an effect is about, if it is one of these and still there."""
        async with self._office.units.begin(write=False) as work:
            return (
                await work.shipments.get(effect.store_id, effect.subject)
                or await work.invoices.get(effect.store_id, effect.subject)
                or await work.manifests.get(effect.store_id, effect.subject)
            )

    @doing_over
    async def retry(self, store_id: str | None, effect_id: str) -> Effect:
        """Try a rejected or dead effect again; what may have happened is looked for first.

        Raises:
            NotFound: No such effect.
            WrongState: It is not rejected or dead.
        """
        async with self._office.units.begin() as work:
            effect = await self._effect(work, store_id, effect_id)
            handler = self._runner.handler(effect.kind)
            retried = effect.retried(self._office.now(), repeatable=handler.repeatable)
            await handler.again(work, effect)
            if retried.state is EffectState.UNCERTAIN:
                await handler.in_doubt(work, retried, effect.message or "uncertain")
            await work.outbox.save(retried)
            await work.commit()
        await self._office.wake(retried.lane)
        return retried

    @doing_over
    async def resolve(self, store_id: str | None, effect_id: str, *, happened: bool, note: str) -> Effect:
        """Settle an uncertain effect by what a person found out at the provider.

        Raises:
            NotFound: No such effect.
            WrongState: It is not uncertain.
        """
        async with self._office.units.begin() as work:
            effect = await self._effect(work, store_id, effect_id)
            resolved = await self.resolve_in(work, effect, happened=happened, note=note)
            await work.commit()
        await self._office.wake(resolved.lane)
        return resolved

    async def resolve_in(self, work: UnitOfWork, effect: Effect, *, happened: bool, note: str) -> Effect:
        """As :meth:`resolve`, in the caller's transaction. Raises ``WrongState``."""
        resolved = effect.resolved(self._office.now(), happened=happened, message=note)
        handler = self._runner.handler(effect.kind)
        if happened:
            await handler.by_hand(work, effect, note)
        else:
            await handler.again(work, effect)
        await work.outbox.save(resolved)
        return resolved

    async def _effect(self, work: UnitOfWork, store_id: str | None, effect_id: str) -> Effect:
        effect = await work.outbox.get(store_id, effect_id)
        if effect is None:
            raise NotFound(what="effect", id=effect_id)
        return effect

    async def counts(self) -> dict[str, dict[str, int]]:
        """Rows of both ledgers by state, over all stores, without those that are done with."""
        async with self._office.units.begin(write=False) as work:
            return {"inbox": await work.inbox.counts(), "outbox": await work.outbox.counts()}
