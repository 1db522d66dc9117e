"""What the simulated platform sends is read in every form that it can take."""

import json
from decimal import Decimal
from typing import Any

import pytest

from despacho_core.orders import OrderStatus
from despacho_jumpseller import JumpsellerMessages
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.store import StoreSimulator
from despacho_sandbox.store.delivery import signature
from despacho_sandbox.store.invoice_button import light_order
from despacho_sandbox.store.order_view import order_object
from despacho_sandbox.store.rates_request import encoded_request, rates_request
from despacho_sandbox.store.web import encode_json

Stores = Any
"""A simulator whose methods take their keywords loosely."""

messages = JumpsellerMessages()


@pytest.fixture
def stores() -> Stores:
    """The simulated stores without their server: nothing here goes over the wire."""
    return StoreSimulator(SandboxClock(speed=0), seed=7)


@pytest.mark.parametrize("kind", ["simple", "company", "several", "heavy", "gift_card", "digital", "captured"])
def test_a_webhook_is_signed_numbered_and_read(stores: Stores, kind: str) -> None:
    store = stores.store()
    placed = stores.place_order(kind=kind)
    body = encode_json({"order": order_object(placed, store)})
    assert messages.is_signed(body, signature(store.hooks_token, body), store.hooks_token)
    assert messages.order_number(body) == placed.id
    order = messages.invoice_order(body)
    shown = json.loads(body)["order"]
    assert order.total == Decimal(str(shown["total"]))
    assert [(line.sku, line.quantity, line.kind) for line in order.lines] == [
        (line.sku, line.qty, line.type) for line in placed.lines
    ]


@pytest.mark.parametrize("kind", ["simple", "company", "several"])
def test_the_reduced_order_says_the_same_as_the_full_one(stores: Stores, kind: str) -> None:
    store = stores.store()
    placed = stores.place_order(kind=kind)
    light = messages.invoice_order(encode_json({"order": light_order(placed, store)}))
    full = messages.invoice_order(encode_json({"order": order_object(placed, store)}))
    assert light.status is full.status is OrderStatus.PAID
    for name in ("number", "currency", "total", "subtotal", "customer_name", "customer_email"):
        assert getattr(light, name) == getattr(full, name)
    assert light.billing.tax_id == full.billing.tax_id
    assert [(line.quantity, line.unit_price) for line in light.lines] == [
        (line.quantity, line.unit_price) for line in full.lines
    ]


@pytest.mark.parametrize("names_only", [False, True])
@pytest.mark.parametrize("kind", ["simple", "several", "heavy"])
def test_a_cart_is_the_same_in_every_encoding(stores: Stores, kind: str, *, names_only: bool) -> None:
    store = stores.store()
    store.quirks.callback_names_only = names_only
    placed = stores.place_order(kind=kind)
    asked = rates_request(store, placed)
    carts = []
    for encoding in ("json", "form_json", "form_nested"):
        headers, body = encoded_request(asked, encoding)
        carts.append(messages.cart(body, headers["Content-Type"]))
    assert carts[0] == carts[1] == carts[2]
    assert carts[0].destination.country == "CL"
    assert carts[0].destination.municipality == placed.shipping_address.municipality
    assert carts[0].destination.municipality_code == (None if names_only else placed.shipping_address.municipality_code)
    assert carts[0].package is not None
    assert carts[0].package.weight_g == sum((line.weight_g or 0) * line.quantity for line in carts[0].lines)
