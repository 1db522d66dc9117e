"""The worker process over a real Redis that is wiped, killed, stopped or never there: the work gets done all the same."""

import asyncio
import logging
import pickle
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from despacho_core.ledgers import Lane
from despacho_jobs.queue import ArqJobQueue
from despacho_jobs.schedule import DAY, Schedule
from despacho_jobs.station import Station
from despacho_jobs.wire import INBOX_QUEUE, lane_queue
from despacho_jobs.worker import run_worker
from tests.integration.jobs.redis_in_hand import RedisInHand, until

pytestmark = pytest.mark.redis

BRISK = Schedule(sweep_s=1)
NEVER_BY_ITSELF = Schedule(sweep_s=DAY)


class Ledger:
    """A fake :class:`despacho_ports.work.Work`: what is due stands here, and every call is noted."""

    def __init__(self) -> None:
        self.due: dict[str, list[str]] = {where: [] for where in (*Lane, "inbox")}
        self.done: list[str] = []
        self.rounds: list[str] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.cancelled = 0
        self.running = 0

    def owe(self, where: str, what: str) -> None:
        self.due[where].append(what)

    async def drain(self, lane: Lane) -> int:
        return await self._run(lane.value)

    async def drain_inbox(self) -> int:
        return await self._run("inbox")

    async def sweep(self) -> None:
        self.rounds.append("sweep")

    async def track_due(self) -> None:
        self.rounds.append("track_due")

    async def reconcile(self) -> None:
        self.rounds.append("reconcile")

    async def housekeep(self) -> None:
        self.rounds.append("housekeep")

    async def _run(self, where: str) -> int:
        count = 0
        while self.due[where]:
            what = self.due[where].pop(0)
            self.running += 1
            try:
                await self.may_go_on.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
            finally:
                self.running -= 1
            self.done.append(what)
            count += 1
        return count


@asynccontextmanager
async def working(
    ledger: Ledger, redis: RedisInHand, schedule: Schedule, grace_s: float = 5
) -> AsyncIterator[asyncio.Event]:
    """A worker in this loop; gives the event that asks it to end."""
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(ledger, redis.url, schedule=schedule, stop=stop, grace_s=grace_s))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await worker


async def serving(redis: RedisInHand) -> None:
    """All stations have looked at their queues."""

    async def all_of_them() -> bool:
        return len(await redis.client.keys("*:health-check")) == len(Lane) + 2

    await until(all_of_them)


@pytest.fixture
async def queue(redis_away: RedisInHand) -> AsyncIterator[ArqJobQueue]:
    made = ArqJobQueue(redis_away.url)
    yield made
    await made.aclose()


@pytest.mark.parametrize("lane", list(Lane))
async def test_a_woken_lane_is_drained_long_before_the_next_sweep(
    redis: RedisInHand, queue: ArqJobQueue, lane: Lane
) -> None:
    ledger = Ledger()
    async with working(ledger, redis, NEVER_BY_ITSELF):
        await serving(redis)
        ledger.owe(lane.value, "label 1")
        await queue.wake(lane)
        await until(lambda: ledger.done == ["label 1"], 5)


async def test_a_woken_inbox_is_worked_off(redis: RedisInHand, queue: ArqJobQueue) -> None:
    ledger = Ledger()
    async with working(ledger, redis, NEVER_BY_ITSELF):
        await serving(redis)
        ledger.owe("inbox", "webhook 1")
        await queue.wake_inbox()
        await until(lambda: ledger.done == ["webhook 1"], 5)


async def test_what_was_due_before_the_worker_started_is_done_at_once(redis: RedisInHand) -> None:
    ledger = Ledger()
    for where in ledger.due:
        ledger.owe(where, where)
    async with working(ledger, redis, NEVER_BY_ITSELF):
        await until(lambda: sorted(ledger.done) == sorted(ledger.due), 5)
    assert ledger.rounds == ["sweep"]


async def test_the_job_is_over_while_its_work_still_runs(redis: RedisInHand, queue: ArqJobQueue) -> None:
    ledger = Ledger()
    ledger.may_go_on.clear()
    async with working(ledger, redis, NEVER_BY_ITSELF):
        await serving(redis)
        ledger.owe("bulk", "label 1")
        await queue.wake(Lane.BULK)
        await until(lambda: ledger.running == 1)
        await until(lambda: redis.has_waiting(lane_queue(Lane.BULK), 0))
        assert await redis.client.keys("arq:*") == []
        assert ledger.done == []
        ledger.may_go_on.set()
        await until(lambda: ledger.done == ["label 1"])


async def test_wiping_redis_loses_no_work(redis: RedisInHand, queue: ArqJobQueue) -> None:
    ledger = Ledger()
    async with working(ledger, redis, BRISK):
        await serving(redis)
        ledger.owe("fiscal", "invoice 1")
        await redis.client.flushall()
        await until(lambda: ledger.done == ["invoice 1"])
        ledger.owe("fiscal", "invoice 2")
        await queue.wake(Lane.FISCAL)
        await redis.client.flushall()
        await until(lambda: ledger.done == ["invoice 1", "invoice 2"])


async def test_killing_redis_stops_no_work_and_wake_ups_return_with_it(redis: RedisInHand, queue: ArqJobQueue) -> None:
    ledger = Ledger()
    async with working(ledger, redis, BRISK):
        await serving(redis)
        redis.kill()
        ledger.owe("interactive", "label 1")
        ledger.owe("inbox", "webhook 1")
        await until(lambda: sorted(ledger.done) == ["label 1", "webhook 1"])
        await redis.start()
        ledger.owe("interactive", "label 2")
        await queue.wake(Lane.INTERACTIVE)
        await queue.aclose()
        await until(lambda: redis.has_waiting(lane_queue(Lane.INTERACTIVE), 0))
        await until(lambda: "label 2" in ledger.done)


async def test_a_redis_that_comes_late_is_found(redis_away: RedisInHand, queue: ArqJobQueue) -> None:
    ledger = Ledger()
    async with working(ledger, redis_away, NEVER_BY_ITSELF):
        await until(lambda: ledger.rounds == ["sweep"])
        await redis_away.start()
        await serving(redis_away)
        ledger.owe("bulk", "label 1")
        await queue.wake(Lane.BULK)
        await until(lambda: ledger.done == ["label 1"])


async def test_without_any_redis_every_round_is_made_by_the_worker_s_own_clock(
    redis_away: RedisInHand, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Ledger()
    async with working(ledger, redis_away, Schedule(sweep_s=1, track_due_s=1, reconcile_s=1, housekeep_s=1)):
        await until(lambda: set(ledger.rounds) == {"sweep", "track_due", "reconcile", "housekeep"})
        ledger.owe("polling", "parcel 1")
        await until(lambda: ledger.done == ["parcel 1"])
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert told == ["Redis is away (ConnectionError); working by our own clock until it is back"]


async def test_with_redis_every_round_is_made_by_cron(redis: RedisInHand) -> None:
    ledger = Ledger()
    async with working(ledger, redis, Schedule(sweep_s=DAY, track_due_s=1, reconcile_s=1, housekeep_s=1)):
        await until(lambda: {"track_due", "reconcile", "housekeep"} <= set(ledger.rounds))
    assert ledger.rounds.count("sweep") == 1


async def test_a_long_bulk_drain_keeps_no_other_lane_from_being_swept(redis: RedisInHand) -> None:
    slow = asyncio.Event()

    class SweepThatDrains(Ledger):
        async def sweep(self) -> None:
            self.rounds.append("sweep")
            await slow.wait()

    ledger = SweepThatDrains()
    async with working(ledger, redis, BRISK):
        await until(lambda: ledger.rounds == ["sweep"])
        ledger.owe("interactive", "label 1")
        await until(lambda: ledger.done == ["label 1"])
        assert ledger.rounds == ["sweep"]
        slow.set()


async def test_asked_to_end_it_lets_running_work_finish_and_takes_no_more(
    redis: RedisInHand, queue: ArqJobQueue
) -> None:
    ledger = Ledger()
    ledger.may_go_on.clear()
    async with working(ledger, redis, NEVER_BY_ITSELF) as stop:
        await serving(redis)
        ledger.owe("fiscal", "invoice 1")
        await queue.wake(Lane.FISCAL)
        await until(lambda: ledger.running == 1)
        stop.set()
        ledger.may_go_on.set()
    assert ledger.done == ["invoice 1"]
    assert ledger.cancelled == 0
    await queue.wake_inbox()
    await queue.aclose()
    assert await redis.waiting(INBOX_QUEUE) == 1


async def test_work_that_does_not_finish_in_the_grace_is_cancelled(redis: RedisInHand) -> None:
    ledger = Ledger()
    ledger.may_go_on.clear()
    ledger.owe("bulk", "label 1")
    async with working(ledger, redis, NEVER_BY_ITSELF, grace_s=0.05):
        await until(lambda: ledger.running == 1)
    assert ledger.cancelled == 1


async def test_whoever_ends_it_is_told_first(redis: RedisInHand) -> None:
    ledger, stop, told = Ledger(), asyncio.Event(), []
    ledger.may_go_on.clear()
    ledger.owe("bulk", "label 1")

    def on_stop() -> None:
        told.append(ledger.running)
        ledger.may_go_on.set()

    worker = asyncio.create_task(run_worker(ledger, redis.url, schedule=NEVER_BY_ITSELF, stop=stop, on_stop=on_stop))
    await until(lambda: ledger.running == 1)
    stop.set()
    await worker
    assert told == [1]
    assert ledger.done == ["label 1"]


async def test_a_job_that_somebody_planted_runs_no_code(
    redis: RedisInHand, queue: ArqJobQueue, caplog: pytest.LogCaptureFixture
) -> None:
    class Planted:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (logging.getLogger("despacho.planted").critical, ("it ran",))

    ledger = Ledger()
    async with working(ledger, redis, NEVER_BY_ITSELF):
        await serving(redis)
        await redis.client.set("arq:job:planted", pickle.dumps({"f": Planted()}))
        await redis.client.zadd(lane_queue(Lane.INTERACTIVE), {"planted": int(time.time() * 1000)})
        await until(lambda: redis.has_waiting(lane_queue(Lane.INTERACTIVE), 0))
        ledger.owe("interactive", "label 1")
        await queue.wake(Lane.INTERACTIVE)
        await until(lambda: ledger.done == ["label 1"])
    assert "it ran" not in caplog.text


async def test_a_redis_that_hangs_is_noticed_and_found_again(redis: RedisInHand) -> None:
    async def nothing(_context: dict[object, object]) -> None:
        pass

    station = Station(redis.url, "despacho:test", nothing, poll_s=0.01, silence_s=0.2, retry_s=0.01)
    running = asyncio.create_task(station.run())
    await until(lambda: station.is_alive)
    redis.pause()
    await until(lambda: not station.is_alive)
    redis.go_on()
    await until(lambda: station.is_alive)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
