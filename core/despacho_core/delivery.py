"""Where an order goes as the merchant mended it: kept beside the order, since the next reading of it brings the old address."""

from __future__ import annotations

import msgspec

from despacho_core.addresses import Address
from despacho_core.orders import Order


class MendedDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """What is given here counts for carriers instead of what the order says; None leaves the order's.

    ``municipality`` is the comuna or concelho by name, ``region`` its region by name.
    """

    name: str | None = None
    company: str | None = None
    street: str | None = None
    street_number: str | None = None
    complement: str | None = None
    municipality: str | None = None
    region: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None
    phone: str | None = None
    email: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is mended."""
        return all(getattr(self, field) is None for field in self.__struct_fields__)


def with_delivery(order: Order, mended: MendedDelivery | None) -> Order:
    """The order as carriers see it: with the address that :func:`mended_address` makes of its own."""
    if mended is None or mended.is_empty:
        return order
    return msgspec.structs.replace(order, shipping_address=mended_address(order.shipping_address, mended))


def mended_address(was: Address | None, mended: MendedDelivery | None) -> Address | None:
    """The address as carriers see it.

    Number and complement go with a street that is mended, and the store's codes go with the comuna: they are of the old ones. So does
    the old city, which would otherwise speak against the comuna.
    """
    if mended is None or mended.is_empty:
        return was
    given = {field: value for field in mended.__struct_fields__ if (value := getattr(mended, field)) is not None}
    street = {"street_number": None, "complement": None} if mended.street is not None else {}
    place: dict[str, str | None] = {}
    if mended.municipality is not None:
        place = {"municipality_code": None, "region_code": None, "region": None, "city": None}
    return msgspec.structs.replace(was or Address(), **{**street, **place, **given})


def mended_from(was: Address, wanted: Address) -> MendedDelivery | None:
    """What has to be mended for an address to become another; None where they say the same.

    Whoever mends the street says number and complement with it.
    """
    fields = MendedDelivery.__struct_fields__
    given = {
        field: getattr(wanted, field) or ""
        for field in fields
        if (getattr(wanted, field) or "") != (getattr(was, field) or "")
    }
    if {"street", "street_number", "complement"} & given.keys():
        given |= {field: getattr(wanted, field) or "" for field in ("street", "street_number", "complement")}
    if {"municipality", "region", "city"} & given.keys():
        given |= {field: getattr(wanted, field) or "" for field in ("municipality", "region", "city")}
    return MendedDelivery(**given) if given else None
