"""A tracking cycle: 100,000 open shipments of 20 stores with 60 accounts, every one due, on SQLite.

``DESPACHO_BENCH_SHIPMENTS`` takes another number.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from bench.ground import Ground, bench_store
from bench.processes import python
from bench.results import Measure, median
from bench.tracking_run import Seen
from bench.tracking_world import (
    BATCHES,
    BEGAN,
    LIMIT,
    STORES,
    Calls,
    catalogue,
    event,
    is_delivered,
    number_of,
    told_of,
)
from despacho.bootstrap import open_hub
from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.shipments import Label, Shipment, ShipmentState
from despacho_core.stores import BasicCredentials
from despacho_core.tracking import TrackingEvent, TrackingStatus
from despacho_database.columns import microseconds
from despacho_database.mapping import Mapping
from despacho_database.tables import labels, shipments, tracking_events
from tests.town import Silence

SHIPMENTS = int(os.environ.get("DESPACHO_BENCH_SHIPMENTS", "100000"))
REACH_MB = 300.0
PER_SECOND, PER_MINUTE = 20, 800
"""What the platform allows for one store (contract/jumpseller.md 4.1)."""
KNOWN_EVENTS = 2
_PLACE = Address(
    country="CL", municipality="Providencia", city="Santiago", street="Calle Uno", street_number="12", name="Ana Pérez"
)
_Row = tuple[object, ...]


def measure(ground: Ground) -> Iterator[Measure]:
    """One cycle in a process of its own."""
    url = ground.new_database("sqlite")
    accounts = asyncio.run(_furnish(ground, url))
    _fill(Path(url.partition(":///")[2]), accounts)
    argv = python("-m", "bench.tracking_run", url, str(ground.folder / "data"))
    answer = subprocess.run(argv, check=True, stdout=subprocess.PIPE)
    seen = msgspec.json.decode(answer.stdout, type=Seen)
    _checked(seen)
    yield from _measures(seen)


def _measures(seen: Seen) -> Iterator[Measure]:
    speed = seen.asked / seen.cycle_s
    calls = sum(seen.store_calls.values())
    changes = sum(map(is_delivered, range(SHIPMENTS)))
    yield Measure(
        name="tracking_cycle",
        value=speed,
        unit="shipments/s",
        note=f"{seen.asked:,} shipments of {STORES} stores in {seen.cycle_s:.0f} s, {seen.carrier_calls:,} calls of 200 ms, "
        f"batches of {', '.join(map(str, BATCHES))}; {seen.new_events:,} new events",
    )
    for size in BATCHES:
        speeds = [one for whom, one in seen.account_speeds.items() if whom.startswith(f"{size} ")]
        yield Measure(
            name=f"tracking_cycle_account_of_{size}",
            value=median(speeds),
            unit="shipments/s",
            note=f"{len(speeds)} accounts that take {size} a call, all asked at once: {min(speeds):.3g} to {max(speeds):.3g}",
        )
    yield Measure(name="tracking_cycle_memory", value=seen.peak_mb, unit="MB", reach=REACH_MB, note="peak")
    yield Measure(
        name="tracking_cycle_store_calls",
        value=calls / changes,
        unit="calls/change",
        reach=3,
        note=f"{calls:,} calls for {changes:,} real changes among {seen.new_events:,} new events, in {seen.telling_s:.0f} s: "
        f"{seen.store_calls}",
    )
    yield Measure(
        name="tracking_cycle_account_limit",
        value=seen.carrier_most_in_a_second,
        unit="calls in a second",
        reach=LIMIT.calls,
        note="the most that any account made in any second",
    )
    yield Measure(
        name="tracking_cycle_store_limit",
        value=max(seen.store_most_in_a_second / PER_SECOND, seen.store_most_in_a_minute / PER_MINUTE),
        unit="of the limit",
        reach=1,
        note=f"the most that any store got: {seen.store_most_in_a_second} in a second, {seen.store_most_in_a_minute} in a minute",
    )


def _checked(seen: Seen) -> None:
    changes = sum(map(is_delivered, range(SHIPMENTS)))
    if seen.asked != SHIPMENTS or seen.changed != changes or seen.problems:
        raise RuntimeError(f"{SHIPMENTS} shipments, {changes} delivered; but {seen}")


async def _furnish(ground: Ground, url: str) -> list[tuple[str, str]]:
    """Stores and accounts; which account of which store, one after the other."""
    found = []
    async with open_hub(ground.settings(url), Silence(), catalogue=catalogue(Calls())) as hub:
        for place in range(STORES):
            credentials = BasicCredentials(login=f"store-{place}", authtoken="bench")
            store = msgspec.structs.replace(bench_store(), code=f"store-{place}", credentials=credentials)
            async with hub.services.office.units.begin() as work:
                await work.stores.add(store)
                await work.commit()
            for size in BATCHES:
                account = await hub.services.accounts.add(store.id, f"batch-{size}", name=None, settings={})
                found.append((store.id, account.id))
    return found


def _fill(path: Path, accounts: list[tuple[str, str]]) -> None:
    """Write the rows as the hub does, only faster."""
    connection = sqlite3.connect(path)
    with connection:
        for table, rows in (
            ("shipments", _shipments(accounts)),
            ("labels", _labels(accounts)),
            ("tracking_events", _events(accounts)),
        ):
            _insert(connection, table, rows)
        connection.execute("ANALYZE")
    connection.close()


def _insert(connection: sqlite3.Connection, table: str, rows: Iterator[dict[str, object]]) -> None:
    first = next(rows)
    names = ", ".join(first)
    marks = ", ".join("?" for _ in first)
    values = (tuple(row.values()) for row in _and(first, rows))
    connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)


def _and(first: dict[str, object], rows: Iterator[dict[str, object]]) -> Iterator[dict[str, object]]:
    yield first
    yield from rows


def _shipments(accounts: list[tuple[str, str]]) -> Iterator[dict[str, object]]:
    mapping = Mapping(shipments, Shipment)
    due = datetime.now(UTC) - timedelta(minutes=5)
    for number in range(SHIPMENTS):
        store_id, account_id = accounts[number % len(accounts)]
        row = mapping.row(_SHIPMENT, store_id=store_id, account_id=account_id, id=f"s{number}", order_number=number + 1)
        yield _plain({**row, "next_check_at": due, "track_token": f"t{number}"})


def _labels(accounts: list[tuple[str, str]]) -> Iterator[dict[str, object]]:
    mapping = Mapping(labels, Label)
    for number in range(SHIPMENTS):
        store_id, account_id = accounts[number % len(accounts)]
        row = mapping.row(_LABEL, store_id=store_id, account_id=account_id, id=f"l{number}", shipment_id=f"s{number}")
        yield _plain({**row, "tracking_number": number_of(number)})


def _events(accounts: list[tuple[str, str]]) -> Iterator[dict[str, object]]:
    mapping = Mapping(tracking_events, TrackingEvent)
    for number in range(SHIPMENTS):
        store_id, _ = accounts[number % len(accounts)]
        for told in told_of(number)[:KNOWN_EVENTS]:
            one = event(number_of(number), *told)
            further = {"store_id": store_id, "shipment_id": f"s{number}", "fingerprint": one.fingerprint}
            yield _plain(mapping.row(one, **further))


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {name: microseconds(one) if isinstance(one, datetime) else one for name, one in row.items()}


_SHIPMENT = Shipment(
    id="s",
    store_id="",
    order_number=1,
    ordinal=1,
    account_id="",
    service_code="day",
    service_name="Día siguiente",
    reference="BENCH0001",
    parcels=(Parcel(weight_g=900, length_mm=300, width_mm=200, height_mm=100),),
    origin=_PLACE,
    destination=_PLACE,
    declared_value=money(9990, "CLP"),
    created_at=BEGAN,
    state=ShipmentState.BOUGHT,
    tracking_status=TrackingStatus.IN_TRANSIT,
    tracking_moved_at=BEGAN + timedelta(hours=5),
    bought_at=BEGAN,
    fulfillment_id="77",
)
_LABEL = Label(
    id="l",
    store_id="",
    account_id="",
    shipment_id="s",
    order_number=1,
    piece=1,
    pieces=1,
    tracking_number="",
    barcode="",
    created_at=BEGAN,
    tracking_status=TrackingStatus.IN_TRANSIT,
)
