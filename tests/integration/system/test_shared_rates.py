"""Rates shared through Redis: one process's answer serves another, and whatever Redis does costs nobody a rate."""

from __future__ import annotations

import asyncio
import socket
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from redis.asyncio import Redis

from despacho_core.money import Money
from despacho_core.quotes import Rate
from despacho_ports.rate_cache import KeptRates
from despacho_system.rate_memory import RateMemory
from despacho_system.shared_rates import PREFIX, REST_S, SharedRates

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
RATE = Rate(service_code="3", service_name="Exprés", price=Money(Decimal("12.50"), "EUR"), days_min=1, days_max=2)
KEPT = KeptRates(rates=(RATE,), asked_at=NOON, odd=("one was odd",))
PATIENT = 1.0
"""Seconds: a busy machine is no dead Redis."""


async def settled(*caches: SharedRates) -> None:
    """Until what waits is written."""
    for cache in caches:
        if cache._writing is not None:
            await cache._writing


async def test_one_processs_answer_serves_another(redis_url: str) -> None:
    ours, theirs = SharedRates(redis_url, patience_s=PATIENT), SharedRates(redis_url, patience_s=PATIENT)
    assert await theirs.find(["k", "other"], since=NOON) == {}
    ours.keep("k", KEPT)
    await settled(ours)
    assert await theirs.find(["k", "other"], since=NOON) == {"k": KEPT}
    await ours.aclose()
    await theirs.aclose()


async def test_only_what_is_not_fresh_here_is_looked_for_elsewhere(redis_url: str) -> None:
    ours, theirs = SharedRates(redis_url, patience_s=PATIENT), SharedRates(redis_url, patience_s=PATIENT)
    newer = KeptRates(rates=(), asked_at=NOON + timedelta(minutes=10), refusal="no")
    ours.keep("k", KEPT)
    await settled(ours)
    theirs.keep("k", newer)
    await settled(theirs)
    assert await ours.find(["k"], since=NOON) == {"k": KEPT}
    assert await ours.find(["k"], since=NOON + timedelta(minutes=5)) == {"k": newer}
    assert await ours.find(["k"], since=NOON + timedelta(minutes=5)) == {"k": newer}
    await ours.aclose()
    await theirs.aclose()


async def test_answers_are_kept_for_a_day(redis_url: str) -> None:
    cache = SharedRates(redis_url, patience_s=PATIENT)
    cache.keep("k", KEPT)
    await cache.aclose()
    async with Redis.from_url(redis_url) as redis:
        assert 86_000 < await redis.ttl(PREFIX + "k") <= 86_400


@pytest.mark.parametrize("nonsense", [b"", b"{", b"[]", b'{"rates": 3}', b"\xff\xfe", b'{"rates":[],"asked_at":"x"}'])
async def test_nonsense_under_our_key_is_nothing(redis_url: str, nonsense: bytes) -> None:
    async with Redis.from_url(redis_url) as redis:
        await redis.set(PREFIX + "k", nonsense)
    cache = SharedRates(redis_url, patience_s=PATIENT)
    assert await cache.find(["k"], since=NOON) == {}
    await cache.aclose()


async def test_another_kind_of_value_is_a_miss(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        await redis.lpush(PREFIX + "k", "x")
    cache = SharedRates(redis_url, patience_s=PATIENT)
    assert await cache.find(["k"], since=NOON) == {}
    await cache.aclose()


async def test_a_dead_redis_is_a_miss_and_no_delay(caplog: pytest.LogCaptureFixture) -> None:
    moment = 100.0
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    cache = SharedRates(f"redis://127.0.0.1:{port}", monotonic=lambda: moment)
    cache.keep("k", KEPT)
    await settled(cache)
    assert await cache.find(["k", "other"], since=NOON) == {"k": KEPT}
    for number in range(100):
        await cache.find([str(number)], since=NOON)
    assert caplog.text.count("Redis keeps no rates") == 1, "it is left alone for a while"
    moment += REST_S + 1
    await cache.find(["x"], since=NOON)
    assert caplog.text.count("Redis keeps no rates") == 2
    await cache.aclose()


async def test_a_redis_that_says_nothing_is_waited_for_a_moment_only() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    cache = SharedRates(f"redis://127.0.0.1:{port}")
    begun = time.monotonic()
    assert await cache.find(["k"], since=NOON) == {}
    assert time.monotonic() - begun < 0.5
    await cache.aclose()
    server.close()
    await server.wait_closed()


async def test_the_answers_longest_unused_are_forgotten_first() -> None:
    memory = RateMemory(most=2)
    memory.keep("a", KEPT)
    memory.keep("b", KEPT)
    await memory.find(["a"], since=NOON)
    memory.keep("c", KEPT)
    assert set(await memory.find(["a", "b", "c"], since=NOON)) == {"a", "c"}


async def test_carts_that_ask_at_once_are_asked_about_together(redis_url: str) -> None:
    ours, theirs = SharedRates(redis_url, patience_s=PATIENT), SharedRates(redis_url, patience_s=PATIENT)
    for number in range(30):
        ours.keep(str(number), KEPT)
    await settled(ours)
    async with Redis.from_url(redis_url) as redis:
        await redis.config_resetstat()
        found = await asyncio.gather(*(theirs.find([str(number), "none"], since=NOON) for number in range(30)))
        asked = await redis.info("commandstats")
    assert found == [{str(number): KEPT} for number in range(30)]
    assert asked["cmdstat_mget"]["calls"] == 1
    await ours.aclose()
    await theirs.aclose()
