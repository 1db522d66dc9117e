"""What a worker process does; see :class:`despacho_ports.work.Work`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from despacho_core.ledgers import InboxRow, Lane
from despacho_services.effects import EffectRunner
from despacho_services.housekeeping import Housekeeping
from despacho_services.intake import Intake
from despacho_services.lanes import Lanes, inbox_drain
from despacho_services.office import Office
from despacho_services.reconciliation import Reconciliation
from despacho_services.tracking import Tracking

log = logging.getLogger("despacho.work")

T = TypeVar("T")


class HubWork:
    """Drains, sweeps and scheduled rounds."""

    def __init__(
        self,
        office: Office,
        runner: EffectRunner,
        *,
        intake: Intake,
        tracking: Tracking,
        reconciliation: Reconciliation,
        housekeeping: Housekeeping,
        width: int = 16,
    ) -> None:
        self._runner = runner
        self._lanes = Lanes(office, runner, width=width)
        self._inbox = inbox_drain(office, self._handled(intake), lease=runner.policy.lease, width=width)
        self._tracking = tracking
        self._reconciliation = reconciliation
        self._housekeeping = housekeeping

    async def drain(self, lane: Lane) -> int:
        """Run what is due in a lane."""
        return await self._guarded(f"draining {lane.value}", lambda: self._lanes.drain(lane), 0)

    async def drain_inbox(self) -> int:
        """Work off messages."""
        return await self._guarded("draining the inbox", self._inbox, 0)

    async def sweep(self) -> None:
        """Expire the leases of the dead, and look for what is uncertain. Drains are the caller's, beside it."""
        await self._guarded("expiring leases", self._expire, 0)
        await asyncio.gather(*(self._looked(lane) for lane in Lane))

    async def look_at_everything(self) -> None:
        """A sweep, then a drain of everything that is due: what a worker does in parts, done to its end."""
        await self.sweep()
        await asyncio.gather(self.drain_inbox(), *(self.drain(lane) for lane in Lane))

    def stop(self) -> None:
        """Take no further row; what runs is finished."""
        self._lanes.stop()
        self._inbox.stop()

    async def track_due(self) -> None:
        """Ask about shipments that are due."""
        await self._guarded("tracking", self._tracking.sync_due, None)

    async def reconcile(self) -> None:
        """Find what no webhook told."""
        await self._guarded("reconciling", self._reconciliation.all_stores, 0)

    async def housekeep(self) -> None:
        """Remove what is past its time."""
        await self._guarded("housekeeping", self._housekeeping.run, 0)

    async def _looked(self, lane: Lane) -> int:
        return await self._guarded(f"looking in {lane.value}", lambda: self._lanes.look(lane), 0)

    def _handled(self, intake: Intake) -> Callable[[InboxRow], Awaitable[None]]:
        async def handle(row: InboxRow) -> None:
            await intake.handle(row)

        return handle

    async def _expire(self) -> int:
        count = await self._runner.expire()
        if count:
            log.warning("%d effects were left running by a process that died; they will be looked for", count)
        return count

    async def _guarded(self, what: str, run: Callable[[], Awaitable[T]], otherwise: T) -> T:
        """A round that breaks must not stop the next one."""
        try:
            return await run()
        except Exception:
            log.exception("%s broke; the next round tries again", what)
            return otherwise
