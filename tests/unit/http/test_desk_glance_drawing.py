"""Where bars stand: inside the picture, as long as their numbers say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_http.desk.glance_drawing import (
    BASELINE,
    COLUMNS_HEIGHT,
    LONGEST,
    ROW,
    WIDTH,
    columns_of,
    spans_of,
    stacks_of,
)

counts = st.integers(0, 10**6)


@given(st.lists(counts, max_size=90))
def test_columns_stay_inside_and_the_highest_is_as_high_as_the_picture(values: list[int]) -> None:
    drawn = columns_of([(str(place), value) for place, value in enumerate(values)])
    assert all(0 <= one.x <= one.x + one.width <= WIDTH + 0.2 for one in drawn)
    assert all(one.y + one.height == pytest.approx(BASELINE, abs=0.2) for one in drawn)
    if any(values):
        assert max(one.height for one in drawn) == COLUMNS_HEIGHT
    assert sum(bool(one.anchor) for one in drawn) == min(len(values), 3)


@given(st.lists(st.lists(counts, min_size=1, max_size=4), max_size=12))
def test_stacks_are_as_long_as_their_pieces_together(rows: list[list[int]]) -> None:
    drawn = stacks_of([("x", values) for values in rows])
    longest = max((sum(values) for values in rows), default=0) or 1
    for one, values in zip(drawn, rows, strict=True):
        assert one.total == sum(values)
        assert [piece.value for piece in one.pieces] == [value for value in values if value]
        length = sum(piece.width for piece in one.pieces)
        assert length == pytest.approx(LONGEST * sum(values) / longest, abs=0.3)
        assert length <= LONGEST + 0.3


def test_spans_hold_the_usual_within_the_slow() -> None:
    one, other = spans_of([("a", Decimal(2), Decimal(4)), ("b", Decimal(0), Decimal(1))])
    assert (one.usual_width, one.slow_width) == (LONGEST / 2, LONGEST)
    assert (other.y, other.usual_width, other.slow_width) == (ROW, 0, LONGEST / 4)


def test_nothing_is_drawn_of_nothing() -> None:
    assert (columns_of([]), stacks_of([]), spans_of([])) == ((), (), ())
    assert spans_of([("a", Decimal(0), Decimal(0))])[0].slow_width == 0
