"""Text into boxes: wrapped at words, shrunk until it fits, cut with an ellipsis only at the smallest size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from despacho_documents.fonts import Typeface, clean, typeface
from despacho_documents.marks import MM_PER_POINT, Align, Box, Mark, Text

LEADING = 1.2
"""From one baseline to the next, in type sizes."""

_ASCENT = 0.93
_STEP = 0.93
_BREAK_BELOW = 0.75


class Paragraph(msgspec.Struct, frozen=True):
    """A text of its own line or lines; ``scale`` is its size beside that of its neighbours."""

    text: str
    bold: bool = False
    scale: float = 1.0


class _Line(msgspec.Struct, frozen=True):
    text: str
    bold: bool
    scale: float


class _Measured(msgspec.Struct, frozen=True):
    """A paragraph's words with their widths in ems."""

    words: list[tuple[str, float]]
    space: float
    bold: bool
    scale: float


def fit(
    paragraphs: Sequence[Paragraph | str],
    box: Box,
    *,
    largest: float,
    smallest: float = 5,
    align: Align = Align.LEFT,
    middle: bool = False,
) -> list[Mark]:
    """The paragraphs at the largest size between the two (in points) at which they fit.

    They start at the top of the box, or stand in its ``middle``. Words are kept whole as long as that costs no more than a
    quarter of the size.
    """
    face = typeface()
    measured = [one for one in (_measured(paragraph, face) for paragraph in paragraphs) if one.words]
    lines, size = _sized(measured, box, largest, smallest)
    spare = box.height - _height(lines, size) if middle else 0
    return list(_placed(lines, Box(box.x, box.y + spare / 2, box.width, box.height), size, align))


def _sized(measured: Sequence[_Measured], box: Box, largest: float, smallest: float) -> tuple[list[_Line], float]:
    """The lines and the size at which they fit; at the smallest, what does not fit is cut off."""
    size = largest
    while True:
        lines = _wrapped(
            measured, box.width / MM_PER_POINT / size, breaking=size <= max(largest * _BREAK_BELOW, smallest)
        )
        if lines is not None and _height(lines, size) <= box.height:
            return lines, size
        if size <= smallest:
            return _cut(lines or [], box, size), size
        size = max(size * _STEP, smallest)


def fit_line(
    text: str, box: Box, *, largest: float, smallest: float = 5, bold: bool = False, align: Align = Align.LEFT
) -> list[Mark]:
    """One line in the middle of the box's height, shrunk and at last cut."""
    face = typeface()
    text = clean(text)
    if not text:
        return []
    room = box.width / MM_PER_POINT
    size = min(largest, room / face.width(text, bold=bold), box.height / MM_PER_POINT / LEADING)
    if size < smallest:
        size = smallest
        text = _shortened(text, room / size, bold=bold)
    baseline = box.y + box.height / 2 + 0.36 * size * MM_PER_POINT
    return [Text(box.x, baseline, box.width, size, text, bold, align)]


def _measured(paragraph: Paragraph | str, face: Typeface) -> _Measured:
    if isinstance(paragraph, str):
        paragraph = Paragraph(paragraph)
    bold = paragraph.bold
    words = [(word, face.width(word, bold=bold)) for word in clean(paragraph.text).split(" ") if word]
    return _Measured(words, face.width(" ", bold=bold), bold, paragraph.scale)


def _wrapped(paragraphs: Sequence[_Measured], room: float, *, breaking: bool) -> list[_Line] | None:
    """Lines no wider than ``room`` ems; None if a word would have to be broken and must not."""
    lines: list[_Line] = []
    for one in paragraphs:
        available = room / one.scale
        line, used = "", 0.0
        for word, width in one.words:
            if line and used + one.space + width <= available:
                line, used = f"{line} {word}", used + one.space + width
                continue
            if line:
                lines.append(_Line(line, one.bold, one.scale))
            line, used = word, width
            if width > available:
                if not breaking:
                    return None
                *full, line = _pieces(word, available, bold=one.bold)
                lines.extend(_Line(piece, one.bold, one.scale) for piece in full)
                used = typeface().width(line, bold=one.bold)
        lines.append(_Line(line, one.bold, one.scale))
    return lines


def _pieces(word: str, room: float, *, bold: bool) -> Iterator[str]:
    """A word too long for a line, in pieces that are not."""
    face, piece, used = typeface(), "", 0.0
    for letter in word:
        width = face.width(letter, bold=bold)
        if piece and used + width > room:
            yield piece
            piece, used = "", 0.0
        piece, used = piece + letter, used + width
    yield piece


def _height(lines: Sequence[_Line], size: float) -> float:
    return sum(line.scale for line in lines) * size * LEADING * MM_PER_POINT


def _cut(lines: Sequence[_Line], box: Box, size: float) -> list[_Line]:
    """The lines that fit, the last of them ending in an ellipsis."""
    kept = list(lines)
    while kept and _height(kept, size) > box.height:
        kept.pop()
    if kept and len(kept) < len(lines):
        last = kept.pop()
        room = box.width / MM_PER_POINT / size / last.scale
        kept.append(_Line(_shortened(f"{last.text} …", room, bold=last.bold), last.bold, last.scale))
    return kept


def _shortened(text: str, room: float, *, bold: bool) -> str:
    """The text, or as much of it as fits before an ellipsis."""
    face = typeface()
    if face.width(text, bold=bold) <= room:
        return text
    room -= face.width("…", bold=bold)
    kept = ""
    for letter in text:
        room -= face.width(letter, bold=bold)
        if room < 0:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def _placed(lines: Sequence[_Line], box: Box, size: float, align: Align) -> Iterator[Text]:
    y = box.y
    for line in lines:
        own = size * line.scale
        yield Text(box.x, y + _ASCENT * own * MM_PER_POINT, box.width, own, line.text, line.bold, align)
        y += own * LEADING * MM_PER_POINT
