"""What goes into a column comes out of it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from despacho_core.ledgers import Lane
from despacho_database.columns import Time, Words, bounded, microseconds, storable

SQLITE = make_url("sqlite+aiosqlite://").get_dialect()()
POSTGRESQL = make_url("postgresql+asyncpg://").get_dialect()()

moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3)), timezone(timedelta(hours=5, minutes=45))]),
)


@given(moments)
def test_a_time_comes_back_to_the_microsecond_in_utc(moment: datetime) -> None:
    for dialect in (SQLITE, POSTGRESQL):
        back = Time().process_result_value(Time().process_bind_param(moment, dialect), dialect)
        assert back == moment
        assert back is not None
        assert back.tzinfo is UTC


@given(moments, moments)
def test_times_sort_on_sqlite_as_they_do_in_life(one: datetime, other: datetime) -> None:
    assert (one < other) == (microseconds(one) < microseconds(other))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        Time().process_bind_param(datetime(2026, 11, 20), SQLITE)  # noqa: DTZ001 - that is the point


@given(st.text())
def test_any_text_can_be_stored_and_ordinary_text_stays_as_it_is(text: str) -> None:
    kept = storable(text)
    kept.encode()
    assert "\x00" not in kept
    assert len(kept) == len(text)
    if "\ufffd" not in kept:
        assert kept == text


def test_what_no_database_can_hold_is_replaced() -> None:
    assert storable("a\x00b") == "a\ufffdb"
    assert storable("\ud800é") == "\ufffdé"


def test_an_enumeration_is_stored_as_its_value() -> None:
    stored = Words().process_bind_param(Lane.BULK, SQLITE)
    assert stored == "bulk"
    assert type(stored) is str
    assert Words().process_bind_param(None, SQLITE) is None


@given(st.integers())
def test_numbers_to_look_for_stay_within_64_bits_and_in_order(number: int) -> None:
    assert -(2**63) <= bounded(number) < 2**63
    assert bounded(number) == number or abs(number) >= 2**63 - 1
