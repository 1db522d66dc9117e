"""The App's list of orders with 100,000 of them, as a merchant looks through it; and what the first page weighs on the wire."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx

from bench.ground import DATABASES, Ground
from bench.many_orders import MANY, furnish
from bench.results import Measure, percentile

ROUNDS = 60
REACH_MS = 40
REACH_KB = 200
_PAGES = {
    "first": "",
    "far down": "?before={chance}",
    "without a label": "?status=paid&shipping=missing",
    "failed": "?shipping=failed",
    "a document's problem": "?invoice=problem",
    "cancelled": "?status=canceled&before={chance}",
    "a name": "?text=ana+soto",
    "every order's word": "?text=nunoa+sant",
    "a number": "?text={chance}",
}
_EMPTY = {"a document's problem"}
"""No order is like that: the hub looks at as many as it looks at for one page, and says that there may be more below."""


def measure(ground: Ground) -> Iterator[Measure]:
    """On each database: pages by turns, one at a time; what counts is the slowest kind of page on the slower database."""
    worst: dict[str, float] = {}
    notes = []
    size = 0
    for kind in DATABASES:
        with ExitStack() as stack:
            url = ground.new_database(kind)
            _, session = asyncio.run(furnish(ground, url, kind))
            port = stack.enter_context(ground.web(url)).port
            taken, size = asyncio.run(_times(port, session))
        worst[kind] = max(percentile(times, 95) for times in taken.values())
        listed = "; ".join(
            f"{page} {percentile(times, 50):.3g} and {percentile(times, 95):.3g}" for page, times in taken.items()
        )
        notes.append(f"{kind}, p50 and p95 in ms: {listed}")
    yield Measure(
        name="order_page",
        value=max(worst.values()),
        unit="ms",
        reach=REACH_MS,
        note=f"p95 of /app/orders with {MANY:,} orders, the slowest of {len(_PAGES)} ways to look. {'. '.join(notes)}",
    )
    yield Measure(
        name="first_page_size",
        value=size / 1000,
        unit="kB",
        reach=REACH_KB,
        note="headers and bodies of the list of orders and of all that it loads, for a browser that has nothing yet",
    )


async def _times(port: int, session: str) -> tuple[dict[str, list[float]], int]:
    """Milliseconds of every kind of page, and the octets of the first one."""
    chance = random.Random(1)
    taken: dict[str, list[float]] = {page: [] for page in _PAGES}
    headers = {"cookie": f"despacho_session={session}", "accept-encoding": "gzip"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
        for round_number in range(-5, ROUNDS):
            for page, query in _PAGES.items():
                begun = time.perf_counter()
                answer = await client.get(f"/app/orders{query.format(chance=chance.randrange(1000, MANY))}")
                seconds = time.perf_counter() - begun
                if answer.status_code != 200 or (page not in _EMPTY and "<table" not in answer.text):
                    raise RuntimeError(f"{page}: not a list: {answer.status_code} {answer.text[-2000:]}")
                if round_number >= 0:  # the first rounds warm up
                    taken[page].append(seconds * 1000)
        return taken, await _size(client)


async def _size(client: httpx.AsyncClient) -> int:
    first = await client.get("/app/orders")
    loaded = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', first.text))
    answers = [first, *[await client.get(path) for path in sorted(loaded)]]
    return sum(one.num_bytes_downloaded + len(b"".join(b"".join(pair) for pair in one.headers.raw)) for one in answers)
