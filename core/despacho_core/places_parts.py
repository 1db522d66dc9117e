"""Texts that name more than a comuna: its region, its city, its country, or a quarter within it.

One part is *around* another if it is the region that the other's comuna lies in, or the capital of its region or province:
"Ñuñoa, Santiago" is Ñuñoa. Two comunas beside each other are never chosen between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

import msgspec

from despacho_core.places_index import Named, by_key, lies_in
from despacho_core.places_match import Match, chosen, settled, unsettled
from despacho_core.places_regions import find_region
from despacho_core.places_table import Comuna, Region
from despacho_core.places_words import key_of, words_of

_SEPARATORS = re.compile(r"[(),/;|\n\r\t–—]| - ")
_COUNTRY_NAMES = {"CL": frozenset({"CHILE", "CL", "CHL"}), "PT": frozenset({"PORTUGAL", "PT", "PRT"})}
_MOST_WORDS = 12
"""Words of a text without separators that are looked at; longer ones are prose."""


class Part(msgspec.Struct, frozen=True):
    """A piece of what was written: the comunas that go by it, and the region that it names."""

    text: str
    named: tuple[Named, ...]
    region: Region | None

    @property
    def understood(self) -> bool:
        """Whether it is a place that is known."""
        return bool(self.named or self.region)


def parts_of(written: str, country: str) -> list[Part]:
    """The pieces between commas, brackets, slashes and dashes, read one by one; the country and numbers are left out."""
    texts = (_without_numbers(text) for text in _SEPARATORS.split(written))
    return [_read(text, country) for text in texts if key_of(text) and key_of(text) not in _COUNTRY_NAMES[country]]


def among(parts: list[Part], written: str, region: Region | None) -> Match | None:
    """The match where one part is the comuna and the others are around it, or say nothing; None where no part is a comuna."""
    return _inmost([part for part in parts if part.understood], written, region)


def in_a_row(written: str, region: Region | None, country: str) -> Match | None:
    """The match of two or three names without anything between them: "San Pedro RM", "Región Metropolitana Ñuñoa Chile"."""
    words = words_of(_without_numbers(written))
    if words and words[-1] in _COUNTRY_NAMES[country]:
        words = words[:-1]
    if not 1 <= len(words) <= _MOST_WORDS:
        return None
    # The fewest names win: "San Pedro de Atacama" is no San Pedro in the region of Atacama.
    for names in (1, 2, 3):
        found = {match.comuna: match for match in _readings(words, names, written, region, country)}
        if len(found) > 1:
            return unsettled(written, tuple(comuna for comuna in found if comuna))
        if found:
            return next(iter(found.values()))
    return None


def may_surround(comuna: Comuna) -> bool:
    """Whether the comuna's name stands for something larger as well: a region, a province, a district."""
    capital = comuna.country == "CL" and comuna.code.endswith("01")
    return capital or find_region(comuna.name, comuna.country) is not None


def name_and_region(parts: list[Part], country: str) -> tuple[str, Region | None]:
    """What is left for a comuna's name once the region is taken away, for texts in which nothing else was understood."""
    region = next((part.region for part in parts if part.region), None)
    name = next((part.text for part in parts if not part.region), "")
    words = words_of(name)[:_MOST_WORDS]
    for cut in range(1, len(words)) if region is None else ():
        for half, rest in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            if (around := find_region(" ".join(half), country)) is not None:
                return " ".join(rest), around
    return name, region


def _readings(words: tuple[str, ...], names: int, written: str, region: Region | None, country: str) -> Iterator[Match]:
    """What the words say where they are so many names, for every way to cut them in which each piece is known."""
    for cuts in combinations(range(1, len(words)), names - 1):
        pieces = (words[start:end] for start, end in pairwise((0, *cuts, len(words))))
        parts = [_read(" ".join(piece), country) for piece in pieces]
        match = _inmost(parts, written, region) if all(part.understood for part in parts) else None
        if match is not None:
            yield match


def _without_numbers(text: str) -> str:
    return " ".join(word for word in text.split() if any(letter.isalpha() for letter in word))


def _read(text: str, country: str) -> Part:
    return Part(text, by_key(country).get(key_of(text), ()), find_region(text, country))


def _inmost(parts: list[Part], written: str, stated: Region | None) -> Match | None:
    comunas = [part for part in parts if part.named]
    inner = [part for part in comunas if not any(_around(part, other) for other in comunas if other is not part)]
    if not inner and len(comunas) == 2 and comunas[1].region is not None:
        inner = comunas[:1]  # "La Serena, Coquimbo": each is around the other, and the region is written last
    inner = inner or comunas
    region = stated or next((part.region for part in parts if part.region and part not in inner), None)
    matches = [match for part in inner if (match := chosen(written, part.named, region))]
    found = {match.comuna: match.matched_by for match in reversed(matches) if match.comuna}
    if len(found) == 1 and all(match.comuna for match in matches):
        ((comuna, matched_by),) = found.items()
        return settled(written, matched_by, comuna, region)
    candidates = (comuna for match in matches for comuna in (match.comuna, *match.candidates) if comuna)
    return unsettled(written, tuple(candidates)) if matches else None


def _around(outer: Part, inner: Part) -> bool:
    comunas = [one.comuna for one in inner.named]
    if outer.region is not None and any(lies_in(comuna, outer.region) for comuna in comunas):
        return True
    return any(_is_capital(one.comuna, comuna) for one in outer.named for comuna in comunas)


def _is_capital(capital: Comuna, comuna: Comuna) -> bool:
    """By Chile's codes: two digits of the region, one of the province, and 01 for its capital. Portugal's do not say."""
    if capital.country != "CL" or capital == comuna or not capital.code.endswith("01"):
        return False
    return capital.code[:3] == comuna.code[:3] or (capital.code[2:] == "101" and capital.code[:2] == comuna.code[:2])
