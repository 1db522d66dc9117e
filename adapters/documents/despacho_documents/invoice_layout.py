"""The plain invoice on A4: who sells what to whom, every line, the totals, and on every page that it is not a fiscal document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from despacho_core.fiscal import DocumentKind
from despacho_documents.figures import day
from despacho_documents.fitting import fit_line
from despacho_documents.flow import Block, poured
from despacho_documents.invoice_end import closing, totals
from despacho_documents.invoice_head import credited, facts, parties
from despacho_documents.invoice_table import rows
from despacho_documents.invoice_words import InvoiceWords, invoice_words
from despacho_documents.marks import Align, Box, Mark, Page, horizontal, outline
from despacho_ports.documents import InvoiceForm

_PAPER = Box(0, 0, 210, 297)
_MARGIN = 12.0
_BAND = 9.0
_BELOW_BAND = 3.0
_FOOTER = 7.0


def title(form: InvoiceForm) -> str:
    """What the document is called, in its own language."""
    words = invoice_words(form.language)
    what = words.credit if form.document.kind is DocumentKind.CREDIT_NOTE else words.sale
    return f"{what} {words.number} {form.number}"


def laid_out(form: InvoiceForm) -> list[Page]:
    """All pages of the document.

    Raises:
        UnknownCurrency: Nobody knows how many decimals its amounts have.
    """
    words = invoice_words(form.language)
    footer, rest = _PAPER.inset(_MARGIN).from_bottom(_FOOTER)
    band, area = rest.from_top(_BAND)
    pages = poured(_blocks(form, words), area.from_top(_BELOW_BAND)[1])
    for number, marks in enumerate(pages, start=1):
        marks.extend(_not_fiscal(words, band))
        marks.extend(_footer(form, footer, words.page.format(page=number, pages=len(pages))))
    return [Page(_PAPER.width, _PAPER.height, tuple(marks)) for marks in pages]


def _blocks(form: InvoiceForm, words: InvoiceWords) -> Iterator[Block]:
    document = form.document
    yield Block(height=12, draw=partial(_title, form))
    yield parties(form, words)
    yield facts(form, words)
    if document.credits is not None:
        yield credited(document.credits, words, form.language)
    yield from rows(document, words, form.language)
    yield totals(document, words, form.language)
    yield from closing(document.notes)
    yield from closing([form.footer])


def _title(form: InvoiceForm, box: Box) -> list[Mark]:
    return [*fit_line(title(form), box, largest=19, bold=True), horizontal(box, at=box.bottom, thickness=0.5)]


def _not_fiscal(words: InvoiceWords, box: Box) -> list[Mark]:
    """Framed, in the largest type that is on every page: nobody takes the paper for what it is not."""
    inner = box.inset(1)
    text = f"{words.not_fiscal} · {words.not_instead}"
    return [*outline(box, 0.5), *fit_line(text, inner, largest=11, bold=True, align=Align.CENTER)]


def _footer(form: InvoiceForm, box: Box, page: str) -> list[Mark]:
    left, right = Box(box.x, box.y + 2, box.width, box.height - 2).columns(3, 1, gap=4)
    what = " · ".join((title(form), form.issuer.name, day(form.document.issued_on, form.language), form.reference))
    return [
        horizontal(box, at=box.y + 2),
        *fit_line(what, left, largest=7),
        *fit_line(page, right, largest=7, align=Align.RIGHT),
    ]
