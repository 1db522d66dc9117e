"""What carriers are asked when an order that exists is quoted once more, and which parcels it goes in."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from despacho_core.addresses import Address
from despacho_core.areas import Destination, destination_of
from despacho_core.boxes import PackedItem
from despacho_core.errors import OriginMissing
from despacho_core.money import Money
from despacho_core.orders import Order
from despacho_core.packing import Boxed
from despacho_core.quotes import AskedFor, RateRequest, asked_for, goods_of
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.stores import Store


def declared_value(order: Order) -> Money:
    """What the products of the order are worth to a carrier: their prices, without the shipping."""
    value = sum((line.unit_price * line.quantity - line.discount for line in order.lines), Decimal(0))
    return Money(max(value, Decimal(0)), order.currency).rounded()


def destination_of_order(order: Order, store: Store) -> Destination:
    """Where the order goes, as prices and rules look at it. Raises ``DomainError`` where it says nowhere."""
    address = order.destination()
    return destination_of(msgspec.structs.replace(address, country=address.country or store.country))


def parcels_of_order(order: Order, store: Store, plan: ShippingPlan) -> tuple[Boxed, ...]:
    """The parcels for all physical products of an order, as the store's plan packs them.

    Raises:
        DomainError: Nothing to ship, or impossible parcels.
    """
    items = [PackedItem(line.weight_g or None, line.quantity, line.sides) for line in order.lines if line.is_physical]
    return plan.packed(items, package=None, default=store.settings.default_parcel)


def asked_for_order(order: Order) -> AskedFor:
    """What a price for the order is a price of."""
    goods = goods_of((line.product_id, line.variant_id, line.quantity) for line in order.lines if line.is_physical)
    return asked_for(order.shipping_address or Address(), goods, order.number)


def request_of_order(order: Order, store: Store, plan: ShippingPlan) -> tuple[RateRequest, tuple[Boxed, ...]]:
    """The request for all physical products of an order, from the store's origin, and its parcels with their boxes.

    Raises:
        DomainError: Nothing to ship, no address, or no origin.
    """
    destination = order.destination()
    if store.settings.origin is None:
        raise OriginMissing
    boxed = parcels_of_order(order, store, plan)
    request = RateRequest(
        origin=store.settings.origin,
        destination=destination,
        parcels=tuple(one.parcel for one in boxed),
        declared_value=declared_value(order),
    )
    return request, boxed
