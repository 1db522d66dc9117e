"""What a quote is a price of: compared with an order, only what both know can differ."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.quotes import AskedFor, asked_for, goods_of

words = st.sampled_from(["", "A", "B"])
anything = st.builds(
    AskedFor,
    order=st.sampled_from([None, 1, 2]),
    goods=words,
    country=words,
    municipality=words,
    postal_code=words,
)
products = st.lists(st.tuples(st.sampled_from("12"), st.sampled_from([None, "7"]), st.integers(1, 3)), min_size=1)


@given(anything, anything)
def test_it_fits_exactly_where_nothing_that_both_know_differs(one: AskedFor, other: AskedFor) -> None:
    fields = zip(msgspec.structs.astuple(one), msgspec.structs.astuple(other), strict=True)
    assert one.fits(other) == all(mine == theirs or not mine or not theirs for mine, theirs in fields)
    assert one.fits(other) == other.fits(one)
    assert one.fits(one)
    assert AskedFor().fits(one), "from before: nothing is known of it"


@given(products)
def test_goods_are_the_same_in_any_sequence_and_however_they_are_split_into_lines(
    lines: list[tuple[str, str | None, int]],
) -> None:
    pieces = [(product, variant, 1) for product, variant, quantity in lines for _ in range(quantity)]
    assert goods_of(reversed(pieces)) == goods_of(lines)
    assert goods_of([*lines, ("1", None, 1)]) != goods_of(lines)


def test_goods_of_which_one_has_no_id_are_not_known() -> None:
    assert goods_of([("1", None, 1), ("", None, 1)]) == goods_of([]) == ""
    assert goods_of([("1", "2", 1)]) != goods_of([("1", None, 1)])


def test_the_same_place_may_be_written_in_many_ways() -> None:
    one = asked_for(Address(country="cl", municipality="Ñuñoa", postal_code="775-0000", street="Irarrázaval"))
    assert one == asked_for(Address(country="CL", municipality="NUNOA", postal_code="7750000", name="Ana"))
    assert not one.fits(asked_for(Address(country="CL", municipality="Providencia")))
    assert one.fits(asked_for(Address(country="CL")))
