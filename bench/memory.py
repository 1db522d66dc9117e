"""What a web process holds after 1,000 requests of every kind: webhooks, checkouts priced by a carrier, and the API."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from typing import Any

import httpx

from bench.ground import SENDER, Ground, Web, bench_store
from bench.messages import headers_of, signed
from bench.outside import Outside, outside
from bench.processes import resident_mb
from bench.results import Measure

REQUESTS = 1_000
AT_ONCE = 8
REACH_MB = 140.0

_CART: dict[str, Any] = {
    "request": {
        "from": {"country": "Chile", "municipality_name": "Providencia"},
        "to": {"country": "Chile", "municipality_name": "Las Condes"},
        "currency": "CLP",
        "products": [{"name": "Polera", "weight": 0.4, "price": 9990, "quantity": 1}],
    }
}
_PLACE = {"country": "CL", "municipality": "Las Condes"}
_PARCELS = {"destination": _PLACE, "parcels": [{"weight_g": 800, "length_mm": 200, "width_mm": 150, "height_mm": 100}]}


def measure(ground: Ground) -> Iterator[Measure]:
    """Resident memory before and after."""
    url = ground.new_database("sqlite")
    with outside(ground) as world:
        store_key, token = asyncio.run(_furnish(ground, url, world))
        with ground.web(url, **world.environment) as web:
            before = resident_mb(web.process_id)
            asyncio.run(_ask(web, store_key, token))
            after = resident_mb(web.process_id)
    yield Measure(
        name="web_memory",
        value=after,
        unit="MB",
        reach=REACH_MB,
        note=f"after {REQUESTS} requests (4 webhooks, 3 priced checkouts, 3 API calls in ten); {before:.4g} MB before",
    )


async def _furnish(ground: Ground, url: str, world: Outside) -> tuple[str, str]:
    store = bench_store()
    async with ground.hub(url) as hub:
        async with hub.services.office.units.begin() as work:
            await work.stores.add(store)
            await work.commit()
        await hub.services.accounts.add(store.id, "chilexpress", name=None, settings=world.carrier_settings)
        _, token = await hub.services.tokens.create(store.id)
    return store.key, token


async def _ask(web: Web, store_key: str, token: str) -> None:
    api = {"authorization": f"Bearer {token}"}
    numbers = itertools.count(1)

    async def one(client: httpx.AsyncClient, kind: int) -> None:
        if kind < 4:
            body, signature = signed(SENDER, next(numbers))
            answer = await client.post(
                "/jumpseller/webhooks", content=body, headers=headers_of(SENDER, next(numbers), signature)
            )
        elif kind < 7:
            answer = await client.post(f"/jumpseller/rates/{store_key}", json=_CART)
            if not answer.json().get("rates"):
                raise RuntimeError(f"no rates: {answer.text}")
        elif kind < 9:
            answer = await client.get(("/api/v1/orders", "/api/v1/inbox")[kind - 7], headers=api)
        else:
            answer = await client.post("/api/v1/quotes", json=_PARCELS, headers=api)
        answer.raise_for_status()

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{web.port}", timeout=30) as client:
        for first in range(0, REQUESTS, AT_ONCE):
            batch = range(first, min(first + AT_ONCE, REQUESTS))
            await asyncio.gather(*(one(client, number % 10) for number in batch))
