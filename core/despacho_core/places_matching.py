"""From what somebody wrote for a comuna to the comuna, without ever guessing between two.

Tried in this order: an official code; the whole text as a name; its parts, one of which is a comuna and the others the region,
city or country around it; the name without or with an article, or with initials; a small misspelling.
"""

from __future__ import annotations

from functools import lru_cache

from despacho_core.places_index import Named, NameKind, by_articleless_key, by_key, initialled, lies_in, without_article
from despacho_core.places_match import Match, MatchedBy, chosen, settled, unsettled
from despacho_core.places_near import alike_in, nearly
from despacho_core.places_parts import Part, among, in_a_row, may_surround, name_and_region, parts_of
from despacho_core.places_regions import find_region
from despacho_core.places_table import COUNTRIES, Comuna, Region, comunas_of, place_table, regions_of
from despacho_core.places_words import LONGEST, key_of, words_of

_CODE_DIGITS = {"CL": 5, "PT": 4}


def find_comuna(written: str | None, region: str | None = None, country: str = "CL") -> Match:
    """The comuna (in Portugal the concelho) that a text names.

    Args:
        written: What stands where a comuna should: a name in any spelling, with or without its region, or a code.
        region: The region beside it, by name or code, empty where none was stated. It decides between namesakes.
        country: ISO 3166 alpha-2; nothing is found in a country without a table.
    """
    return _find((written or "")[:LONGEST].strip(), (region or "")[:LONGEST].strip(), country)


@lru_cache(maxsize=8192)
def _find(written: str, stated: str, country: str) -> Match:
    if country not in COUNTRIES or not key_of(written):
        return unsettled(written)
    region = find_region(stated, country) if stated else None
    if written.isdigit():
        return _by_code(written, region, country)
    parts = parts_of(written, country)
    return (
        _by_name(written, region, country)
        or _in_parts(parts, written, region, country)
        or in_a_row(written, region, country)
        or chosen(written, _loosely_named(written, country), region)
        or _misspelt(written, parts, region, country)
    )


def _by_code(written: str, region: Region | None, country: str) -> Match:
    code = place_table(country).platform_codes.get(written, written.zfill(_CODE_DIGITS[country]))
    comuna = comunas_of(country).get(code)
    return settled(written, MatchedBy.CODE, comuna, region) if comuna else unsettled(written)


def _by_name(written: str, region: Region | None, country: str) -> Match | None:
    match = chosen(written, by_key(country).get(key_of(written), ()), region)
    if match is None or match.comuna is None or region is None or not match.region_differs:
        return match
    if find_region(written, country) == region:
        # "O'Higgins" in the region of that name is the region once more, not the village in the far south.
        return unsettled(written, (match.comuna,))
    loosely = tuple(one.comuna for one in _loosely_named(written, country) if lies_in(one.comuna, region))
    here = loosely or alike_in(written, region, country)
    return unsettled(written, (*here, match.comuna)) if here else match


def _in_parts(parts: list[Part], written: str, region: Region | None, country: str) -> Match | None:
    """The comuna among the parts. One that is as well the region or city around another is not believed beside a riddle.

    "Puerto Mont, Los Lagos" is in the region of Los Lagos, and not in the comuna of that name.
    """
    match = among(parts, written, region)
    riddles = [part.text for part in parts if not part.understood]
    if match is None or match.comuna is None or not riddles or not may_surround(match.comuna):
        return match
    named = find_region(match.comuna.name, country)
    around = region or named or regions_of(country)[match.comuna.region]
    solved = [_find(riddle, around.code, country) for riddle in riddles]
    inner = next((one for one in solved if one.comuna and not one.region_differs), None)
    if inner is not None and inner.comuna is not None:
        return settled(written, inner.matched_by, inner.comuna, region)
    here = tuple(comuna for one in solved for comuna in one.candidates if lies_in(comuna, around))
    return unsettled(written, (*here, match.comuna)) if here or named else match


def _loosely_named(written: str, country: str) -> tuple[Named, ...]:
    """Comunas whose names differ by an article ("Serena", "Las Andes") or are abbreviated to initials ("P. Arenas")."""
    words = words_of(written)
    found: tuple[Comuna, ...] = by_articleless_key(country).get(without_article(words, country), ())
    return tuple(Named(comuna, NameKind.OTHER) for comuna in found or initialled(words, country))


def _misspelt(written: str, parts: list[Part], region: Region | None, country: str) -> Match:
    name, around = name_and_region(parts, country)
    comuna, candidates = nearly(name, region or around, country)
    if comuna is not None:
        return settled(written, MatchedBy.FUZZY, comuna, region)
    elsewhere = tuple(one.comuna for one in by_key(country).get(key_of(name), ()))
    return unsettled(written, (*elsewhere, *candidates))
