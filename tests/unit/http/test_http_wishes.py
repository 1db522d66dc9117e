"""What the API takes, and how it becomes the domain's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.parcels import Parcel
from despacho_core.shipments import ShipmentWish
from despacho_http.api.wishes import (
    DEFAULT_WAIT_SECONDS,
    MOST_WAIT_SECONDS,
    AddressBody,
    Body,
    MoneyBody,
    ParcelBody,
    QuoteBody,
    ShipmentBody,
    seconds_to_wait,
)


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (None, DEFAULT_WAIT_SECONDS),
        ("", DEFAULT_WAIT_SECONDS),
        ("wait=0", 0),
        ("respond-async, wait=5", 5),
        ("Wait=7", 7),
        ("wait=999999999999", MOST_WAIT_SECONDS),
        ("wait=-1", DEFAULT_WAIT_SECONDS),
        ("wait=soon", DEFAULT_WAIT_SECONDS),
        ("wait=²", DEFAULT_WAIT_SECONDS),
        ("handling=lenient", DEFAULT_WAIT_SECONDS),
    ],
)
def test_how_long_somebody_wants_to_wait(prefer: str | None, seconds: float) -> None:
    assert seconds_to_wait(prefer) == seconds


@given(st.text())
def test_nobody_waits_for_ever(prefer: str) -> None:
    assert 0 <= seconds_to_wait(prefer) <= MOST_WAIT_SECONDS


@pytest.mark.parametrize("body", Body.__subclasses__(), ids=lambda body: str(body.__name__))
def test_every_body_refuses_what_it_does_not_know(body: type[Body]) -> None:
    assert body.__struct_config__.forbid_unknown_fields
    assert body.__struct_config__.frozen


def test_a_body_has_the_fields_of_what_it_becomes() -> None:
    assert ParcelBody.__struct_fields__ == Parcel.__struct_fields__
    assert AddressBody.__struct_fields__ == Address.__struct_fields__
    assert set(ShipmentBody.__struct_fields__) == set(ShipmentWish.__struct_fields__)


def test_a_wish_becomes_the_domains() -> None:
    parcel = Parcel(weight_g=1, length_mm=2, width_mm=3, height_mm=4, contents="Tazas")
    given_as = {"account_id": "a", "parcels": [msgspec.to_builtins(parcel)], "additional": True}
    body = msgspec.convert(given_as, ShipmentBody)
    assert body.wish() == ShipmentWish(account_id="a", parcels=(parcel,), additional=True)
    assert ShipmentBody().wish() == ShipmentWish()


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_an_amount_is_exact(amount: Decimal) -> None:
    body = msgspec.json.decode(msgspec.json.encode({"amount": str(amount), "currency": "EUR"}), type=MoneyBody)
    assert body.money().amount == amount


@pytest.mark.parametrize("amount", [0.1, "NaN", "Infinity", "1e99", "1_000", "-1", "", "ten", None, True])
def test_an_amount_that_is_none_is_refused(amount: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"amount": amount, "currency": "CLP"}, MoneyBody)


def test_either_an_order_or_a_destination_is_quoted() -> None:
    assert msgspec.convert({"order": 1}, QuoteBody).order == 1
    assert msgspec.convert({"destination": {}}, QuoteBody).destination == AddressBody()
    for neither_nor_both in ({}, {"order": 1, "destination": {}}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(neither_nor_both, QuoteBody)
