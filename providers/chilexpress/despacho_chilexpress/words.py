"""Text as it goes to the carrier, and text made comparable, in the way the hub compares names."""

from __future__ import annotations

from despacho_core.places_words import plain

__all__ = ["LONGEST", "plain", "tidy"]

LONGEST = 200
"""Letters that are sent at most. The carrier's own limits are not published; it refuses what it finds too long."""


def tidy(text: str | None) -> str:
    """One line of printable text without needless spaces, at most :data:`LONGEST` letters; empty for None."""
    if not text:
        return ""
    text = text[: 2 * LONGEST]
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())[:LONGEST].rstrip()
