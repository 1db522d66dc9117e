"""Parcels as people write them into a form: kilograms and centimetres, with a comma or a point, empty rows for none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.datastructures import FormMultiDict

from despacho_core.errors import InvalidParcel
from despacho_core.packing import Boxed
from despacho_core.parcels import MAX_SIDE_MM, MAX_WEIGHT_G, Parcel
from despacho_http.desk.forms import FormData
from despacho_http.desk.orders_parcels import FIELDS, parcels_in, rows_of

sides = st.integers(1, MAX_SIDE_MM)
parcels = st.builds(
    Parcel,
    weight_g=st.integers(1, MAX_WEIGHT_G),
    length_mm=sides,
    width_mm=sides,
    height_mm=sides,
    contents=st.just(""),
)


def _form(*rows: dict[str, str]) -> FormData:
    return FormData(FormMultiDict([(name, row.get(name, "")) for row in rows for name in FIELDS]))


@given(given_parcels=st.lists(parcels, max_size=5), comma=st.booleans())
def test_a_form_that_is_sent_back_as_it_was_shown_is_the_same_parcels(given_parcels: list[Parcel], comma: bool) -> None:
    rows = rows_of([Boxed(one) for one in given_parcels])
    assert len(rows) == len(given_parcels) + 1, "an empty row for one more"
    shown = [{name: text.replace(".", ",") if comma else text for name, text in row.items()} for row in rows]
    assert parcels_in(_form(*shown)) == tuple(given_parcels)


def test_what_lies_between_is_rounded_up() -> None:
    (parcel,) = parcels_in(_form({"weight": "0,2501", "length": "10.01", "width": " 5 ", "height": "5"}))
    assert (parcel.weight_g, parcel.length_mm, parcel.width_mm) == (251, 101, 50)


@pytest.mark.parametrize("text", ["", "0", "-1", "two", "1e99", "NaN", "Infinity", "1,2,3", "0x10", "9" * 40])
@pytest.mark.parametrize("field", FIELDS)
def test_a_row_that_is_filled_in_wrong_is_named(field: str, text: str) -> None:
    whole = dict.fromkeys(FIELDS, "1")
    with pytest.raises(InvalidParcel) as refused:
        parcels_in(_form(whole, whole | {field: text}))
    assert (refused.value.facts["piece"], refused.value.facts["field"]) == (2, field)


@given(texts=st.lists(st.lists(st.text(max_size=8), min_size=4, max_size=4), max_size=4))
def test_whatever_is_written_gives_parcels_or_says_which_is_wrong(texts: list[list[str]]) -> None:
    rows = [dict(zip(FIELDS, row, strict=True)) for row in texts]
    try:
        found = parcels_in(_form(*rows))
    except InvalidParcel:
        return
    assert all(one.weight_g > 0 and one.volume_mm3 > 0 for one in found)
