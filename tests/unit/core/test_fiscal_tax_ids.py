"""Tax ids: what buyers type becomes what the tax authorities write, and wrong check digits are caught."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cl import rut as stdnum_rut
from stdnum.pt import nif as stdnum_nif

from despacho_core.errors import TaxIdInvalid
from despacho_core.tax_ids import canonical_nif, canonical_rut, canonical_tax_id, nif_check_digit, rut_check_digit


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("12.531.909-2", "12531909-2"),
        ("12531909-2", "12531909-2"),
        ("125319092", "12531909-2"),
        (" 012.531.909 - 2 ", "12531909-2"),
        ("CL 12531909-2", "12531909-2"),
        ("10000013-k", "10000013-K"),
        ("60803000-K", "60803000-K"),
        ("76.795.561–8", "76795561-8"),
        ("1-9", "1-9"),
        ("66666666-6", "66666666-6"),
    ],
)
def test_every_way_to_type_a_rut_becomes_the_one_of_the_tax_authority(typed: str, canonical: str) -> None:
    assert canonical_rut(typed) == canonical


@pytest.mark.parametrize(
    "typed",
    ["", "-", "12531909-3", "12531909", "abc", "0-0", "123456789-2", "１２５３１９０９-2", "12531909-2-2", "K-K"],
)
def test_what_is_no_rut_is_refused_with_the_words_that_were_typed(typed: str) -> None:
    with pytest.raises(TaxIdInvalid) as refusal:
        canonical_rut(typed)
    assert refusal.value.facts == {"tax_id": typed}


@given(st.integers(1_000_000, 99_999_999))
def test_the_check_digit_of_a_rut_is_that_of_stdnum(body: int) -> None:
    digit = rut_check_digit(str(body))
    assert stdnum_rut.calc_check_digit(str(body)) == digit
    assert stdnum_rut.is_valid(canonical_rut(stdnum_rut.format(f"{body}{digit}")))


@given(st.integers(1, 99_999_999), st.sampled_from("0123456789K"))
def test_of_all_check_digits_exactly_the_right_one_passes(body: int, digit: str) -> None:
    if digit == rut_check_digit(str(body)):
        assert canonical_rut(f"{body}{digit}") == f"{body}-{digit}"
    else:
        with pytest.raises(TaxIdInvalid):
            canonical_rut(f"{body}{digit}")


@pytest.mark.parametrize("typed", ["999999990", "509 445 535", "PT508025338", "501964843", "123456789"])
def test_known_nifs_pass(typed: str) -> None:
    assert canonical_nif(typed) == typed.replace(" ", "").removeprefix("PT")


@pytest.mark.parametrize("typed", ["500999888", "12345678", "012345679", "12345678A", ""])
def test_what_is_no_nif_is_refused(typed: str) -> None:
    with pytest.raises(TaxIdInvalid):
        canonical_nif(typed)


@given(st.integers(10_000_000, 99_999_999))
def test_the_check_digit_of_a_nif_is_that_of_stdnum(body: int) -> None:
    assert nif_check_digit(str(body)) == stdnum_nif.calc_check_digit(str(body))


@given(st.text(max_size=20))
def test_any_text_is_a_tax_id_or_refused_with_our_own_error(text: str) -> None:
    for country in ("CL", "PT"):
        with contextlib.suppress(TaxIdInvalid):
            assert canonical_tax_id(text, country)
    assert canonical_tax_id(text, "DE") == text.strip()
