"""Names to comunas: the lookups that matching is made of, built once for each country."""

from __future__ import annotations

import enum
from functools import cache

import msgspec

from despacho_core.places_table import Comuna, Region, comunas_of, place_table, regions_of
from despacho_core.places_words import key_of, plain, words_of


class NameKind(enum.IntEnum):
    """Whose name it is; the least is the best."""

    OWN = 0
    OTHER = 1
    LOCALITY = 2


class Named(msgspec.Struct, frozen=True):
    """A comuna that goes by a name, and whether the name is its own."""

    comuna: Comuna
    kind: NameKind


_ARTICLES = {"CL": frozenset({"LA", "EL", "LOS", "LAS", "LO"}), "PT": frozenset({"A", "O", "AS", "OS"})}
_ANYWHERE = frozenset(
    {
        "SAN",
        "SANTA",
        "SANTO",
        "SAO",
        "PUERTO",
        "PORTO",
        "VILLA",
        "VILA",
        "NUEVA",
        "NOVA",
        "RIO",
        "PUNTA",
        "LA",
        "EL",
        "LOS",
        "LAS",
        "LO",
    }
)
"""Words that so many names share that they tell nothing."""


def lies_in(comuna: Comuna, region: Region) -> bool:
    """Whether the comuna is in the region, or was until the region was divided."""
    return comuna.region == region.code or regions_of(comuna.country)[comuna.region].formerly == region.code


@cache
def all_names(country: str) -> tuple[tuple[str, Named], ...]:
    """Every name with the comuna that goes by it."""
    table, comunas = place_table(country), comunas_of(country)
    own = [(comuna.name, Named(comuna, NameKind.OWN)) for comuna in comunas.values()]
    other = [
        (name, Named(comunas[code], NameKind.OTHER)) for code, names in table.other_names.items() for name in names
    ]
    towns = [
        (name, Named(comunas[code], NameKind.LOCALITY)) for code, names in table.localities.items() for name in names
    ]
    return (*own, *other, *towns)


@cache
def by_key(country: str) -> dict[str, tuple[Named, ...]]:
    """Comunas by the key of a name; each comuna once, by the best of its names."""
    found: dict[str, dict[str, Named]] = {}
    for name, named in all_names(country):
        for key in (key_of(name), plain(name).replace(" ", "")):  # the latter for "TorresdelPaine"
            found.setdefault(key, {}).setdefault(named.comuna.code, named)
    return {key: tuple(comunas.values()) for key, comunas in found.items()}


@cache
def by_articleless_key(country: str) -> dict[str, tuple[Comuna, ...]]:
    """Comunas by the key of a name of theirs (no locality's) without its leading article."""
    found: dict[str, dict[str, Comuna]] = {}
    for name, named in all_names(country):
        if named.kind is not NameKind.LOCALITY:
            found.setdefault(without_article(words_of(name), country), {})[named.comuna.code] = named.comuna
    return {key: tuple(comunas.values()) for key, comunas in found.items()}


def without_article(words: tuple[str, ...], country: str) -> str:
    """The key of some words, without an article before them."""
    return "".join(words[1:] if len(words) > 1 and words[0] in _ARTICLES[country] else words)


def initialled(words: tuple[str, ...], country: str) -> tuple[Comuna, ...]:
    """Comunas whose name some words abbreviate: "P. Arenas", "V. N. de Gaia". One word at least must be whole."""
    if len(words) < 2 or not any(len(word) == 1 for word in words):
        return ()
    return tuple(
        dict.fromkeys(
            comuna for name, comuna in _names_of_length(country).get(len(words), ()) if _abbreviates(words, name)
        )
    )


def _abbreviates(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    short = all(
        written == word or (len(written) == 1 and word.startswith(written))
        for written, word in zip(words, name, strict=True)
    )
    return short and any(len(written) >= 3 for written in words)


@cache
def _names_of_length(country: str) -> dict[int, list[tuple[tuple[str, ...], Comuna]]]:
    found: dict[int, list[tuple[tuple[str, ...], Comuna]]] = {}
    for name, named in all_names(country):
        if named.kind is not NameKind.LOCALITY:
            words = words_of(name)
            found.setdefault(len(words), []).append((words, named.comuna))
    return found


@cache
def by_first_letter(country: str) -> dict[str, tuple[tuple[str, Comuna], ...]]:
    """Keys of all names (no locality's) with their comunas, by the key's first letter."""
    found: dict[str, list[tuple[str, Comuna]]] = {}
    for name, named in all_names(country):
        if named.kind is not NameKind.LOCALITY:
            found.setdefault(key_of(name)[:1], []).append((key_of(name), named.comuna))
    return {letter: tuple(dict.fromkeys(pairs)) for letter, pairs in found.items()}


@cache
def keys_in(region: str, country: str) -> tuple[tuple[str, Comuna], ...]:
    """Keys of all names (no locality's) of a region's comunas, by the region's code."""
    around = regions_of(country)[region]
    return tuple(pair for pairs in by_first_letter(country).values() for pair in pairs if lies_in(pair[1], around))


def telling_letters(words: tuple[str, ...]) -> int:
    """How many letters tell the name from others: those of words that few names share."""
    return sum(len(word) for word in words if word not in _ANYWHERE)
