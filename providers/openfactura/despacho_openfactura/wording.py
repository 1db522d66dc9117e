"""Text as a tax document can hold it: one line, letters of Latin-1, within a field's length."""

from __future__ import annotations

import unicodedata

_REPLACED = str.maketrans(
    {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "€": "EUR", "•": "-"}
)


def tidy(text: str | None, longest: int) -> str:
    """The text on one line, cut to ``longest`` characters.

    The document's XML is Latin-1 (contract/invoicing.md 2.3): a letter outside it loses its accent, and what has no likeness in it, such as
    an emoji, is left out.
    """
    composed = unicodedata.normalize("NFC", text or "").translate(_REPLACED)
    kept = "".join(_latin(letter) for letter in composed)
    return " ".join(kept.split())[:longest].rstrip()


def _latin(letter: str) -> str:
    if letter.isspace():
        return " "
    if ord(letter) > 0xFF:
        letter = "".join(part for part in unicodedata.normalize("NFKD", letter) if ord(part) <= 0xFF)
    return "".join(part for part in letter if part.isprintable())
