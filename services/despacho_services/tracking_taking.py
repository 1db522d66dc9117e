"""Taking in what was reported: keep what is new, move each status forward, owe the store every real change, all at once.

Many shipments of one store share one transaction; the caller begins and commits it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from despacho_core.shipments import Label, LabelState, Shipment, ShipmentState
from despacho_core.stores import Store
from despacho_core.tracking import TrackingEvent, status_after, status_of_pieces, weighed
from despacho_core.tracking_rhythm import DEFAULT_CHECK_INTERVAL, next_check
from despacho_ports.persistence import UnitOfWork
from despacho_services.fulfilling import owe_status
from despacho_services.tracking_result import SyncResult

ON_ITS_WAY = frozenset({ShipmentState.BOUGHT, ShipmentState.VOIDING})
"""What is being voided may still be kept by its carrier; whether the store is told waits for that."""

Reported = Mapping[str, Sequence[TrackingEvent]]
"""Events by shipment."""


@dataclass
class _Changes:
    """What one taking in writes."""

    shipments: list[Shipment] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    checks: dict[str, datetime | None] = field(default_factory=dict)
    told: list[Shipment] = field(default_factory=list)


async def take_in(
    work: UnitOfWork, store: Store, reported: Reported, *, now: datetime, asked: bool = False
) -> SyncResult:
    """Take in events of several shipments of a store, at most 500. ``asked`` also settles when each is asked about next."""
    rows = await work.followed.for_change(store.id, list(reported))
    weighed_events = {shipment.id: _weighed(shipment, labels, reported[shipment.id], now) for shipment, labels in rows}
    new = await work.followed.add_new(store.id, weighed_events)
    changes = _Changes()
    for shipment, labels in rows:
        _move(changes, store, shipment, labels, new.get(shipment.id, ()), now=now, asked=asked)
    await work.followed.save(store.id, changes.shipments, changes.labels)
    await work.followed.check_at(store.id, changes.checks)
    for shipment in changes.told:
        await owe_status(work, shipment, now)
    await _note_unknown(work, rows, new, now)
    return SyncResult(len(rows) if asked else 0, sum(map(len, new.values())), len(changes.told))


def interval_of(store: Store | None) -> timedelta:
    """How often the store wants moving parcels to be asked about."""
    return timedelta(hours=float(store.settings.tracking_hours)) if store else DEFAULT_CHECK_INTERVAL


def _weighed(
    shipment: Shipment, labels: Sequence[Label], events: Iterable[TrackingEvent], now: datetime
) -> list[TrackingEvent]:
    by_number = {label.tracking_number: label for label in labels}
    kept = []
    for event in events:
        label = by_number.get(event.tracking_number)
        gone = shipment.state not in ON_ITS_WAY or (label is not None and label.state is LabelState.VOIDED)
        corrected_at = label.corrected_at if label is not None else None
        kept.append(weighed(event, now=now, voided=gone, corrected_at=corrected_at))
    return kept


def _move(
    changes: _Changes,
    store: Store,
    shipment: Shipment,
    labels: Sequence[Label],
    new: Sequence[TrackingEvent],
    *,
    now: datetime,
    asked: bool,
) -> None:
    if shipment.state not in ON_ITS_WAY:
        return
    moved = [_label_after(label, new) for label in labels]
    changes.labels += [after for before, after in zip(labels, moved, strict=True) if after is not before]
    live = [one.tracking_status for one in moved if one.state is LabelState.LIVE]
    status = status_of_pieces(live) if live else shipment.tracking_status
    after = msgspec.structs.replace(
        shipment, tracking_status=status, tracking_moved_at=now if new else shipment.tracking_moved_at or now
    )
    if asked or status is not shipment.tracking_status:
        after = msgspec.structs.replace(after, next_check_at=_next_check(after, store, now))
    if new or status is not shipment.tracking_status:
        changes.shipments.append(after)
    elif asked:
        changes.checks[shipment.id] = after.next_check_at
    if status.for_store != shipment.tracking_status.for_store:
        changes.told.append(after)


def _next_check(shipment: Shipment, store: Store, now: datetime) -> datetime | None:
    moved_at = shipment.tracking_moved_at or now
    interval = interval_of(store)
    return next_check(shipment.tracking_status, now=now, last_moved_at=moved_at, interval=interval, seed=shipment.id)


def _label_after(label: Label, new: Sequence[TrackingEvent]) -> Label:
    status = status_after(
        label.tracking_status, (event for event in new if event.tracking_number == label.tracking_number)
    )
    return label if status is label.tracking_status else msgspec.structs.replace(label, tracking_status=status)


async def _note_unknown(
    work: UnitOfWork, rows: Sequence[tuple[Shipment, Sequence[Label]]], new: Reported, now: datetime
) -> None:
    by_account: dict[tuple[str, str], list[TrackingEvent]] = defaultdict(list)
    for shipment, _ in rows:
        unread = [event for event in new.get(shipment.id, ()) if event.is_unread]
        if unread:
            by_account[shipment.store_id, shipment.account_id] += unread
    for (store_id, account_id), events in by_account.items():
        account = await work.accounts.get(store_id, account_id)
        if account is not None:
            await work.followed.note_unknown(store_id, account.provider, events, now)
