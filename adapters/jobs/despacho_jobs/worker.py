"""The worker process: one station per queue, the schedule, and a clock of its own for when Redis is away."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from arq.cron import CronJob, cron

from despacho_core.ledgers import Lane
from despacho_jobs.background import Background
from despacho_jobs.schedule import Schedule, times_of
from despacho_jobs.station import Body, Station
from despacho_jobs.wire import INBOX_QUEUE, SCHEDULE_QUEUE, lane_queue
from despacho_ports.work import Work

logger = logging.getLogger("despacho.jobs")

POLL_S = {Lane.INTERACTIVE: 0.05, Lane.FISCAL: 0.1, Lane.BULK: 0.25, Lane.POLLING: 0.5}
"""How soon a lane hears of new work: what a person waits for first. Each look costs Redis one command."""
GRACE_S = 60.0


async def run_worker(
    work: Work,
    redis_url: str,
    *,
    schedule: Schedule | None = None,
    lanes: Sequence[Lane] = tuple(Lane),
    stop: asyncio.Event | None = None,
    on_stop: Callable[[], None] | None = None,
    grace_s: float = GRACE_S,
) -> None:
    """Work until asked to end; then take nothing more and finish what has begun.

    Args:
        work: The hub's work.
        redis_url: Where Redis is. It may be away, now or later.
        schedule: How often the rounds are made.
        lanes: Which lanes this process serves.
        stop: Set to end; by default SIGTERM and SIGINT end it (main thread only).
        on_stop: Called once when the end begins, for instance to let drains take no further row.
        grace_s: How long running work may take to end; then it is cancelled. Less than a call to a provider may take makes doubt of
            calls that would have been answered.
    """
    # One line for each hint would bury everything else.
    logging.getLogger("arq.worker").setLevel(logging.WARNING)
    if stop is None:
        stop = _ending_signals()
    duty = _Duty(work, redis_url, schedule or Schedule(), lanes)
    serving: list[asyncio.Task[Any]] = [
        asyncio.create_task(each) for each in (*(one.run() for one in duty.stations), duty.keep_time())
    ]
    duty.look_at_everything()
    asked = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({asked, *serving}, return_when=asyncio.FIRST_COMPLETED)
        for task in serving:
            if task.done():
                task.result()  # a station ends by an error only
    finally:
        if on_stop is not None:
            on_stop()
        for task in (asked, *serving):
            task.cancel()
        await asyncio.gather(asked, *serving, return_exceptions=True)
        await duty.background.finish(grace_s)


class _Duty:
    """What one worker process does, and on what occasion."""

    def __init__(self, work: Work, redis_url: str, schedule: Schedule, lanes: Sequence[Lane]) -> None:
        self.background = Background()
        self._work = work
        self._lanes = lanes
        self._intervals = schedule.rounds()
        self._scheduled = Station(
            redis_url, SCHEDULE_QUEUE, self._body(self.look_at_everything), poll_s=0.5, cron_jobs=self._cron_jobs()
        )
        self.stations = [
            self._scheduled,
            Station(redis_url, INBOX_QUEUE, self._body(self._drain_inbox), poll_s=0.05),
            *(
                Station(redis_url, lane_queue(lane), self._body(self._drainer(lane)), poll_s=POLL_S[lane])
                for lane in lanes
            ),
        ]

    def look_at_everything(self) -> None:
        """A sweep, and a drain of every lane beside it: a long bulk drain inside a sweep must not keep the other lanes waiting."""
        self.background.begin_round("sweep", self._work.sweep)
        self._drain_inbox()
        for lane in self._lanes:
            self._drainer(lane)()

    async def keep_time(self) -> None:
        """Make the rounds by our own clock while Redis, which keeps it for all workers together, is away."""
        was_away = False
        while True:
            await asyncio.sleep(self._intervals["sweep"])
            is_away = not self._scheduled.is_alive
            if is_away and not was_away:
                logger.warning("Redis is away (%s); working by our own clock until it is back", self._scheduled.problem)
            if was_away and not is_away:
                logger.warning("Redis is back")
            if is_away:
                self._make_due_rounds()
            was_away = is_away

    def _make_due_rounds(self) -> None:
        for name, seconds in self._intervals.items():
            if name == "sweep" or self.background.since(name) >= seconds:
                self._make_round(name)

    def _make_round(self, name: str) -> None:
        if name == "sweep":
            self.look_at_everything()
        else:
            self.background.begin_round(name, getattr(self._work, name))

    def _drain_inbox(self) -> None:
        self.background.begin("draining the inbox", self._work.drain_inbox)

    def _drainer(self, lane: Lane) -> Callable[[], None]:
        return lambda: self.background.begin(f"draining {lane.value}", lambda: self._work.drain(lane))

    def _cron_jobs(self) -> list[CronJob]:
        return [
            cron(
                self._body(partial(self._make_round, name)),  # type: ignore[arg-type]  # arq's Protocol names the argument
                name=f"despacho.{name}",
                timeout=10,
                **times_of(seconds),  # type: ignore[arg-type]  # mypy sees every keyword of `cron` here
            )
            for name, seconds in self._intervals.items()
        ]

    @staticmethod
    def _body(begin: Callable[[], None]) -> Body:
        """A job that only begins something and returns."""

        async def body(_context: dict[Any, Any]) -> None:
            begin()

        return body


def _ending_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop.set)
    return stop
