"""The schedule as cron: even intervals, over the end of the minute, of the hour and of the day."""

from datetime import UTC, datetime, timedelta

import pytest
from arq.cron import next_cron
from hypothesis import given
from hypothesis import strategies as st

from despacho_jobs.schedule import Schedule, times_of

DIVISORS = [1, 2, 3, 5, 6, 10, 12, 15, 20, 30]
INTERVALS = st.sampled_from(
    [*DIVISORS, *[60 * n for n in [*DIVISORS, 60]], *[3600 * n for n in (2, 3, 4, 6, 8, 12, 24)]]
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants naive bounds


@given(seconds=INTERVALS, moment=MOMENTS)
def test_rounds_come_evenly_whenever_one_looks(seconds: int, moment: datetime) -> None:
    first = next_cron(moment, **times_of(seconds))  # type: ignore[arg-type]  # mypy sees every keyword here
    second = next_cron(first, **times_of(seconds))  # type: ignore[arg-type]  # as above
    assert second - first == timedelta(seconds=seconds)
    assert first - moment <= timedelta(seconds=seconds + 1)


@pytest.mark.parametrize("seconds", [0, -5, 7, 61, 90, 7 * 60, 5 * 3600, 2 * 86_400])
def test_an_interval_that_cron_cannot_say_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="no whole part"):
        times_of(seconds)


def test_the_usual_schedule_can_be_said() -> None:
    rounds = Schedule().rounds()
    assert rounds == {"sweep": 5, "track_due": 60, "reconcile": 600, "housekeep": 3600}
    assert all(times_of(seconds) for seconds in rounds.values())
