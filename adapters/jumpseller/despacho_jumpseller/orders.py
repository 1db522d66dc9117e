"""The platform's order as the domain knows it, full (webhook, API) or reduced ("Create invoice"; contract 2.4, 2.5, 5.2).

What an order cannot be without is its number; amounts that are there must be numbers. Everything else is tolerant: one odd
line or address never spoils an order, it is noted. Decisions rest on the ``*_enum`` fields, since the others are translated.
"""

from __future__ import annotations

from despacho_core.orders import (
    BillingDetails,
    ChosenShipping,
    LineTax,
    Order,
    OrderLine,
    OrderStatus,
)
from despacho_jumpseller.addresses import address
from despacho_jumpseller.fields import Fields, root
from despacho_jumpseller.measures import sides_of
from despacho_jumpseller.units import grams
from despacho_jumpseller.values import ZERO

_STATUSES = {status.value: status for status in OrderStatus}
_NOT_SHIPPED = frozenset({"store_pickup", "no_shipping"})


def order_number(value: object) -> int:
    """The number of the order that a message is about.

    Raises:
        MessageInvalid: It has none.
    """
    return _number(root(value, "order"))


def order(value: object, *, weight_unit: str = "kg", notes: list[str] | None = None) -> Order:
    """The order, wrapped or flat.

    Args:
        value: Decoded JSON.
        weight_unit: The store's unit, in which products are weighed: ``kg``, ``g``, ``lb`` or ``oz``.
        notes: Takes what had to be left out, for the log.

    Raises:
        MessageInvalid: It is no order: no object, no number, or an amount of it is no number.
    """
    return order_from(root(value, "order"), weight_unit=weight_unit, notes=notes)


def order_from(fields: Fields, *, weight_unit: str = "kg", notes: list[str] | None = None) -> Order:
    """The same, of an object already unwrapped."""
    loose = fields.tolerant([] if notes is None else notes)
    billing_fields = loose.child("billing_address")
    customer = loose.child("customer")
    return Order(
        number=_number(fields),
        status=_status(loose),
        currency=(loose.text("currency") or "").upper(),
        total=fields.amount("total"),
        subtotal=fields.amount("subtotal"),
        tax=fields.amount("tax"),
        shipping=fields.amount("shipping"),
        shipping_tax=fields.amount("shipping_tax"),
        discount=fields.amount("discount"),
        shipping_discount=fields.amount("shipping_discount"),
        gift_cards=max(fields.amount("gift_cards_discount"), fields.amount("gift_cards_amount")),
        shipping_required=_is_shipped(loose),
        shipment_status=loose.text("shipment_status_enum"),
        created_at=loose.moment("created_at"),
        completed_at=loose.moment("completed_at"),
        customer_name=customer.text("fullname", "name"),
        customer_email=customer.text("email"),
        customer_phone=customer.text("phone"),
        shipping_address=address(loose.child("shipping_address")),
        billing_address=address(billing_fields),
        billing=_billing(loose.child("billing_information"), billing_fields, customer),
        chosen_shipping=_chosen_shipping(loose),
        lines=tuple(_line(line, weight_unit) for line in loose.children("products")),
        shipping_taxes=tuple(_tax(tax, "tax_on_shipping_price") for tax in loose.children("shipping_taxes")),
        additional_fields=_additional(loose.children("additional_fields")),
        payment_method=loose.text("payment_method_type", "payment_method_name"),
    )


def _number(fields: Fields) -> int:
    number = fields.whole("id")
    if number is None or number < 1:
        raise fields.missing("id", "the order's number")
    return number


def _status(fields: Fields) -> OrderStatus:
    """``status_enum``; the reduced order has only ``status``, there in lower-case English (contract 5.2)."""
    return _STATUSES.get(fields.text("status_enum", "status") or "", OrderStatus.UNKNOWN)


def _is_shipped(fields: Fields) -> bool:
    """A buyer who collects at the store is handed nothing by a carrier, whatever ``shipping_required`` says."""
    return fields.flag("shipping_required", default=True) and fields.text("shipping_option") not in _NOT_SHIPPED


def _billing(company: Fields, billing_address: Fields, customer: Fields) -> BillingDetails:
    return BillingDetails(
        company_name=company.text("company_name"),
        business_activity=company.text("business_activity"),
        taxpayer_type=company.text("taxpayer_type"),
        tax_id=billing_address.text("taxid", "tax_id") or customer.text("tax_id", "taxid"),
    )


def _chosen_shipping(fields: Fields) -> ChosenShipping:
    """The quote's way back; the platform's older guide calls it ``order_metadata.rate_id`` (seeds/fulfillment.txt)."""
    return ChosenShipping(
        rate_id=fields.text("external_shipping_rate_id") or fields.child("order_metadata").text("rate_id"),
        description=fields.text("external_shipping_rate_description"),
        method_id=fields.text("shipping_method_id"),
        method_name=fields.text("shipping_method_name"),
        service_id=fields.text("shipping_service_id"),
    )


def _line(fields: Fields, weight_unit: str) -> OrderLine:
    quantity = fields.whole("qty", "quantity")
    weight = fields.not_negative("weight")
    variant = fields.text("variant_id")
    return OrderLine(
        product_id=fields.text("id", "product_id") or "",
        variant_id=None if variant == "0" else variant,
        sku=fields.text("sku") or "",
        name=fields.text("name") or "",
        quantity=1 if quantity is None else max(quantity, 0),
        unit_price=fields.amount("price"),
        discount=fields.amount("discount"),
        tax=fields.amount("tax"),
        weight_g=grams(weight or ZERO, weight_unit),
        kind=fields.text("type") or "physical",
        taxes=tuple(_tax(tax, "tax_on_product_price") for tax in fields.children("taxes")),
        sides=sides_of(fields, None),
    )


def _tax(fields: Fields, included: str) -> LineTax:
    return LineTax(
        name=fields.text("name") or "",
        rate=fields.amount("rate"),
        fixed=fields.flag("fixed", default=False),
        included=fields.flag(included, default=False),
    )


def _additional(fields: list[Fields]) -> dict[str, str]:
    """Custom checkout fields by label; of two with the same label the first that says something."""
    found: dict[str, str] = {}
    for field in fields:
        label, value = field.text("label"), field.text("value")
        if label and value:
            found.setdefault(label, value)
    return found
