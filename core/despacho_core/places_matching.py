"""From what somebody wrote for a comuna to the comuna, without ever guessing between two.

Tried in this order: an official code; the whole text as a name; its parts, one of which is a comuna and the others the region,
city or country around it; the name without or with an article, or with initials; a small misspelling.
"""

from __future__ import annotations

import enum
import re
from functools import lru_cache

import msgspec

from despacho_core.places_index import Named, NameKind, by_articleless_key, by_key, initialled, lies_in, without_article
from despacho_core.places_near import MOST_CANDIDATES, nearly
from despacho_core.places_regions import find_region
from despacho_core.places_table import COUNTRIES, Comuna, Region, comunas_of, place_table
from despacho_core.places_words import LONGEST, key_of, words_of


class MatchedBy(enum.StrEnum):
    """How a comuna was found, or why none was."""

    EXACT = "exact"
    """Its own name, give or take accents, case, punctuation, abbreviations, and the region or city around it."""
    ALIAS = "alias"
    """Another name of it, its initials, or a locality within it."""
    CODE = "code"
    """Its official code, or the store platform's where that is known."""
    FUZZY = "fuzzy"
    """Nearly its name, and nearly no other's."""
    AMBIGUOUS = "ambiguous"
    """Several comunas may be meant."""
    UNKNOWN = "unknown"
    """No comuna is meant that is known."""


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """What a written place is. Without a ``comuna``, the ``candidates`` are what it may be, likeliest first.

    ``region_differs`` tells that the comuna lies in another region than the one that was stated with it.
    """

    written: str
    matched_by: MatchedBy
    comuna: Comuna | None = None
    candidates: tuple[Comuna, ...] = ()
    region_differs: bool = False


class _Part(msgspec.Struct, frozen=True):
    """A piece of what was written: the comunas that go by it, and the region that it names."""

    named: tuple[Named, ...]
    region: Region | None


_SEPARATORS = re.compile(r"[(),/;|\n\r\t–—]| - ")
_COUNTRY_NAMES = {"CL": frozenset({"CHILE", "CL", "CHL"}), "PT": frozenset({"PORTUGAL", "PT", "PRT"})}
_BY_KIND = {NameKind.OWN: MatchedBy.EXACT, NameKind.OTHER: MatchedBy.ALIAS, NameKind.LOCALITY: MatchedBy.ALIAS}


def find_comuna(written: str | None, region: str | None = None, country: str = "CL") -> Match:
    """The comuna (in Portugal the concelho) that a text names.

    Args:
        written: What stands where a comuna should: a name in any spelling, with or without its region, or a code.
        region: The region beside it, by name or code, empty where none was stated. It decides between namesakes.
        country: ISO 3166 alpha-2.
    """
    return _find((written or "")[:LONGEST].strip(), (region or "")[:LONGEST].strip(), country)


@lru_cache(maxsize=8192)
def _find(written: str, stated: str, country: str) -> Match:
    if country not in COUNTRIES or not key_of(written):
        return Match(written=written, matched_by=MatchedBy.UNKNOWN)
    region = find_region(stated, country) if stated else None
    if written.isdigit():
        return _by_code(written, region, country)
    parts = [part for part in _SEPARATORS.split(written) if key_of(part)]
    return (
        _whole(written, region, country)
        or _among(parts, written, region, country)
        or _in_a_row(written, region, country)
        or _loosely(written, region, country)
        or _misspelt(written, parts, region, country)
    )


def _by_code(written: str, region: Region | None, country: str) -> Match:
    length = {"CL": 5, "PT": 4}[country]
    code = place_table(country).platform_codes.get(written, written.zfill(length))
    comuna = comunas_of(country).get(code) if written.isascii() else None
    return (
        _settled(written, MatchedBy.CODE, comuna, region)
        if comuna
        else Match(written=written, matched_by=MatchedBy.UNKNOWN)
    )


def _settled(written: str, matched_by: MatchedBy, comuna: Comuna, region: Region | None) -> Match:
    differs = region is not None and not lies_in(comuna, region)
    return Match(written=written, matched_by=matched_by, comuna=comuna, region_differs=differs)


def _open(written: str, comunas: tuple[Comuna, ...]) -> Match:
    return Match(
        written=written, matched_by=MatchedBy.AMBIGUOUS, candidates=tuple(dict.fromkeys(comunas))[:MOST_CANDIDATES]
    )


def _chosen(written: str, named: tuple[Named, ...], region: Region | None) -> Match | None:
    """The one that is meant among those that go by a name; None where nobody does."""
    if not named:
        return None
    here = tuple(one for one in named if region is not None and lies_in(one.comuna, region))
    left = here or named
    if len(left) > 1 and all(one.kind is NameKind.LOCALITY for one in left[1:]):
        # A comuna's own name counts before that of a village elsewhere.
        left = left[:1] if left[0].kind is not NameKind.LOCALITY else left
    if len(left) > 1:
        return _open(written, tuple(one.comuna for one in left))
    return _settled(written, _BY_KIND[left[0].kind], left[0].comuna, region)


def _whole(written: str, region: Region | None, country: str) -> Match | None:
    match = _chosen(written, by_key(country).get(key_of(written), ()), region)
    if match is None or match.comuna is None or region is None or not match.region_differs:
        return match
    if find_region(written, country) == region:
        # "O'Higgins" in the region of that name is the region once more, not the village in the far south.
        return _open(written, (match.comuna,))
    nearer = [comuna for comuna in _loose(written, country) if lies_in(comuna, region)]
    return _open(written, (*nearer, match.comuna)) if nearer else match


def _among(parts: list[str], written: str, region: Region | None, country: str) -> Match | None:
    """One part is the comuna; the others say where it is, or nothing."""
    if len(parts) < 2:
        return None
    read = [_read(part, country) for part in parts]
    return _inmost(written, [part for part in read if part.named or part.region], region)


def _read(part: str, country: str) -> _Part:
    named = by_key(country).get(key_of(" ".join(word for word in part.split() if not word.isdigit())), ())
    return _Part(named, find_region(part, country) if not part.strip().isdigit() else None)


def _inmost(written: str, parts: list[_Part], region: Region | None) -> Match | None:
    """The comuna among parts that stand around each other."""
    stated = region or next((part.region for part in parts if part.region and not part.named), None)
    comunas = [part for part in parts if part.named]
    inmost = [part for part in comunas if not any(_surrounds(part, other) for other in comunas if other is not part)]
    if not inmost and len(comunas) == 2 and comunas[1].region:
        inmost = comunas[:1]
    stated = stated or next((part.region for part in comunas if part.region and part not in inmost), None)
    matches = [match for part in inmost or comunas if (match := _chosen(written, part.named, stated))]
    settled = {match.comuna.code: match for match in reversed(matches) if match.comuna}
    if len(settled) == 1 and all(match.comuna for match in matches):
        (match,) = settled.values()
        return _settled(written, match.matched_by, match.comuna, region) if match.comuna else None
    return _open(written, tuple(one.comuna for part in inmost or comunas for one in part.named)) if matches else None


def _surrounds(outer: _Part, inner: _Part) -> bool:
    """Whether one part is the region, or the capital of the region or province, that another part's comuna lies in."""
    comunas = [one.comuna for one in inner.named]
    if outer.region is not None and any(lies_in(comuna, outer.region) for comuna in comunas):
        return True
    return any(_is_capital(one.comuna, comuna) for one in outer.named for comuna in comunas)


def _is_capital(capital: Comuna, comuna: Comuna) -> bool:
    """By Chile's codes: region, province, and 01 for the province's capital. Portugal's do not say."""
    if capital.country != "CL" or capital == comuna or not capital.code.endswith("01"):
        return False
    return capital.code[:3] == comuna.code[:3] or (capital.code[2:] == "101" and capital.code[:2] == comuna.code[:2])


def _in_a_row(written: str, region: Region | None, country: str) -> Match | None:
    """A comuna and its region, city or country without anything between them: "San Pedro RM", "Región Metropolitana Ñuñoa"."""
    words = [word for word in words_of(written) if not word.isdigit()]
    found: dict[str, Match] = {}
    for cut in range(1, len(words)):
        halves = [_read(" ".join(half), country) for half in (words[:cut], words[cut:])]
        known = [
            half.named or half.region or "".join(half_words) in _COUNTRY_NAMES[country]
            for half, half_words in zip(halves, (words[:cut], words[cut:]), strict=True)
        ]
        match = _inmost(written, halves, region) if all(known) else None
        if match is not None:
            found[match.comuna.code if match.comuna else ""] = match
    if len(found) > 1:
        return _open(written, tuple(match.comuna for match in found.values() if match.comuna))
    return next(iter(found.values()), None)


def _loose(written: str, country: str) -> tuple[Comuna, ...]:
    words = words_of(written)
    return by_articleless_key(country).get(without_article(words, country), ()) or initialled(words, country)


def _loosely(written: str, region: Region | None, country: str) -> Match | None:
    named = tuple(Named(comuna, NameKind.OTHER) for comuna in _loose(written, country))
    return _chosen(written, named, region)


def _misspelt(written: str, parts: list[str], region: Region | None, country: str) -> Match:
    stated = region or next((found for part in parts if (found := find_region(part, country))), None)
    name = next((part for part in parts if not find_region(part, country)), written)
    comuna, candidates = nearly(name, stated, country)
    if comuna is not None:
        return _settled(written, MatchedBy.FUZZY, comuna, region)
    return Match(
        written=written,
        matched_by=MatchedBy.AMBIGUOUS if len(candidates) > 1 else MatchedBy.UNKNOWN,
        candidates=candidates,
    )
