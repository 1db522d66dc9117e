"""Carriers' answers shared by all web processes through Redis, which may be dead, slow, wiped or full of nonsense at any time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from despacho_ports.rate_cache import KeptRates
from despacho_system.rate_memory import RateMemory

log = logging.getLogger("despacho.quotes")

PATIENCE_S = 0.01
"""How long a checkout waits for Redis: a carrier's answer is worth more than that, and nothing else here is."""
WRITING_S = 1.0
REST_S = 5.0
"""How long Redis is left alone after it did not answer."""
KEPT_S = 24 * 3600
MOST_WAITING = 1_000
_TURNS = 4
"""Of the event loop: what came in time may still have to pass through the driver, where a loop is busy."""
PREFIX = "despacho:rates:"

_Reader = tuple[Sequence[str], asyncio.Future[dict[str, KeptRates]]]
_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(KeptRates)


class SharedRates:
    """Implements :class:`despacho_ports.rate_cache.RateCache`: this process's memory first, then Redis.

    Args:
        redis_url: Where Redis is; it is connected to when first needed.
        memory: What this process keeps itself.
        patience_s: How long a reader waits for Redis.
        monotonic: Seconds, never backwards.
    """

    def __init__(
        self,
        redis_url: str,
        *,
        memory: RateMemory | None = None,
        patience_s: float = PATIENCE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        # No time-out of the driver's own: it sets one for every single reply, and we have one around all of them.
        self._redis: Redis = Redis.from_url(redis_url, socket_connect_timeout=1)
        self._memory = memory or RateMemory()
        self._patience_s = patience_s
        self._monotonic = monotonic
        self._rests_until = float("-inf")
        self._waiting: dict[str, KeptRates] = {}
        self._writing: asyncio.Task[None] | None = None
        self._readers: list[_Reader] = []
        self._reading: asyncio.Task[None] | None = None

    async def find(self, keys: Sequence[str], *, since: datetime) -> Mapping[str, KeptRates]:
        """What is kept, fresh or old."""
        found = self._memory.known(keys)
        missing = [key for key in keys if key not in found or found[key].asked_at < since]
        for key, kept in (await self._read(missing)).items():
            if key not in found or found[key].asked_at < kept.asked_at:
                found[key] = kept
                self._memory.keep(key, kept)
        return found

    def keep(self, key: str, kept: KeptRates) -> None:
        """Keep an answer here at once, and in Redis soon."""
        self._memory.keep(key, kept)
        if self._resting() or len(self._waiting) >= MOST_WAITING:
            return
        self._waiting[key] = kept
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def aclose(self) -> None:
        """Write what waits, as far as Redis takes it, and hang up."""
        for task in (self._reading, self._writing):
            if task is not None:
                await task
        await self._redis.aclose()

    async def _read(self, keys: Sequence[str]) -> dict[str, KeptRates]:
        """What Redis has of these. Carts that ask while an answer is under way ask the next question together."""
        if not keys or self._resting():
            return {}
        found: asyncio.Future[dict[str, KeptRates]] = asyncio.get_running_loop().create_future()
        self._readers.append((keys, found))
        if self._reading is None:
            self._reading = asyncio.create_task(self._answer_readers())
        return await found

    async def _answer_readers(self) -> None:
        batch: list[_Reader] = []
        try:
            while self._readers:
                batch, self._readers = self._readers, []
                kept = await self._asked([key for keys, _ in batch for key in keys])
                _tell(batch, kept)
        finally:
            self._reading = None
            _tell([*batch, *self._readers], {})
            self._readers.clear()

    async def _asked(self, keys: Sequence[str]) -> dict[str, KeptRates]:
        if self._resting():
            return {}
        asking = asyncio.ensure_future(self._redis.mget([PREFIX + key for key in keys]))
        try:
            await asyncio.wait({asking}, timeout=self._patience_s)
            for _ in range(_TURNS):
                if not asking.done():
                    await asyncio.sleep(0)
            if not asking.done():
                raise TimeoutError
            values: list[Any] = asking.result()
        except (RedisError, OSError) as error:  # a TimeoutError is an OSError
            self._rest(error)
            return {}
        finally:
            asking.cancel()
        read = ((key, _read(value)) for key, value in zip(keys, values, strict=True))
        return {key: kept for key, kept in read if kept is not None}

    async def _write(self) -> None:
        """Everything that waits, in one round trip at a time."""
        try:
            while self._waiting and not self._resting():
                batch, self._waiting = self._waiting, {}
                async with asyncio.timeout(WRITING_S), self._redis.pipeline(transaction=False) as pipeline:
                    for key, kept in batch.items():
                        pipeline.set(PREFIX + key, _encode(kept), ex=KEPT_S)
                    await pipeline.execute()
        except (RedisError, OSError) as error:
            self._rest(error)
        finally:
            self._waiting.clear()
            self._writing = None

    def _resting(self) -> bool:
        return self._monotonic() < self._rests_until

    def _rest(self, error: Exception) -> None:
        self._rests_until = self._monotonic() + REST_S
        log.warning("Redis keeps no rates (%s); asked again in %.0f s", type(error).__name__, REST_S)


def _tell(readers: Sequence[_Reader], kept: Mapping[str, KeptRates]) -> None:
    for keys, found in readers:
        if not found.done():
            found.set_result({key: kept[key] for key in keys if key in kept})


def _read(value: Any) -> KeptRates | None:
    """An answer as Redis holds it; whatever else lies under our key is nothing."""
    try:
        return None if value is None else _decoder.decode(value)
    except (ValueError, TypeError):
        return None
