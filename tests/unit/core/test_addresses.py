"""Addresses: as much as a checkout knows, and what is missing before a carrier can deliver."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address

COMPLETE = Address(country="CL", municipality="Ñuñoa", street="Irarrázaval", street_number="2401", name="Ana Muñoz")


def test_a_complete_address_lacks_nothing() -> None:
    assert COMPLETE.missing_for_delivery() == []


@pytest.mark.parametrize(
    ("field", "said"),
    [("name", "name"), ("street", "street"), ("municipality", "municipality"), ("country", "country")],
)
@pytest.mark.parametrize("nothing", ["", "   ", "\t\n"])
def test_what_is_blank_is_missing_and_is_named(field: str, said: str, nothing: str) -> None:
    assert msgspec.structs.replace(COMPLETE, **{field: nothing}).missing_for_delivery() == [said]


def test_an_empty_address_lacks_all_that_every_carrier_needs() -> None:
    assert Address().missing_for_delivery() == ["name", "street", "municipality", "country"]


def test_a_company_may_receive_instead_of_a_person() -> None:
    assert msgspec.structs.replace(COMPLETE, name=None, company="Hosty SpA").missing_for_delivery() == []


def test_a_street_without_number_is_delivered_to() -> None:
    assert msgspec.structs.replace(COMPLETE, street_number=None).missing_for_delivery() == []


@pytest.mark.parametrize(
    ("known", "place"),
    [
        ({"municipality": "Ñuñoa", "city": "Santiago", "postal_code": "7750000"}, "Ñuñoa"),
        ({"city": "Santiago", "postal_code": "7750000"}, "Santiago"),
        ({"postal_code": "4760-114"}, "4760-114"),
        ({}, ""),
    ],
)
def test_a_place_is_called_by_the_smallest_name_that_is_known(known: dict[str, str], place: str) -> None:
    assert Address(**known).place == place


@given(
    st.one_of(st.none(), st.text(min_size=1)),
    st.one_of(st.none(), st.text(min_size=1)),
    st.one_of(st.none(), st.text()),
)
def test_the_street_line_joins_what_is_known(street: str | None, number: str | None, complement: str | None) -> None:
    line = Address(street=street, street_number=number, complement=complement).street_line
    assert line == " ".join(part for part in (street, number, complement) if part)
    assert "None" not in line or "None" in f"{street}{number}{complement}"
