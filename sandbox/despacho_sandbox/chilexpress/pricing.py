"""Which services run between two comunas, and what they cost.

The services, their codes and the volumetric weight follow contract/carriers.md 1.3 and 1.4; the amounts are invented
and depend on nothing but the request.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import msgspec

from despacho_sandbox.chilexpress.coverage import CoverageArea

VOLUMETRIC_DIVISOR = 4000
"""Cubic centimetres per kilogram. The real divisor is not published: the usual one of Chilean couriers."""

LARGE_FROM_KG = Decimal(30)
"""Above this a parcel travels as ENC. GRANDES. Exact limit unknown."""

REFUSED_FROM_KG = Decimal(500)
"""Above this nothing is offered. Invented, so that absurd sizes get an answer."""


class Service(msgspec.Struct, frozen=True):
    """A service: its code in requests, its name in quotes, its abbreviation on labels."""

    code: int
    name: str
    short: str
    factor: Decimal
    priority: bool = False


SERVICES = {
    service.code: service
    for service in (
        Service(2, "PRIORITARIO", "PREX", Decimal("1.5"), priority=True),
        Service(3, "EXPRESS", "CHEX", Decimal(1)),
        Service(4, "EXTENDIDO", "XTEN", Decimal("0.9")),
        Service(5, "EXTREMOS", "XTRE", Decimal("1.25")),
        Service(8, "AM/PM", "AMPM", Decimal("1.3"), priority=True),
        Service(41, "ENC. GRANDES", "ENCG", Decimal("1.1")),
        Service(42, "ENC. GRANDES EXTENDIDO", "ENGX", Decimal("1.2")),
    )
}

# From north to south: the distance between two regions is how many lie between them.
_NORTH_TO_SOUTH = ["R15", "R1", "R2", "R3", "R4", "R5", "RM", "R6", "R7", "R16", "R8", "R9", "R14", "R10", "R11", "R12"]
_FAR_SOUTH = frozenset({"R11", "R12"})
_BASE = (Decimal(2990), Decimal(3990), Decimal(5290), Decimal(6990))
_PER_KG = (Decimal(210), Decimal(390), Decimal(640), Decimal(980))
_CONTRACT_PRICE = Decimal("0.92")
_EXTENDED_COVERAGE = 2500


class Weight(msgspec.Struct, frozen=True):
    """The weight that is charged, in kilograms with two decimals."""

    charged: Decimal
    volumetric: bool


class Offer(msgspec.Struct, frozen=True):
    """A service at its price in whole pesos: list price, contract price, and what an extended coverage adds."""

    service: Service
    list_price: int
    contract_price: int
    extended_coverage: int | None


def charged_weight(weight_kg: Decimal, height_cm: Decimal, width_cm: Decimal, length_cm: Decimal) -> Weight:
    """The greater of real and volumetric weight."""
    volumetric = height_cm * width_cm * length_cm / VOLUMETRIC_DIVISOR
    charged = max(weight_kg, volumetric).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Weight(charged, volumetric=volumetric > weight_kg)


def offers(origin: CoverageArea, destination: CoverageArea, weight: Weight) -> list[Offer]:
    """What is offered between two comunas for a weight; empty if nothing is."""
    if weight.charged > REFUSED_FROM_KG:
        return []
    zone = _zone(origin, destination)
    rural = destination.mode == 2
    extra_kg = max(weight.charged - 1, Decimal(0)).to_integral_value(ROUND_HALF_UP)
    basis = _BASE[zone] + _PER_KG[zone] * extra_kg
    return [
        Offer(
            service=SERVICES[code],
            list_price=int(_whole(basis * SERVICES[code].factor)),
            contract_price=int(_whole(basis * SERVICES[code].factor * _CONTRACT_PRICE)),
            extended_coverage=_EXTENDED_COVERAGE if rural else None,
        )
        for code in _service_codes(origin, destination, weight, zone)
    ]


def _service_codes(origin: CoverageArea, destination: CoverageArea, weight: Weight, zone: int) -> tuple[int, ...]:
    if weight.charged > LARGE_FROM_KG:
        return (42,) if zone >= 2 or destination.mode == 2 else (41,)
    if destination.mode == 2:
        return (4,)
    if _FAR_SOUTH & {origin.region, destination.region} and origin.region != destination.region:
        return (2, 5)
    return (2, 3, 8) if zone == 0 else (2, 3) if zone < 3 else (2, 3, 4)


def _zone(origin: CoverageArea, destination: CoverageArea) -> int:
    apart = abs(_NORTH_TO_SOUTH.index(origin.region) - _NORTH_TO_SOUTH.index(destination.region))
    return 0 if apart == 0 else 1 if apart <= 2 else 2 if apart <= 5 else 3


def _whole(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)
