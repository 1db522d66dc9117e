"""The manifest on A4: who hands what over to whom, every label with its barcode, the totals, and the signatures.

The signatures stand on the last page, never cut in two; every page says which of how many it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from despacho_core.labels import Matrix, MatrixKind
from despacho_documents.fitting import Paragraph, fit, fit_line
from despacho_documents.flow import Block, poured
from despacho_documents.manifest_end import signatures, totals
from despacho_documents.manifest_table import rows
from despacho_documents.marks import Align, Box, Mark, Page, Symbol, horizontal
from despacho_documents.words import ManifestWords, local_time, manifest_words
from despacho_ports.documents import ManifestForm

_PAPER = Box(0, 0, 210, 297)
_MARGIN = 12.0
_FOOTER = 7.0
_DIGEST = 3.2
_CODE = 30.0
_DETAIL = 0.75
_REFERENCES_A_LINE = 3


def title(form: ManifestForm) -> str:
    """What the document is called, in its own language."""
    words = manifest_words(form.language)
    return f"{words.title} {words.number} {form.number}"


def laid_out(form: ManifestForm) -> list[Page]:
    """All pages of the manifest."""
    words = manifest_words(form.language)
    footer, area = _PAPER.inset(_MARGIN).from_bottom(_FOOTER + (_DIGEST if form.digest else 0))
    pages = poured(_blocks(form, words), area)
    for number, marks in enumerate(pages, start=1):
        marks.extend(_footer(form, words, footer, words.page.format(page=number, pages=len(pages))))
    return [Page(_PAPER.width, _PAPER.height, tuple(marks)) for marks in pages]


def _blocks(form: ManifestForm, words: ManifestWords) -> Iterator[Block]:
    yield Block(height=_CODE + 11 if form.link else 39, draw=partial(_head, form, words))
    yield from _carrier_references(form.carrier_references, words)
    yield from rows(form.lines, words, form.language)
    yield from totals(form.lines, words, form.language)
    yield from signatures(form.boxes, words, form.language)


def _head(form: ManifestForm, words: ManifestWords, box: Box) -> list[Mark]:
    """The title and the parties, beside the code that leads to the page which confirms all this."""
    marks: list[Mark] = []
    if form.link:
        code, box = box.from_right(_CODE)
        symbol, caption = code.from_top(_CODE)
        marks += [
            Symbol(symbol, Matrix(kind=MatrixKind.QR, text=form.link)),
            *fit_line(words.confirm, caption.from_top(3)[0], largest=6.5, align=Align.CENTER),
        ]
        box = Box(box.x, box.y, box.width - 4, box.height)
    above, below = box.from_top(12)
    return [
        *marks,
        *fit_line(title(form), above, largest=19, bold=True),
        horizontal(above, at=above.bottom, thickness=0.5),
        *_parties(form, words, below),
    ]


def _parties(form: ManifestForm, words: ManifestWords, box: Box) -> list[Mark]:
    upper, lower = box.from_top(box.height - 12)
    merchant, carrier, account = upper.columns(*((5, 4, 3) if form.merchant_details else (1, 1, 1)), gap=4)
    wide, narrow = lower.columns(3, 2, gap=4)
    place = ", ".join(part for part in (form.place, local_time(form.closed_at, form.language)) if part)
    return [
        *_captioned(merchant, words.merchant, form.merchant, form.merchant_details),
        *_captioned(carrier, words.carrier, form.carrier, form.carrier_details),
        *_captioned(account, words.account, form.account),
        *_captioned(wide, words.place_and_date, place),
        *_captioned(narrow, words.reference, form.reference),
    ]


def _captioned(box: Box, caption: str, text: str, details: Sequence[str] = ()) -> list[Mark]:
    above, below = Box(box.x, box.y + 1.5, box.width, box.height - 1.5).from_top(3.2)
    paragraphs = [Paragraph(text, bold=True), *(Paragraph(line, scale=_DETAIL) for line in details)]
    return [*fit_line(caption, above, largest=6.5), *fit(paragraphs, below, largest=10)]


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


def _footer(form: ManifestForm, words: ManifestWords, box: Box, page: str) -> list[Mark]:
    below = Box(box.x, box.y + 2, box.width, box.height - 2)
    marks: list[Mark] = [horizontal(box, at=box.y + 2)]
    if form.digest:
        digest, below = below.from_bottom(_DIGEST)
        marks += fit_line(f"{words.digest} {form.digest}", digest, largest=6.5)
    left, right = below.columns(3, 1, gap=4)
    what = " · ".join((title(form), form.merchant, form.carrier, form.reference))
    return [*marks, *fit_line(what, left, largest=7), *fit_line(page, right, largest=7, align=Align.RIGHT)]
