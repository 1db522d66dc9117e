"""Numbers as people write them: one meaning for each separator, nothing divided by a thousand unseen, and what we write is read back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import format_currency, get_decimal_symbol
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.money import minor_digits
from despacho_core.written import (
    Unclear,
    amount_written,
    is_exact,
    measure_written,
    read_amount,
    read_count,
    read_measure,
)

CURRENCIES = ("CLP", "EUR", "BRL", "USD", "PEN", "JPY", "KWD")
STORES = ("es_CL", "pt_PT", "pt_BR", "es_MX", "en_US", "es_ES", "es_PE", "en_GB")


@pytest.mark.parametrize(
    "text", ["2990", "2.990", "2,990", "2 990", "$ 2.990", "$2.990", "CLP 2990", "2990 clp", "2990,00", "2.990,00"]
)
def test_a_point_in_pesos_groups_thousands(text: str) -> None:
    assert read_amount(text, "CLP") == 2990


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2,99", "2.99"), ("2.99", "2.99"), ("2,9", "2.9"), ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("1 234,56", "1234.56"),
        ("1'234.56", "1234.56"), ("1.234.567", "1234567"), ("1234", "1234"), ("€ 1.234,56", "1234.56"), ("12,50 EUR", "12.5"),
        ("-3,50", "-3.5"), ("−3,50", "-3.5"), ("- 3,50", "-3.5"), ("0,05", "0.05"), (",50", "0.5"), ("1\u202f234,50 €", "1234.5"),
    ],
)  # fmt: skip
def test_euros_have_two_decimals_behind_a_comma_or_a_point(text: str, amount: str) -> None:
    assert read_amount(text, "EUR") == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("2990,5", "CLP", "amounts in CLP have no decimals"),
        ("2.99", "CLP", "amounts in CLP have no decimals"),
        ("0.990", "CLP", "amounts in CLP have no decimals"),
        ("2990,000", "CLP", "amounts in CLP have no decimals"),
        ("1.234", "EUR", "“1.234” can be read in two ways; write 1234 or 1.23"),
        ("1,234", "EUR", "“1,234” can be read in two ways; write 1234 or 1,23"),
        ("0,125", "EUR", "amounts in EUR have at most 2 decimals"),
        ("1234,567", "EUR", "amounts in EUR have at most 2 decimals"),
        ("5 €", "CLP", "this is in €, and the amount is to be in CLP"),
        ("$ 5", "EUR", "this is in $, and the amount is to be in EUR"),
        ("5 USD", "CLP", "this is in USD, and the amount is to be in CLP"),
    ],
)
def test_what_is_not_clear_is_refused_with_how_to_write_it(text: str, currency: str, reason: str) -> None:
    with pytest.raises(Unclear) as refusal:
        read_amount(text, currency)
    assert str(refusal.value) == reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cheap",
        "1.2.3",
        "12.34.567",
        "1e5",
        "0x10",
        "1_000",
        "NaN",
        "٣",
        "5,",
        "1 2",
        "--1",
        "$5 EUR",
        "9" * 40,
        "1" * 99,
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    for currency in CURRENCIES:
        with pytest.raises(Unclear):
            read_amount(text, currency)
    for read in (read_measure, read_count):
        with pytest.raises(Unclear):
            read(text)


def test_a_measure_has_decimals_and_a_count_has_thousands() -> None:
    assert [read_measure(text) for text in ("1.250", "1,250", "0,5", "1.234,5")] == [
        Decimal("1.25"), Decimal("1.25"), Decimal("0.5"), Decimal("1234.5"),
    ]  # fmt: skip
    assert [read_count(text) for text in ("4.000", "4,000", "4 000", "4000", "4000,0")] == [4000] * 5
    for text in ("1,5", "4.0001"):
        with pytest.raises(Unclear, match="whole"):
            read_count(text)
    for text in ("5 €", "2 kg"):
        with pytest.raises(Unclear):
            read_measure(text)


amounts = st.decimals(-1_000_000_000, 1_000_000_000, places=3)


@given(st.sampled_from(CURRENCIES), st.sampled_from(STORES), amounts)
def test_what_a_stores_form_shows_is_read_back_as_the_same_amount(currency: str, store: str, amount: Decimal) -> None:
    mark = get_decimal_symbol(Locale.parse(store))
    exact = amount.quantize(Decimal(1).scaleb(-minor_digits(currency)))
    assert read_amount(amount_written(exact, currency, mark), currency) == exact
    assert read_measure(measure_written(amount, mark)) == amount
    assert read_count(measure_written(Decimal(int(amount)), mark)) == int(amount)


@given(st.sampled_from(["CLP", "EUR", "BRL", "USD"]), st.sampled_from(STORES), st.decimals(0, 1_000_000_000, places=3))
def test_what_a_page_shows_can_be_copied_into_a_form(currency: str, store: str, amount: Decimal) -> None:
    exact = amount.quantize(Decimal(1).scaleb(-minor_digits(currency)))
    assert read_amount(format_currency(exact, currency, locale=store), currency) == exact


@given(st.sampled_from(CURRENCIES), st.sampled_from([".", ","]), amounts)
def test_an_amount_finer_than_its_currency_is_refused_and_never_misread(
    currency: str, mark: str, amount: Decimal
) -> None:
    text = amount_written(amount, currency, mark)
    if is_exact(amount, currency):
        assert read_amount(text, currency) == amount
    else:
        with pytest.raises(Unclear):
            read_amount(text, currency)


@given(st.sampled_from(CURRENCIES), st.text(alphabet="0123456789., '$€-", max_size=14))
def test_whatever_is_written_is_refused_or_has_exactly_its_digits(currency: str, text: str) -> None:
    """Nothing is multiplied, divided or rounded: the digits that were written are the digits of the amount."""
    try:
        amount = read_amount(text, currency)
    except Unclear:
        return
    written = "".join(letter for letter in text if letter.isdigit())
    digits = f"{abs(amount):f}".replace(".", "")
    assert digits.strip("0") == written.strip("0")
    assert is_exact(amount, currency)
