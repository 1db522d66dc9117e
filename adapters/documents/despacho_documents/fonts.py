"""The typeface: Bitstream Vera Sans, which comes with reportlab and whose licence allows embedding.

It has every letter of Spanish and Portuguese. What it lacks is drawn as its nearest letter, as ``?``, or not at all.
Importing this module loads reportlab (some 15 MB), therefore nothing does so before a document is wanted.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import reportlab
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

LONGEST_TEXT = 240
"""No name or address is longer; what is, is cut here so that it cannot cost time."""

_FILES = {"DespachoSans": "Vera.ttf", "DespachoSans-Bold": "VeraBd.ttf"}
_lock = Lock()


class Typeface(msgspec.Struct, frozen=True, kw_only=True):
    """Both weights: the names that a canvas knows them by, and the widths of their characters in ems."""

    regular: str
    bold: str
    regular_widths: dict[str, float]
    bold_widths: dict[str, float]
    drawable: dict[int, str | int | None]

    def name(self, *, bold: bool) -> str:
        """The name for a canvas."""
        return self.bold if bold else self.regular

    def width(self, text: str, *, bold: bool) -> float:
        """Width of a clean text in ems."""
        return sum(map((self.bold_widths if bold else self.regular_widths).__getitem__, text))


def typeface() -> Typeface:
    """The typeface, loaded once for the process."""
    with _lock:
        return _loaded()


def clean(text: str) -> str:
    """The text as it can be drawn: composed, on one line, without control characters or letters that the typeface lacks."""
    composed = unicodedata.normalize("NFC", text[:LONGEST_TEXT])
    return " ".join(composed.translate(typeface().drawable).split())


@cache
def _loaded() -> Typeface:
    # Text armour would make every document a quarter longer, and is pure Python.
    rl_config.useA85 = 0
    fonts = [_font(name, file) for name, file in _FILES.items()]
    regular, bold = ({chr(code): width / 1000 for code, width in font.face.charWidths.items()} for font in fonts)
    known = set(fonts[0].face.charToGlyph) & set(fonts[1].face.charToGlyph)
    return Typeface(
        regular=fonts[0].fontName,
        bold=fonts[1].fontName,
        regular_widths=regular,
        bold_widths=bold,
        drawable=_Drawable(known),
    )


def _font(name: str, file: str) -> Any:
    font = TTFont(name, str(Path(reportlab.__file__).parent / "fonts" / file), asciiReadable=False, shapable=False)
    # The table of names is no part of an embedded font (ISO 32000-1, 9.9) and would be a fifth of it.
    font.face.table.pop("name")
    pdfmetrics.registerFont(font)
    return font


class _Drawable(dict[int, str | int | None]):
    """A translation table that decides on each character when it first sees it."""

    def __init__(self, known: set[int]) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, code: int) -> str | int | None:
        self[code] = found = self._decide(chr(code))
        return found

    def _decide(self, character: str) -> str | int | None:
        kind = unicodedata.category(character)
        if character.isspace():
            return " "
        if kind[0] == "C":
            return None
        if ord(character) in self._known:
            return ord(character)
        nearest = "".join(one for one in unicodedata.normalize("NFKD", character) if ord(one) in self._known)
        if nearest:
            return nearest
        if kind == "Pd":
            return "-"
        return None if kind[0] in "MS" else "?"
