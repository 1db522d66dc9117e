"""Quotes: the price that was named at checkout is the price that is found again when the order comes."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.errors import UnknownCurrency
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import Quote, Rate, RateRequest

BOX = Parcel(weight_g=1250, length_mm=200, width_mm=150, height_mm=100)
prices = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)


def quote(price: Decimal, name: str = "Día hábil siguiente") -> Quote:
    return Quote(
        id="q1",
        store_id="s1",
        account_id="a1",
        reference_id="r1",
        rate=Rate(service_code="3", service_name=name, price=Money(price, "EUR"), days_min=1),
        parcels=(BOX,),
        created_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    )


@given(prices, st.text(max_size=30).filter(lambda text: text.isprintable()))
def test_a_kept_quote_comes_back_to_the_cent(price: Decimal, name: str) -> None:
    kept = quote(price, name)
    assert msgspec.json.decode(msgspec.json.encode(kept), type=Quote) == kept


def test_a_kept_quote_does_not_change() -> None:
    with pytest.raises(AttributeError):
        quote(Decimal(1)).rate = None  # type: ignore[misc, assignment]  # that it cannot be assigned is the point


def test_a_price_in_no_currency_is_no_rate() -> None:
    raw = msgspec.json.encode(quote(Decimal(1))).replace(b"EUR", b"???")
    with pytest.raises(UnknownCurrency, match="ISO 4217"):
        msgspec.json.decode(raw, type=Quote)


def test_a_checkout_may_ask_with_no_more_than_a_comuna() -> None:
    request = RateRequest(
        origin=Address(country="CL", municipality="Ñuñoa"),
        destination=Address(country="CL", municipality="Curicó"),
        parcels=(BOX,),
        declared_value=Money(Decimal(0), "CLP"),
    )
    assert request.destination.place == "Curicó"
