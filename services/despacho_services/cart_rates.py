"""What carriers are asked for a cart at the checkout, and how its products were packed."""

from __future__ import annotations

from decimal import Decimal

from despacho_core.boxes import PackedItem
from despacho_core.errors import OriginMissing
from despacho_core.money import Money, minor_digits
from despacho_core.packing import Boxed
from despacho_core.quotes import AskedFor, RateRequest, asked_for, goods_of
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.stores import Store
from despacho_ports.storefront import Cart


def asked_for_cart(cart: Cart) -> AskedFor:
    """What a price of the cart is a price of."""
    shipped = [line for line in cart.lines if line.shipping_required]
    return asked_for(cart.destination, goods_of((line.product_id, line.variant_id, line.quantity) for line in shipped))


def request_of_cart(cart: Cart, store: Store, plan: ShippingPlan) -> tuple[RateRequest, tuple[Boxed, ...]]:
    """The request, and its parcels with their boxes. The store's own origin counts where the cart has none.

    Raises:
        DomainError: Nothing to ship, an impossible parcel, an unknown currency, no origin.
    """
    minor_digits(cart.currency)
    shipped = [line for line in cart.lines if line.shipping_required]
    items = [PackedItem(line.weight_g, line.quantity, line.sides) for line in shipped]
    boxed = plan.packed(items, package=cart.package, default=store.settings.default_parcel)
    value = sum((line.unit_price * line.quantity for line in shipped), Decimal(0))
    origin = cart.origin if cart.origin.place else store.settings.origin
    if origin is None:
        raise OriginMissing
    request = RateRequest(
        origin=origin,
        destination=cart.destination,
        parcels=tuple(one.parcel for one in boxed),
        declared_value=Money(value, cart.currency).rounded(),
    )
    return request, boxed
