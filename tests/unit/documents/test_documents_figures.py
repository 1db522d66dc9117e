"""Figures: written as each language writes them, and never another number than the one that was given."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.errors import UnknownCurrency
from despacho_documents import figures

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=6)


@pytest.mark.parametrize(
    ("value", "currency", "language", "written"),
    [
        ("6990", "CLP", "es", "6.990"),
        ("6.99E+3", "CLP", "es", "6.990"),
        ("1234567.5", "EUR", "pt", "1.234.567,50"),
        ("1234567.5", "EUR", "en", "1,234,567.50"),
        ("12.11382", "EUR", "pt", "12,11382"),
        ("5873.94958", "CLP", "es", "5.873,94958"),
        ("1.5", "KWD", "en", "1.500"),
        ("-0.00", "EUR", "es", "0,00"),
        ("-1000", "CLP", "es", "-1.000"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency_and_all_their_own(
    value: str, currency: str, language: str, written: str
) -> None:
    assert figures.amount(Decimal(value), currency, language) == written


@given(value=AMOUNTS, currency=st.sampled_from(["CLP", "EUR", "KWD"]), language=st.sampled_from(["es", "pt", "en"]))
def test_what_is_written_is_the_number(value: Decimal, currency: str, language: str) -> None:
    written = figures.amount(value, currency, language)
    if language != "en":
        written = written.translate(str.maketrans(",.", ".,"))
    assert Decimal(written.replace(",", "")) == value


def test_an_unknown_currency_is_refused_and_not_guessed() -> None:
    with pytest.raises(UnknownCurrency):
        figures.amount(Decimal(1), "XYZ", "es")


def test_quantities_rates_and_codes() -> None:
    assert figures.quantity(Decimal("2.000"), "es") == "2"
    assert figures.quantity(Decimal("1.50"), "pt") == "1,5"
    assert figures.percent(Decimal("19.0"), "es") == "19 %"
    assert figures.percent(Decimal("12.5"), "en") == "12.5 %"
    assert figures.with_code(Decimal(6990), "CLP", "es") == "6.990 CLP"


def test_dates_are_those_of_the_language() -> None:
    written = [figures.day(date(2026, 3, 9), language) for language in ("es", "pt", "en", "fr")]
    assert written == ["09-03-2026", "09/03/2026", "2026-03-09", "2026-03-09"]
