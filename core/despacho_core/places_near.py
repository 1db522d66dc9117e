"""Misspelt names: accepted only where no other comuna is nearly as near, offered to a person otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from despacho_core.places_index import by_first_letter, by_key, keys_in, lies_in, telling_letters
from despacho_core.places_table import Comuna, Region
from despacho_core.places_words import distance, key_of, words_of


def nearly(written: str, region: Region | None, country: str) -> tuple[Comuna | None, tuple[Comuna, ...]]:
    """The comuna that a misspelt name means, and otherwise those that it may mean, likeliest first.

    One letter is forgiven, two in long names; words that many names share ("San", "Puerto") do not make a name long. The first
    letter must be right, and no other comuna may be within one letter more. A short name needs a region that agrees,
    and a region that disagrees is never overruled.
    """
    words = words_of(written)
    key, letters = "".join(words), telling_letters(words)
    allowed = _forgiven(letters)
    near = _within(key, allowed + 1, by_first_letter(country).get(key[:1], ()))
    if region is not None:
        near = {comuna: far for comuna, far in near.items() if lies_in(comuna, region)} or near
    nearest = tuple(sorted(near, key=lambda comuna: near[comuna]))
    if not nearest or near[nearest[0]] > allowed:
        return None, (*_sharing_words(words, country), *nearest)
    rivals = [comuna for comuna in nearest[1:] if near[comuna] <= near[nearest[0]] + 1]
    trusted = lies_in(nearest[0], region) if region is not None else letters >= 6
    return (None if rivals or not trusted else nearest[0]), nearest


def alike_in(written: str, region: Region, country: str) -> tuple[Comuna, ...]:
    """Comunas of a region that are a misspelling away from a name, nearest first; the first letter may be wrong too."""
    allowed = _forgiven(telling_letters(words_of(written)))
    near = _within(key_of(written), allowed, keys_in(region.code, country))
    return tuple(sorted(near, key=lambda comuna: near[comuna]))


def _forgiven(letters: int) -> int:
    return 2 if letters >= 9 else 1 if letters >= 4 else 0


def _within(key: str, limit: int, names: Iterable[tuple[str, Comuna]]) -> dict[Comuna, int]:
    found: dict[Comuna, int] = {}
    for name, comuna in names:
        far = distance(key, name, limit)
        if far <= limit:
            found[comuna] = min(far, found.get(comuna, far))
    return found


def _sharing_words(words: tuple[str, ...], country: str) -> tuple[Comuna, ...]:
    """Comunas with a name among the written words, or else with all the written words in theirs."""
    named = [known.comuna for word in words if telling_letters((word,)) for known in by_key(country).get(word, ())]
    if not named and telling_letters(words) >= 4:
        pairs = (pair for pairs in by_first_letter(country).values() for pair in pairs)
        named = [comuna for name, comuna in pairs if all(word in name for word in words)]
    return tuple(named)
