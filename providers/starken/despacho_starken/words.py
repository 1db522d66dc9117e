"""Text as it goes to the carrier, and text made comparable."""

from __future__ import annotations

import unicodedata

LONGEST = 200
"""Letters that are looked at or sent at most where the carrier's dictionary gives no length of its own."""


def tidy(text: str | None) -> str:
    """One line of printable text without needless spaces, at most :data:`LONGEST` letters; empty for None."""
    if not text:
        return ""
    text = text[: 2 * LONGEST]
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())[:LONGEST].rstrip()


def sent(*candidates: str | None, most: int = LONGEST) -> str:
    """The first candidate with something in it, tidied and cut to ``most`` letters."""
    return next((found for found in map(tidy, candidates) if found), "")[:most].rstrip()


def plain(text: str) -> str:
    """Capitals without accents, and single spaces in place of everything that is neither letter nor digit."""
    bare = text[:LONGEST].upper()
    if not bare.isascii():
        bare = "".join(
            letter for letter in unicodedata.normalize("NFKD", bare).upper() if not unicodedata.combining(letter)
        )
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def key_of(name: str) -> str:
    """A place's name by which it is found, whatever its spaces, case and accents."""
    return plain(name).replace(" ", "")
