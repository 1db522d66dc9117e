"""A Redis server in a test's hands, and patience for what another process or the clock decides."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from despacho_system.redis_server import embedded_redis


async def until(is_so: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    """Look again and again. Raises ``TimeoutError`` if it does not become so in time."""
    async with asyncio.timeout(seconds):
        while True:
            answer = is_so()
            if await answer if isinstance(answer, Awaitable) else answer:
                return
            await asyncio.sleep(0.01)


class RedisInHand:
    """One Redis server with a client to look inside."""

    def __init__(self, folder: Path) -> None:
        self._made = embedded_redis(folder)
        self.url = self._made.url
        self.process: subprocess.Popen[bytes] | None = None
        self.client: Redis = Redis.from_url(self.url)

    async def start(self) -> None:
        self.process = subprocess.Popen(self._made.argv)  # noqa: ASYNC220 - starting it takes no time
        await until(self._answers)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def pause(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)

    async def waiting(self, queue: str) -> int:
        """How many hints lie in a queue."""
        return int(await self.client.zcard(queue))

    async def has_waiting(self, queue: str, number: int) -> bool:
        """Whether so many hints lie in a queue."""
        return await self.waiting(queue) == number

    async def _answers(self) -> bool:
        try:
            return bool(await self.client.ping())
        except (RedisError, OSError):
            return False
