"""The sandbox's clock: hours in no time, never backwards."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_sandbox.kit.clock import SandboxClock

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Ticks:
    """Real seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_it_shows_aware_utc_whatever_zone_it_was_started_in() -> None:
    santiago = timezone(timedelta(hours=-3))
    clock = SandboxClock(datetime(2026, 11, 20, 9, tzinfo=santiago), speed=0)
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC


def test_it_runs_as_many_times_faster_as_its_speed_says() -> None:
    ticks = Ticks()
    clock = SandboxClock(NOON, speed=3600, monotonic=ticks)
    ticks.seconds = 2
    assert clock.now() == NOON + timedelta(hours=2)


def test_a_change_of_speed_does_not_make_time_jump() -> None:
    ticks = Ticks()
    clock = SandboxClock(NOON, speed=1, monotonic=ticks)
    ticks.seconds = 10
    clock.speed = 100
    assert clock.now() == NOON + timedelta(seconds=10)
    ticks.seconds = 11
    assert clock.now() == NOON + timedelta(seconds=110)


@given(
    st.lists(
        st.one_of(
            st.floats(0, 1e6).map(lambda n: ("advance", n)),
            st.floats(0, 1e3).map(lambda n: ("tick", n)),
            st.floats(0, 1e4).map(lambda n: ("speed", n)),
        )
    )
)
def test_whatever_is_done_to_it_time_never_runs_back(turns: list[tuple[str, float]]) -> None:
    ticks = Ticks()
    clock = SandboxClock(NOON, monotonic=ticks)
    shown = [clock.now()]
    for what, amount in turns:
        if what == "advance":
            clock.advance(amount)
        elif what == "tick":
            ticks.seconds += amount
        else:
            clock.speed = amount
        shown.append(clock.now())
    assert shown == sorted(shown)


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_it_cannot_be_turned_back(seconds: float) -> None:
    with pytest.raises(ValueError, match="forward"):
        SandboxClock(NOON, speed=0).advance(seconds)


@pytest.mark.parametrize("speed", [-1, float("nan"), float("inf")])
def test_a_senseless_speed_is_refused(speed: float) -> None:
    clock = SandboxClock(NOON)
    with pytest.raises(ValueError, match="speed"):
        clock.speed = speed


async def test_turning_the_clock_wakes_those_who_are_due_and_no_others() -> None:
    clock = SandboxClock(NOON, speed=0)
    soon = asyncio.create_task(clock.sleep(60))
    late = asyncio.create_task(clock.sleep_until(NOON + timedelta(hours=3)))
    await asyncio.sleep(0)
    clock.advance(3600)
    await asyncio.wait_for(soon, 5)
    assert not late.done()
    clock.advance(2 * 3600)
    await asyncio.wait_for(late, 5)


async def test_a_faster_clock_wakes_sleepers_in_its_own_time() -> None:
    clock = SandboxClock(NOON, speed=0)
    sleeping = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.speed = 1_000_000
    await asyncio.wait_for(sleeping, 5)
    assert clock.now() >= NOON + timedelta(hours=1)


async def test_what_is_already_past_is_not_waited_for() -> None:
    clock = SandboxClock(NOON, speed=0)
    await asyncio.wait_for(clock.sleep_until(NOON), 5)
