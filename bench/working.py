"""Inbox events worked off by one real worker: each is read from the inbox, its order from the store's API, saved and settled.

The store is the sandbox's, with its rate limits lifted: a real one answers 20 calls a second, and then that bounds everything.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from bench.ground import DATABASES, Ground, bench_store
from bench.outside import Outside, outside
from bench.processes import cpu_seconds, python, running
from bench.results import Measure
from bench.rows import count
from despacho_core.stores import BasicCredentials, Store
from despacho_ports.records import NewMessage

EVENTS = 600
PATIENCE_S = 120.0
_DONE = "SELECT count(*) FROM inbox WHERE state = 'done'"


@dataclass(frozen=True)
class Shift:
    """What one worker did."""

    rate: float
    worker_cpu: float
    store_cpu: float


def measure(ground: Ground) -> Iterator[Measure]:
    """Events per second on each database."""
    with outside(ground) as world:
        shown = world.store()
        numbers = world.place_orders(EVENTS)
        for kind in DATABASES:
            shift = _worked_off(ground, world, shown, numbers, kind)
            yield Measure(
                name=f"inbox_{kind}",
                value=shift.rate,
                unit="events/s",
                note=f"{EVENTS} orders, one worker, sandbox store without limits; {_bound(shift)}",
            )


def _worked_off(ground: Ground, world: Outside, shown: dict[str, str], numbers: list[int], kind: str) -> Shift:
    url = ground.new_database(kind)
    asyncio.run(_announce(ground, url, _store(shown), numbers))
    environment = ground.environment(url, **world.environment)
    store_cpu = cpu_seconds(world.process_id)
    with running(
        python("-m", "despacho", "worker"), environment=environment, log=ground.folder / "worker.log"
    ) as worker:
        _wait_until(url, 1)
        already, begun, cpu = count(url, _DONE), time.perf_counter(), cpu_seconds(worker.pid)
        _wait_until(url, len(numbers))
        seconds = time.perf_counter() - begun
        return Shift(
            rate=(len(numbers) - already) / seconds,
            worker_cpu=(cpu_seconds(worker.pid) - cpu) / seconds,
            store_cpu=(cpu_seconds(world.process_id) - store_cpu) / seconds,
        )


def _bound(shift: Shift) -> str:
    used = f"processors used: worker {shift.worker_cpu:.2f}, store {shift.store_cpu:.2f}"
    if shift.worker_cpu > 0.8:
        return f"{used}; bounded by the worker's own processor time. A real store's API allows 20 calls a second"
    return f"{used}; bounded by waiting for commits, one after the other. A real store's API allows 20 calls a second"


def _store(shown: dict[str, str]) -> Store:
    credentials = BasicCredentials(login=shown["login"], authtoken=shown["authtoken"])
    return msgspec.structs.replace(
        bench_store(), code=shown["code"], hooks_token=shown["hooks_token"], credentials=credentials
    )


async def _announce(ground: Ground, url: str, store: Store, numbers: list[int]) -> None:
    async with ground.hub(url) as hub:
        office = hub.services.office
        async with office.units.begin() as work:
            await work.stores.add(store)
            await work.commit()
        messages = [
            NewMessage(
                store_id=store.id,
                source="jumpseller",
                event="order_updated",
                dedupe_key=f"bench:{number}",
                body=msgspec.json.encode({"order": {"id": number}}),
                headers={},
                received_at=office.now(),
            )
            for number in numbers
        ]
        await asyncio.gather(*(hub.database.inbox_writer.accept(message) for message in messages))


def _wait_until(url: str, done: int) -> None:
    patience = time.monotonic() + PATIENCE_S
    while count(url, _DONE) < done:
        if time.monotonic() > patience:
            raise RuntimeError(f"only {count(url, _DONE)} of {done} events were worked off")
        time.sleep(0.05)
