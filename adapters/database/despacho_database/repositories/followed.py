"""Shipments on their way: claimed by account, changed many at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from despacho_core.shipments import Label, Shipment
from despacho_core.tracking import TrackingEvent
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository
from despacho_database.repositories.shipments import shipment_row
from despacho_database.tables import (
    accounts,
    label_is_scanned,
    labels,
    shipment_is_followed,
    shipments,
    tracking_events,
    unknown_codes,
)
from despacho_ports.following import UnknownCode

_shipments = Mapping(shipments, Shipment)
_labels = Mapping(labels, Label)
_events = Mapping(tracking_events, TrackingEvent)

MOST_WORDS = 120
MOST_CODES = 500
"""So many unknown codes are told apart for each store and provider; what comes after them is counted together."""
OTHERS = "…"


class FollowedTable(Repository):
    """Implements :class:`despacho_ports.following.Followed`."""

    async def due_accounts(self, now: datetime, *, store_id: str | None = None) -> Sequence[tuple[str, str]]:
        """One look into the index for each account, so that a million shipments that are not due cost nothing."""
        mine = (shipments.c.store_id == accounts.c.store_id, shipments.c.account_id == accounts.c.id)
        due = sa.exists(sa.select(shipments.c.id).where(*mine, shipment_is_followed, shipments.c.next_check_at <= now))
        query = sa.select(accounts.c.store_id, accounts.c.id).where(due).order_by(accounts.c.store_id, accounts.c.id)
        if store_id is not None:
            query = query.where(accounts.c.store_id == store_id)
        return [(row["store_id"], row["id"]) for row in await self._all(query)]

    async def claim(
        self, store_id: str, account_id: str, *, due: datetime, until: datetime, limit: int
    ) -> Sequence[Shipment]:
        """What is claimed is put off till ``until``: whoever dies over it has lost nothing but that time."""
        mine = (shipments.c.store_id == store_id, shipments.c.account_id == account_id)
        earliest = sa.select(shipments.c.id).where(*mine, shipment_is_followed, shipments.c.next_check_at <= due)
        earliest = earliest.order_by(shipments.c.next_check_at).limit(limit).with_for_update(skip_locked=True)
        chosen = earliest.cte("due")
        taken = sa.update(shipments).where(shipments.c.store_id == store_id, shipments.c.id.in_(sa.select(chosen.c.id)))
        rows = await self._connection.execute(taken.values(next_check_at=until).returning(shipments))
        return [_shipments.struct(row) for row in rows.mappings().all()]

    async def hasten(self, store_id: str, now: datetime) -> int:
        """Everything of a store that is still followed becomes due, account by account, as the index has it."""
        mine = shipments.c.account_id.in_(sa.select(accounts.c.id).where(accounts.c.store_id == store_id))
        waiting = (shipments.c.store_id == store_id, mine, shipment_is_followed, shipments.c.next_check_at > now)
        return (await self._connection.execute(sa.update(shipments).where(*waiting).values(next_check_at=now))).rowcount

    async def for_change(
        self, store_id: str, shipment_ids: Sequence[str]
    ) -> Sequence[tuple[Shipment, Sequence[Label]]]:
        """In one order, shipments before labels, so that two who change the same never wait for each other in a ring."""
        ids = sorted(set(shipment_ids))
        wanted = sa.select(shipments).where(shipments.c.store_id == store_id, shipments.c.id.in_(ids))
        found = await self._all(self._for_change(wanted.order_by(shipments.c.id)))
        theirs = sa.select(labels).where(labels.c.store_id == store_id, labels.c.shipment_id.in_(ids))
        order = (labels.c.created_at, labels.c.shipment_id, labels.c.piece)
        by_shipment: dict[str, list[Label]] = defaultdict(list)
        for row in await self._all(self._for_change(theirs.order_by(*order))):
            by_shipment[row["shipment_id"]].append(_labels.struct(row))
        return [(_shipments.struct(row), by_shipment[row["id"]]) for row in found]

    async def add_new(
        self, store_id: str, events: MappingOf[str, Sequence[TrackingEvent]]
    ) -> MappingOf[str, Sequence[TrackingEvent]]:
        """Most of what carriers tell they told before, so that the marks are read first and only what is new is written."""
        known = await self._marks(store_id, [shipment_id for shipment_id, some in events.items() if some])
        new: dict[str, list[TrackingEvent]] = {}
        rows = []
        for shipment_id, some in events.items():
            for event in some:
                mark = event.fingerprint
                if (shipment_id, mark) in known:
                    continue
                known.add((shipment_id, mark))
                new.setdefault(shipment_id, []).append(event)
                rows.append(_events.row(event, store_id=store_id, shipment_id=shipment_id, fingerprint=mark))
        if rows:
            await self._connection.execute(self._insert(tracking_events).on_conflict_do_nothing(), rows)
        return new

    async def save(self, store_id: str, changed: Sequence[Shipment], further: Sequence[Label]) -> None:
        """Whole rows, all of one kind in one statement."""
        await self._write(shipments, [{**shipment_row(one), "store_id": store_id} for one in changed])
        await self._write(labels, [_labels.row(one, store_id=store_id) for one in further])

    async def check_at(self, store_id: str, checks: MappingOf[str, datetime | None]) -> None:
        """Only what is still bought: what was voided meanwhile is not asked about again."""
        if not checks:
            return
        mine = (shipments.c.store_id == store_id, shipments.c.id == sa.bindparam("of"), shipments.c.state == "bought")
        statement = sa.update(shipments).where(*mine).values(next_check_at=sa.bindparam("at"))
        await self._connection.execute(statement, [{"of": name, "at": at} for name, at in checks.items()])

    async def by_scan_token(self, token: str) -> Label | None:
        """The label that a scan leads to."""
        query = sa.select(labels).where(labels.c.scan_token == token, label_is_scanned)
        found = await self._one(query)
        return None if found is None else _labels.struct(found)

    async def note_unknown(self, store_id: str, provider: str, events: Sequence[TrackingEvent], now: datetime) -> None:
        """A carrier that puts a number into every text must not fill the table."""
        counted = Counter((one.code[:MOST_WORDS], one.description[:MOST_WORDS]) for one in events)
        if not counted:
            return
        known = {(row["code"], row["words"]) for row in await self._all(_codes_of(store_id, provider))}
        if len(known | set(counted)) > MOST_CODES:
            beyond = [name for name in counted if name not in known]
            counted[OTHERS, OTHERS] += sum(counted.pop(name) for name in beyond)
        common = {"store_id": store_id, "provider": provider, "first_seen_at": now, "last_seen_at": now}
        rows = [{**common, "code": code, "words": words, "count": count} for (code, words), count in counted.items()]
        insert = self._insert(unknown_codes)
        seen = {"count": unknown_codes.c.count + insert.excluded.count, "last_seen_at": insert.excluded.last_seen_at}
        keys = [column.name for column in unknown_codes.primary_key]
        await self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=seen), rows)

    async def unknown_codes(self, store_id: str) -> Sequence[UnknownCode]:
        """The most frequent first."""
        table = unknown_codes.c
        query = sa.select(unknown_codes).where(table.store_id == store_id)
        rows = await self._all(query.order_by(table.count.desc(), table.provider, table.code, table.words))
        return [UnknownCode(**row) for row in rows]

    async def unknown_counts(self) -> MappingOf[str, int]:
        """By provider, over all stores."""
        table = unknown_codes.c
        query = sa.select(table.provider, sa.func.sum(table.count).label("times")).group_by(table.provider)
        return {row["provider"]: int(row["times"]) for row in await self._all(query)}

    async def _marks(self, store_id: str, shipment_ids: Sequence[str]) -> set[tuple[str, str]]:
        table = tracking_events.c
        query = sa.select(table.shipment_id, table.fingerprint)
        query = query.where(table.store_id == store_id, table.shipment_id.in_(shipment_ids))
        return {(row["shipment_id"], row["fingerprint"]) for row in await self._all(query)} if shipment_ids else set()

    async def _write(self, table: sa.Table, rows: Sequence[dict[str, object]]) -> None:
        if not rows:
            return
        keys = ("store_id", "id")
        values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in rows[0] if name not in keys}
        statement = sa.update(table).where(*(table.c[key] == sa.bindparam(f"new_{key}") for key in keys)).values(values)
        await self._connection.execute(statement, [{f"new_{name}": row[name] for name in row} for row in rows])


def _codes_of(store_id: str, provider: str) -> sa.Select[Any]:
    table = unknown_codes.c
    return sa.select(table.code, table.words).where(table.store_id == store_id, table.provider == provider)
