"""An account's rate limits: never exceeded, never waited for longer than needed, never for longer than a caller can."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_ports.errors import RateLimited
from despacho_ports.providers import RateLimit
from despacho_system.pacing import Pacer

LIMITS = st.lists(
    st.builds(RateLimit, calls=st.integers(1, 5), seconds=st.sampled_from([0.5, 1.0, 7.0, 60.0])), max_size=3
)
GAPS = st.lists(st.sampled_from([0.0, 0.0, 0.1, 0.5, 3.0, 61.0]), max_size=40)


class Time:
    """Seconds moved by hand; sleeping only notes when one would wake."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.started: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.started[-1] = self.now + seconds

    async def turn_of(self, pacer: Pacer) -> bool:
        self.started.append(self.now)
        try:
            await pacer.turn()
        except RateLimited:
            self.started.pop()
            return False
        return True


def pacer(time: Time, *limits: RateLimit, patience_s: float = 1e9) -> Pacer:
    return Pacer(limits, patience_s=patience_s, monotonic=time, sleep=time.sleep)


async def played(
    limits: list[RateLimit], gaps: list[float], patience_s: float = 1e9
) -> tuple[list[float], list[float]]:
    """When calls asked and when they started."""
    time = Time()
    paced = pacer(time, *limits, patience_s=patience_s)
    asked = []
    for gap in gaps:
        time.now += gap
        if await time.turn_of(paced):
            asked.append(time.now)
    return asked, time.started


@given(limits=LIMITS, gaps=GAPS)
def test_no_stretch_of_time_holds_more_calls_than_a_limit_allows(limits: list[RateLimit], gaps: list[float]) -> None:
    _, started = asyncio.run(played(limits, gaps))
    for limit in limits:
        for first, beyond in zip(started, started[limit.calls :], strict=False):
            assert beyond - first >= limit.seconds - 1e-9


@given(limits=LIMITS, gaps=GAPS)
def test_nobody_waits_unless_a_limit_or_somebody_before_makes_it_so(limits: list[RateLimit], gaps: list[float]) -> None:
    asked, started = asyncio.run(played(limits, gaps))
    for index, (wanted, start) in enumerate(zip(asked, started, strict=True)):
        reasons = [wanted, *started[max(0, index - 1) : index]]
        reasons += [started[index - limit.calls] + limit.seconds for limit in limits if index >= limit.calls]
        assert start == max(reasons)


@given(limits=LIMITS, gaps=GAPS)
def test_turns_come_in_the_order_in_which_they_were_asked_for(limits: list[RateLimit], gaps: list[float]) -> None:
    _, started = asyncio.run(played(limits, gaps))
    assert all(before <= after for before, after in pairwise(started))


@given(limits=LIMITS, gaps=GAPS)
def test_nobody_waits_beyond_the_patience(limits: list[RateLimit], gaps: list[float]) -> None:
    asked, started = asyncio.run(played(limits, gaps, patience_s=2.0))
    assert all(start - wanted <= 2.0 for wanted, start in zip(asked, started, strict=True))


async def test_a_refusal_says_when_the_turn_would_be() -> None:
    time = Time()
    paced = pacer(time, RateLimit(1, 60), patience_s=10)
    await time.turn_of(paced)
    time.now += 15
    with pytest.raises(RateLimited) as refused:
        await paced.turn()
    assert refused.value.retry_after == 45


async def test_a_refused_call_takes_no_turn_from_others() -> None:
    time = Time()
    paced = pacer(time, RateLimit(1, 60), patience_s=10)
    assert await time.turn_of(paced)
    assert not await time.turn_of(paced)
    time.now += 60
    assert await time.turn_of(paced)
    assert time.started[-1] == time.now


async def test_a_caller_who_gives_up_gives_its_turn_back() -> None:
    time = Time()
    asleep: asyncio.Event = asyncio.Event()

    async def for_ever(_seconds: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    paced = Pacer([RateLimit(1, 5)], patience_s=8, monotonic=time, sleep=for_ever)
    await paced.turn()
    waiting = asyncio.create_task(paced.turn())
    await asleep.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    time.now += 5
    async with asyncio.timeout(1):
        await paced.turn()


async def test_a_pause_that_the_provider_asked_for_is_kept_without_any_limit() -> None:
    time = Time()
    paced = pacer(time, patience_s=10)
    paced.hold(30)
    paced.hold(5)
    with pytest.raises(RateLimited) as refused:
        await paced.turn()
    assert refused.value.retry_after == 30
    time.now += 25
    assert await time.turn_of(paced)
    assert time.started == [1030.0]


@pytest.mark.parametrize("limit", [RateLimit(0, 1), RateLimit(-1, 1), RateLimit(1, 0), RateLimit(1, -5)])
def test_a_limit_that_would_stop_everything_is_refused(limit: RateLimit) -> None:
    with pytest.raises(ValueError, match="at least one call"):
        Pacer([limit])


async def test_slack_keeps_apart_what_may_arrive_sooner_than_it_was_sent() -> None:
    time = Time()
    paced = Pacer([RateLimit(3, 1)], patience_s=60, slack_s=0.1, monotonic=time, sleep=time.sleep)
    for _ in range(7):
        await time.turn_of(paced)
    assert time.started == pytest.approx([1000, 1000, 1000, 1001.1, 1001.1, 1001.1, 1002.2])
