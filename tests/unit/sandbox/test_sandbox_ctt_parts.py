"""The simulated CTT's numbers and journeys, without HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_sandbox.ctt.journey import created, follow_clock, move_by_hand
from despacho_sandbox.ctt.ledger import Parcel
from despacho_sandbox.ctt.options import Journey
from despacho_sandbox.ctt.products import PRODUCTS, Numbering, numbered

BEGUN = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
def parcel() -> Parcel:
    made = Parcel(
        number="DD400000001PT", note="70000001", contract_id="300000001", reference="R-1", product=PRODUCTS["EMSF056.01"],
        piece=1, pieces=1, weight_g=1500, sender="Loja", receiver="Ana", address="Rua X 1", postcode="1000-001",
        town="Lisboa", country="PT", created_at=BEGUN,
    )  # fmt: skip
    made.events = [created(made)]
    return made


@pytest.mark.parametrize("known", ["EQ418727568PT", "DA128362458PT", "DD000000005PT"])
def test_numbers_seen_in_the_world_have_our_check_digit(known: str) -> None:
    assert numbered(known[:2], int(known[2:10])) == known


@given(st.lists(st.integers(1, 5), max_size=8), st.integers(1, 20))
def test_a_range_gives_every_number_once_and_ends(counts: list[int], size: int) -> None:
    numbering = Numbering()
    given_out = [numbering.take("DD", count, size) for count in counts]
    numbers = [number for some in given_out for number in some]
    assert len(set(numbers)) == len(numbers) <= size
    assert all(len(some) in {0, count} for some, count in zip(given_out, counts, strict=True))
    assert numbers == sorted(numbers)
    numbering.clear()
    assert numbering.take("DD", 1, size) == [numbered("DD", 40_000_000)]


def test_the_clock_moves_only_what_is_closed(parcel: Parcel) -> None:
    later = BEGUN + timedelta(days=9)
    follow_clock(parcel, Journey(), later)
    assert [one.code for one in parcel.events] == ["EMO"]
    parcel.closed_at = BEGUN + timedelta(hours=1)
    follow_clock(parcel, None, later)
    assert [one.code for one in parcel.events] == ["EMO"]
    follow_clock(parcel, Journey(), BEGUN + timedelta(hours=20))
    follow_clock(parcel, Journey(), BEGUN + timedelta(hours=20))
    assert [one.code for one in parcel.events] == ["EMO", "EMP", "EMA", "EMF", "EMG"]


def test_what_a_hand_has_moved_the_clock_leaves_alone(parcel: Parcel) -> None:
    parcel.closed_at = BEGUN
    move_by_hand(parcel, "EMW", BEGUN)
    follow_clock(parcel, Journey(), BEGUN + timedelta(days=9))
    assert [one.code for one in parcel.events] == ["EMO", "EMP", "EMA", "EMF", "EMG", "EMW"]
