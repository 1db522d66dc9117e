"""What the checkout asks an external shipping method (contract 1.3), and the ways in which it may be put into a body.

Names, codes and the `package` are those of the guide's two versions together. How a cart of several products becomes one package is not
documented: here weights and heights add up, lengths and widths are the largest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from despacho_sandbox.store.model import Product, Store
from despacho_sandbox.store.order import Address, Line, Order
from despacho_sandbox.store.order_view import amount
from despacho_sandbox.store.web import encode_json


def rates_request(store: Store, order: Order, *, estimate: bool = False) -> dict[str, Any]:
    """The callback's content, `{"request": {...}}`.

    Args:
        store: Ships from its main location.
        order: What is in the cart and where it goes.
        estimate: Only the municipality of the destination is known, nothing of the person.
    """
    names_only = store.quirks.callback_names_only
    origin = _place(store.main_location().address, names_only=names_only)
    destination = _place(order.shipping_address, names_only=names_only, estimate=estimate)
    asked: dict[str, Any] = {
        "from": {**origin, "name": store.name, "email": store.email, "phone": "98379292", "company": store.name},
        "to": {**destination, **_receiver(order, estimate=estimate)},
        "products": [_product(line) for line in order.lines],
        "package": _package(order.lines, {product.id: product for product in store.products}),
        "unit_measurement": "cm",
        "weight_unit": store.weight_unit,
        "currency": store.currency,
        "locale": store.language,
    }
    if store.quirks.callback_reference:
        asked["request_reference"] = f"{store.code}-{order.id}"
    return {"request": asked}


def encoded_request(asked: dict[str, Any], encoding: str) -> tuple[dict[str, str], bytes]:
    """Headers and body: JSON, a form field `request` with JSON text, or nested form fields `request[to][city]`."""
    if encoding == "json":
        return {"Content-Type": "application/json"}, encode_json(asked)
    if encoding == "form_json":
        fields = [("request", encode_json(asked["request"]).decode())]
    else:
        fields = list(_flattened("request", asked["request"]))
    return {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(fields).encode()


def _flattened(name: str, value: object) -> list[tuple[str, str]]:
    """Nested values as a form writes them: lists of objects repeat `name[][key]`, null is an empty text."""
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in _flattened(f"{name}[{key}]", inner)]
    if isinstance(value, list):
        return [pair for inner in value for pair in _flattened(f"{name}[]", inner)]
    if isinstance(value, bool):
        return [(name, "true" if value else "false")]
    return [(name, "" if value is None else str(value))]


def _place(address: Address | None, *, names_only: bool, estimate: bool = False) -> dict[str, str | None]:
    address = address or Address()
    if names_only:
        return {
            "country": address.country, "region": address.region, "municipality": address.municipality,
            "postal": address.postal, "address": None if estimate else address.address,
        }  # fmt: skip
    private = ("postal", "address", "complement", "street_number")
    return {
        "country": address.country,
        "region": address.region_code,
        "region_name": address.region,
        "municipality": address.municipality_code,
        "municipality_name": address.municipality,
        "city": address.city,
        **{name: None if estimate else getattr(address, name) for name in private},
    }


def _receiver(order: Order, *, estimate: bool) -> dict[str, str | None]:
    if estimate:
        return dict.fromkeys(("name", "email", "phone", "company"))
    company = order.billing_information.company_name if order.billing_information else None
    person = order.customer
    return {"name": person.fullname, "email": person.email, "phone": person.phone, "company": company}


def _product(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "sku": line.sku,
        "quantity": line.qty,
        "price": amount(line.price),
        "product_id": line.id,
        "variant_id": line.variant_id,
        "weight": amount(line.weight),
        "shipping_required": line.type == "physical",
    }


def _package(lines: list[Line], products: dict[int, Product]) -> dict[str, Any]:
    shipped = [(line, products[line.id]) for line in lines if line.type == "physical" and line.id in products]
    weight = sum((line.weight * line.qty for line, _ in shipped), Decimal(0))
    height = sum((product.height * line.qty for line, product in shipped), Decimal(0))
    width = max((product.width for _, product in shipped), default=Decimal(0))
    length = max((product.length for _, product in shipped), default=Decimal(0))
    return {"weight": amount(weight), "height": amount(height), "width": amount(width), "length": amount(length)}
