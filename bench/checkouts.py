"""Quotes at the checkout over real HTTP: carts quoted a moment ago, and carts that five carriers of 50 ms have to be asked about."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from bench.checkout_load import Carts
from bench.checkout_server import ACCOUNTS, RATES, TAKES_S
from bench.ground import DATABASES, Ground
from bench.processes import cpu_seconds, free_port, python, running, wait_for
from bench.results import Measure, median, spread
from bench.rows import count

AT_ONCE = 32
CARTS = 1_280
ALONE = 400
DISTINCT = 50
ROUNDS = 5
CACHED_REACH_MS = 8.0
UNCACHED_REACH_MS = 75.0
_ANYTHING = 10**9


@dataclass
class _Checkout:
    port: int
    store_key: str
    process_id: int
    sent: int = 0
    cpu_us: float = 0.0
    """Processor time of the server for each cart of the last round, its threads included."""

    def round(self, *, connections: int, carts: int, distinct: int = _ANYTHING) -> Carts:
        """One round, from a process of its own. Without ``distinct`` no cart of any round comes twice."""
        first = 0 if distinct != _ANYTHING else self.sent + DISTINCT
        wish = ("--first", first, "--count", carts, "--distinct", distinct, "--connections", connections)
        server = ("--", str(self.port), self.store_key)  # a key may begin like an option
        argv = python("-m", "bench.checkout_load", *map(str, wish), *server)
        cpu = cpu_seconds(self.process_id)
        seen = msgspec.json.decode(subprocess.run(argv, stdout=subprocess.PIPE, check=True).stdout, type=Carts)
        if distinct == _ANYTHING:
            self.sent += carts
        self.cpu_us = (cpu_seconds(self.process_id) - cpu) / carts * 1e6
        if seen.bare:
            raise RuntimeError(f"{seen.bare} of {seen.answered} carts were answered without rates")
        return seen


def measure(ground: Ground) -> Iterator[Measure]:
    """p95 of both kinds on each database; cached ones also one at a time."""
    for kind in DATABASES:
        url = ground.new_database(kind)
        port = free_port()
        environment = ground.environment(url)
        argv = python("-m", "bench.checkout_server", str(port))
        with running(argv, environment=environment, log=ground.folder / "checkout.log") as process:
            wait_for(f"http://127.0.0.1:{port}/health/ready", process)
            checkout = _Checkout(port, asyncio.run(_store_key(ground, url)), process.pid)
            yield from _cached(checkout, kind)
            yield from _uncached(checkout, kind, url)


def _cached(checkout: _Checkout, kind: str) -> Iterator[Measure]:
    checkout.round(connections=AT_ONCE, carts=CARTS, distinct=DISTINCT)  # the first of each are asked about
    for connections, carts in ((1, ALONE), (AT_ONCE, CARTS)):
        rounds = [checkout.round(connections=connections, carts=carts, distinct=DISTINCT) for _ in range(ROUNDS)]
        yield Measure(
            name=f"checkout_cached_{connections}_{kind}",
            value=median(one.p95_ms for one in rounds),
            unit="ms p95",
            reach=CACHED_REACH_MS,
            note=f"{connections} at a time, {DISTINCT} carts over and over; {_details(checkout, rounds)}",
        )


def _uncached(checkout: _Checkout, kind: str, url: str) -> Iterator[Measure]:
    before = count(url, "SELECT count(*) FROM quotes")
    sent = checkout.sent
    rounds = [checkout.round(connections=AT_ONCE, carts=CARTS) for _ in range(ROUNDS)]
    kept = count(url, "SELECT count(*) FROM quotes") - before
    wanted = (checkout.sent - sent) * ACCOUNTS * len(RATES)
    yield Measure(
        name=f"checkout_uncached_{AT_ONCE}_{kind}",
        value=median(one.p95_ms for one in rounds),
        unit="ms p95",
        reach=UNCACHED_REACH_MS,
        note=f"{AT_ONCE} at a time, every cart new, {ACCOUNTS} accounts of {TAKES_S * 1000:.0f} ms × {len(RATES)} rates; "
        f"{kept} of {wanted} quotes kept; {_details(checkout, rounds)}",
    )


def _details(checkout: _Checkout, rounds: list[Carts]) -> str:
    rate = median(one.answered / one.seconds for one in rounds)
    p50 = median(one.p50_ms for one in rounds)
    seen = f"p50 {p50:.3g} ms, p95 of the rounds {spread(one.p95_ms for one in rounds)}; {rate:.0f} carts/s"
    return f"{seen}; the server used {checkout.cpu_us:.0f} µs of a processor for a cart of the last round"


async def _store_key(ground: Ground, url: str) -> str:
    async with ground.hub(url) as hub:
        [store] = await hub.services.installation.all()
        return store.key
