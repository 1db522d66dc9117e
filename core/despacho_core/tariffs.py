"""The merchant's own price list: services by zone and weight, for accounts that cannot quote and as the last resort.

A tariff never invents coverage: where no row names the destination, there is no rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated

import msgspec

from despacho_core.areas import Area, Destination
from despacho_core.bounds import Bounds, plain
from despacho_core.boxes import Name, Weight
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import Rate

MOST_AMOUNT = Decimal(1_000_000_000)
AMOUNT = Bounds(Decimal(0), MOST_AMOUNT)
"""Of a price."""
Days = Annotated[int, msgspec.Meta(ge=0, le=365)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
AccountRef = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Divisor = Annotated[int, msgspec.Meta(ge=100, le=100_000)]
"""Cubic centimetres that count as a kilogram: 4000 with most couriers in Chile, 5000 or 6000 elsewhere."""


def within(name: str, amount: Decimal | None, bounds: Bounds = AMOUNT) -> None:
    """Refuse an amount that nobody means.

    Raises:
        ValueError: It is no finite number, or outside the bounds; says which one.
    """
    if amount is not None and not bounds.hold(amount):
        raise ValueError(f"{name} must be between {plain(bounds.least)} and {plain(bounds.most)}")


class Bracket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a shipment of up to so many grams costs."""

    up_to_g: Weight
    price: Decimal

    def __post_init__(self) -> None:
        within("price", self.price)


class TariffRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One service in one zone.

    Attributes:
        account: Id of the account that carries it. None is a service without a carrier behind it, which can be sold but not bought.
        service_code: The carrier's own code, under which labels are bought.
        service_name: What the buyer reads.
        area: Where it holds; must name something.
        brackets: By weight; each holds from above the one before.
        per_kg: For each kilogram begun above the last bracket; None takes nothing heavier.
        currency: Of all prices in the row.
        days_min: Working days until delivery, as ``days_max``.
        divisor: Volumetric; None takes the account's, or weighs alone.
    """

    account: AccountRef | None = None
    service_code: Code
    service_name: Name
    area: Area
    brackets: Annotated[tuple[Bracket, ...], msgspec.Meta(min_length=1, max_length=100)]
    per_kg: Decimal | None = None
    currency: str
    days_min: Days | None = None
    days_max: Days | None = None
    divisor: Divisor | None = None

    def __post_init__(self) -> None:
        within("per_kg", self.per_kg)
        if self.area.is_everywhere:
            raise ValueError("the area names no place; name at least a country")
        if any(low.up_to_g >= high.up_to_g for low, high in pairwise(self.brackets)):
            raise ValueError("each bracket must end above the one before")
        if self.days_min is not None and self.days_max is not None and self.days_min > self.days_max:
            raise ValueError("days_min is more than days_max")

    def price(self, weight_g: int) -> Decimal | None:
        """What so many grams cost; None where the row takes nothing so heavy."""
        for bracket in self.brackets:
            if weight_g <= bracket.up_to_g:
                return bracket.price
        if self.per_kg is None:
            return None
        last = self.brackets[-1]
        return last.price + self.per_kg * -(-(weight_g - last.up_to_g) // 1000)


def chargeable_weight_g(parcels: Iterable[Parcel], divisor: int | None) -> int:
    """What carriers charge for: of each parcel the greater of its weight and its volumetric weight, in grams.

    ``divisor`` is in cm³ per kg; None knows no volumetric weight.
    """
    if divisor is None:
        return sum(parcel.weight_g for parcel in parcels)
    return sum(max(parcel.weight_g, parcel.volumetric_weight_g(divisor)) for parcel in parcels)


def tariff_rates(
    rows: Sequence[TariffRow],
    account: str | None,
    *,
    destination: Destination,
    parcels: Sequence[Parcel],
    currency: str,
    divisor: int | None = None,
) -> tuple[Rate, ...]:
    """The rates that an account's rows (or those without one) give; of several rows for a service the first that fits."""
    rates: dict[str, Rate] = {}
    for row in rows:
        fits = row.account == account and row.currency == currency and row.service_code not in rates
        if not fits or not row.area.covers(destination):
            continue
        price = row.price(chargeable_weight_g(parcels, row.divisor or divisor))
        if price is not None:
            rates[row.service_code] = Rate(
                service_code=row.service_code,
                service_name=row.service_name,
                price=Money(price, row.currency).rounded(),
                days_min=row.days_min,
                days_max=row.days_max,
            )
    return tuple(rates.values())
