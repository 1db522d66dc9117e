"""The manifest's list: one row for each label, with a barcode that the driver can scan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from despacho_documents import code128
from despacho_documents.fitting import Paragraph, fit, fit_line
from despacho_documents.flow import Block
from despacho_documents.marks import Align, Bars, Box, Mark, horizontal
from despacho_documents.words import ManifestWords, weight
from despacho_ports.documents import ManifestLine

_ROW = 12.0
_HEADING = 7.0
_COLUMNS = (8, 63, 15, 12, 23, 40, 16)
_GAP = 1.5
_FINEST = 0.125
_WIDEST = 0.375


def rows(lines: Sequence[ManifestLine], words: ManifestWords, language: str) -> Iterator[Block]:
    """One block for each label, under a heading that every page repeats."""
    heading = Block(height=_HEADING, draw=partial(_heading, words))
    for number, line in enumerate(lines, start=1):
        yield Block(height=_ROW, heading=heading, draw=partial(_row, number, line, language))


def _heading(words: ManifestWords, box: Box) -> list[Mark]:
    captions = ("#", words.tracking, words.order, words.piece, words.service, words.receiver, words.weight)
    columns = _columns(box)
    marks: list[Mark] = [horizontal(box, at=box.bottom, thickness=0.35)]
    for caption, column in zip(captions, columns, strict=True):
        lower = column.from_bottom(4)[0]
        align = Align.RIGHT if column is columns[-1] else Align.LEFT
        marks += fit_line(caption, lower, largest=7.5, bold=True, align=align)
    return marks


def _row(number: int, line: ManifestLine, language: str, box: Box) -> list[Mark]:
    place, code, order, piece, service, receiver, weighed = _columns(Box(box.x, box.y + 1, box.width, box.height - 2))
    return [
        *fit_line(str(number), place, largest=8),
        *_code(line, code),
        *fit_line(str(line.order_number), order, largest=8.5),
        *fit_line(f"{line.piece} / {line.pieces}", piece, largest=8.5),
        *fit([line.service], service, largest=8, middle=True),
        *fit([Paragraph(line.receiver, bold=True), Paragraph(line.place)], receiver, largest=8, middle=True),
        *fit_line(weight(line.weight_g, language), weighed, largest=8.5, align=Align.RIGHT),
        horizontal(box, at=box.bottom, thickness=0.1),
    ]


def _code(line: ManifestLine, box: Box) -> list[Mark]:
    """Bars over the tracking number; the barcode's own text follows it where it is another.

    A barcode that cannot be drawn here (a carrier's label may hold other symbols) is given as text alone.
    """
    code = line.barcode or line.tracking_number
    text, upper = box.from_bottom(4.4)
    shown = line.tracking_number if code == line.tracking_number else f"{line.tracking_number} · {code}"
    marks = fit([Paragraph(shown, bold=True)], text, largest=8, align=Align.CENTER)
    if code128.encodable(code) and box.width / code128.modules(code) >= _FINEST:
        marks.append(Bars(upper, code, widest=_WIDEST))
    return marks


def _columns(box: Box) -> list[Box]:
    return box.columns(*_COLUMNS, gap=_GAP)
