"""Virtual time is time; and a small run of what ``make bench`` does with ten thousand orders: nothing refused, nothing twice."""

from __future__ import annotations

import asyncio
import time

import pytest

from bench.pacing import worked_off
from bench.virtual import run_virtually


async def test_an_hour_passes_when_everybody_waits() -> None:
    async def waits() -> list[float]:
        loop, seen = asyncio.get_running_loop(), list[float]()

        async def until(seconds: float) -> None:
            await asyncio.sleep(seconds)
            seen.append(round(loop.time()))

        await asyncio.gather(until(3600), until(60), until(0))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(600):
                await asyncio.Event().wait()
        return [*seen, round(loop.time())]

    begun = time.monotonic()
    assert await asyncio.to_thread(run_virtually, waits()) == [0, 60, 3600, 4200]
    assert time.monotonic() - begun < 60


async def test_accounts_at_once_are_kept_within_their_quotas_and_every_order_has_one_document() -> None:
    gateway, minutes, issued = await asyncio.to_thread(run_virtually, worked_off(3, 110))
    assert (gateway.refused, gateway.passed, issued) == (0, 330, 330)
    assert 1.0 < minutes < 1.2
