"""Waking workers over a real Redis: few hints for many calls, and nobody ever waits or breaks."""

import logging
import time

import msgspec
import pytest

from despacho_core.ledgers import Lane
from despacho_jobs.queue import ENOUGH_WAITING, ArqJobQueue
from despacho_jobs.wire import INBOX_QUEUE, WAKE_JOB, lane_queue
from tests.integration.jobs.redis_in_hand import RedisInHand, until

pytestmark = pytest.mark.redis

BULK = lane_queue(Lane.BULK)


async def test_each_lane_and_the_inbox_have_a_queue_of_their_own(redis: RedisInHand) -> None:
    queue = ArqJobQueue(redis.url)
    await queue.wake(Lane.FISCAL)
    await queue.wake_inbox()
    await queue.aclose()
    assert await redis.waiting(lane_queue(Lane.FISCAL)) == 1
    assert await redis.waiting(INBOX_QUEUE) == 1
    assert await redis.waiting(BULK) == 0


async def test_a_thousand_wake_ups_at_once_are_one_hint_and_one_more_at_the_end(redis: RedisInHand) -> None:
    queue = ArqJobQueue(redis.url, spacing_s=0.05)
    await queue.wake(Lane.BULK)
    await until(lambda: redis.has_waiting(BULK, 1))
    for _ in range(1000):
        await queue.wake(Lane.BULK)
    await queue.aclose()
    assert await redis.waiting(BULK) == 2


async def test_a_queue_that_nobody_empties_stays_short(redis: RedisInHand) -> None:
    queue = ArqJobQueue(redis.url, spacing_s=0)
    for _ in range(ENOUGH_WAITING + 20):
        await queue.wake(Lane.BULK)
        await until(lambda: not queue._senders)
    await queue.aclose()
    assert await redis.waiting(BULK) == ENOUGH_WAITING


async def test_a_hint_is_messagepack_and_carries_nothing(redis: RedisInHand) -> None:
    queue = ArqJobQueue(redis.url)
    await queue.wake(Lane.BULK)
    await queue.aclose()
    [key] = await redis.client.keys("arq:job:*")
    job = msgspec.msgpack.decode(await redis.client.get(key))
    assert (job["f"], job["a"], job["k"]) == (WAKE_JOB, [], {})
    assert 0 < await redis.client.ttl(key) <= 600


async def test_without_redis_a_wake_up_returns_at_once_and_is_logged_once_a_minute(
    redis_away: RedisInHand, caplog: pytest.LogCaptureFixture
) -> None:
    clock = [0.0]
    queue = ArqJobQueue(redis_away.url, spacing_s=0, monotonic=lambda: clock[0])
    begun = time.monotonic()
    for moment in (0, 1, 30, 59, 60, 61, 119):
        clock[0] = moment
        await queue.wake(Lane.INTERACTIVE)
        await until(lambda: not queue._senders)
    await queue.aclose()
    assert time.monotonic() - begun < 5
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.name for record in warnings] == ["despacho.jobs"] * 2
    assert "found by the sweep" in warnings[0].getMessage()


async def test_a_redis_that_hangs_keeps_nobody_waiting(redis: RedisInHand) -> None:
    queue = ArqJobQueue(redis.url, patience_s=0.05)
    redis.pause()
    for _ in range(100):
        await queue.wake(Lane.INTERACTIVE)
    assert queue._senders, "it came back before Redis said anything"
    await queue.aclose()
    redis.go_on()


async def test_wake_ups_arrive_again_after_redis_was_killed(redis: RedisInHand) -> None:
    queue = ArqJobQueue(redis.url)
    await queue.wake(Lane.BULK)
    await until(lambda: redis.has_waiting(BULK, 1))
    redis.kill()
    await queue.wake(Lane.BULK)
    await until(lambda: not queue._senders)
    await redis.start()
    await queue.wake(Lane.BULK)
    await queue.aclose()
    assert await redis.waiting(BULK) == 1
