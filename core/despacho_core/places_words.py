"""Names of places made comparable: without accents, case, punctuation, abbreviations and small words."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LONGEST = 200
"""Letters of a name that are looked at; what comes after them is no name of a place."""

_WRITTEN_OUT = {
    "CDAD": "CIUDAD",
    "EST": "ESTACION",
    "ESTAC": "ESTACION",
    "FCO": "FRANCISCO",
    "GRAL": "GENERAL",
    "JQUIN": "JOAQUIN",
    "LIB": "LIBERTADOR",
    "NSA": "NOSSA",
    "NTRA": "NUESTRA",
    "NVA": "NUEVA",
    "NVO": "NUEVO",
    "PRTO": "PUERTO",
    "PTA": "PUNTA",
    "PTE": "PUENTE",
    "PTO": "PUERTO",
    "QTA": "QUINTA",
    "SN": "SAN",
    "STA": "SANTA",
    "STGO": "SANTIAGO",
    "STO": "SANTO",
    "VLA": "VILLA",
    "VTE": "VICENTE",
}
_SMALL_WORDS = frozenset({"COMUNA", "CONCELHO", "MUNICIPIO", "DA", "DAS", "DE", "DEL", "DO", "DOS", "E", "Y"})


def plain(text: str) -> str:
    """Capitals without accents, and single spaces in place of everything that is neither letter nor digit."""
    bare = text[:LONGEST].upper()
    if not bare.isascii():
        bare = "".join(
            letter for letter in unicodedata.normalize("NFKD", bare).upper() if not unicodedata.combining(letter)
        )
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def words_of(name: str) -> tuple[str, ...]:
    """The words that tell a place from another, abbreviations written out."""
    return _words_of(name[:LONGEST])


@lru_cache(maxsize=8192)
def _words_of(name: str) -> tuple[str, ...]:
    """Kept by what is looked at: a checkout sends texts of any length."""
    written = [_WRITTEN_OUT.get(word, word) for word in plain(name).split()]
    # "Y. Buenas": a small word's letter that begins a name is an initial.
    return tuple(
        word for place, word in enumerate(written) if word not in _SMALL_WORDS or (len(word) == 1 and place == 0)
    )


def key_of(name: str) -> str:
    """What two spellings of one name have in common; "Til Til" and "Tiltil" are one."""
    return "".join(words_of(name))


def distance(one: str, other: str, limit: int) -> int:
    """Letters to add, drop, change or swap with their neighbour to get from one to the other; ``limit + 1`` where it is more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row, *[0] * len(other)]
        for column, facing in enumerate(other, 1):
            changed = last[column - 1] + (letter != facing)
            now[column] = min(last[column] + 1, now[column - 1] + 1, changed)
            swapped = row > 1 and column > 1 and letter == other[column - 2] and facing == one[row - 2]
            if swapped:
                now[column] = min(now[column], before[column - 2] + 1)
        if min(now) > limit:
            return limit + 1
        before, last = last, now
    return min(last[-1], limit + 1)
