"""The places of Chile and Portugal as data of the package: ``places_cl.json`` and ``places_pt.json``.

Each file says its version, its source and when that was read. Codes are the official ones: ISO 3166-2 of regions, the Código
Único Territorial of comunas, the DICO of concelhos. The store platform numbers regions and municipalities in a way of its
own (contract/jumpseller.md 4.6); its numbers of regions are FIPS, its numbers of municipalities are known only as far as its
documents show them, and nothing is learned silently.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

COUNTRIES = ("CL", "PT")
"""Countries whose places are known, ISO 3166 alpha-2."""


class Comuna(msgspec.Struct, frozen=True, kw_only=True):
    """A comuna of Chile or a concelho of Portugal: ``code`` is its CUT ("13120") or its DICO ("1106")."""

    country: str
    code: str
    name: str
    region: str
    """ISO 3166-2 of the region or district: "CL-RM", "PT-11"."""


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """A region of Chile, or a district or autonomous region of Portugal, with its comunas' names by code."""

    code: str
    """ISO 3166-2: "CL-RM", "PT-11"."""
    number: str
    """The statistics office's: "13"."""
    roman: str
    """As people number the regions of Chile: "XIII"; empty in Portugal."""
    platform_code: str
    """The store platform's: "12"."""
    name: str
    names: tuple[str, ...]
    formerly: str | None
    """The region that it was a part of until this century; stores still place its comunas there."""
    comunas: dict[str, str]

    @property
    def country(self) -> str:
        """ISO 3166 alpha-2."""
        return self.code[:2]


class PlaceTable(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file of a country. A name of ``other_names`` or ``localities`` may belong to several comunas.

    ``other_names`` are a comuna's own: older, longer, shorter or misspelt; ``localities`` are towns within it that are commonly
    written in its place; ``platform_codes`` are comunas by the store platform's municipality codes.
    """

    version: str
    country: str
    source: str
    regions: tuple[Region, ...]
    other_names: dict[str, tuple[str, ...]]
    localities: dict[str, tuple[str, ...]]
    platform_codes: dict[str, str]


@cache
def place_table(country: str) -> PlaceTable:
    """The table of one of the :data:`COUNTRIES`, read once."""
    raw = Path(__file__).with_name(f"places_{country.lower()}.json").read_bytes()
    return msgspec.json.decode(raw, type=PlaceTable)


@cache
def regions_of(country: str) -> dict[str, Region]:
    """A country's regions by their ISO code, in the country's own order; none for a country without a table."""
    return {region.code: region for region in place_table(country).regions} if country in COUNTRIES else {}


@cache
def comunas_of(country: str) -> dict[str, Comuna]:
    """A country's comunas by their code; none for a country without a table."""
    return {
        code: Comuna(country=country, code=code, name=name, region=region.code)
        for region in regions_of(country).values()
        for code, name in region.comunas.items()
    }
