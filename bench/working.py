"""Inbox events worked off by one real worker: each is read from the inbox, its order from the store's API, saved and settled.

A store's API takes 20 calls a second, so that one store can never keep a worker busy: the events come from many stores of the
sandbox, none of them with more than its share. What bounds the worker is told by what the processes used, and by how long the disk takes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bench.disk import fsync_seconds
from bench.ground import DATABASES, Ground, bench_store
from bench.outside import Outside, StoreCredentials, outside
from bench.processes import cpu_seconds, python, running
from bench.results import Measure
from bench.rows import count
from despacho_core.stores import BasicCredentials, Store
from despacho_ports.records import NewMessage
from despacho_services.reception import STORE_SOURCE

STORES = 60
EVENTS_EACH = 15
COMMITS = 1
"""Of each event: the order saved and the row settled. Claims take many rows at once."""
PATIENCE_S = 120.0
_DONE = "SELECT count(*) FROM inbox WHERE state = 'done'"


@dataclass(frozen=True)
class Shift:
    """What one worker did; shares are of one processor."""

    rate: float
    worker: float
    store: float


def measure(ground: Ground) -> Iterator[Measure]:
    """Events per second on each database."""
    with outside(ground) as world:
        opened = [world.open_store(f"bench-{number}") for number in range(STORES)]
        orders = [(one, world.place_orders(one.code, EVENTS_EACH)) for one in opened]
        for kind in DATABASES:
            shift = _worked_off(ground, world, orders, kind)
            yield Measure(
                name=f"inbox_{kind}",
                value=shift.rate,
                unit="events/s",
                note=f"{STORES * EVENTS_EACH} orders of {STORES} stores; {_bound(shift, fsync_seconds(ground), kind)}",
            )


def _worked_off(ground: Ground, world: Outside, orders: list[tuple[StoreCredentials, list[int]]], kind: str) -> Shift:
    url = ground.new_database(kind)
    asyncio.run(_announce(ground, url, orders))
    environment = ground.environment(url, **world.environment)
    argv = python("-m", "despacho", "worker")
    with running(argv, environment=environment, log=ground.folder / "worker.log") as worker:
        _wait_until(url, 1)
        already, begun = count(url, _DONE), time.perf_counter()
        worker_cpu, store_cpu = cpu_seconds(worker.pid), cpu_seconds(world.process_id)
        _wait_until(url, STORES * EVENTS_EACH)
        seconds = time.perf_counter() - begun
        return Shift(
            rate=(STORES * EVENTS_EACH - already) / seconds,
            worker=(cpu_seconds(worker.pid) - worker_cpu) / seconds,
            store=(cpu_seconds(world.process_id) - store_cpu) / seconds,
        )


def _bound(shift: Shift, fsync_s: float, kind: str) -> str:
    """What an event costs, and which of its costs allows the least."""
    worker_s, store_s = shift.worker / shift.rate, shift.store / shift.rate
    allowed = {
        "the worker's processor time": 1 / max(worker_s, 1e-6),
        "the simulated store's processor time": 1 / max(store_s, 1e-6),
    }
    if kind == "sqlite":  # PostgreSQL makes the commits of several events durable together
        allowed["commits, one after the other"] = 1 / (COMMITS * fsync_s)
    least = min(allowed, key=lambda cost: allowed[cost])
    costs = ", ".join(f"{cost} would allow {rate:,.0f} events/s" for cost, rate in allowed.items())
    return f"{costs}; bounded by {least} (the worker got {shift.worker:.0%} of a processor); a real store's API takes 20 calls a second"


def _store(shown: StoreCredentials) -> Store:
    credentials = BasicCredentials(login=shown.login, authtoken=shown.authtoken)
    return msgspec.structs.replace(
        bench_store(), code=shown.code, hooks_token=shown.hooks_token, credentials=credentials
    )


async def _announce(ground: Ground, url: str, orders: list[tuple[StoreCredentials, list[int]]]) -> None:
    async with ground.hub(url) as hub:
        office = hub.services.office
        messages = []
        for credentials, numbers in orders:
            store = _store(credentials)
            async with office.units.begin() as work:
                await work.stores.add(store)
                await work.commit()
            messages += [_message(store, number, hub.services.office.now()) for number in numbers]
        messages.sort(key=lambda message: message.dedupe_key)  # so that the stores take turns
        await asyncio.gather(*(hub.database.inbox_writer.accept(message) for message in messages))


def _message(store: Store, number: int, now: datetime) -> NewMessage:
    return NewMessage(
        store_id=store.id,
        source=STORE_SOURCE,
        event="order_updated",
        dedupe_key=f"{number}",
        body=msgspec.json.encode({"order": {"id": number}}),
        headers={},
        received_at=now,
    )


def _wait_until(url: str, done: int) -> None:
    patience = time.monotonic() + PATIENCE_S
    while count(url, _DONE) < done:
        if time.monotonic() > patience:
            raise RuntimeError(f"only {count(url, _DONE)} of {done} events were worked off")
        time.sleep(0.05)
