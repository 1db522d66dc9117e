"""Opening a batch: its lines, and one effect that asks for them, in one transaction. Under the same key the same batch is given again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from despacho_core.batches import Batch, BatchLine, BatchOrder, BatchPurpose, check_batch
from despacho_core.errors import NotFound, OrderTwiceInBatch
from despacho_core.ledgers import Effect, Lane
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere
from despacho_services.effects import EffectRunner
from despacho_services.identifiers import new_id
from despacho_services.office import Office

BATCH = "batch"


class BatchOpening:
    """Opens batches of both purposes."""

    def __init__(self, office: Office, runner: EffectRunner, purpose: BatchPurpose) -> None:
        self._office = office
        self._runner = runner
        self._purpose = purpose

    async def open(
        self,
        store_id: str,
        orders: Sequence[BatchOrder],
        *,
        key: str | None = None,
        fingerprint: str = "",
        left_over: int = 0,
        wait: float = 0,
    ) -> str:
        """Open a batch and ask for its lines at once, as far as ``wait`` seconds go; a worker does the rest. Returns its id.

        Args:
            store_id: Whose orders.
            orders: At most 500; one named twice counts once, and its second line says so.
            key: Under the same key the same batch is given again.
            fingerprint: Of the request, kept with the batch, to tell whether the same was asked for under the key.
            left_over: How many more orders there were than a batch takes.
            wait: How long to wait until everything is asked for, not done.

        Raises:
            BatchEmpty: No order is named.
            BatchTooLarge: More than 500 are.
        """
        check_batch(orders)
        batch = Batch(
            id=new_id(),
            store_id=store_id,
            created_at=self._office.now(),
            key=self._kept_key(key),
            fingerprint=fingerprint,
            left_over=left_over,
            purpose=self._purpose,
        )
        effect = _asking(batch)
        async with self._office.units.begin() as work:
            try:
                await work.batches.add(batch, _lines(batch, orders))
            except AlreadyThere:
                there = await work.batches.by_key(store_id, batch.key or "")
            else:
                there = None
                await work.outbox.owe(effect)
                await work.commit()
        if there is not None:
            return there.id
        await self._office.wake(Lane.BULK)
        await self._runner.run_now(effect.id, wait=wait)
        return batch.id

    async def by_key(self, store_id: str, key: str) -> str | None:
        """The id of the batch that was asked for under this key, if any."""
        async with self._office.units.begin(write=False) as work:
            batch = await work.batches.by_key(store_id, self._kept_key(key) or "")
        return None if batch is None else batch.id

    async def page(self, store_id: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Batch]:
        """Batches of the purpose, newest first."""
        async with self._office.units.begin(write=False) as work:
            return await work.batches.page(store_id, self._purpose, before=before, limit=limit)

    def _kept_key(self, key: str | None) -> str | None:
        """Keys of one purpose are nothing to the other; those of labels are kept as they come."""
        return key if key is None or self._purpose is BatchPurpose.LABELS else f"{self._purpose.value}:{key}"


async def batch_with_lines(
    work: UnitOfWork, store_id: str, batch_id: str, purpose: BatchPurpose
) -> tuple[Batch, Sequence[BatchLine]]:
    """A batch of this purpose with its lines. Raises ``NotFound``."""
    batch = await work.batches.get(store_id, batch_id)
    if batch is None or batch.purpose is not purpose:
        raise NotFound(what="batch", id=batch_id)
    return batch, await work.batches.lines(store_id, batch_id)


def _asking(batch: Batch) -> Effect:
    return Effect(
        id=new_id(),
        store_id=batch.store_id,
        key=f"{BATCH}:{batch.id}",
        kind=BATCH,
        subject=batch.id,
        lane=Lane.BULK,
        created_at=batch.created_at,
        due_at=batch.created_at,
    )


def _lines(batch: Batch, orders: Sequence[BatchOrder]) -> list[BatchLine]:
    """The lines; one whose order stands before it already is refused at once."""
    lines: list[BatchLine] = []
    seen: set[int] = set()
    for place, one in enumerate(orders, start=1):
        line = BatchLine(
            store_id=batch.store_id, batch_id=batch.id, place=place, order_number=one.order_number, wish=one.wish
        )
        twice = one.order_number in seen
        lines.append(line.refused(OrderTwiceInBatch(order=one.order_number)) if twice else line)
        seen.add(one.order_number)
    return lines
