"""Marks to PDF: vector, with the typeface embedded in the few letters that are used.

The same pages always become the same bytes: no date and no random identifier of the moment is in them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from despacho_documents import code128, matrix_codes
from despacho_documents.fonts import Typeface, clean, typeface
from despacho_documents.marks import MM_PER_POINT, Align, Bars, Box, Page, Picture, Rule, Symbol, Text
from despacho_documents.pictures import picture

_POINTS = 1 / MM_PER_POINT
_DOT = 0.125
"""One dot of a 203 dpi printer in millimetres: bars in whole dots print sharp."""


def draw(pages: Sequence[Page], *, title: str, author: str, language: str) -> bytes:
    """The pages as one PDF.

    Raises:
        ValueError: A picture cannot be read.
    """
    face = typeface()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=1, invariant=1, lang=language, initialFontName=face.bold)
    canvas.setTitle(clean(title))
    canvas.setAuthor(clean(author))
    canvas.setCreator("Despacho")
    for page in pages:
        canvas.setPageSize((page.width * _POINTS, page.height * _POINTS))
        _draw_page(canvas, page, face)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_page(canvas: Any, page: Page, face: Typeface) -> None:
    text = canvas.beginText()
    for mark in page.marks:
        if isinstance(mark, Text):
            name = face.name(bold=mark.bold)
            text.setFont(name, mark.size)
            text.setTextOrigin(_start(mark, face) * _POINTS, (page.height - mark.y) * _POINTS)
            text.textOut(mark.text)
        elif isinstance(mark, Rule):
            canvas.addLiteral(f"{_rectangle(mark.box, page.height)} f")
        elif isinstance(mark, Bars):
            canvas.addLiteral(_bars(mark, page.height))
        elif isinstance(mark, Symbol):
            canvas.addLiteral(_symbol(mark, page.height))
        else:
            _draw_picture(canvas, mark, page.height)
    canvas.drawText(text)


def _start(mark: Text, face: Typeface) -> float:
    if mark.align is Align.LEFT:
        return mark.x
    spare = mark.width - face.width(mark.text, bold=mark.bold) * mark.size * MM_PER_POINT
    return mark.x + (spare if mark.align is Align.RIGHT else spare / 2)


def _rectangle(box: Box, page_height: float) -> str:
    x, y = box.x * _POINTS, (page_height - box.bottom) * _POINTS
    return f"{x:.2f} {y:.2f} {box.width * _POINTS:.2f} {box.height * _POINTS:.2f} re"


def _bars(mark: Bars, page_height: float) -> str:
    """All bars in one path, in modules: the matrix does the scaling, so that the numbers stay short."""
    count = code128.modules(mark.code)
    module = min(mark.length / count, mark.widest)
    if module >= _DOT:
        module -= module % _DOT
    box = mark.box
    length, spare = module * _POINTS, (mark.length - module * count) / 2
    if mark.turned:
        bottom = _on_dots(page_height - box.bottom + spare) * _POINTS
        matrix = f"0 {length:.5f} {-box.width * _POINTS:.3f} 0 {box.right * _POINTS:.3f} {bottom:.3f}"
    else:
        left, bottom = _on_dots(box.x + spare) * _POINTS, (page_height - box.bottom) * _POINTS
        matrix = f"{length:.5f} 0 0 {box.height * _POINTS:.3f} {left:.3f} {bottom:.3f}"
    path = " ".join(f"{start} 0 {width} 1 re" for start, width in code128.bars(mark.code))
    return f"q {matrix} cm {path} f Q"


def _on_dots(place: float) -> float:
    """The nearest place at which a 203 dpi printer begins a dot: half a dot beside it, the finest bars would vanish or double."""
    return round(place / _DOT) * _DOT


def _symbol(mark: Symbol, page_height: float) -> str:
    """All dark modules in one path, in modules, as with the bars."""
    rows = matrix_codes.rows_of(mark.matrix)
    box, count = mark.box, matrix_codes.modules(mark.matrix)
    module = min(box.width / count, box.height / count, mark.widest)
    if module >= _DOT:
        module -= module % _DOT
    side = module * len(rows)
    left, top = _on_dots(box.x + (box.width - side) / 2), _on_dots(box.y + (box.height - side) / 2)
    length = module * _POINTS
    matrix = f"{length:.5f} 0 0 {-length:.5f} {left * _POINTS:.3f} {(page_height - top) * _POINTS:.3f}"
    path = " ".join(f"{x} {y} {width} 1 re" for x, y, width in matrix_codes.runs(rows))
    return f"q {matrix} cm {path} f Q"


def _draw_picture(canvas: Any, mark: Picture, page_height: float) -> None:
    box = mark.box
    canvas.drawImage(
        ImageReader(picture(mark.content)),
        box.x * _POINTS,
        (page_height - box.bottom) * _POINTS,
        width=box.width * _POINTS,
        height=box.height * _POINTS,
        preserveAspectRatio=True,
        anchor="sw",
    )
