"""Calls keep to 20 a second and 800 a minute, however the platform cuts its windows and whoever else calls."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_jumpseller.pacing import Pacer
from despacho_ports.errors import RateLimited
from tests.examples import examples


class Time(Protocol):
    """The virtual time of conftest.py."""

    seconds: float
    slept: list[float]

    def monotonic(self) -> float: ...
    def now(self) -> "object": ...
    def pass_by(self, seconds: float) -> None: ...
    async def sleep(self, seconds: float) -> None: ...
    async def run(self, story: object) -> object: ...


PER_SECOND = "Jumpseller-PerSecondRateLimit"
PER_MINUTE = "Jumpseller-PerMinuteRateLimit"


class Platform:
    """Counts calls at their arrival in sliding windows, the strictest cut there is, and refuses what is too much."""

    def __init__(self, time: Time, per_second: int = 20, per_minute: int = 800) -> None:
        self.time = time
        self.limits = {1: per_second, 60: per_minute}
        self.taken: dict[int, deque[float]] = {1: deque(), 60: deque()}
        self.refused = 0
        self.served = 0

    def arrive(self) -> bool:
        now = self.time.monotonic()
        for width, arrivals in self.taken.items():
            while arrivals and arrivals[0] <= now - width:
                arrivals.popleft()
        if any(len(self.taken[width]) >= limit for width, limit in self.limits.items()):
            self.refused += 1
            return False
        for arrivals in self.taken.values():
            arrivals.append(now)
        self.served += 1
        return True

    def headers(self) -> dict[str, str]:
        return {
            f"{PER_SECOND}-Limit": str(self.limits[1]),
            f"{PER_SECOND}-Remaining": str(self.limits[1] - len(self.taken[1])),
            f"{PER_MINUTE}-Limit": str(self.limits[60]),
            f"{PER_MINUTE}-Remaining": str(self.limits[60] - len(self.taken[60])),
        }


def pacer_of(time: Time, **limits: int) -> Pacer:
    return Pacer(time, monotonic=time.monotonic, sleep=time.sleep, **limits)  # type: ignore[arg-type]  # a test's clock


async def call(
    pacer: Pacer, platform: Platform, there: float = 0.02, back: float = 0.02, patience: float = 1e6
) -> None:
    """One call, repeated while it is refused."""
    deadline = pacer.deadline(patience)
    while True:
        async with pacer.turn(deadline) as ticket:
            await platform.time.sleep(there)
            served = platform.arrive()
            headers = platform.headers()
            await platform.time.sleep(back)
            pacer.learn(ticket, headers, refused=not served)
        if served:
            return


async def test_a_burst_of_hundreds_is_never_refused_and_wastes_little_time(time: Time) -> None:
    platform, pacer = Platform(time), pacer_of(time)
    began = time.seconds

    async def burst() -> None:
        await asyncio.gather(*(call(pacer, platform) for _ in range(300)))

    await time.run(burst())
    assert (platform.served, platform.refused) == (300, 0)
    assert time.seconds - began < 16.0


async def test_the_minute_has_its_own_limit(time: Time) -> None:
    platform, pacer = Platform(time), pacer_of(time)
    began = time.seconds

    async def burst() -> None:
        await asyncio.gather(*(call(pacer, platform) for _ in range(900)))

    await time.run(burst())
    assert (platform.served, platform.refused) == (900, 0)
    assert 60.0 < time.seconds - began < 67.0


@examples(30)
@given(delays=st.lists(st.tuples(st.floats(0, 1.5), st.floats(0, 1.5), st.floats(0, 0.3)), min_size=30, max_size=90))
def test_no_delay_on_the_way_makes_calls_meet_in_one_window(
    new_time: Callable[[], Time], delays: Sequence[tuple[float, float, float]]
) -> None:
    time = new_time()
    platform, pacer = Platform(time, per_second=7, per_minute=50), pacer_of(time, per_second=7, per_minute=50)

    async def burst() -> None:
        calls = []
        for there, back, pause in delays:
            calls.append(asyncio.ensure_future(call(pacer, platform, there, back)))
            await time.sleep(pause)
        await asyncio.gather(*calls)

    asyncio.run(_run(time, burst))
    assert (platform.served, platform.refused) == (len(delays), 0)


async def _run(time: Time, story: Callable[[], object]) -> None:
    await time.run(story())


async def test_what_others_took_is_left_to_them(time: Time) -> None:
    """Fifteen of the second's twenty places went to another process and three stay spare: two calls pass, the third waits."""
    pacer = pacer_of(time)
    pacer.learn(0, {f"{PER_SECOND}-Limit": "20", f"{PER_SECOND}-Remaining": "5"}, refused=False)
    began = time.seconds
    sent: list[float] = []

    async def one() -> None:
        async with pacer.turn(pacer.deadline(60)):
            sent.append(time.seconds - began)

    async def story() -> None:
        await asyncio.gather(*(one() for _ in range(6)))

    await time.run(story())
    assert sent[:2] == [0, 0]
    assert sent[2] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("processes", "workers", "calls", "refusals"), [(2, 3, 40, 5), (2, 10, 30, 40), (4, 3, 60, 40)]
)
async def test_processes_that_know_nothing_of_each_other_find_room(
    time: Time, processes: int, workers: int, calls: int, refusals: int
) -> None:
    """The headers and the first refusals tell each how much is left to it; few calls in a hundred are refused."""
    platform, pacers = Platform(time), [pacer_of(time) for _ in range(processes)]

    async def worker(pacer: Pacer) -> None:
        for _ in range(calls):
            await call(pacer, platform)

    async def story() -> None:
        await asyncio.gather(*(worker(pacer) for pacer in pacers for _ in range(workers)))

    await time.run(story())
    assert platform.served == processes * workers * calls
    assert platform.refused <= refusals


@pytest.mark.parametrize(("said", "used"), [(5, 5), (500, 20)])
async def test_a_lower_limit_is_learned_and_a_higher_one_is_not_used(time: Time, said: int, used: int) -> None:
    platform, pacer = Platform(time, per_second=said), pacer_of(time)

    async def story() -> float:
        await call(pacer, platform)
        await time.sleep(2)
        began = time.seconds
        await asyncio.gather(*(call(pacer, platform, 0, 0) for _ in range(2 * used)))
        return time.seconds - began

    assert await time.run(story()) == pytest.approx(1.0)
    assert platform.refused == 0


async def test_refusals_are_sat_out_longer_and_longer(time: Time) -> None:
    pacer = pacer_of(time)
    sent: list[float] = []

    async def story() -> None:
        for refused in (True, True, True, False, True, False):
            async with pacer.turn(pacer.deadline(60)) as ticket:
                sent.append(time.seconds)
                pacer.learn(ticket, {}, refused=refused)

    await time.run(story())
    pauses = [later - earlier for earlier, later in itertools.pairwise(sent)]
    assert pauses == pytest.approx([1, 2, 4, 0, 1])


async def test_calls_refused_together_count_as_one_refusal(time: Time) -> None:
    pacer = pacer_of(time)
    for _ in range(15):
        pacer.learn(0, {}, refused=True)
    began = time.seconds

    async def story() -> None:
        async with pacer.turn(pacer.deadline(60)):
            pass

    await time.run(story())
    assert time.seconds - began == pytest.approx(1)


async def test_patience_ends_with_the_time_to_wait(time: Time) -> None:
    pacer = pacer_of(time)
    pacer.learn(0, {f"{PER_MINUTE}-Limit": "800", f"{PER_MINUTE}-Remaining": "0"}, refused=True)
    with pytest.raises(RateLimited) as raised:
        async with pacer.turn(pacer.deadline(20)):
            pytest.fail("the call was let through")
    assert raised.value.retry_after == pytest.approx(60)
    assert time.slept == []


async def test_nothing_is_sent_while_a_ban_lasts(time: Time) -> None:
    pacer = pacer_of(time)
    # The virtual clock shows 12:00:00 UTC.
    pacer.learn(0, {"Jumpseller-BannedByRateLimit-Reset": "2026-07-23T14:05:00+02:00"}, refused=True)
    with pytest.raises(RateLimited) as raised:
        async with pacer.turn(pacer.deadline(10_000)):
            pytest.fail("the call was let through")
    assert raised.value.retry_after == pytest.approx(300)
    assert time.slept == []
    time.pass_by(timedelta(minutes=5).total_seconds())
    async with pacer.turn(pacer.deadline(0)):
        pass


async def test_a_ban_sends_away_those_who_already_wait(time: Time) -> None:
    pacer = pacer_of(time, per_second=1)

    async def first() -> None:
        async with pacer.turn(pacer.deadline(0)) as ticket:
            await time.sleep(0.1)
            pacer.learn(ticket, {"Jumpseller-BannedByRateLimit-Reset": "2026-07-23T12:10:00+00:00"}, refused=True)

    async def second() -> None:
        async with pacer.turn(pacer.deadline(100)):
            pytest.fail("the call was let through")

    async def story() -> None:
        with pytest.raises(RateLimited):
            await asyncio.gather(first(), second())

    await time.run(story())


@pytest.mark.parametrize("reset", ["soon", "", "2026-07-23T11:00:00+00:00", "9" * 30])
async def test_a_ban_that_is_over_or_unreadable_is_none(time: Time, reset: str) -> None:
    pacer = pacer_of(time)
    pacer.learn(0, {"Jumpseller-BannedByRateLimit-Reset": reset}, refused=False)
    async with pacer.turn(pacer.deadline(0)):
        pass


@given(values=st.lists(st.none() | st.text(max_size=12) | st.integers().map(str), min_size=4, max_size=4))
def test_no_header_can_stop_a_store_for_good(new_time: Callable[[], Time], values: list[str | None]) -> None:
    time = new_time()
    pacer = pacer_of(time)
    names = [f"{kind}-{what}" for kind in (PER_SECOND, PER_MINUTE) for what in ("Limit", "Remaining")]
    pacer.learn(0, {name: value for name, value in zip(names, values, strict=True) if value is not None}, refused=False)

    async def story() -> None:
        async with pacer.turn(pacer.deadline(61)):
            pass

    asyncio.run(_run(time, story))
    assert time.seconds <= 1061


async def test_a_call_that_fails_gives_its_place_back(time: Time) -> None:
    pacer = pacer_of(time, per_second=1)

    async def story() -> None:
        with pytest.raises(ConnectionError):
            async with pacer.turn(pacer.deadline(0)):
                raise ConnectionError
        async with pacer.turn(pacer.deadline(5)):
            pass

    await time.run(story())
    assert time.slept == [pytest.approx(1.0)]


async def test_a_caller_that_gives_up_waiting_leaves_the_queue(time: Time) -> None:
    pacer = pacer_of(time, per_second=1)
    async with pacer.turn(pacer.deadline(0)):
        waiting = asyncio.ensure_future(_take(pacer))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await time.run(_take(pacer))


async def _take(pacer: Pacer) -> None:
    async with pacer.turn(pacer.deadline(5)):
        pass
