"""Regions, comunas and offices that Chilexpress serves (contract/carriers.md 1.2 and Annex A)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

NO_COVERAGE = "SCOB"
"""The table's own entry for "SIN COBERTURA": listed by the real service, never deliverable."""


class Region(msgspec.Struct, frozen=True):
    """A region with Chilexpress's own id (`RM`, `R5`) and number."""

    code: str
    name: str
    number: int


class CoverageArea(msgspec.Struct, frozen=True):
    """A comuna (mode 1) or a rural sector of one (mode 2), by the 4-letter code used everywhere.

    Attributes:
        number: `ineCountyCode`: an internal number, not the national statistics code. All but two are invented.
    """

    code: str
    name: str
    county: str
    region: str
    number: int
    mode: int = 1
    pays_on_delivery: bool = True
    takes_returns: bool = True


class Office(msgspec.Struct, frozen=True):
    """A branch where a parcel can wait. Codes, streets and positions are invented."""

    code: str
    name: str
    county: str
    region: str
    street: str
    number: int
    latitude: float
    longitude: float


_REGION_NAMES = (
    ("R1", "TARAPACA"),
    ("R2", "ANTOFAGASTA"),
    ("R3", "ATACAMA"),
    ("R4", "COQUIMBO"),
    ("R5", "VALPARAISO"),
    ("R6", "LIBERTADOR GRAL BERNARDO O HIGGINS"),
    ("R7", "MAULE"),
    ("R8", "BIOBIO"),
    ("R9", "ARAUCANIA"),
    ("R10", "LOS LAGOS"),
    ("R11", "AISEN DEL GRAL C IBANEZ DEL CAMPO"),
    ("R12", "MAGALLANES Y LA ANTARTICA CHILENA"),
    ("RM", "METROPOLITANA DE SANTIAGO"),
    ("R14", "LOS RIOS"),
    ("R15", "ARICA Y PARINACOTA"),
    ("R16", "NUBLE"),
)
REGIONS = tuple(Region(code, name, number) for number, (code, name) in enumerate(_REGION_NAMES, start=1))

# What Annex A does not hold: a few rural sectors, so that mode 2 and extended coverage can be met. Invented.
_SECTORS = (
    CoverageArea("FARE", "FARELLONES", "LO BARNECHEA", "RM", 9001, 2, pays_on_delivery=False, takes_returns=False),
    CoverageArea("LAGV", "LAGUNA VERDE", "VALPARAISO", "R5", 9002, 2, pays_on_delivery=False),
    CoverageArea("PUTR", "PUTRE", "ARICA", "R15", 9003, 2, pays_on_delivery=False, takes_returns=False),
)
_KNOWN_NUMBERS = {"ARIC": 201, "BUIN": 651}

OFFICES = (
    Office("101", "PROVIDENCIA", "PROVIDENCIA", "RM", "AVENIDA PROVIDENCIA", 1200, -33.4296, -70.6217),
    Office("102", "SANTIAGO CENTRO", "SANTIAGO CENTRO", "RM", "AGUSTINAS", 900, -33.4406, -70.6514),
    Office("103", "PUDAHUEL", "PUDAHUEL", "RM", "AVENIDA SAN PABLO", 8500, -33.4402, -70.7512),
    Office("201", "VALPARAISO", "VALPARAISO", "R5", "AVENIDA BRASIL", 1500, -33.0458, -71.6197),
    Office("202", "VINA DEL MAR", "VINA DEL MAR", "R5", "AVENIDA LIBERTAD", 700, -33.0186, -71.5512),
    Office("301", "CONCEPCION", "CONCEPCION", "R8", "BARROS ARANA", 600, -36.8270, -73.0503),
    Office("401", "ANTOFAGASTA", "ANTOFAGASTA", "R2", "ARTURO PRAT", 400, -23.6486, -70.3979),
    Office("501", "PUERTO MONTT", "PUERTO MONTT", "R10", "URMENETA", 500, -41.4717, -72.9396),
)


@cache
def coverage_areas() -> dict[str, CoverageArea]:
    """Every coverage area by its code, `SCOB` among them, in the order of the published table."""
    text = files(__package__).joinpath("coverage.txt").read_text(encoding="utf-8")
    areas: dict[str, CoverageArea] = {}
    region = ""
    for line in text.splitlines():
        if line.startswith("["):
            region = line.strip("[]")
        elif "=" in line and not line.startswith("#"):
            code, name = line.split("=")
            number = _KNOWN_NUMBERS.get(code, 1000 + len(areas))
            areas[code] = CoverageArea(code, name.upper(), name.upper(), region, number)
    return areas | {sector.code: sector for sector in _SECTORS}


def served(code: str) -> CoverageArea | None:
    """The coverage area of a code to which something can be sent, None for an unknown one and for `SCOB`."""
    return None if code == NO_COVERAGE else coverage_areas().get(code)


def office(code: str) -> Office | None:
    """The office of this code, None if there is none."""
    return next((one for one in OFFICES if one.code == code), None)
