"""Parcels: whole grams and millimetres, within what any carrier would carry."""

from math import ceil

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.errors import InvalidParcel, NothingToShip
from despacho_core.parcels import MAX_PIECES, MAX_SIDE_MM, MAX_WEIGHT_G, Parcel, check_parcels

sides = st.integers(1, MAX_SIDE_MM)
plausible = st.builds(Parcel, weight_g=st.integers(1, MAX_WEIGHT_G), length_mm=sides, width_mm=sides, height_mm=sides)
BOX = Parcel(weight_g=1000, length_mm=200, width_mm=150, height_mm=100)


@given(st.lists(plausible, min_size=1, max_size=MAX_PIECES))
def test_plausible_parcels_pass(parcels: list[Parcel]) -> None:
    check_parcels(parcels)


def test_no_parcel_at_all_is_nothing_to_ship() -> None:
    with pytest.raises(NothingToShip):
        check_parcels([])


@given(
    st.sampled_from(["weight_g", "length_mm", "width_mm", "height_mm"]),
    st.one_of(st.integers(max_value=0), st.integers(MAX_WEIGHT_G + 1)),
    st.integers(1, 5),
)
def test_an_impossible_figure_is_refused_by_piece_and_by_name(field: str, value: int, position: int) -> None:
    figures = {"weight_g": 1, "length_mm": 1, "width_mm": 1, "height_mm": 1, field: value}
    parcels = [BOX] * (position - 1) + [msgspec.convert(figures, Parcel)]
    with pytest.raises(InvalidParcel) as refusal:
        check_parcels(parcels)
    assert refusal.value.facts["piece"] == position
    assert refusal.value.facts["field"] == field.rpartition("_")[0]
    assert str(value) in str(refusal.value)


@pytest.mark.parametrize("side", [1, MAX_SIDE_MM])
def test_the_limits_themselves_are_allowed(side: int) -> None:
    check_parcels([Parcel(weight_g=MAX_WEIGHT_G, length_mm=side, width_mm=1, height_mm=1)])


def test_a_hundred_pieces_are_one_too_many() -> None:
    check_parcels([BOX] * 99)
    with pytest.raises(InvalidParcel, match="pieces is 100"):
        check_parcels([BOX] * 100)


@given(plausible, st.sampled_from([4000, 5000, 6000]))
def test_volumetric_weight_is_rounded_up_to_the_gram(parcel: Parcel, divisor: int) -> None:
    grams = parcel.volumetric_weight_g(divisor)
    assert (grams - 1) * divisor < parcel.volume_mm3 <= grams * divisor


def test_a_box_of_twenty_by_fifteen_by_ten_weighs_750_g_by_volume_at_4000() -> None:
    assert BOX.volumetric_weight_g(4000) == ceil(20 * 15 * 10 / 4000 * 1000) == 750
