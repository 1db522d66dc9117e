"""One queue's arq worker, connected again whenever Redis comes back.

arq's ``Worker`` serves one queue and ends with the first error of its connection, so each queue has a station that makes a new one.
Several workers share a loop without harm as long as none handles signals (the last one would take them all), each has a pool of its
own (closing one closes its pool), and each its own health key, which arq derives from the queue's name.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from arq.connections import ArqRedis
from arq.cron import CronJob
from arq.worker import Worker, func
from redis.exceptions import RedisError

from despacho_jobs.wire import EXPIRY_MS, WAKE_JOB, connect, decode, encode

logger = logging.getLogger("despacho.jobs")

LATE = timedelta(seconds=3)
"""A round so late was missed, by a lost Redis or a machine that slept."""

Body = Callable[[dict[Any, Any]], Awaitable[None]]


class Station:
    """Keeps one queue served.

    Args:
        redis_url: Where Redis is.
        queue: The queue's name.
        body: What a wake-up does; returns at once.
        poll_s: How often the queue is looked at.
        cron_jobs: Scheduled on this queue. They keep their next time over a lost connection, so that a round missed meanwhile is
            made once afterwards.
        silence_s: A worker that has not looked at its queue for so long is taken for stuck (Redis hangs, or the network does).
        retry_s: Between two attempts to connect.
        monotonic: Seconds, never backwards.

    Attributes:
        problem: The kind of the last error of the connection.
    """

    def __init__(
        self,
        redis_url: str,
        queue: str,
        body: Body,
        *,
        poll_s: float,
        cron_jobs: Sequence[CronJob] = (),
        silence_s: float = 10.0,
        retry_s: float = 0.5,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.queue = queue
        self._redis_url = redis_url
        self._body = body
        self._poll_s = poll_s
        self._cron_jobs = cron_jobs
        self._silence_s = silence_s
        self._retry_s = retry_s
        self._monotonic = monotonic
        self._beat_at: float | None = None
        self.problem = "not connected yet"

    @property
    def is_alive(self) -> bool:
        """Whether the queue is being looked at."""
        return self._beat_at is not None and self._monotonic() - self._beat_at < self._silence_s

    def beat(self) -> None:
        """The queue has just been looked at."""
        self._beat_at = self._monotonic()

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            try:
                await self._serve()
            except (RedisError, OSError) as error:
                self.problem = type(error).__name__
                logger.debug("%s is not served: %s", self.queue, error)
            self._beat_at = None
            await asyncio.sleep(self._retry_s)

    async def _serve(self) -> None:
        async with asyncio.timeout(self._silence_s):
            pool = await connect(self._redis_url)
        try:
            worker = self._worker(pool)
            serving = asyncio.create_task(worker.async_run())
            try:
                await self._until_silent(serving)
            finally:
                await _ended(serving, worker.tasks.values())
        finally:
            with suppress(RedisError, OSError):
                await pool.aclose(close_connection_pool=True)

    async def _until_silent(self, serving: asyncio.Task[None]) -> None:
        heard_at = self._monotonic()
        while self._monotonic() - heard_at < self._silence_s:
            done, _ = await asyncio.wait({serving}, timeout=self._silence_s / 4)
            for task in done:
                task.result()
            heard_at = max(heard_at, self._beat_at or heard_at)
        raise TimeoutError

    def _worker(self, pool: ArqRedis) -> Worker:
        return _BeatingWorker(
            self.beat,
            functions=[func(self._body, name=WAKE_JOB, keep_result=0, timeout=10, max_tries=3)],  # type: ignore[arg-type]  # arq's Protocol names the argument
            queue_name=self.queue,
            cron_jobs=self._cron_jobs,
            redis_pool=pool,
            handle_signals=False,
            max_jobs=20,
            job_timeout=10,
            keep_result=0,
            poll_delay=self._poll_s,
            health_check_interval=30,
            job_serializer=encode,
            job_deserializer=decode,
            expires_extra_ms=EXPIRY_MS,
            timezone=UTC,
            log_results=False,
        )


class _BeatingWorker(Worker):
    """Tells each time that it has looked at its queue."""

    def __init__(self, on_beat: Callable[[], None], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._on_beat = on_beat

    async def heart_beat(self) -> None:
        """Also make one round of each kind out of many that were missed: arq would make up for every single one."""
        self._on_beat()
        now = datetime.now(UTC)
        for job in self.cron_jobs:
            if job.next_run is not None and job.next_run < now - LATE:
                job.next_run = now
        await super().heart_beat()


async def _ended(serving: asyncio.Task[None], jobs: Iterable[asyncio.Task[Any]]) -> None:
    """Stop looking at the queue and let the jobs that were just taken end: they only begin something."""
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    taken = set(jobs)
    if taken:
        _, late = await asyncio.wait(taken, timeout=1)
        for task in late:
            task.cancel()
        await asyncio.gather(*taken, return_exceptions=True)
