"""Countries, regions and municipalities with the platform's own codes.

Facts (contract 4.6): region codes are FIPS style, zero-padded text and not the national statistics office's: 12 Metropolitana,
01 Valparaíso, 04 Araucanía; municipalities have codes of the platform alone: 8261414 Providencia, 8261428 Las Condes. The
other region codes follow FIPS; the other municipality codes are invented, stable, seven digits long.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec


class Municipality(msgspec.Struct, frozen=True):
    """A municipality (comuna)."""

    code: str
    name: str


class Region(msgspec.Struct, frozen=True):
    """A region; `iso` is the part of ISO 3166-2 after the country."""

    code: str
    name: str
    iso: str
    municipalities: tuple[Municipality, ...]


class Country(msgspec.Struct, frozen=True):
    """A country by its ISO 3166-1 code."""

    code: str
    name: str
    regions: tuple[Region, ...]

    def region(self, code: str) -> Region | None:
        """The region of this code."""
        return next((region for region in self.regions if region.code == code), None)

    def find_municipality(self, name_or_code: str) -> tuple[Region, Municipality] | None:
        """A municipality by name (letter case ignored) or code."""
        wanted = name_or_code.casefold()
        for region in self.regions:
            for municipality in region.municipalities:
                if wanted in (municipality.code, municipality.name.casefold()):
                    return region, municipality
        return None


@cache
def countries() -> dict[str, Country]:
    """Every known country by code."""
    raw = resources.files(__package__).joinpath("geography.json").read_bytes()
    return {country.code: country for country in msgspec.json.decode(raw, type=tuple[Country, ...])}
