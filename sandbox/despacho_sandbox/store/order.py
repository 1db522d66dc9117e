"""An order of a store, as data: lines, addresses, amounts and states. Amounts are `Decimal` in the store's currency."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

import msgspec

ZERO = Decimal(0)


class OrderStatus(StrEnum):
    """`status_enum` of an order (contract 2.5)."""

    ABANDONED = "abandoned"
    CANCELED = "canceled"
    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"


class ShipmentStatus(StrEnum):
    """`shipment_status_enum` of an order (contract 2.5); `fulfilled` is live although the schema lacks it."""

    UNFULFILLED = "unfulfilled"
    FULFILLED = "fulfilled"
    REQUESTED = "requested"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    FAILED = "failed"
    PICKUP_AVAILABLE = "pickup_available"


class Tax(msgspec.Struct, frozen=True):
    """A tax of a line. `included` is `tax_on_product_price`: the price already contains it (contract 2.5)."""

    id: int
    name: str
    rate: Decimal
    included: bool = True
    fixed: bool = False


class Line(msgspec.Struct, frozen=True):
    """One product of an order.

    Attributes:
        price: Of one unit, with every included tax.
        discount: Of the whole line (the contract leaves open whether it is per unit, contract 7.22).
        weight: Of one unit, in the store's weight unit.
    """

    id: int
    name: str
    sku: str
    price: Decimal
    qty: int = 1
    discount: Decimal = ZERO
    weight: Decimal = Decimal(1)
    type: str = "physical"
    variant_id: int | None = None
    taxes: tuple[Tax, ...] = ()
    location_id: int | None = None
    stock: int = 100

    @property
    def amount(self) -> Decimal:
        """Units times price, before discounts, with included taxes."""
        return self.price * self.qty


class Address(msgspec.Struct, frozen=True):
    """An address with the platform's names and its codes for region and municipality."""

    name: str | None = None
    surname: str | None = None
    address: str | None = None
    street_number: str | None = None
    complement: str | None = None
    city: str | None = None
    postal: str | None = None
    municipality: str | None = None
    municipality_code: str | None = None
    region: str | None = None
    region_code: str | None = None
    country: str | None = None
    country_code: str | None = None
    taxid: str | None = None


class Customer(msgspec.Struct, frozen=True):
    """Who bought."""

    id: int
    email: str
    fullname: str
    phone: str | None = None
    phone_prefix: str | None = None
    ip: str | None = "203.0.113.9"


class BillingInformation(msgspec.Struct, frozen=True):
    """Company data: giro, razón social, tipo de contribuyente (contract 5.5)."""

    business_activity: str | None = None
    company_name: str | None = None
    taxpayer_type: str | None = None


class Promotion(msgspec.Struct, frozen=True):
    """A promotion that gave the order a discount."""

    id: int
    name: str
    code: str | None = None


class AdditionalField(msgspec.Struct):
    """A custom field of the checkout."""

    label: str
    value: str | None = None
    id: int | None = None
    area: str = "contact"


class Order(msgspec.Struct, kw_only=True):
    """An order.

    Attributes:
        shipping: Price of the shipping before its discount.
        discount: All discounts together: of lines, of the whole order and of the shipping (contract 2.5).
        gift_cards_discount: What was paid by gift card; a way of paying, so it does not lessen the total.
        silent: No webhook ever tells of this order.
        token: Stands in the order's own URLs.
    """

    id: int
    created_at: datetime
    currency: str
    lines: list[Line]
    customer: Customer
    shipping_address: Address | None
    billing_address: Address | None
    completed_at: datetime | None = None
    status: OrderStatus = OrderStatus.PENDING_PAYMENT
    shipment_status: ShipmentStatus = ShipmentStatus.UNFULFILLED
    fulfilled: bool = False
    shipping: Decimal = ZERO
    shipping_tax: Decimal = ZERO
    shipping_discount: Decimal = ZERO
    discount: Decimal = ZERO
    gift_cards_discount: Decimal = ZERO
    shipping_required: bool = True
    shipping_method_id: int | None = None
    shipping_service_id: int | None = None
    shipping_method_name: str | None = None
    external_shipping_rate_id: str | None = None
    external_shipping_rate_description: str | None = None
    payment_method_name: str = "Webpay Plus"
    payment_method_type: str = "webpay_plus"
    payment_information: str | None = "Tipo de Transaccion: Venta"
    additional_information: str | None = None
    billing_information: BillingInformation | None = None
    additional_fields: list[AdditionalField] = []
    promotions: list[Promotion] = []
    tracking_number: str | None = None
    tracking_company: str | None = None
    tracking_url: str | None = None
    silent: bool = False
    token: str = ""


class Totals(msgspec.Struct, frozen=True):
    """What an order's lines amount to; `total` follows contract 2.5."""

    subtotal: Decimal
    tax: Decimal
    total: Decimal


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the currency's minor unit, half up: none for CLP, two places otherwise."""
    return amount.quantize(Decimal(1) if currency == "CLP" else Decimal("0.01"), ROUND_HALF_UP)


def line_taxes(line: Line, currency: str) -> tuple[Decimal, Decimal]:
    """Taxes of a line's undiscounted amount: those inside the price, and those on top of it, rounded per line."""
    included = sum((tax.rate for tax in line.taxes if tax.included and not tax.fixed), ZERO)
    on_top = sum((tax.rate for tax in line.taxes if not tax.included and not tax.fixed), ZERO)
    fixed = sum((tax.rate * line.qty for tax in line.taxes if tax.fixed and not tax.included), ZERO)
    inside = line.amount - rounded(line.amount * 100 / (100 + included), currency) if included else ZERO
    return inside, rounded(line.amount * on_top / 100 + fixed, currency)


def totals(order: Order, *, nets_included_tax: bool = True) -> Totals:
    """Subtotal, tax and total: `total = subtotal + tax + shipping + shipping_tax - discount`.

    Args:
        order: The order.
        nets_included_tax: The subtotal leaves out taxes that prices contain, as the schema's words say ("excl. taxes"); else
            it holds them and `tax` does not. No captured order with taxes tells which is true; the total is the same.
    """
    taxes = [line_taxes(line, order.currency) for line in order.lines]
    inside, on_top = sum((pair[0] for pair in taxes), ZERO), sum((pair[1] for pair in taxes), ZERO)
    amount = sum((line.amount for line in order.lines), ZERO)
    subtotal, tax = (amount - inside, inside + on_top) if nets_included_tax else (amount, on_top)
    return Totals(subtotal, tax, subtotal + tax + order.shipping + order.shipping_tax - order.discount)
