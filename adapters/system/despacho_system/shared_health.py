"""How all processes have seen accounts' providers answer, told through Redis; without Redis, what this process has seen."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from despacho_ports.health import AccountHealth
from despacho_system.health import HealthBoard

log = logging.getLogger("despacho.calls")

PREFIX = "despacho:health:"
KEPT_S = 3600
PAUSE_S = 1.0
"""Between two reports: a busy account is not told of at every call."""
PATIENCE_S = 0.2
"""How long a page waits for Redis."""

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(AccountHealth)


class SharedHealth:
    """Implements :class:`despacho_ports.health.HealthReports` over all processes.

    Args:
        redis_url: Where Redis is; it is connected to when first needed.
        board: What this process sees.
        pause_s: Between two reports.
        patience_s: How long a reader waits for Redis.
    """

    def __init__(
        self,
        redis_url: str,
        board: HealthBoard | None = None,
        *,
        pause_s: float = PAUSE_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.board = board or HealthBoard()
        self.board.changed = self._tell
        self._redis: Redis = Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=1)
        self._me = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._pause_s = pause_s
        self._patience_s = patience_s
        self._untold: set[str] = set()
        self._telling: asyncio.Task[None] | None = None

    async def of(self, account_ids: Sequence[str]) -> Mapping[str, AccountHealth]:
        """Of those accounts that any process has called lately."""
        found = dict(await self.board.of(account_ids))
        for account_id, others in (await self._read(account_ids)).items():
            for other in others:
                found[account_id] = found[account_id].with_other(other) if account_id in found else other
        return found

    async def aclose(self) -> None:
        """Hang up."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        await self._redis.aclose()

    def _tell(self, account_id: str) -> None:
        self._untold.add(account_id)
        if self._telling is None:
            self._telling = asyncio.get_running_loop().create_task(self._told())

    async def _told(self) -> None:
        """What is new, in one round trip for each pause."""
        try:
            while self._untold:
                accounts, self._untold = self._untold, set()
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for account_id in accounts:
                        pipeline.hset(PREFIX + account_id, self._me, _encode(self.board.known(account_id)).decode())
                        pipeline.expire(PREFIX + account_id, KEPT_S)
                    await pipeline.execute()
                await asyncio.sleep(self._pause_s)
        except (RedisError, OSError) as error:
            log.debug("Redis keeps no health (%s)", type(error).__name__)
            self._untold.clear()
        finally:
            self._telling = None

    async def _read(self, account_ids: Sequence[str]) -> dict[str, list[AccountHealth]]:
        if not account_ids:
            return {}
        try:
            async with asyncio.timeout(self._patience_s):
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for account_id in account_ids:
                        pipeline.hgetall(PREFIX + account_id)
                    rows: list[dict[bytes, Any]] = await pipeline.execute()
        except (RedisError, OSError):  # a TimeoutError is an OSError
            return {}
        mine = self._me.encode()
        return {
            account_id: [read for who, text in row.items() if who != mine and (read := _read(text)) is not None]
            for account_id, row in zip(account_ids, rows, strict=True)
        }


def _read(text: Any) -> AccountHealth | None:
    """A report as Redis holds it; whatever else lies there is nothing."""
    try:
        return _decoder.decode(text)
    except (ValueError, TypeError):
        return None
