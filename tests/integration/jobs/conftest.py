"""A real Redis for each test, in the test's hands: wiped, killed, stopped and started again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.jobs.redis_in_hand import RedisInHand


@pytest.fixture
async def redis_away(tmp_path: Path) -> AsyncIterator[RedisInHand]:
    """A Redis that has not been started yet."""
    one = RedisInHand(tmp_path)
    yield one
    one.kill()
    await one.client.aclose()


@pytest.fixture
async def redis(redis_away: RedisInHand) -> RedisInHand:
    """A Redis that runs."""
    await redis_away.start()
    return redis_away
