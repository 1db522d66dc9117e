"""From products to parcels: one parcel for the whole cart or order, until the merchant's boxes say otherwise."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from despacho_core.errors import InvalidParcel, NothingToShip
from despacho_core.parcels import MAX_WEIGHT_G, Parcel


class PackedItem(msgspec.Struct, frozen=True):
    """A product as far as packing cares: grams of one piece (None when the store does not say) and how many."""

    weight_g: int | None
    quantity: int


def one_parcel(items: Iterable[PackedItem], *, package: Parcel | None, default: Parcel) -> Parcel:
    """A single parcel that holds everything.

    The weight is the sum of the products', with the default's weight for a product without one; the sides are the platform's estimate
    of the whole package, else the default's.

    Raises:
        NothingToShip: There is no item.
        InvalidParcel: A negative weight or quantity.
    """
    packed = list(items)
    if not packed:
        raise NothingToShip
    for position, item in enumerate(packed, start=1):
        if (item.weight_g or 0) < 0 or item.quantity < 0:
            value = min(item.weight_g or 0, item.quantity)
            raise InvalidParcel(piece=position, field="weight", value=value, least=0, most=MAX_WEIGHT_G, unit="g")
    weight = sum((item.weight_g or default.weight_g) * item.quantity for item in packed)
    if weight == 0:
        raise NothingToShip
    box = package or default
    return Parcel(
        weight_g=weight,
        length_mm=box.length_mm or default.length_mm,
        width_mm=box.width_mm or default.width_mm,
        height_mm=box.height_mm or default.height_mm,
    )
