"""Text as it goes to the carrier, and text made comparable."""

from __future__ import annotations

import unicodedata

LONGEST = 200
"""Letters that are looked at or sent at most where the carrier publishes no limit of its own."""


def tidy(text: str | None) -> str:
    """One line of printable text without needless spaces, at most :data:`LONGEST` letters; empty for None."""
    if not text:
        return ""
    text = text[: 2 * LONGEST]
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())[:LONGEST].rstrip()


def sent(*candidates: str | None, most: int = LONGEST) -> str:
    """The first candidate with something in it, tidied, without accents and cut.

    Accents are left away "for safety" (contract/carriers.md 2.3); letters of other scripts stay as they are.
    """
    text = next((found for found in map(tidy, candidates) if found), "")
    return bare(text)[:most].rstrip()


def bare(text: str) -> str:
    """The text without accents and cedillas."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text)
    kept = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", kept)


def plain(text: str) -> str:
    """Capitals without accents, and single spaces in place of everything that is neither letter nor digit."""
    letters = bare(text[:LONGEST]).upper()
    return " ".join("".join(letter if letter.isalnum() else " " for letter in letters).split())
