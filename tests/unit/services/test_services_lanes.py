"""A drain runs everything that is due, never more than its width at once, and hears what comes in meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_services.lanes import Drain


class Rows:
    """Rows to claim, and who runs them."""

    def __init__(self, count: int) -> None:
        self.waiting = list(range(count))
        self.done: list[int] = []
        self.running = 0
        self.most = 0
        self.breaking: set[int] = set()
        self.started = asyncio.Event()

    async def claim(self, limit: int) -> Sequence[int]:
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    async def run(self, row: int) -> None:
        self.running += 1
        self.started.set()
        self.most = max(self.most, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        if row in self.breaking:
            raise ValueError(row)
        self.done.append(row)


@given(count=st.integers(0, 60), width=st.integers(1, 20))
def test_everything_is_run_once_and_no_more_than_the_width_at_a_time(count: int, width: int) -> None:
    rows = Rows(count)
    ran = asyncio.run(Drain(rows.claim, rows.run, width=width)())
    assert ran == count
    assert sorted(rows.done) == list(range(count))
    assert rows.most <= width


async def test_a_call_while_draining_returns_at_once_and_its_work_is_done() -> None:
    rows = Rows(3)
    drain = Drain(rows.claim, rows.run, width=2)
    first = asyncio.create_task(drain())
    await rows.started.wait()
    rows.waiting.append(99)
    assert await drain() == 0
    assert await first == 4
    assert 99 in rows.done


async def test_a_row_that_breaks_does_not_stop_its_neighbours() -> None:
    rows = Rows(10)
    rows.breaking = {3, 4}
    assert await Drain(rows.claim, rows.run, width=3)() == 10
    assert set(rows.done) == set(range(10)) - {3, 4}


async def test_an_empty_drain_can_be_called_again() -> None:
    rows = Rows(0)
    drain = Drain(rows.claim, rows.run, width=4)
    assert await drain() == 0
    rows.waiting = [1, 2]
    assert await drain() == 2


async def test_a_stopped_drain_finishes_what_runs_and_takes_nothing_more() -> None:
    rows = Rows(20)
    drain = Drain(rows.claim, rows.run, width=4)
    draining = asyncio.create_task(drain())
    await rows.started.wait()
    drain.stop()
    assert await draining == 4
    assert sorted(rows.done) == [0, 1, 2, 3]
    assert await drain() == 0


async def test_where_no_more_can_be_claimed_what_runs_still_counts_until_it_has_ended() -> None:
    rows, ending = Rows(9), asyncio.Event()

    async def claim(limit: int) -> Sequence[int]:
        if rows.started.is_set():
            raise TimeoutError("somebody else writes")
        return await rows.claim(limit)

    async def run(row: int) -> None:
        if row == 0:
            rows.started.set()
            return
        await ending.wait()
        await rows.run(row)

    drain = Drain(claim, run, width=4)
    draining = asyncio.create_task(drain())
    await rows.started.wait()
    assert await drain() == 0, "it still runs, and will look again"
    await asyncio.sleep(0)
    assert not draining.done()
    ending.set()
    with pytest.raises(TimeoutError):
        await draining
    assert (sorted(rows.done), rows.running) == ([1, 2, 3], 0)


async def test_a_drain_that_is_cut_off_leaves_nothing_running() -> None:
    rows, cut = Rows(3), []

    async def run(row: int) -> None:
        rows.started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut.append(row)

    draining = asyncio.create_task(Drain(rows.claim, run, width=3)())
    await rows.started.wait()
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining
    assert sorted(cut) == [0, 1, 2]
