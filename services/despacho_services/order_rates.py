"""What carriers are asked when an order that exists is quoted once more."""

from __future__ import annotations

from despacho_core.errors import OriginMissing
from despacho_core.orders import Order
from despacho_core.quotes import RateRequest
from despacho_core.stores import Store
from despacho_services.shipping import declared_value, parcel_of


def rate_request_of(order: Order, store: Store) -> RateRequest:
    """The request for all physical products of an order in one parcel, from the store's origin.

    Raises:
        DomainError: Nothing to ship, no address, or no origin.
    """
    destination = order.destination()
    if store.settings.origin is None:
        raise OriginMissing
    return RateRequest(
        origin=store.settings.origin,
        destination=destination,
        parcels=(parcel_of(order, store),),
        declared_value=declared_value(order),
    )
