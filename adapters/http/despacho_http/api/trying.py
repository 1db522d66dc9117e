"""A cart to try: what a merchant types in to see what a buyer would be offered."""

from __future__ import annotations

from typing import Annotated

import msgspec

from despacho_core.addresses import Address
from despacho_core.boxes import Sides
from despacho_core.money import Money, decimal_from, money
from despacho_core.parcels import MAX_SIDE_MM, MAX_WEIGHT_G
from despacho_core.quotes import RateRequest
from despacho_core.stores import Store
from despacho_http.api.wishes import MOST_NUMBER, AddressBody, Body, MoneyBody, ParcelBody, Text
from despacho_ports.storefront import Cart, CartLine

_Side = Annotated[int, msgspec.Meta(ge=1, le=MAX_SIDE_MM)]


class TriedProduct(Body, frozen=True, kw_only=True):
    """A product in the cart; without weight or sides the store's default stands in, as at the checkout."""

    name: Text = ""
    quantity: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 1
    unit_price: str | int = 0
    weight_g: Annotated[int, msgspec.Meta(ge=0, le=MAX_WEIGHT_G)] | None = None
    sides_mm: tuple[_Side, _Side, _Side] | None = None

    def __post_init__(self) -> None:
        if decimal_from(self.unit_price) < 0:
            raise ValueError("a price of zero or more")

    def line(self) -> CartLine:
        """The cart's line."""
        return CartLine(
            name=self.name,
            quantity=self.quantity,
            unit_price=decimal_from(self.unit_price),
            weight_g=self.weight_g,
            sides=None if self.sides_mm is None else Sides(*self.sides_mm),
        )


class TryBody(Body, frozen=True, kw_only=True):
    """What to try: an order of the store; or a destination, with ``products`` to pack or ``parcels`` as they are."""

    order: Annotated[int, msgspec.Meta(ge=1, le=MOST_NUMBER)] | None = None
    origin: AddressBody | None = None
    destination: AddressBody | None = None
    products: Annotated[tuple[TriedProduct, ...], msgspec.Meta(max_length=500)] = ()
    parcels: tuple[ParcelBody, ...] = ()
    declared_value: MoneyBody | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        if (self.order is None) == (self.destination is None):
            raise ValueError("either an order, or a destination with products or parcels")
        if self.products and self.parcels:
            raise ValueError("either products or parcels")

    def cart(self, store: Store) -> Cart:
        """As the checkout sends it."""
        return Cart(
            origin=self.origin.address() if self.origin is not None else Address(),
            destination=self.destination.address() if self.destination is not None else Address(),
            lines=tuple(product.line() for product in self.products),
            currency=self.currency or store.currency,
        )

    def request(self, store: Store) -> RateRequest:
        """For parcels as they are; from the store's origin unless said."""
        origin = self.origin.address() if self.origin is not None else store.settings.origin
        value: Money = money(0, self.currency or store.currency)
        if self.declared_value is not None:
            value = self.declared_value.money().rounded()
        return RateRequest(
            origin=origin or Address(),
            destination=self.destination.address() if self.destination is not None else Address(),
            parcels=tuple(parcel.parcel() for parcel in self.parcels),
            declared_value=value,
        )
