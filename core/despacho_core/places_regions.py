"""From what somebody wrote for a region, or the store platform's code, to the region.

Two numberings exist for Chile, and both are two digits: bare digits are taken as the store platform's ("12" is Metropolitana,
contract/jumpseller.md 4.6), because that is where they come from. The statistics office's number is read only as people
say it: as a Roman numeral ("VIII"), an ordinal ("8va", "octava") or after the word ("Región 8"). "13" alone is neither: the
platform has no such code, and an example that uses it contradicts what is live; it stays unknown.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from despacho_core.places_table import COUNTRIES, Region, regions_of
from despacho_core.places_words import LONGEST, key_of, plain, words_of

_ORDINALS = (
    "PRIMERA", "SEGUNDA", "TERCERA", "CUARTA", "QUINTA", "SEXTA", "SEPTIMA", "OCTAVA", "NOVENA", "DECIMA", "UNDECIMA", "DUODECIMA",
    "DECIMOTERCERA", "DECIMOCUARTA", "DECIMOQUINTA", "DECIMOSEXTA",
)  # fmt: skip
_NUMBERED = re.compile(
    r"(?:(?:REGION )(\d{1,2})|(\d{1,2}) ?(?:A|DA|MA|NA|RA|TA|VA|MO|AVA)?(?: REGION))|(\d{1,2})(?:A|DA|MA|NA|RA|TA|VA)"
)
_AROUND = frozenset({"REGION", "REGIAO", "DISTRITO", "PROVINCIA"})


def find_region(written: str, country: str = "CL") -> Region | None:
    """The region that a text names: by name, ISO 3166-2, Roman numeral, ordinal or the store platform's code.

    Args:
        written: "Región Metropolitana", "RM", "CL-RM", "V Región", "8va", "12", "Distrito de Lisboa", "PT-11".
        country: ISO 3166 alpha-2; a country without a table has no regions.
    """
    return _find(written[:LONGEST].strip(), country) if country in COUNTRIES else None


@lru_cache(maxsize=4096)
def _find(written: str, country: str) -> Region | None:
    text = plain(written)
    if text.isdigit():
        return _by_platform_code(country).get(text.zfill(2))
    names = _by_name(country)
    found = names.get(key_of(written)) or names.get(_bare_key(written))
    return found or _numbered(text, country) or _number_and_name(words_of(written), country)


def region_numbered(number: str, country: str) -> Region | None:
    """The region by the statistics office's number, "08" or "8"."""
    return next((region for region in regions_of(country).values() if region.number == number.zfill(2)), None)


def _numbered(text: str, country: str) -> Region | None:
    found = _NUMBERED.fullmatch(text) if country == "CL" else None
    return region_numbered(next(filter(None, found.groups())), country) if found else None


def _number_and_name(words: tuple[str, ...], country: str) -> Region | None:
    """Reads "V Región de Valparaíso": the number and the name say the same, or neither is believed."""
    words = _bare(words)
    if country != "CL" or len(words) < 2:
        return None
    numeral = _by_name(country).get(words[0]) or _numbered(words[0], country)
    named = _by_name(country).get("".join(words[1:]))
    return named if named is not None and named is numeral else None


def _bare_key(written: str) -> str:
    return "".join(_bare(words_of(written)))


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    words = tuple(word for word in words if word not in _AROUND)
    return words[1:] if len(words) > 1 and words[0] == "LA" else words


@cache
def _by_platform_code(country: str) -> dict[str, Region]:
    return {region.platform_code: region for region in regions_of(country).values()}


@cache
def _by_name(country: str) -> dict[str, Region]:
    found: dict[str, Region] = {}
    for region in regions_of(country).values():
        for name in (region.name, *region.names, region.code):
            found.setdefault(key_of(name), region)
            found.setdefault(_bare_key(name), region)
        if country == "CL":
            for name in (region.roman, region.code[3:], _ORDINALS[int(region.number) - 1]):
                found.setdefault(name, region)
    found.pop("", None)
    return found
