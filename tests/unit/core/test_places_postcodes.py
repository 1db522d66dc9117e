"""Postcodes however written, and the zones of Portugal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.places import Zone, read_postcode, zone_of_postcode


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1250-096", "1250-096"), ("1250096", "1250-096"), (" 1250 - 096 ", "1250-096"), ("1250 096", "1250-096"),
        ("1250–096", "1250-096"),
        ("1250.096", "1250-096"), ("1250-096 LISBOA", "1250-096"), ("PT-1250-096", "1250-096"), ("P-1250-096", "1250-096"),
        ("P 1250", "1250"),
        ("1250", "1250"), ("1250 Lisboa", "1250"), ("1250-", "1250"), ("1250-09", None), ("12500", None), ("0250-096", None),
        ("125", None), ("12500967", None),
        ("Lisboa 1250-096", None), ("", None), (None, None), ("ＡＢＣＤ", None), ("١٢٥٠", None),
    ],
)  # fmt: skip
def test_portuguese_postcodes_are_read_leniently(written: str | None, expected: str | None) -> None:
    found = read_postcode(written, "PT")
    assert (found.written if found else None) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("7500000", "7500000"), ("750-0000", "7500000"), ("750 0000", "7500000"), ("3453", None), ("75000000", None), ("", None),
        (None, None), ("Santiago", None),
    ],
)  # fmt: skip
def test_chilean_postcodes_have_seven_digits(written: str | None, expected: str | None) -> None:
    found = read_postcode(written, "CL")
    assert (found.written if found else None) == expected
    assert found is None or found.zone is None


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("1000-001", Zone.CONTINENTE), ("8999-999", Zone.CONTINENTE), ("8999", Zone.CONTINENTE), ("9000", Zone.MADEIRA),
        ("9400-999", Zone.MADEIRA),
        ("9499-999", Zone.MADEIRA), ("9500-000", Zone.ACORES), ("9999-999", Zone.ACORES), ("0999", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_the_zone_of_a_portuguese_postcode(written: str | None, zone: Zone | None) -> None:
    assert zone_of_postcode(written) is zone


def test_a_postcode_knows_its_area() -> None:
    found = read_postcode("2720-123", "PT")
    assert found is not None
    assert (found.area, found.area_name) == ("27", "Estremadura, Ribatejo e Península de Setúbal")
    chilean = read_postcode("7500000", "CL")
    assert chilean is not None
    assert (chilean.area, chilean.area_name) == ("75", "")


def test_other_countries_postcodes_are_not_judged() -> None:
    assert read_postcode("28001", "ES") is None
    assert zone_of_postcode("1250-096", "CL") is None


@given(st.integers(1000, 9999), st.integers(0, 999), st.sampled_from(["-", "", " ", " - ", "–"]))
def test_every_portuguese_postcode_has_one_zone_in_any_form(head: int, tail: int, between: str) -> None:
    full, short = read_postcode(f"{head}{between}{tail:03}", "PT"), read_postcode(str(head), "PT")
    assert full is not None
    assert short is not None
    assert full.written == f"{head}-{tail:03}"
    assert full.zone is short.zone is not None


@given(st.text(max_size=80), st.sampled_from(["PT", "CL", "", "ES"]))
def test_any_text_has_an_answer(text: str, country: str) -> None:
    found = read_postcode(text, country)
    assert found is None or read_postcode(found.written, country) == found
