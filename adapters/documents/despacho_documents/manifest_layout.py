"""The manifest on A4: who hands what over to whom, every label with its barcode, the totals, and the signatures.

The signatures stand on the last page, never cut in two; every page says which of how many it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from despacho_documents.fitting import Paragraph, fit, fit_line
from despacho_documents.flow import Block, poured
from despacho_documents.manifest_end import signatures, totals
from despacho_documents.manifest_table import rows
from despacho_documents.marks import Align, Box, Mark, Page, horizontal
from despacho_documents.words import ManifestWords, local_time, manifest_words
from despacho_ports.documents import ManifestForm

_PAPER = Box(0, 0, 210, 297)
_MARGIN = 12.0
_FOOTER = 7.0
_REFERENCES_A_LINE = 3


def title(form: ManifestForm) -> str:
    """What the document is called, in its own language."""
    words = manifest_words(form.language)
    return f"{words.title} {words.number} {form.number}"


def laid_out(form: ManifestForm) -> list[Page]:
    """All pages of the manifest."""
    words = manifest_words(form.language)
    footer, area = _PAPER.inset(_MARGIN).from_bottom(_FOOTER)
    pages = poured(_blocks(form, words), area)
    for number, marks in enumerate(pages, start=1):
        marks.extend(_footer(form, footer, words.page.format(page=number, pages=len(pages))))
    return [Page(_PAPER.width, _PAPER.height, tuple(marks)) for marks in pages]


def _blocks(form: ManifestForm, words: ManifestWords) -> Iterator[Block]:
    yield Block(height=12, draw=partial(_title, form))
    yield Block(height=27, draw=partial(_parties, form, words))
    yield from _carrier_references(form.carrier_references, words)
    yield from rows(form.lines, words, form.language)
    yield from totals(form.lines, words, form.language)
    yield from signatures(form.boxes, words, form.language)


def _title(form: ManifestForm, box: Box) -> list[Mark]:
    return [*fit_line(title(form), box, largest=19, bold=True), horizontal(box, at=box.bottom, thickness=0.5)]


def _parties(form: ManifestForm, words: ManifestWords, box: Box) -> list[Mark]:
    upper, lower = box.from_top(13)
    merchant, carrier, account = upper.columns(1, 1, 1, gap=4)
    wide, narrow = lower.columns(2, 1, gap=4)
    place = ", ".join(part for part in (form.place, local_time(form.closed_at, form.language)) if part)
    return [
        *_captioned(merchant, words.merchant, form.merchant),
        *_captioned(carrier, words.carrier, form.carrier),
        *_captioned(account, words.account, form.account),
        *_captioned(wide, words.place_and_date, place),
        *_captioned(narrow, words.reference, form.reference),
    ]


def _captioned(box: Box, caption: str, text: str) -> list[Mark]:
    above, below = Box(box.x, box.y + 1.5, box.width, box.height - 1.5).from_top(3.2)
    return [*fit_line(caption, above, largest=6.5), *fit([Paragraph(text, bold=True)], below, largest=10)]


def _carrier_references(references: Sequence[str], words: ManifestWords) -> Iterator[Block]:
    """None is left out, however many there are: each line of them is a block of its own."""
    if references:
        yield Block(height=3.2, draw=partial(fit_line, words.carrier_references, largest=6.5))
    for start in range(0, len(references), _REFERENCES_A_LINE):
        some = references[start : start + _REFERENCES_A_LINE]
        yield Block(height=4.6, draw=partial(_side_by_side, some))


def _side_by_side(texts: Sequence[str], box: Box) -> list[Mark]:
    columns = box.columns(*[1] * _REFERENCES_A_LINE, gap=4)
    return [
        mark
        for text, column in zip(texts, columns, strict=False)
        for mark in fit_line(text, column, largest=10, bold=True)
    ]


def _footer(form: ManifestForm, box: Box, page: str) -> list[Mark]:
    left, right = Box(box.x, box.y + 2, box.width, box.height - 2).columns(3, 1, gap=4)
    what = " · ".join((title(form), form.merchant, form.carrier, form.reference))
    return [
        horizontal(box, at=box.y + 2),
        *fit_line(what, left, largest=7),
        *fit_line(page, right, largest=7, align=Align.RIGHT),
    ]
