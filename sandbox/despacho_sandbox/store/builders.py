"""Orders ready to place: carts, buyers, and the order that was captured from a real store (contract 2.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from despacho_sandbox.store.buyers import Buyer, buyer_for
from despacho_sandbox.store.model import Product, ShippingMethod, Store
from despacho_sandbox.store.order import (
    AdditionalField,
    Address,
    Customer,
    Line,
    Order,
    OrderStatus,
    Promotion,
    rounded,
)
from despacho_sandbox.store.records import Offer
from despacho_sandbox.store.web import ApiError


class CartLine(msgspec.Struct, kw_only=True):
    """Units of a product, by sku; `discount` is for the whole line."""

    sku: str
    qty: int = 1
    discount: Decimal = Decimal(0)


class Cart(msgspec.Struct, kw_only=True):
    """What someone is about to buy; the buyer is made up if none is named."""

    lines: list[CartLine]
    buyer: Buyer | None = None


class OrderKind(StrEnum):
    """Carts with a name."""

    SIMPLE = "simple"
    COMPANY = "company"
    SEVERAL = "several"
    HEAVY = "heavy"
    GIFT_CARD = "gift_card"
    DIGITAL = "digital"
    CAPTURED = "captured"


CARTS: dict[OrderKind, tuple[tuple[str, int], ...]] = {
    OrderKind.SIMPLE: (("POL-01", 1),),
    OrderKind.COMPANY: (("CAF-03", 2),),
    OrderKind.SEVERAL: (("POL-01", 2), ("TAZ-02", 4), ("LIB-04", 1)),
    OrderKind.HEAVY: (("SAC-05", 2),),
    OrderKind.GIFT_CARD: (("GIF-06", 1), ("TAZ-02", 1)),
    OrderKind.DIGITAL: (("DIG-07", 1),),
}


class OrderDraft(msgspec.Struct, kw_only=True):
    """An order to place without a checkout.

    Attributes:
        kind: Which cart, unless `cart` is given; `captured` is the order of contract 2.4, value by value.
        status: Where it ends; a paid one is announced as pending first.
        silent: No webhook ever tells of it.
        shipping: Price of the shipping, with tax; a made-up fee if left out.
        shipping_discount: What a promotion takes off the shipping.
        discount: What a promotion takes off the whole order, beside line and shipping discounts.
        rate_id: Comes back as `external_shipping_rate_id`.
        rate_description: Comes back as `external_shipping_rate_description`.
        shipping_method_id: Of a method of the store.
    """

    kind: OrderKind = OrderKind.SIMPLE
    cart: Cart | None = None
    status: OrderStatus = OrderStatus.PAID
    silent: bool = False
    shipping: Decimal | None = None
    shipping_discount: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    rate_id: str | None = None
    rate_description: str | None = None
    shipping_method_id: int | None = None


def cart_of(kind: OrderKind) -> Cart:
    """The cart of this name."""
    if kind not in CARTS:
        raise ApiError(400, {"message": f"{kind.value} is an order, not a cart"})
    return Cart(lines=[CartLine(sku=sku, qty=qty) for sku, qty in CARTS[kind]])


def build_order(store: Store, draft: OrderDraft, now: datetime) -> Order:
    """The order that a draft describes, not yet in the store."""
    if draft.kind is OrderKind.CAPTURED and draft.cart is None:
        order = _captured(store)
    else:
        cart = draft.cart or cart_of(draft.kind)
        order = order_of(store, cart, now, wants_company=draft.kind is OrderKind.COMPANY)
        if order.shipping_required:
            fee = Decimal(3990) if store.currency == "CLP" else Decimal("4.50")
            order.shipping = fee if draft.shipping is None else draft.shipping
            order.shipping_method_name = "Despacho a domicilio"
        order.shipping_discount = draft.shipping_discount
        order.discount += draft.shipping_discount + draft.discount
    order.silent = draft.silent
    order.external_shipping_rate_id = draft.rate_id
    order.external_shipping_rate_description = draft.rate_description
    if draft.shipping_method_id is not None:
        order.shipping_method_id = draft.shipping_method_id
    return order


def order_of(store: Store, cart: Cart, now: datetime, *, wants_company: bool = False) -> Order:
    """An order of a cart, without shipping.

    Raises:
        ApiError: 400 for a sku that the store does not have, or fewer than one unit.
    """
    number = _next_number(store)
    buyer = cart.buyer or buyer_for(store.country_code, number, company=wants_company)
    shipping_address, billing_address = buyer.addresses(store.country_code)
    lines = cart_lines(store, cart)
    return Order(
        id=number,
        created_at=now,
        currency=store.currency,
        lines=lines,
        customer=buyer.customer(20019000 + number),
        shipping_address=shipping_address,
        billing_address=billing_address,
        billing_information=buyer.company,
        shipping_required=any(line.type == "physical" for line in lines),
        discount=sum((line.discount for line in lines), Decimal(0)),
        additional_fields=[AdditionalField("accepts_marketing", "No")],
    )


def cart_lines(store: Store, cart: Cart) -> list[Line]:
    """A cart's lines with the catalogue's prices.

    Raises:
        ApiError: 400 for a sku that the store does not have, or fewer than one unit.
    """
    products = {product.sku: product for product in store.products}
    unknown = [line.sku for line in cart.lines if line.sku not in products]
    if unknown or not cart.lines or any(line.qty < 1 for line in cart.lines):
        raise ApiError(400, {"message": f"the cart is empty or has an unknown sku or quantity {unknown}"})
    return [_line(store, products[line.sku], line) for line in cart.lines]


def ship_by(store: Store, order: Order, method: ShippingMethod, offer: Offer) -> None:
    """Puts the shipping that the buyer chose onto the order (contract 1.5)."""
    order.shipping = rounded(offer.price, store.currency)
    order.shipping_method_id, order.shipping_service_id = method.id, offer.service_id
    order.shipping_method_name = f"{method.name} - {offer.service_name}"
    order.external_shipping_rate_id = offer.rate_id
    order.external_shipping_rate_description = offer.rate_description


def _line(store: Store, product: Product, wanted: CartLine) -> Line:
    return Line(
        id=product.id, name=product.name, sku=product.sku, price=product.price, qty=wanted.qty,
        discount=wanted.discount, weight=product.weight, type=product.type, taxes=product.taxes,
        location_id=store.main_location().id, stock=product.stock,
    )  # fmt: skip


def _next_number(store: Store) -> int:
    while (number := store.new_id("order", 1001)) in store.orders:
        continue
    return number


def _captured(store: Store) -> Order:
    """The order of contract 2.4, with its number unless the store has one of that number."""
    address = Address(
        name="Ana", surname="Pérez", address="Calle Uno 2823", city="Santiago", region="Region Metropolitana",
        country="Chile", country_code="CL", region_code="12", complement="404", municipality="Vitacura",
    )  # fmt: skip
    line = Line(
        id=36335795, name="Test", sku="100101999", price=Decimal(50), weight=Decimal("0.5"),
        location_id=store.main_location().id, stock=1,
    )  # fmt: skip
    return Order(
        id=1012 if 1012 not in store.orders else _next_number(store),
        created_at=datetime(2026, 7, 23, 17, 48, 38, tzinfo=UTC),
        completed_at=datetime(2026, 7, 23, 17, 50, 17, tzinfo=UTC),
        currency="CLP",
        lines=[line],
        customer=Customer(id=20019293, email="buyer@example.com", fullname="Ana Pérez"),
        shipping_address=address,
        billing_address=address,
        shipping=Decimal(2877),
        shipping_discount=Decimal(2877),
        discount=Decimal(2877),
        shipping_method_id=836621,
        shipping_method_name="BlueExpress",
        promotions=[Promotion(891331, "SinEnvio")],
        additional_fields=[AdditionalField("accepts_marketing", "No")],
    )
