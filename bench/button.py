"""The store's "Create invoice" button, as its merchants feel it, with an invoicing system that takes 300 ms over a document.

A real ``despacho web`` process, the sandbox as another: for each click the order is read from the store's API, kept, its document computed,
kept and issued, and what was issued kept again. Clicks go to many stores in turn, each with an account of its own: at OpenFactura's pace
of three a second and a hundred a minute, no click waits for a turn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import msgspec

from bench.disk import fsync_seconds
from bench.ground import DATABASES, Ground, Web, bench_store
from bench.outside import Outside, StoreCredentials, outside
from bench.processes import cpu_seconds
from bench.results import Measure, percentile
from despacho_core.stores import BasicCredentials, Store
from tests.town import OPENFACTURA, sign

STORES = 12
CLICKS_EACH = 5
AT_ONCE = 1
TAKES_MS = 300
REACH_MS = 340.0
_WARM_UP = STORES


@dataclass(frozen=True)
class Click:
    """One click on an order that has no document yet."""

    store: Store
    order: int


def measure(ground: Ground) -> Iterator[Measure]:
    """The slowest but three of sixty clicks, on each database."""
    with outside(ground) as world:
        _slow(world)
        opened = [world.open_store(f"button-{number}") for number in range(STORES)]
        for kind in DATABASES:
            times, cpu_ms = _times(ground, world, opened, kind)
            yield Measure(
                name=f"button_p95_{kind}",
                value=percentile(times, 95),
                unit="ms",
                reach=REACH_MS,
                note=f"{len(times)} clicks, {AT_ONCE} at a time, {STORES} stores; the system takes {TAKES_MS} of these; "
                f"half within {percentile(times, 50):.0f}, all within {max(times):.0f} ms; of the rest {cpu_ms:.0f} ms are the hub's "
                f"processor time, and a commit took {fsync_seconds(ground) * 1000:.1f} ms of the disk",
            )


def _slow(world: Outside) -> None:
    """The simulated OpenFactura takes its time over every document, and keeps no quota: all accounts share a key here."""
    slow = {"kind": "latency", "endpoint": "issue", "latency_ms": TAKES_MS, "times": 1_000_000}
    httpx.post(f"{world.url}/openfactura/_sandbox/faults", json=slow).raise_for_status()
    unlimited = {"requests_per_second": None, "requests_per_minute": None}
    httpx.patch(f"{world.url}/openfactura/_sandbox/options", json=unlimited).raise_for_status()


def _times(ground: Ground, world: Outside, opened: list[StoreCredentials], kind: str) -> tuple[list[float], float]:
    """Milliseconds of each click, and those that the hub's process computed for one."""
    url = ground.new_database(kind)
    stores = asyncio.run(_settled(ground, world, url, opened))
    orders = [world.place_orders(store.code, CLICKS_EACH + 1) for store in stores]
    clicks = [
        Click(store, numbers[at])
        for at in range(CLICKS_EACH + 1)
        for store, numbers in zip(stores, orders, strict=True)
    ]
    with ground.web(url, **world.environment) as web:
        asyncio.run(_clicked(web, clicks[:_WARM_UP]))
        before = cpu_seconds(web.process_id)
        times = asyncio.run(_clicked(web, clicks[_WARM_UP:]))
        return times, (cpu_seconds(web.process_id) - before) * 1000 / len(times)


async def _settled(ground: Ground, world: Outside, url: str, opened: list[StoreCredentials]) -> list[Store]:
    stores = []
    async with ground.hub(url) as hub:
        for shown in opened:
            credentials = BasicCredentials(login=shown.login, authtoken=shown.authtoken)
            store = msgspec.structs.replace(
                bench_store(), code=shown.code, hooks_token=shown.hooks_token, credentials=credentials
            )
            async with hub.services.office.units.begin() as work:
                await work.stores.add(store)
                await work.commit()
            settings = {**OPENFACTURA, "base_url": f"{world.url}/openfactura"}
            await hub.services.accounts.add(store.id, "openfactura", name=None, settings=settings)
            stores.append(store)
    return stores


async def _clicked(web: Web, clicks: list[Click]) -> list[float]:
    """Milliseconds of each click, some at a time."""
    waiting = iter(clicks)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{web.port}", timeout=30) as client:
        parts = await asyncio.gather(*(_merchant(client, waiting) for _ in range(AT_ONCE)))
    return [one for part in parts for one in part]


async def _merchant(client: httpx.AsyncClient, waiting: Iterator[Click]) -> list[float]:
    times = []
    for click in waiting:
        body = msgspec.json.encode({"order": {"id": click.order}})
        headers = {
            "content-type": "application/json",
            "jumpseller-store-code": click.store.code,
            "jumpseller-hmac-sha256": sign(body, click.store.hooks_token),
        }
        begun = time.perf_counter()
        answer = await client.post(f"/jumpseller/invoices/{click.store.key}", content=body, headers=headers)
        times.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != httpx.codes.OK or "public_id" not in answer.json():
            raise RuntimeError(f"a click was answered {answer.status_code}: {answer.text}")
    return times
