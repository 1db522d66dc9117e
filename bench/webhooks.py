"""Acknowledged webhooks per second against a bare handler: 64 connections, 4 KB, signed, all different, each one durable.

Rounds alternate, so that what disturbs the machine disturbs both; each hub round is compared with the bare rounds just before and just
after it, and the median of these ratios counts. Afterwards every acknowledged message must be a row.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import msgspec

from bench.ground import DATABASES, SENDER, Ground
from bench.load import Round
from bench.processes import cpu_seconds, free_port, python, running, wait_for
from bench.results import Measure, median, spread
from bench.rows import numbers_in_inbox

ROUNDS = 5
WARM_UP = 1_500
MESSAGES = 8_000
CONNECTIONS = 64
REACH = {"sqlite": 0.55, "postgresql": 0.45}
P99_REACH_MS = 60.0


@dataclass
class Target:
    """A server under load."""

    name: str
    port: int
    process_id: int
    database_url: str = ""
    sent: int = 0
    acknowledged: set[int] = field(default_factory=set)
    rounds: list[Round] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def load(self, count: int) -> Round:
        """Send so many messages; they are all new."""
        cpu = cpu_seconds(self.process_id)
        seen = one_round(self.port, first=self.sent, count=count)
        self.cpu.append((cpu_seconds(self.process_id) - cpu) / seen.seconds)
        self.sent += count
        self.acknowledged.update(seen.acknowledged)
        if seen.refused:
            raise RuntimeError(f"{self.name} refused messages, by status: {seen.refused}")
        return seen


def measure(ground: Ground, databases: Sequence[str] = DATABASES, rounds: int = ROUNDS) -> Iterator[Measure]:
    """Rates, ratios and latencies on each database."""
    yield ceiling()
    with ExitStack() as stack:
        bare = stack.enter_context(_bare(ground))
        hubs = [stack.enter_context(_hub(ground, kind)) for kind in databases]
        for target in (bare, *hubs):
            target.load(WARM_UP)
        bare.rounds.append(bare.load(MESSAGES))
        for _ in range(rounds):
            for target in hubs:
                target.rounds.append(target.load(MESSAGES))
                bare.rounds.append(bare.load(MESSAGES))
    yield Measure(
        name="webhooks_bare",
        value=median(one.rate for one in bare.rounds),
        unit="req/s",
        note=f"bare Litestar handler; {_details(bare)}",
    )
    for position, target in enumerate(hubs):
        yield from _compared(target, bare, position, len(hubs))


def ceiling() -> Measure:
    """What the generator sends to a server that does nothing."""
    port = free_port()
    with running(python("-m", "bench.bare", str(port), "--nothing")) as process:
        wait_for(f"http://127.0.0.1:{port}/", process)
        one_round(port, first=0, count=WARM_UP)
        seen = [one_round(port, first=0, count=MESSAGES) for _ in range(3)]
    return Measure(
        name="webhooks_generator_ceiling",
        value=median(one.rate for one in seen),
        unit="req/s",
        note="the load generator against a server that answers constant octets: how far it is from being the bottleneck",
    )


def one_round(port: int, *, first: int, count: int, connections: int = CONNECTIONS) -> Round:
    """Load from a process of its own."""
    wish = ("--first", str(first), "--count", str(count), "--connections", str(connections))
    done = subprocess.run(
        python("-m", "bench.load", str(port), *wish),
        input=msgspec.json.encode(SENDER),
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Round)


@contextmanager
def _bare(ground: Ground) -> Iterator[Target]:
    port = free_port()
    with running(python("-m", "bench.bare", str(port)), log=ground.folder / "bare.log") as process:
        wait_for(f"http://127.0.0.1:{port}/health/ready", process)
        yield Target("bare", port, process.pid)


@contextmanager
def _hub(ground: Ground, kind: str) -> Iterator[Target]:
    url = ground.new_database(kind)
    ground.with_store(url)
    with ground.web(url) as web:
        yield Target(kind, web.port, web.process_id, url)


def _compared(target: Target, bare: Target, position: int, hubs: int) -> Iterator[Measure]:
    ratios = []
    for number, seen in enumerate(target.rounds):
        before = number * hubs + position
        ratios.append(seen.rate * 2 / (bare.rounds[before].rate + bare.rounds[before + 1].rate))
    missing = target.acknowledged - numbers_in_inbox(target.database_url)
    kept = f"{len(target.acknowledged) - len(missing)} of {len(target.acknowledged)} acknowledged messages are rows"
    yield Measure(
        name=f"webhooks_{target.name}",
        value=median(one.rate for one in target.rounds),
        unit="req/s",
        note=f"{kept}; {_details(target)}",
    )
    yield Measure(
        name=f"webhooks_{target.name}_ratio",
        value=median(ratios),
        unit="of bare",
        reach=REACH[target.name],
        at_least=True,
        note=f"rounds {spread(ratios)}",
    )
    p99 = [one.p99_ms for one in target.rounds]
    yield Measure(
        name=f"webhooks_{target.name}_p99",
        value=median(p99),
        unit="ms",
        reach=P99_REACH_MS,
        note=f"rounds {spread(p99)}; p50 {median(one.p50_ms for one in target.rounds):.3g} ms",
    )
    yield Measure(name=f"webhooks_{target.name}_lost", value=len(missing), unit="messages", reach=0, note=kept)


def _details(target: Target) -> str:
    rates = spread((one.rate for one in target.rounds), 5)
    generator = median(one.cpu for one in target.rounds)
    return f"rounds {rates}; processors used: server {median(target.cpu[1:]):.2f}, generator {generator:.2f}"
