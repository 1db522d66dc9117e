"""What waits says why and what to do about it, to whoever reads it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from despacho_core.errors import (
    LANGUAGES,
    AccountNeedsAttention,
    AmountInvalid,
    BuyerIncomplete,
    CurrencyNotIssued,
    DomainError,
    InvoicingRefused,
    NoAccount,
    NotYetKnown,
    OrderBeforeStart,
    TaxIdInvalid,
    TaxNotSupported,
    TotalsDisagree,
    all_errors,
)
from despacho_core.waiting import REFUSED, SALE, UNLISTED, Place, waiting_for

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
REASONS: list[tuple[DomainError, Place, str | None]] = [
    (
        BuyerIncomplete(missing="giro, RUT", fields="business_activity, tax_id"),
        Place.BILLING,
        "business_activity, tax_id",
    ),
    (TaxIdInvalid(tax_id="1-0"), Place.BILLING, "tax_id"),
    (TotalsDisagree(order=1, lines=10, paid=12), Place.ORDER, "total"),
    (AmountInvalid(order=1, what="Taza", value=-1, least=0, most=9), Place.ORDER, "Taza"),
    (TaxNotSupported(order=1, line="Vino", tax="ILA", known="19 %"), Place.ORDER, "Vino"),
    (CurrencyNotIssued(order=1, currency="EUR", known="CLP"), Place.ACCOUNT, "currency"),
    (AccountNeedsAttention(account="a", reason="wrong key"), Place.ACCOUNT, None),
    (NoAccount(capability="issue invoices"), Place.ACCOUNT, None),
    (InvoicingRefused(provider="X", message="no", field="Detalle"), Place.PERSON, "Detalle"),
    (OrderBeforeStart(order=1, since="2026-11-01"), Place.PERSON, None),
    (NotYetKnown(provider="X"), Place.ITSELF, None),
]


@pytest.mark.parametrize(("error", "place", "field"), REASONS, ids=lambda one: str(getattr(one, "code", "")))
def test_a_reason_names_the_place_where_it_is_mended_and_the_field(
    error: DomainError, place: Place, field: str | None
) -> None:
    waiting = waiting_for(error, store_id="s", order_number=1, at=NOON)
    assert (waiting.code, waiting.place, waiting.field) == (error.code, place, field)
    assert (waiting.since, waiting.tried_at, waiting.purpose, waiting.credits_id) == (NOON, NOON, SALE, None)
    for language in LANGUAGES:
        assert waiting.message(language) == error.text(language)
    assert waiting.message("de") == error.text("en")


@pytest.mark.parametrize("place", Place)
def test_every_place_has_a_remedy_in_every_language(place: Place) -> None:
    error = next(error for error, its, _ in REASONS if its is place)
    waiting = waiting_for(error, store_id="s", order_number=1, at=NOON, purpose="invoice-i")
    said = [waiting.remedy(language) for language in LANGUAGES]
    assert len(set(said)) == len(LANGUAGES)
    assert waiting.remedy("de") == waiting.remedy("en")
    assert waiting.credits_id == "invoice-i"


def test_the_codes_that_are_treated_apart_are_those_of_refusals() -> None:
    codes = {error.code for error in all_errors()}
    assert {REFUSED, "order-before-start", *UNLISTED - {"dismissed"}} <= codes
