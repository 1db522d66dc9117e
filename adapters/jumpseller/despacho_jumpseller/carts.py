"""The rates callback: the cart that the checkout wants shipping prices for (contract/jumpseller.md 1.3).

Strict where the parcel and its price come from: a negative weight, or a list where an object belongs, is an error that says
where. Addresses may be as empty as a guest's cart is.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from despacho_core.addresses import Address
from despacho_core.parcels import Parcel
from despacho_jumpseller import forms
from despacho_jumpseller.addresses import address
from despacho_jumpseller.fields import Fields, invalid, root
from despacho_jumpseller.measures import sides_of
from despacho_jumpseller.units import grams, millimetres
from despacho_jumpseller.values import decode
from despacho_ports.storefront import Cart, CartLine


def cart(body: bytes, content_type: str) -> Cart:
    """The cart in a request body, whatever its content type says.

    Raises:
        MessageInvalid: It cannot be read; says where and what was expected.
    """
    return cart_from(root(_request(body, content_type), "request"))


def cart_from(request: Fields) -> Cart:
    """The cart in the ``request`` object."""
    if not request.has("to"):
        raise request.missing("to", "an object")
    weight_unit, length_unit = request.text("weight_unit"), request.text("unit_measurement")
    return Cart(
        origin=address(request.child("from")) or Address(),
        destination=address(request.child("to")) or Address(),
        lines=tuple(_line(line, weight_unit, length_unit) for line in request.children("products")),
        currency=(request.text("currency") or "").upper(),
        package=_parcel(request.child("package"), weight_unit, length_unit),
        reference=request.text("request_reference", "cart_id", "order_id"),
    )


def _request(body: bytes, content_type: str) -> object:
    """The decoded body, ``request`` still wrapped; in a form ``request`` itself may be JSON text."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        form = forms.multipart(body, content_type)
    elif _looks_like_form(body, media_type):
        form = forms.urlencoded(body)
    else:
        return decode(body)
    text = form.get("request")
    if not isinstance(text, str):
        return form
    inner = decode(text.encode())
    return inner if isinstance(inner, Mapping) and "request" in inner else {"request": inner}


def _looks_like_form(body: bytes, media_type: str) -> bool:
    """Clients send JSON as a form and forms as JSON; the first letter settles it."""
    if body.lstrip()[:1] in (b"{", b"["):
        return False
    return media_type == "application/x-www-form-urlencoded" or body.lstrip().startswith(b"request")


def _line(fields: Fields, weight_unit: str | None, length_unit: str | None) -> CartLine:
    quantity = fields.whole("quantity", "qty")
    if quantity is not None and quantity < 0:
        raise invalid(f"{fields.path}.quantity", "a whole number of zero or more", quantity)
    weight = fields.not_negative("weight")
    return CartLine(
        name=fields.text("name") or "",
        quantity=1 if quantity is None else quantity,
        unit_price=fields.not_negative("price") or Decimal(0),
        weight_g=None if weight is None else grams(weight, weight_unit),
        product_id=fields.text("product_id") or "",
        variant_id=fields.text("variant_id"),
        sku=fields.text("sku") or "",
        shipping_required=fields.flag("shipping_required", default=True),
        sides=sides_of(fields.tolerant([]), length_unit),
    )


def _parcel(fields: Fields, weight_unit: str | None, length_unit: str | None) -> Parcel | None:
    """The platform's estimate; None unless it is complete."""
    weight = fields.not_negative("weight")
    sides = [fields.not_negative(side) for side in ("length", "width", "height")]
    length, width, height = (millimetres(side, length_unit) if side else 0 for side in sides)
    weight_g = grams(weight, weight_unit) if weight else 0
    if not all((weight_g, length, width, height)):
        return None
    return Parcel(weight_g=weight_g, length_mm=length, width_mm=width, height_mm=height)
