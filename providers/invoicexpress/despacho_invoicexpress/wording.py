"""Text as a document can hold it: one line, nothing invisible, within a length."""

from __future__ import annotations

import unicodedata


def tidy(text: str | None, longest: int) -> str:
    """The text on one line, composed, without control characters, cut to ``longest`` characters."""
    composed = unicodedata.normalize("NFC", text or "")
    kept = "".join(letter if letter.isprintable() else " " for letter in composed)
    return " ".join(kept.split())[:longest].rstrip()
