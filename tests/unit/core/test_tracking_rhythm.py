"""When carriers are asked again: soon where something is about to happen, seldom where nothing does, never all at once."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.tracking import TrackingStatus
from despacho_core.tracking_rhythm import DEFAULT_CHECK_INTERVAL, SPREAD, STALE_AFTER, next_check

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WAY = list(TrackingStatus)
UNDER_WAY = [one for one in WAY if not one.has_ended]
ages = st.timedeltas(timedelta(0), STALE_AFTER)
intervals = st.timedeltas(timedelta(minutes=30), timedelta(hours=24))


def wait(
    status: TrackingStatus, age: timedelta, interval: timedelta = DEFAULT_CHECK_INTERVAL, seed: str = "s"
) -> float:
    """Hours until the next check."""
    at = next_check(status, now=NOW, last_moved_at=NOW - age, interval=interval, seed=seed)
    assert at is not None
    return (at - NOW) / timedelta(hours=1)


@pytest.mark.parametrize("status", [one for one in WAY if one.has_ended])
@pytest.mark.parametrize("days", [0, 1, 10, 100])
def test_what_has_ended_is_never_asked_for_again(status: TrackingStatus, days: int) -> None:
    assert next_check(status, now=NOW, last_moved_at=NOW - timedelta(days=days)) is None


@pytest.mark.parametrize("status", UNDER_WAY)
def test_what_has_not_moved_for_two_months_is_let_go(status: TrackingStatus) -> None:
    long_ago = NOW - STALE_AFTER - timedelta(seconds=1)
    assert next_check(status, now=NOW, last_moved_at=long_ago) is None


@given(st.sampled_from(UNDER_WAY), ages, intervals, st.text(max_size=8))
def test_a_check_always_lies_ahead_and_within_four_intervals_or_a_day(
    status: TrackingStatus, age: timedelta, interval: timedelta, seed: str
) -> None:
    hours = wait(status, age, interval, seed)
    longest = max(interval * 4, timedelta(days=1)) / timedelta(hours=1)
    assert 10 / 60 * (1 - SPREAD) <= hours <= longest * (1 + SPREAD) + 0.001


@given(st.sampled_from(UNDER_WAY), ages, st.text(max_size=8))
def test_the_same_shipment_at_the_same_moment_has_the_same_next_check(
    status: TrackingStatus, age: timedelta, seed: str
) -> None:
    assert wait(status, age, seed=seed) == wait(status, age, seed=seed)


@pytest.mark.parametrize(
    ("status", "age", "hours"),
    [
        (TrackingStatus.REQUESTED, timedelta(0), 3),
        (TrackingStatus.REQUESTED, timedelta(days=3), 12),
        (TrackingStatus.IN_TRANSIT, timedelta(0), 3),
        (TrackingStatus.IN_TRANSIT, timedelta(days=3), 3),
        (TrackingStatus.IN_TRANSIT, timedelta(days=8), 12),
        (TrackingStatus.OUT_FOR_DELIVERY, timedelta(hours=2), 1),
        (TrackingStatus.OUT_FOR_DELIVERY, timedelta(days=2), 3),
        (TrackingStatus.PICKUP_AVAILABLE, timedelta(0), 24),
        (TrackingStatus.PICKUP_AVAILABLE, timedelta(days=9), 24),
    ],
)
def test_how_often_by_status_and_age(status: TrackingStatus, age: timedelta, hours: float) -> None:
    assert wait(status, age) == pytest.approx(hours, rel=SPREAD)


@given(st.sampled_from(UNDER_WAY), ages, intervals)
def test_a_store_that_wants_it_seldom_is_asked_for_no_sooner(
    status: TrackingStatus, age: timedelta, interval: timedelta
) -> None:
    assert wait(status, age, interval * 2) >= wait(status, age, interval)


def test_five_hundred_shipments_bought_together_are_not_asked_for_together() -> None:
    checks = sorted(wait(TrackingStatus.IN_TRANSIT, timedelta(0), seed=f"shipment-{number}") for number in range(500))
    assert checks[-1] - checks[0] > 1.5 * SPREAD * 3
    assert max(later - sooner for sooner, later in itertools.pairwise(checks)) < 0.05


def test_the_interval_is_three_hours_unless_the_store_says_otherwise() -> None:
    assert timedelta(hours=3) == DEFAULT_CHECK_INTERVAL
