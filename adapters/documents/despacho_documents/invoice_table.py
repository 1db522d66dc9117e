"""The plain invoice's lines: as tall as their names need, with figures that are never cut."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from textwrap import wrap

from despacho_core.fiscal import FiscalDocument, FiscalLine, PriceBasis
from despacho_documents.figures import amount, percent, quantity
from despacho_documents.fitting import Paragraph, fit, fit_line
from despacho_documents.flow import Block
from despacho_documents.fonts import LONGEST_TEXT
from despacho_documents.invoice_words import InvoiceWords
from despacho_documents.marks import Align, Box, Mark, horizontal

SMALLEST_FIGURE = 3.0
"""Points. Eighteen digits with their separators fit their column at this size, so no amount ends in an ellipsis."""

_SIZE = 8.5
_LETTERS_A_LINE = 45
_LINE = 3.7
_PADDING = 2.4
_HEADING = 12.0
_COLUMNS = (72, 18, 26, 22, 18, 28)
_GAP = 1.5


def rows(document: FiscalDocument, words: InvoiceWords, language: str) -> Iterator[Block]:
    """One block for each line, under a heading that every page repeats."""
    basis = words.with_tax if document.basis is PriceBasis.GROSS else words.without_tax
    heading = Block(height=_HEADING, draw=partial(_heading, words, basis.format(currency=document.currency)))
    for line in document.lines:
        draw = partial(_row, line, _figures(line, document.currency, words, language))
        yield Block(height=_height(line), heading=heading, draw=draw)


def _height(line: FiscalLine) -> float:
    """Room for the whole name at full size if its letters are of usual width; wide ones are set smaller."""
    lines = len(wrap(line.name[:LONGEST_TEXT], _LETTERS_A_LINE)) or 1
    return (lines + bool(line.sku)) * _LINE + _PADDING


def _figures(line: FiscalLine, currency: str, words: InvoiceWords, language: str) -> tuple[str, ...]:
    exempt = " ".join(part for part in (words.exempt, line.exemption) if part)
    return (
        quantity(line.quantity, language),
        amount(line.unit_price, currency, language),
        amount(line.discount, currency, language) if line.discount else "",
        exempt if line.exempt else percent(line.tax_rate, language),
        amount(line.amount, currency, language),
    )


def _heading(words: InvoiceWords, basis: str, box: Box) -> list[Mark]:
    upper, lower = box.from_top(6.5)
    captions = (words.description, words.quantity, words.unit_price, words.discount, words.tax, words.amount)
    marks: list[Mark] = [horizontal(box, at=box.bottom, thickness=0.35)]
    marks += fit_line(basis, upper.from_bottom(4)[0], largest=7.5)
    for place, (caption, column) in enumerate(zip(captions, _columns(lower), strict=True)):
        align = Align.RIGHT if place else Align.LEFT
        marks += fit_line(caption, column, largest=7.5, bold=True, align=align)
    return marks


def _row(line: FiscalLine, figures: tuple[str, ...], box: Box) -> list[Mark]:
    inner = Box(box.x, box.y + _PADDING / 2, box.width, box.height - _PADDING)
    name, *columns = _columns(inner)
    paragraphs = [Paragraph(line.name), Paragraph(line.sku, scale=0.85)]
    marks = [*fit(paragraphs, name, largest=_SIZE), horizontal(box, at=box.bottom, thickness=0.1)]
    for figure, column in zip(figures, columns, strict=True):
        first, _ = column.from_top(_LINE)
        marks += fit_line(figure, first, largest=_SIZE, smallest=SMALLEST_FIGURE, align=Align.RIGHT)
    return marks


def _columns(box: Box) -> list[Box]:
    return box.columns(*_COLUMNS, gap=_GAP)
