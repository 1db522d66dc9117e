"""From products to parcels: nothing is lost, everything fits by what is counted, and the order of the products does not matter."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.boxes import Box, PackedItem, Sides
from despacho_core.errors import InvalidParcel, NothingToShip
from despacho_core.packing import Boxed, one_parcel, pack, parcels_for
from despacho_core.parcels import MAX_PIECES, Parcel

DEFAULT = Parcel(weight_g=500, length_mm=100, width_mm=80, height_mm=60)
SMALL = Box(name="small", length_mm=200, width_mm=150, height_mm=100, own_weight_g=100, max_weight_g=5_000)
LARGE = Box(name="large", length_mm=600, width_mm=400, height_mm=300, own_weight_g=400, max_weight_g=20_000, wall_mm=5)

some_sides = st.builds(Sides, *(st.integers(1, 500),) * 3)
some_items = st.lists(
    st.builds(
        PackedItem,
        st.one_of(st.none(), st.integers(1, 8_000)),
        st.integers(1, 6),
        st.one_of(st.none(), some_sides),
    ),
    min_size=1,
    max_size=8,
)
some_boxes = st.lists(
    st.builds(
        Box,
        name=st.sampled_from("abcdef"),
        length_mm=st.integers(50, 800),
        width_mm=st.integers(50, 800),
        height_mm=st.integers(50, 800),
        own_weight_g=st.integers(0, 500),
        max_weight_g=st.integers(1_000, 30_000),
        fill_percent=st.integers(50, 100),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda box: box.name,
)


def item(weight: int, quantity: int = 1, sides: tuple[int, int, int] | None = None) -> PackedItem:
    return PackedItem(weight, quantity, None if sides is None else Sides(*sides))


def weight_of(items: list[PackedItem]) -> int:
    return sum((one.weight_g or DEFAULT.weight_g) * one.quantity for one in items)


def names(parcels: tuple[Boxed, ...]) -> list[str | None]:
    return [parcel.box for parcel in parcels]


@given(some_items, some_boxes)
def test_nothing_is_lost_and_no_box_is_overfilled(items: list[PackedItem], boxes: list[Box]) -> None:
    parcels = pack(items, boxes, default=DEFAULT)
    own = {box.name: box for box in boxes}
    empty = sum(own[one.box].own_weight_g for one in parcels if one.box is not None)
    assert sum(one.parcel.weight_g for one in parcels) - empty == weight_of(items)
    for one in parcels:
        if one.box is not None:
            assert one.parcel.weight_g <= own[one.box].max_weight_g
    volume = sum((one.sides or Sides(100, 80, 60)).volume_mm3 * one.quantity for one in items)
    held = sum(own[one.box].volume_mm3 if one.box else one.parcel.volume_mm3 for one in parcels)
    assert volume <= held


@given(some_items, some_boxes)
def test_the_largest_side_always_has_room(items: list[PackedItem], boxes: list[Box]) -> None:
    parcels = pack(items, boxes, default=DEFAULT)
    longest = max((one.sides or Sides(100, 80, 60)).longest_first[0] for one in items)
    assert longest <= max(max(one.parcel.length_mm, one.parcel.width_mm, one.parcel.height_mm) for one in parcels)


@given(some_items, some_boxes, st.randoms(use_true_random=False))
def test_the_order_of_products_and_boxes_does_not_matter(
    items: list[PackedItem], boxes: list[Box], chance: random.Random
) -> None:
    shuffled, turned = list(items), list(boxes)
    chance.shuffle(shuffled)
    chance.shuffle(turned)
    assert pack(shuffled, turned, default=DEFAULT) == pack(items, boxes, default=DEFAULT)


@given(some_items, some_boxes)
def test_only_what_fits_into_no_box_goes_without_one(items: list[PackedItem], boxes: list[Box]) -> None:
    for one in pack(items, boxes, default=DEFAULT):
        if one.box is None:
            sides = sorted((one.parcel.length_mm, one.parcel.width_mm, one.parcel.height_mm))
            assert not any(
                all(a <= b for a, b in zip(sides, sorted((x.length_mm, x.width_mm, x.height_mm)), strict=True))
                and one.parcel.weight_g <= x.max_weight_g - x.own_weight_g
                for x in boxes
            )


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([item(400, 1, (100, 100, 50))], ["small"]),
        ([item(400, 5, (100, 100, 50))], ["small"]),
        ([item(400, 6, (100, 100, 50))], ["large"]),  # six would fill the small box without a gap
        ([item(2_000, 3, (50, 50, 50))], ["large"]),  # too heavy for the small one
        ([item(9_000, 5, (50, 50, 50))], ["large", "large", "large"]),
        ([item(400, 1, (700, 50, 50))], [None]),  # longer than every box
        ([item(25_000, 2, (50, 50, 50))], [None, None]),  # heavier than every box
        ([item(400, 1, (700, 50, 50)), item(400, 1, (100, 100, 50))], [None, "small"]),
        ([item(400, 1, (200, 150, 100))], ["small"]),  # alone in it, nothing needs a gap
        ([item(400, 1, (100, 200, 150))], ["small"]),  # turned
    ],
)
def test_each_product_finds_its_box(items: list[PackedItem], expected: list[str | None]) -> None:
    assert names(pack(items, [LARGE, SMALL], default=DEFAULT)) == expected


def test_the_carrier_measures_the_box_and_weighs_it_too() -> None:
    [boxed] = pack([item(2_000, 3, (50, 50, 50))], [LARGE], default=DEFAULT)
    assert boxed.parcel == Parcel(weight_g=6_400, length_mm=610, width_mm=410, height_mm=310)


def test_a_product_without_weight_or_sides_counts_with_the_defaults() -> None:
    [boxed] = pack([PackedItem(None, 2)], [SMALL], default=DEFAULT)
    assert boxed.parcel.weight_g == 2 * 500 + 100


def test_a_million_of_the_smallest_things_takes_no_time_and_a_million_large_ones_are_refused() -> None:
    begun = time.process_time()
    assert len(pack([item(1, 10_000, (1, 1, 1))], [SMALL, LARGE], default=DEFAULT)) == 1
    with pytest.raises(InvalidParcel, match="pieces"):
        pack([item(30_000, 1_000_000, (50, 50, 50))], [SMALL, LARGE], default=DEFAULT)
    with pytest.raises(InvalidParcel, match="pieces"):
        pack([item(400, 1_000_000, (100, 100, 50))], [SMALL, LARGE], default=DEFAULT)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("items", [[], [PackedItem(500, 0)]])
def test_nothing_is_nothing_to_ship(items: list[PackedItem]) -> None:
    with pytest.raises(NothingToShip):
        pack(items, [SMALL], default=DEFAULT)
    with pytest.raises(NothingToShip):
        parcels_for(items, boxes=(), most_g=None, package=None, default=DEFAULT)


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(InvalidParcel):
        pack([PackedItem(-1, 1)], [SMALL], default=DEFAULT)


def test_without_boxes_everything_is_one_parcel_of_the_platforms_estimate() -> None:
    package = Parcel(weight_g=1, length_mm=300, width_mm=200, height_mm=100)
    [boxed] = parcels_for([item(400, 3)], boxes=(), most_g=None, package=package, default=DEFAULT)
    assert boxed == Boxed(Parcel(weight_g=1_200, length_mm=300, width_mm=200, height_mm=100))


def test_without_boxes_or_estimate_measured_products_make_the_parcel() -> None:
    whole = one_parcel([item(400, 2, (300, 200, 50)), item(100, 1, (100, 350, 20))], package=None, default=DEFAULT)
    assert (whole.length_mm, whole.width_mm) == (350, 200)
    assert whole.volume_mm3 >= 2 * 300 * 200 * 50 + 100 * 350 * 20


def test_one_product_without_sides_leaves_the_defaults_sides() -> None:
    whole = one_parcel([item(400, 2, (300, 200, 50)), item(100)], package=None, default=DEFAULT)
    assert (whole.length_mm, whole.width_mm, whole.height_mm) == (100, 80, 60)


def test_a_tower_becomes_a_cube() -> None:
    whole = one_parcel([item(10, 2_000, (100, 100, 100))], package=None, default=DEFAULT)
    assert whole.length_mm == whole.width_mm == whole.height_mm == 1260


@given(some_items, st.integers(1_000, 20_000))
def test_too_heavy_a_parcel_is_split_as_far_as_its_products_allow(items: list[PackedItem], most_g: int) -> None:
    parcels = [one.parcel for one in parcels_for(items, boxes=(), most_g=most_g, package=None, default=DEFAULT)]
    heaviest = max((one.weight_g or DEFAULT.weight_g) for one in items)
    assert sum(parcel.weight_g for parcel in parcels) == weight_of(items)
    assert all(parcel.weight_g <= max(most_g, heaviest) for parcel in parcels)
    assert len(parcels) <= MAX_PIECES


def test_a_split_estimate_is_as_high_as_its_share() -> None:
    package = Parcel(weight_g=1, length_mm=300, width_mm=200, height_mm=100)
    parcels = parcels_for([item(5_000, 4)], boxes=(), most_g=10_000, package=package, default=DEFAULT)
    assert [one.parcel for one in parcels] == [Parcel(weight_g=10_000, length_mm=300, width_mm=200, height_mm=50)] * 2
