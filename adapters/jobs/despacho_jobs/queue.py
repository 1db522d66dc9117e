"""Waking workers: a hint per lane, many of them as one, and never anybody's problem."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from arq.connections import ArqRedis
from redis.exceptions import RedisError

from despacho_core.ledgers import Lane
from despacho_jobs.wire import INBOX_QUEUE, WAKE_JOB, connect, lane_queue

logger = logging.getLogger("despacho.jobs")

ENOUGH_WAITING = 50
"""So many hints in a queue that another one adds nothing; keeps queues short while no worker runs."""


class ArqJobQueue:
    """Implements :class:`despacho_ports.system.JobQueue` on Redis.

    The first wake-up of a queue goes out at once; those of the next moments are one more at its end. Nobody waits for Redis: a call
    returns at once, and what cannot be sent is dropped, since the sweeper finds the work.

    Args:
        redis_url: Where Redis is.
        spacing_s: At most one hint per queue in this time.
        patience_s: How long one hint may take to send.
        complain_every_s: How often an unreachable Redis is logged.
        monotonic: Seconds, never backwards.
    """

    def __init__(
        self,
        redis_url: str,
        *,
        spacing_s: float = 0.02,
        patience_s: float = 2.0,
        complain_every_s: float = 60.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis_url = redis_url
        self._spacing_s = spacing_s
        self._patience_s = patience_s
        self._complain_every_s = complain_every_s
        self._monotonic = monotonic
        self._pool: ArqRedis | None = None
        self._connecting = asyncio.Lock()
        self._wanted: set[str] = set()
        self._senders: dict[str, asyncio.Task[None]] = {}
        self._complained_at = float("-inf")

    async def wake(self, lane: Lane) -> None:
        """Say that the lane has work."""
        self._want(lane_queue(lane))

    async def wake_inbox(self) -> None:
        """Say that the inbox has work."""
        self._want(INBOX_QUEUE)

    async def aclose(self) -> None:
        """Send what is still wanted, as far as Redis takes it, and hang up."""
        await asyncio.gather(*self._senders.values())
        if self._pool is not None:
            await self._pool.aclose(close_connection_pool=True)
            self._pool = None

    def _want(self, queue: str) -> None:
        self._wanted.add(queue)
        if queue not in self._senders:
            self._senders[queue] = asyncio.create_task(self._send_while_wanted(queue))

    async def _send_while_wanted(self, queue: str) -> None:
        try:
            while queue in self._wanted:
                self._wanted.discard(queue)
                await self._send(queue)
                await asyncio.sleep(self._spacing_s)
        finally:
            del self._senders[queue]

    async def _send(self, queue: str) -> None:
        try:
            async with asyncio.timeout(self._patience_s):
                pool = await self._connected()
                if await pool.zcard(queue) < ENOUGH_WAITING:
                    await pool.enqueue_job(WAKE_JOB, _queue_name=queue)
        except (RedisError, OSError) as error:  # a TimeoutError is an OSError
            self._complain(error)

    async def _connected(self) -> ArqRedis:
        async with self._connecting:
            if self._pool is None:
                self._pool = await connect(self._redis_url)
            return self._pool

    def _complain(self, error: Exception) -> None:
        now = self._monotonic()
        if now - self._complained_at >= self._complain_every_s:
            self._complained_at = now
            logger.warning(
                "Redis does not take wake-ups (%s); work is found by the sweep instead", type(error).__name__
            )
