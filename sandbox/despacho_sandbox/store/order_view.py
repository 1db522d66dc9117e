"""An order as the API and the webhooks show it: `{"order": {...}}` with the key set of the captured order (contract 2.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from despacho_sandbox.store.model import Store
from despacho_sandbox.store.order import Address, Line, Order, OrderStatus, ShipmentStatus, Tax, line_taxes, totals
from despacho_sandbox.store.settings import Quirks

STATUS_NAMES = {
    OrderStatus.ABANDONED: "Abandoned",
    OrderStatus.CANCELED: "Canceled",
    OrderStatus.PENDING_PAYMENT: "Pending Payment",
    OrderStatus.PAID: "Paid",
}
"""What a PUT must say (capitalised English, contract 4.3), and what `status` shows in English."""

TRANSLATED_STATUS = {
    "es": ("Abandonado", "Cancelado", "Pago Pendiente", "Pagado"),
    "pt": ("Abandonada", "Cancelada", "Pagamento Pendente", "Paga"),
}
SHIPMENT_NAMES = {
    "en": ("Unfulfilled", "Fulfilled", "Requested", "In Transit", "Delivered", "Failed", "Pickup Available"),
    "es": ("No Procesado", "Procesado", "Solicitado", "En Tránsito", "Entregado", "Fallido", "Disponible para Retiro"),
    "pt": (
        "Não Processada",
        "Processada",
        "Solicitada",
        "Em Trânsito",
        "Entregue",
        "Falhada",
        "Disponível para Recolha",
    ),
}


def stamp(moment: datetime | None) -> str | None:
    """A time as the platform writes it: `2026-07-23 17:48:38 UTC`."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def order_object(order: Order, store: Store) -> dict[str, Any]:
    """The order's own object, without the root key."""
    return {
        "id": order.id,
        "created_at": stamp(order.created_at),
        "completed_at": stamp(order.completed_at),
        **_amounts(order, store.quirks),
        **_choices(order),
        **_pages(order, store),
        **_people(order),
        "products": [_line(line, order.currency) for line in order.lines],
        **_states(order, store),
        "billing_information": msgspec.to_builtins(order.billing_information),
    }


def amount(value: Decimal) -> Decimal | int:
    """An amount of the order: whole ones come without decimals (`50`)."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def decimal_amount(value: Decimal) -> Decimal:
    """An amount of a product: always with decimals (`50.0`)."""
    return value.quantize(Decimal("0.1")) if value == value.to_integral_value() else value.normalize()


def _amounts(order: Order, quirks: Quirks) -> dict[str, Any]:
    sums = totals(order, nets_included_tax=quirks.nets_included_tax)
    return {
        "currency": order.currency,
        "subtotal": amount(sums.subtotal),
        "tax": amount(sums.tax),
        "shipping_tax": amount(order.shipping_tax),
        "shipping": amount(order.shipping),
        "shipping_required": order.shipping_required,
        "total": amount(sums.total),
        "discount": amount(order.discount),
        "shipping_discount": amount(order.shipping_discount),
        "gift_cards_discount": amount(order.gift_cards_discount),
    }


def _choices(order: Order) -> dict[str, Any]:
    """How the buyer has it shipped and pays."""
    return {
        "shipping_method_id": order.shipping_method_id,
        "shipping_service_id": order.shipping_service_id,
        "shipping_method_name": order.shipping_method_name,
        "external_shipping_rate_id": order.external_shipping_rate_id,
        "external_shipping_rate_description": order.external_shipping_rate_description,
        "payment_method_name": order.payment_method_name,
        "payment_method_type": order.payment_method_type,
        "payment_information": order.payment_information,
        "payment_notification_id": None,
        "additional_information": order.additional_information,
        "additional_fields": [msgspec.to_builtins(field) for field in order.additional_fields],
        "coupons": None,
        "promotions": [msgspec.to_builtins(promotion) for promotion in order.promotions],
        "shipping_taxes": [],
    }


def _pages(order: Order, store: Store) -> dict[str, Any]:
    """Pages of the shop, and where the order came from."""
    shop = f"https://{store.code}.jumpseller.example"
    return {
        "duplicate_url": f"{shop}/cart/duplicate/{order.token}",
        "recovery_url": f"{shop}/cart/recover/{order.token}" if order.status is OrderStatus.ABANDONED else None,
        "review_url": None,
        "checkout_url": f"{shop}/checkout?token={order.token}",
        "source": _source(order, shop),
        "recovered_from": None,
    }


def _people(order: Order) -> dict[str, Any]:
    shipping = order.shipping_address and {**_address(order.shipping_address), "latitude": None, "longitude": None}
    billing = order.billing_address and {**_address(order.billing_address), "taxid": order.billing_address.taxid}
    return {
        "customer": msgspec.to_builtins(order.customer),
        "shipping_branch": {"id": None, "name": None},
        "shipping_address": shipping,
        "billing_address": billing,
        "pickup_address": None,
    }


def _address(address: Address) -> dict[str, Any]:
    names = (
        "name", "surname", "address", "city", "postal", "region", "country", "country_code", "region_code",
        "street_number", "complement", "municipality",
    )  # fmt: skip
    return {**{name: getattr(address, name) for name in names}, "neighbourhood": None}


def _line(line: Line, currency: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "variant_id": line.variant_id,
        "sku": line.sku,
        "name": line.name,
        "image": None,
        "qty": line.qty,
        "price": decimal_amount(line.price),
        "tax": decimal_amount(sum(line_taxes(line, currency), Decimal(0))),
        "discount": decimal_amount(line.discount),
        "weight": decimal_amount(line.weight),
        "type": line.type,
        "taxes": [_tax(tax) for tax in line.taxes],
        "options": [],
        "stock_locations": [{"location_id": line.location_id, "stock": line.stock}] if line.location_id else [],
        "files": [],
    }


def _tax(tax: Tax) -> dict[str, Any]:
    return {
        "id": tax.id,
        "name": tax.name,
        "rate": decimal_amount(tax.rate),
        "fixed": tax.fixed,
        "tax_on_product_price": tax.included,
    }


def _source(order: Order, shop: str) -> dict[str, Any]:
    keys = ("created_from_app_code", "source_name", "medium", "campaign", "referral_url", "referral_code")
    return {
        "created_from": "checkout",
        **dict.fromkeys(keys),
        "user_agent": "Mozilla/5.0",
        "first_page_visited": f"{shop}/",
        "first_page_visited_at": stamp(order.created_at),
        "referral_source": "Direct",
    }


def _states(order: Order, store: Store) -> dict[str, Any]:
    status = STATUS_NAMES[order.status]
    if store.quirks.translates_status and store.language in TRANSLATED_STATUS:
        status = TRANSLATED_STATUS[store.language][list(OrderStatus).index(order.status)]
    shipment = SHIPMENT_NAMES.get(store.language, SHIPMENT_NAMES["en"])
    return {
        "fulfillment_status": "fulfilled" if order.fulfilled else "unfulfilled",
        "status": status,
        "status_name": status,
        "status_enum": order.status.value,
        "tracking_url": order.tracking_url,
        "tracking_company": order.tracking_company,
        "tracking_number": order.tracking_number,
        "shipping_option": "delivery" if order.shipping_required else "no_shipping",
        "same_day_delivery": False,
        "shipment_status": shipment[list(ShipmentStatus).index(order.shipment_status)],
        "shipment_status_enum": order.shipment_status.value,
    }
