"""Money: exact, in one currency, rounded as the tax rules of Chile and Portugal do."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.errors import CurrenciesDiffer, UnknownCurrency
from despacho_core.money import Money, decimal_from, minor_digits, money, round_money, trimmed

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False, allow_infinity=False)
currencies = st.sampled_from(["CLP", "EUR", "BRL", "KWD", "USD"])


@given(amounts, amounts, amounts, currencies)
def test_sums_are_exact_in_any_order(one: Decimal, two: Decimal, three: Decimal, currency: str) -> None:
    first, second, third = (Money(amount, currency) for amount in (one, two, three))
    assert (first + second) + third == first + (second + third)
    assert first + second == second + first
    assert (first + second) - second == first


@given(st.lists(st.integers(-(10**14), 10**14), max_size=30))
def test_cents_add_up_as_integers_do(cents: list[int]) -> None:
    total = Money(Decimal(0), "EUR")
    for cent in cents:
        total = total + Money(Decimal(cent) / 100, "EUR")
    assert total.amount * 100 == sum(cents)


@given(amounts, currencies)
def test_rounding_moves_by_half_a_unit_at_most_and_only_once(amount: Decimal, currency: str) -> None:
    unit = Decimal(1).scaleb(-minor_digits(currency))
    rounded = round_money(amount, currency)
    assert abs(rounded - amount) <= unit / 2
    assert rounded % unit == 0
    assert round_money(rounded, currency) == rounded
    assert round_money(-amount, currency) == -rounded, "away from zero on either side"


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.5", "CLP", "1"),
        ("1.5", "CLP", "2"),
        ("2.5", "CLP", "3"),
        ("2.4999", "CLP", "2"),
        ("-2.5", "CLP", "-3"),
        ("0.125", "EUR", "0.13"),
        ("1.005", "EUR", "1.01"),
        ("0.0005", "KWD", "0.001"),
    ],
)
def test_a_half_goes_up_and_never_to_the_even_neighbour(amount: str, currency: str, rounded: str) -> None:
    assert Money(Decimal(amount), currency).rounded() == Money(Decimal(rounded), currency)


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False))
def test_a_float_is_read_as_it_is_written_never_as_it_is_stored(value: float) -> None:
    assert decimal_from(value) == Decimal(repr(value))
    assert float(decimal_from(value)) == value


@given(amounts)
def test_an_amount_is_the_same_however_the_store_writes_it(amount: Decimal) -> None:
    assert decimal_from(str(amount)) == decimal_from(f"  {amount}\n") == decimal_from(amount) == amount
    assert decimal_from(int(amount)) == int(amount)


def test_a_tenth_is_a_tenth() -> None:
    assert decimal_from(0.1) + decimal_from(0.2) == decimal_from("0.3")


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        "",
        "abc",
        "1,50",
        "$ 100",
        "1_000",
        "NaN",
        "Infinity",
        float("nan"),
        float("inf"),
        [],
        {},
        b"1",
    ],
)
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        decimal_from(value)


@pytest.mark.parametrize("value", ["1e18", "-1e999999", 10**18, 1e300])
def test_an_amount_beyond_all_money_is_refused_before_it_breaks_a_sum(value: object) -> None:
    with pytest.raises(ValueError, match="plausible"):
        decimal_from(value)


@given(st.text(max_size=20))
def test_reading_any_text_gives_an_amount_that_can_be_rounded_or_a_value_error(text: str) -> None:
    try:
        amount = decimal_from(text)
    except ValueError:
        return
    assert round_money(amount, "KWD").is_finite()


@given(amounts, amounts)
def test_two_currencies_never_meet(one: Decimal, two: Decimal) -> None:
    pesos, euros = Money(one, "CLP"), Money(two, "EUR")
    for meet in (lambda: pesos + euros, lambda: pesos - euros, lambda: pesos < euros, lambda: pesos <= euros):
        with pytest.raises(CurrenciesDiffer, match="CLP and EUR"):
            meet()
    assert pesos != euros


@given(amounts, amounts)
def test_amounts_are_ordered_as_their_numbers_are(one: Decimal, two: Decimal) -> None:
    first, second = Money(one, "EUR"), Money(two, "EUR")
    assert (first < second) == (one < two)
    assert (first <= second) == (one <= two)
    assert (first > second) == (one > two)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("3990", "CLP", "3990"),
        ("3990.5", "CLP", "3991"),
        ("12.5", "EUR", "12.50"),
        ("1E+3", "CLP", "1000"),
        ("-0.001", "EUR", "0.00"),
        ("0.1", "TND", "0.100"),
    ],
)
def test_plain_text_has_the_currencys_own_places_and_nothing_else(amount: str, currency: str, text: str) -> None:
    assert Money(Decimal(amount), currency).plain() == text


@given(amounts, currencies)
def test_plain_text_reads_back_as_the_rounded_amount(amount: Decimal, currency: str) -> None:
    assert money(Money(amount, currency).plain(), currency) == Money(amount, currency).rounded()


@pytest.mark.parametrize(("currency", "digits"), [("CLP", 0), ("EUR", 2), ("BRL", 2), ("AOA", 2), ("KWD", 3)])
def test_minor_units_are_those_of_iso_4217(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize("currency", ["", "clp", "XXX", "PESO", "$", "ESC"])
def test_an_unknown_currency_is_refused_at_once(currency: str) -> None:
    with pytest.raises(UnknownCurrency, match="ISO 4217"):
        Money(Decimal(1), currency)


@given(amounts)
def test_trimming_keeps_the_number_and_at_least_the_units_places(amount: Decimal) -> None:
    short = trimmed(amount, Decimal("0.01"))
    assert short == amount
    places = -int(short.as_tuple().exponent)
    assert places == 2 or (places > 2 and format(short, "f")[-1] != "0")


@given(amounts, currencies)
def test_money_travels_through_json_without_losing_a_digit(amount: Decimal, currency: str) -> None:
    sum_of_money = Money(amount, currency)
    assert msgspec.json.decode(msgspec.json.encode(sum_of_money), type=Money) == sum_of_money
