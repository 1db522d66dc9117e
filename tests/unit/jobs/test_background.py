"""Work in the background: begun by jobs, outliving them, breaking nobody."""

import asyncio
import logging

import pytest

from despacho_jobs.background import Background


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Slow:
    """Work that ends when it is told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.done = 0
        self.cancelled = False
        self.cut = asyncio.Event()
        self.may_end = asyncio.Event()

    async def __call__(self) -> None:
        self.begun += 1
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            self.cut.set()
            raise
        self.done += 1


async def turns() -> None:
    """Let everything that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_begun_work_runs_without_being_waited_for() -> None:
    background, work = Background(), Slow()
    background.begin("drain", work)
    background.begin("drain", work)
    await turns()
    assert work.begun == 2
    work.may_end.set()
    await background.finish(1)
    assert work.done == 2


async def test_what_breaks_is_logged_and_breaks_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    background = Background()

    async def broken() -> None:
        raise ZeroDivisionError

    background.begin_round("sweep", broken)
    await background.finish(1)
    [record] = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "sweep broke")
    assert record.exc_info is not None
    again = Slow()
    again.may_end.set()
    background.begin_round("sweep", again)
    await background.finish(1)
    assert again.done == 1


async def test_a_round_is_not_begun_beside_itself() -> None:
    background, sweep, tracking = Background(), Slow(), Slow()
    background.begin_round("sweep", sweep)
    background.begin_round("sweep", sweep)
    background.begin_round("track_due", tracking)
    await turns()
    assert (sweep.begun, tracking.begun) == (1, 1)
    sweep.may_end.set()
    await turns()
    background.begin_round("sweep", sweep)
    await turns()
    assert sweep.begun == 2
    tracking.may_end.set()
    await background.finish(1)


async def test_it_knows_how_long_ago_a_round_was_begun() -> None:
    time = Time()
    background = Background(monotonic=time)
    time.now = 40
    assert background.since("reconcile") == 40
    work = Slow()
    work.may_end.set()
    background.begin_round("reconcile", work)
    time.now = 45
    assert background.since("reconcile") == 5
    assert background.since("housekeep") == 45
    await background.finish(1)


async def test_at_the_end_what_runs_may_finish() -> None:
    background, work = Background(), Slow()
    background.begin("drain", work)
    ending = asyncio.create_task(background.finish(10))
    await turns()
    work.may_end.set()
    await ending
    assert work.done == 1


async def test_what_does_not_finish_in_time_is_cancelled(caplog: pytest.LogCaptureFixture) -> None:
    background, work = Background(), Slow()
    background.begin("drain", work)
    await turns()
    await background.finish(0.01)
    assert work.cancelled
    assert "1 pieces of work did not end" in caplog.text


async def test_rounds_are_not_waited_for_as_long_as_work_that_has_begun() -> None:
    background, tracking, purchase = Background(), Slow(), Slow()
    background.begin_round("track_due", tracking)
    background.begin("drain", purchase)
    await turns()
    ending = asyncio.create_task(background.finish(10, rounds_seconds=0))
    await tracking.cut.wait()
    assert not ending.done()
    purchase.may_end.set()
    await ending
    assert (purchase.done, purchase.cancelled) == (1, False)


async def test_with_nothing_in_hand_it_ends_at_once() -> None:
    async with asyncio.timeout(1):
        await Background().finish(390)
