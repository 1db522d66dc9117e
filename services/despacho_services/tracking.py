"""Following parcels: asking carriers in batches, taking in what they push, telling the store what changed."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from despacho_core.errors import AccountNeedsAttention, NotFound
from despacho_core.ledgers import Lane
from despacho_core.shipments import Label, LabelState, Shipment, ShipmentState
from despacho_core.stores import Account, Store
from despacho_core.tracking import DEFAULT_CHECK_INTERVAL, TrackingEvent, next_check, status_after, status_of_pieces
from despacho_ports.carriers import LabelHandle, TrackingReport, TracksShipments
from despacho_ports.errors import ProviderError, Unauthorized
from despacho_ports.persistence import UnitOfWork
from despacho_services.fulfilling import owe_status
from despacho_services.office import Office
from despacho_services.shipping import shipment_with_labels

log = logging.getLogger("despacho.tracking")

CLAIM = 500
RETRY_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class SyncResult:
    """What a round of asking brought."""

    asked: int = 0
    new_events: int = 0
    changed: int = 0
    problems: tuple[str, ...] = ()

    def __add__(self, other: SyncResult) -> SyncResult:
        return SyncResult(
            self.asked + other.asked,
            self.new_events + other.new_events,
            self.changed + other.changed,
            self.problems + other.problems,
        )


class Tracking:
    """Follows shipments."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def sync_due(self) -> SyncResult:
        """Ask about all shipments whose next check is due, of every store."""
        total = SyncResult()
        while True:
            async with self._office.units.begin(write=False) as work:
                due = await work.shipments.due_for_tracking(self._office.now(), CLAIM)
            if not due:
                return total
            total += await self._sync(due)

    async def sync_store(self, store_id: str) -> SyncResult:
        """Ask about all shipments of one store that are still followed, due or not."""
        async with self._office.units.begin(write=False) as work:
            shipments = await work.shipments.open_of_store(store_id, 10_000)
        return await self._sync(shipments)

    async def sync_shipment(self, store_id: str, shipment_id: str) -> SyncResult:
        """Ask about one shipment. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            shipment = await work.shipments.get(store_id, shipment_id)
        if shipment is None:
            raise NotFound(what="shipment", id=shipment_id)
        return await self._sync([shipment] if shipment.state is ShipmentState.BOUGHT else [])

    async def events_of(self, store_id: str, shipment_id: str) -> tuple[Shipment, Sequence[TrackingEvent]]:
        """A shipment and all that is known of its way, oldest first."""
        async with self._office.units.begin(write=False) as work:
            shipment, _ = await shipment_with_labels(work, store_id, shipment_id)
            return shipment, await work.tracking.of_shipment(store_id, shipment_id)

    async def take_in(self, store_id: str, events: Iterable[TrackingEvent]) -> SyncResult:
        """Take in events that a carrier pushed, whatever shipments they are about; unknown tracking numbers are ignored."""
        by_number: dict[str, list[TrackingEvent]] = defaultdict(list)
        for event in events:
            by_number[event.tracking_number].append(event)
        async with self._office.units.begin(write=False) as work:
            labels = await work.labels.by_tracking_numbers(store_id, list(by_number))
        total = SyncResult()
        for shipment_id in dict.fromkeys(label.shipment_id for label in labels):
            mine = [label.tracking_number for label in labels if label.shipment_id == shipment_id]
            news = [event for number in mine for event in by_number[number]]
            total += await self._taken_in(store_id, shipment_id, news)
        return total

    async def _sync(self, shipments: Sequence[Shipment]) -> SyncResult:
        by_account: dict[tuple[str, str], list[Shipment]] = defaultdict(list)
        for shipment in shipments:
            by_account[shipment.store_id, shipment.account_id].append(shipment)
        results = await asyncio.gather(
            *(self._sync_account(store_id, account_id, some) for (store_id, account_id), some in by_account.items())
        )
        return sum(results, SyncResult())

    async def _sync_account(self, store_id: str, account_id: str, shipments: Sequence[Shipment]) -> SyncResult:
        async with self._office.units.begin(write=False) as work:
            account = await work.accounts.get(store_id, account_id)
            labels = await work.labels.of_shipments(store_id, [shipment.id for shipment in shipments])
        try:
            connector = self._office.connector(account) if account is not None else None
        except AccountNeedsAttention as error:
            return await self._put_off(shipments, str(error))
        if not isinstance(connector, TracksShipments) or account is None:
            return await self._put_off(shipments, "the account cannot be asked")
        total = SyncResult()
        for batch in _batches(shipments, labels, connector.batch_size):
            total += await self._sync_batch(account, connector, batch)
        return total

    async def _sync_batch(
        self, account: Account, connector: TracksShipments, batch: dict[str, tuple[Shipment, list[Label]]]
    ) -> SyncResult:
        handles = [
            LabelHandle(
                tracking_number=label.tracking_number,
                reference=shipment.piece_reference(label.piece),
                group=label.group,
            )
            for shipment, labels in batch.values()
            for label in labels
        ]
        shipments = [shipment for shipment, _ in batch.values()]
        try:
            reports = await connector.track_shipments(handles) if handles else []
        except Unauthorized as error:
            await self._needs_attention(account, error.message)
            return await self._put_off(shipments, error.message)
        except ProviderError as error:
            return await self._put_off(shipments, error.message)
        except Exception as error:
            log.exception("account %s broke while tracking", account.id)
            return await self._put_off(shipments, f"the provider broke: {error!r}")
        return await self._reported(batch, reports)

    async def _reported(
        self, batch: dict[str, tuple[Shipment, list[Label]]], reports: Sequence[TrackingReport]
    ) -> SyncResult:
        by_number = {report.tracking_number: report for report in reports}
        total = SyncResult()
        for shipment, labels in batch.values():
            known = [by_number[label.tracking_number] for label in labels if label.tracking_number in by_number]
            problems = tuple(report.problem for report in known if report.problem)
            events = [event for report in known for event in report.events]
            taken = await self._taken_in(shipment.store_id, shipment.id, events)
            total += SyncResult(1, taken.new_events, taken.changed, problems)
        return total

    async def _taken_in(self, store_id: str, shipment_id: str, events: Sequence[TrackingEvent]) -> SyncResult:
        """Keep what is new, move the status forward, owe the store a real change: one transaction."""
        now = self._office.now()
        async with self._office.units.begin() as work:
            shipment, labels = await shipment_with_labels(work, store_id, shipment_id)
            if shipment.state is not ShipmentState.BOUGHT:
                return SyncResult()
            store = await work.stores.get(store_id)
            new = await work.tracking.add_new(store_id, shipment_id, events)
            changed = await self._moved(work, shipment, labels, new, now=now, interval=_interval(store))
            await work.commit()
        if changed:
            await self._office.wake(Lane.INTERACTIVE)
        return SyncResult(0, len(new), int(changed))

    async def _moved(
        self,
        work: UnitOfWork,
        shipment: Shipment,
        labels: Sequence[Label],
        new: Sequence[TrackingEvent],
        *,
        now: datetime,
        interval: timedelta,
    ) -> bool:
        pieces = []
        for label in labels:
            mine = (event for event in new if event.tracking_number == label.tracking_number)
            moved = msgspec.structs.replace(label, tracking_status=status_after(label.tracking_status, mine))
            if moved.tracking_status is not label.tracking_status:
                await work.labels.save(moved)
            if label.state is LabelState.LIVE:
                pieces.append(moved.tracking_status)
        status = status_of_pieces(pieces) if pieces else shipment.tracking_status
        moved_at = now if new else shipment.tracking_moved_at or now
        changed = msgspec.structs.replace(
            shipment,
            tracking_status=status,
            tracking_moved_at=moved_at,
            next_check_at=next_check(status, now=now, last_moved_at=moved_at, interval=interval),
        )
        await work.shipments.save(changed)
        if status.for_store == shipment.tracking_status.for_store:
            return False
        await owe_status(work, changed, now)
        return True

    async def _put_off(self, shipments: Sequence[Shipment], problem: str) -> SyncResult:
        async with self._office.units.begin() as work:
            for shipment in shipments:
                current = await work.shipments.get(shipment.store_id, shipment.id)
                if current is not None and current.next_check_at is not None:
                    later = msgspec.structs.replace(current, next_check_at=self._office.now() + RETRY_AFTER)
                    await work.shipments.save(later)
            await work.commit()
        return SyncResult(problems=(problem,))

    async def _needs_attention(self, account: Account, message: str) -> None:
        async with self._office.units.begin() as work:
            current = await work.accounts.get(account.store_id, account.id)
            if current is not None:
                await work.accounts.save(current.needing_attention(message))
                await work.commit()


def _interval(store: Store | None) -> timedelta:
    return timedelta(hours=float(store.settings.tracking_hours)) if store else DEFAULT_CHECK_INTERVAL


def _batches(
    shipments: Sequence[Shipment], labels: Sequence[Label], size: int
) -> Iterable[dict[str, tuple[Shipment, list[Label]]]]:
    """Shipments with their live labels, at most ``size`` labels together (a larger shipment stands alone)."""
    of_shipment: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        if label.state is LabelState.LIVE:
            of_shipment[label.shipment_id].append(label)
    batch: dict[str, tuple[Shipment, list[Label]]] = {}
    count = 0
    for shipment in shipments:
        mine = of_shipment[shipment.id]
        if batch and count + len(mine) > size:
            yield batch
            batch, count = {}, 0
        batch[shipment.id] = (shipment, mine)
        count += len(mine)
    if batch:
        yield batch
