"""The plain invoice's end: what is taxed at which rate, what it comes to, and the notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from textwrap import wrap

import msgspec

from despacho_core.fiscal import FiscalDocument, PriceBasis
from despacho_core.fiscal_totals import TaxGroup, groups_of
from despacho_core.money import minor_digits
from despacho_documents.figures import amount, percent, with_code
from despacho_documents.fitting import fit_line
from despacho_documents.flow import Block
from despacho_documents.invoice_table import SMALLEST_FIGURE
from despacho_documents.invoice_words import InvoiceWords
from despacho_documents.marks import Align, Box, Mark, horizontal

_ROW = 5.2
_ABOVE = 4.0
_NOTE = 4.4
_BETWEEN_NOTES = 1.4
_LETTERS_A_NOTE = 100
"""As many of the widest letters fit a line at the smallest size, so no note is cut."""


class _Row(msgspec.Struct, frozen=True):
    texts: tuple[str, ...]
    bold: bool = False


def by_rate(document: FiscalDocument) -> list[TaxGroup]:
    """Base and tax of each rate; empty where they do not come to the document's own totals, which are the ones that count."""
    unit = Decimal(1).scaleb(-minor_digits(document.currency))
    if document.basis is PriceBasis.GROSS:
        groups = groups_of(document.lines, PriceBasis.GROSS, unit)
    else:
        groups = [_net_group(rate, document, unit) for rate in _rates(document)]
    net, tax = sum((one.net for one in groups), Decimal(0)), sum((one.tax for one in groups), Decimal(0))
    return groups if (net, tax) == (document.totals.net, document.totals.tax) else []


def totals(document: FiscalDocument, words: InvoiceWords, language: str) -> Block:
    """The rates on the left, the sums on the right; never cut in two."""
    rates = _rate_rows(document, words, language)
    sums = _sum_rows(document, words, language)
    return Block(height=_ABOVE + _ROW * max(len(rates), len(sums)) + 2, draw=partial(_totals, rates, sums))


def closing(paragraphs: Iterable[str]) -> Iterator[Block]:
    """Each paragraph whole, however long: every line of it is a block of its own."""
    for paragraph in paragraphs:
        for place, line in enumerate(wrap(paragraph, _LETTERS_A_NOTE)):
            yield Block(height=_NOTE if place else _NOTE + _BETWEEN_NOTES, draw=partial(_note, line))


def _note(line: str, box: Box) -> list[Mark]:
    return fit_line(line, box.from_bottom(_NOTE)[0], largest=8)


def _rates(document: FiscalDocument) -> list[Decimal]:
    return list(dict.fromkeys(line.tax_rate for line in document.lines if not line.exempt))


def _net_group(rate: Decimal, document: FiscalDocument, unit: Decimal) -> TaxGroup:
    taxed = (line.amount for line in document.lines if not line.exempt and line.tax_rate == rate)
    net = sum(taxed, Decimal(0))
    return TaxGroup(rate=rate, net=net, tax=(net * rate / 100).quantize(unit, ROUND_HALF_UP))


def _rate_rows(document: FiscalDocument, words: InvoiceWords, language: str) -> list[_Row]:
    def row(caption: str, base: Decimal, tax: Decimal) -> _Row:
        currency = document.currency
        return _Row((caption, amount(base, currency, language), amount(tax, currency, language)))

    found = [row(percent(group.rate, language), group.net, group.tax) for group in by_rate(document)]
    if found and document.totals.exempt:
        found.append(row(words.exempt, document.totals.exempt, Decimal(0)))
    return [_Row((words.rate, words.base, words.tax), bold=True), *found] if found else []


def _sum_rows(document: FiscalDocument, words: InvoiceWords, language: str) -> list[_Row]:
    """Net, tax and exempt as far as there is any, the total, what was paid (of a note: asked back) if that differs, and gift cards."""

    def row(caption: str, value: Decimal, *, bold: bool = False) -> _Row:
        return _Row((caption, with_code(value, document.currency, language)), bold=bold)

    sums = document.totals
    parts = ((words.net, sums.net), (words.tax, sums.tax), (words.exempt, sums.exempt))
    rows = [row(caption, value) for caption, value in parts if value]
    rows.append(row(words.total, sums.total, bold=True))
    if document.difference:
        caption = words.paid if document.credits is None else words.asked_back
        rows += [row(words.difference, document.difference), row(caption, sums.total + document.difference)]
    return rows + [row(words.by_gift_card, one.amount) for one in document.payments if one.gift_card]


def _totals(rates: Sequence[_Row], sums: Sequence[_Row], box: Box) -> list[Mark]:
    left, right = Box(box.x, box.y + _ABOVE, box.width, box.height - _ABOVE).columns(4, 5, gap=14)
    return [*_table(rates, left, (2, 3, 3)), *_table(sums, right, (2, 4))]


def _table(rows: Sequence[_Row], box: Box, shares: Sequence[int]) -> list[Mark]:
    marks: list[Mark] = []
    for row in rows:
        own, box = box.from_top(_ROW)
        for place, (text, column) in enumerate(zip(row.texts, own.columns(*shares, gap=2), strict=True)):
            align = Align.RIGHT if place else Align.LEFT
            marks += fit_line(text, column, largest=9, smallest=SMALLEST_FIGURE, bold=row.bold, align=align)
        if row.bold:
            marks.append(horizontal(own, at=own.bottom))
    return marks
