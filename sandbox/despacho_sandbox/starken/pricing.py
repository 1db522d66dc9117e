"""What a package costs between two cities. The amounts are invented and depend on nothing but the request."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import msgspec

from despacho_sandbox.starken.cities import City

VOLUMETRIC_DIVISOR = 4000
"""Cubic centimetres per kilogram. The real divisor is not published: the usual one of Chilean couriers."""
HEAVIEST_KG = Decimal(500)
"""Above this nothing is offered. Invented, so that absurd sizes get an answer."""

# From north to south: the distance between two regions is how many lie between them.
_NORTH_TO_SOUTH = (15, 1, 2, 3, 4, 5, 13, 6, 7, 16, 8, 9, 14, 10, 11, 12)
_BASE = (3490, 4290, 5790, 8240)
_PER_KG = (190, 340, 520, 800)
_TO_DOOR = 480
_EXPRESS = Decimal("1.4")


class Tariff(msgspec.Struct, frozen=True):
    """A price in whole pesos, VAT included, with the days that it takes."""

    delivery: int
    speed: int
    price: int
    days: int


def tariffs(origin: City, destination: City, kilos: Decimal, volume_cm3: Decimal) -> list[Tariff]:
    """What is offered for a package; empty if nothing is. Agencies first, as in the published answer."""
    charged = max(kilos, volume_cm3 / VOLUMETRIC_DIVISOR)
    if charged > HEAVIEST_KG:
        return []
    apart = abs(_NORTH_TO_SOUTH.index(origin.region) - _NORTH_TO_SOUTH.index(destination.region))
    zone = 0 if apart == 0 else 1 if apart <= 2 else 2 if apart <= 5 else 3
    extra_kg = max(charged - 1, Decimal(0)).to_integral_value(ROUND_HALF_UP)
    basis = _BASE[zone] + _PER_KG[zone] * extra_kg
    found = []
    for speed in (0, 1) if zone < 3 else (0,):
        for delivery in (1, 2):
            amount = (basis + (_TO_DOOR if delivery == 2 else 0)) * (_EXPRESS if speed else 1)
            days = max(1, zone + 1 - speed)
            found.append(Tariff(delivery, speed, int(amount.to_integral_value(ROUND_HALF_UP)), days))
    return found
