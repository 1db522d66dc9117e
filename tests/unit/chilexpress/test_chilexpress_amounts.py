"""Grams to kilograms, millimetres to centimetres, pesos and numbers, exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_chilexpress.amounts import carrier_number, centimetres, kilograms, pesos, shares, whole_pesos
from despacho_core.money import Money, money
from despacho_ports.errors import Rejected


@pytest.mark.parametrize(
    ("grams", "text"), [(1, "0.01"), (10, "0.01"), (11, "0.02"), (1500, "1.50"), (1501, "1.51"), (25_000, "25.00")]
)
def test_weights_are_kilograms_with_two_decimals_rounded_up(grams: int, text: str) -> None:
    assert kilograms(grams) == text


@given(st.integers(1, 1_000_000))
def test_no_weight_is_understated_and_none_overstated_by_ten_grams(grams: int) -> None:
    assert 0 <= Decimal(kilograms(grams)) * 1000 - grams < 10


@given(st.integers(1, 5_000))
def test_no_side_is_understated_and_none_overstated_by_a_centimetre(side_mm: int) -> None:
    assert 0 <= int(centimetres(side_mm)) * 10 - side_mm < 10


@given(st.integers(0, 10**9), st.integers(1, 99))
def test_the_declared_value_is_shared_out_to_the_peso(total: int, pieces: int) -> None:
    shared = shares(total, pieces)
    assert sum(shared) == total
    assert max(shared) - min(shared) <= 1
    assert shared[0] == max(shared)


def test_values_are_whole_pesos_rounded_half_up() -> None:
    assert pesos(money("14999.5", "CLP")) == 15000
    assert pesos(money("14999.49", "CLP")) == 14999


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (money(10, "EUR"), "currency-not-supported"),
        (money(-1, "CLP"), "invalid-amount"),
        (Money(Decimal("NaN"), "CLP"), "invalid-amount"),
        (Money(Decimal("Infinity"), "CLP"), "invalid-amount"),
        (Money(Decimal("1e999999"), "CLP"), "invalid-amount"),
    ],
)
def test_values_that_cannot_be_declared_are_refused(value: Money, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        pesos(value)
    assert (refused.value.code, refused.value.field) == (code, "declared_value")


@pytest.mark.parametrize(
    ("price", "read"), [("9306", 9306), (9306, 9306), (9306.0, 9306), ("9306.00", 9306), (" 8569 ", 8569), ("0", 0)]
)
def test_prices_are_whole_pesos_in_any_json_form(price: object, read: int) -> None:
    assert whole_pesos(price) == read


@pytest.mark.parametrize(
    "price",
    [
        "9.306",
        "9.000",
        "9,306",
        "9306.5",
        9306.5,
        "-1",
        -1,
        "",
        None,
        True,
        [],
        {},
        "gratis",
        "1e4",
        "٩٣",
        float("inf"),
        10**15,
    ],
)
def test_what_is_no_certain_price_is_none(price: object) -> None:
    assert whole_pesos(price) is None


@pytest.mark.parametrize(
    "number",
    [
        712100833404,
        "712100833404",
        712100833404.0,
        "712100833404.0",
        " 712100833404 ",
        "7.12100833404E+11",
        "7.12100833404e11",
    ],
)
def test_order_numbers_are_the_same_as_number_double_or_text(number: object) -> None:
    assert carrier_number(number) == "712100833404"


@pytest.mark.parametrize("number", [0, "0", "", None, True, "OT-1", "1.5e0", 1.5, -5, "-5", [1], "9" * 40, 1e60])
def test_what_cannot_be_an_order_number_is_none(number: object) -> None:
    assert carrier_number(number) is None


@given(st.one_of(st.integers(), st.floats(), st.text(), st.none(), st.booleans(), st.lists(st.integers())))
def test_anything_at_all_can_be_looked_at(value: object) -> None:
    assert whole_pesos(value) is None or isinstance(whole_pesos(value), int)
    number = carrier_number(value)
    assert number is None or int(number) > 0
