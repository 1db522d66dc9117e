"""Net unit prices: near the exact ones, few, and together the very total."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.fiscal import Buyer, DocumentKind, FiscalDocument, FiscalLine, FiscalTotals, PriceBasis
from despacho_invoicexpress.pricing import gross_amounts, priced_lines
from tests.unit.invoicexpress.invoicexpress_cases import DAY, document_of, iva, note_over, order

CENT = Decimal("0.01")
cents = st.integers(0, 5_000_000).map(lambda amount: Decimal(amount) / 100)


def gross(*lines: tuple[str, str, int]) -> FiscalDocument:
    """A document of lines (amount with tax, quantity, rate)."""
    made = tuple(
        FiscalLine(
            name="P",
            quantity=Decimal(quantity),
            unit_price=Decimal(amount) / Decimal(quantity),
            amount=Decimal(amount),
            tax_rate=Decimal(rate),
            exempt=not rate,
        )
        for amount, quantity, rate in lines
    )
    total = sum((line.amount for line in made), Decimal(0))
    return FiscalDocument(
        kind=DocumentKind.RECEIPT,
        order_number=1,
        currency="EUR",
        issued_on=DAY,
        basis=PriceBasis.GROSS,
        buyer=Buyer(),
        lines=made,
        totals=FiscalTotals(net=total, tax=Decimal(0), exempt=Decimal(0), total=total),
    )


def stated(document: FiscalDocument, decimals: int = 4) -> Fraction:
    """What the prices come to with tax, exactly."""
    return sum(
        (
            Fraction(part.unit_price) * Fraction(part.quantity) * (1 + Fraction(part.line.tax_rate) / 100)
            for part in priced_lines(document, decimals)
        ),
        Fraction(0),
    )


def test_the_contracts_example_has_the_official_samples_price() -> None:
    # contract/invoicing.md 9.2 and the official sample: 30,00 with 23 % is 24,3902; 5,00 is 4,0650
    found = priced_lines(gross(("30.00", "1", 23), ("5.00", "1", 23)), 4)
    assert [part.unit_price for part in found] == [Decimal("24.3902"), Decimal("4.0651")]
    assert round(stated(gross(("30.00", "1", 23), ("5.00", "1", 23))) * 100) == 3500


def test_many_units_of_one_price_are_two_lines_where_one_price_would_be_too_far_off() -> None:
    # 999 × 9,99 = 9980,01; / 1,23 = 8113,8293; / 999 = 8,12195…: 8,1219 for some and 8,1220 for the rest
    found = priced_lines(gross(("9980.01", "999", 23)), 4)
    assert {part.unit_price for part in found} == {Decimal("8.1219"), Decimal("8.1220")}
    assert sum((part.quantity for part in found), Decimal(0)) == 999


def test_few_units_stay_one_line() -> None:
    assert [part.quantity for part in priced_lines(gross(("59.97", "3", 23)), 4)] == [Decimal(3)]


def test_a_line_that_costs_nothing_is_left_out() -> None:
    assert len(priced_lines(gross(("0", "1", 23), ("1.00", "1", 23)), 4)) == 1


@given(
    st.lists(st.tuples(cents, st.integers(1, 5000), st.sampled_from([23, 13, 6, 0])), min_size=1, max_size=12),
    st.integers(4, 6),
)
def test_the_prices_come_to_the_total_and_no_line_is_half_a_cent_off(
    drawn: list[tuple[Decimal, int, int]], decimals: int
) -> None:
    document = gross(*((str(amount), str(quantity), rate) for amount, quantity, rate in drawn))
    assert abs(stated(document, decimals) - Fraction(document.totals.total)) <= Fraction(2, 1000)
    for line in document.lines:
        own = [part for part in priced_lines(document, decimals) if part.line is line]
        amount = sum((Fraction(part.unit_price) * Fraction(part.quantity) for part in own), Fraction(0)) * (
            1 + Fraction(line.tax_rate) / 100
        )
        assert abs(amount - Fraction(line.amount)) < Fraction(5, 1000)


@given(st.lists(st.tuples(cents, st.integers(1, 5000), st.sampled_from([23, 0])), min_size=1, max_size=6))
def test_no_price_is_further_from_the_exact_one_than_its_last_decimal(drawn: list[tuple[Decimal, int, int]]) -> None:
    document = gross(*((str(amount), str(quantity), rate) for amount, quantity, rate in drawn))
    for part in priced_lines(document, 4):
        exact = Fraction(part.line.amount) / (1 + Fraction(part.line.tax_rate) / 100) / Fraction(part.line.quantity)
        # One step, and what was carried from the line before, on a single unit at most.
        assert abs(Fraction(part.unit_price) - exact) <= Fraction(1, 10_000) + Fraction(2, 1000)
        assert part.unit_price >= 0
        assert part.quantity > 0


@pytest.mark.parametrize("rates", [(23, 6), (23, 13), (6, 4)])
def test_a_credit_notes_net_lines_become_the_originals_amounts_again(rates: tuple[int, int]) -> None:
    first = order(("Livro", 1, "12.30"), taxes=(iva(rates[0]),))
    second = order(("Jogo", 2, "5.05"), taxes=(iva(rates[1]),))
    both = order(("x", 1, "22.40"))
    document = document_of(
        type(both)(
            number=1,
            status=both.status,
            currency="EUR",
            total=Decimal("22.40"),
            lines=(*first.lines, *second.lines),
        )
    )
    note = note_over(document)
    amounts = gross_amounts(note)
    assert sum(amounts, Decimal(0)) == document.totals.total
    assert all(amount == amount.quantize(CENT, ROUND_HALF_UP) for amount in amounts)
    if note.basis is PriceBasis.NET:
        assert amounts == [line.amount for line in document.lines]
