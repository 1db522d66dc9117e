"""The packing slip: what goes into the parcels of one order, with a box to tick for each product. On A4 or on a label's paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from despacho_core.addresses import Address
from despacho_core.parcels import Parcel
from despacho_documents.fitting import Paragraph, fit, fit_line
from despacho_documents.marks import Align, Bars, Box, Mark, Page, horizontal, outline
from despacho_documents.packing_words import PackingWords, packing_words
from despacho_documents.words import place_line, weight
from despacho_ports.documents import PackingForm, PackingLine, SlipPaper


class _Paper(msgspec.Struct, frozen=True):
    """Sizes on one paper: millimetres, type in points."""

    width: float
    height: float
    margin: float
    head: float
    row: float
    text: float
    large: float


_PAPERS = {
    SlipPaper.A4: _Paper(210, 297, 15, 52, 8, 10, 20),
    SlipPaper.THERMAL: _Paper(100, 150, 4, 36, 7, 8, 13),
}
_FOOT = 5.0
_MOST_LINES = 500
"""No order has more; what is beyond counts as a product, and is not listed."""

_MOST_PARCELS_SHOWN = 8


def title(form: PackingForm) -> str:
    """The document's title."""
    words = packing_words(form.language)
    return f"{words.title} {form.order_number}"


def laid_out(form: PackingForm, paper: SlipPaper) -> list[Page]:
    """The slip's pages: the first with everything about the order, further ones with products that found no place on it."""
    sizes, words = _PAPERS[paper], packing_words(form.language)
    sheet, _ = Box(0, 0, sizes.width, sizes.height).inset(sizes.margin).from_top(_sheet_height(sizes))
    pending: Sequence[PackingLine] = form.lines[:_MOST_LINES]
    pages: list[list[Mark]] = []
    while True:
        first = not pages
        head, body = sheet.from_top(sizes.head if first else sizes.row)
        marks = _head(form, words, sizes, head) if first else _short_head(form, words, sizes, head)
        columns, body = body.from_top(sizes.row * 0.7)
        marks += _captions(words, sizes, columns)
        taken = min(len(pending), int(body.height / sizes.row))
        for line in pending[:taken]:
            band, body = body.from_top(sizes.row)
            marks += _row(line, sizes, band)
        pending = pending[taken:]
        pages.append(marks)
        if not pending and body.height >= _closing_height(form, sizes):
            marks += _closing(form, words, sizes, body)
            break
    return [
        Page(sizes.width, sizes.height, (*marks, *_foot(form, words, sizes, number, len(pages))))
        for number, marks in enumerate(pages, start=1)
    ]


def _sheet_height(sizes: _Paper) -> float:
    return sizes.height - 2 * sizes.margin - _FOOT


def _head(form: PackingForm, words: PackingWords, sizes: _Paper, band: Box) -> list[Mark]:
    """Whose order it is, and its number as a barcode."""
    top, rest = band.from_top(sizes.head * 0.42)
    names, code = top.columns(3, 2, gap=3)
    heading, merchant = names.from_top(names.height * 0.6)
    bars, number = code.from_top(code.height * 0.62)
    buyer, facts = rest.columns(3, 2, gap=3)
    return [
        *fit_line(f"{words.order} {form.order_number}", heading, largest=sizes.large, bold=True),
        *fit_line(f"{words.title} · {form.merchant}", merchant, largest=sizes.text),
        Bars(bars, str(form.order_number)),
        *fit_line(str(form.order_number), number, largest=sizes.text, align=Align.CENTER),
        horizontal(rest, at=rest.y),
        *fit(_address(form.buyer), Box(buyer.x, buyer.y + 1, buyer.width, buyer.height - 2), largest=sizes.text * 1.1),
        *fit(_facts(form, words), Box(facts.x, facts.y + 1, facts.width, facts.height - 2), largest=sizes.text),
    ]


def _address(buyer: Address) -> list[Paragraph]:
    name = buyer.name or buyer.company or ""
    return [
        Paragraph(name, bold=True, scale=1.15),
        Paragraph(buyer.street_line),
        Paragraph(place_line(buyer)),
        Paragraph(buyer.phone or ""),
    ]


def _facts(form: PackingForm, words: PackingWords) -> list[Paragraph]:
    pieces = sum(line.quantity for line in form.lines)
    return [Paragraph(f"{words.products}: {pieces}", bold=True), Paragraph(form.service)]


def _short_head(form: PackingForm, words: PackingWords, sizes: _Paper, band: Box) -> list[Mark]:
    return fit_line(f"{words.order} {form.order_number}", band, largest=sizes.text * 1.2, bold=True)


def _split(sizes: _Paper, band: Box) -> list[Box]:
    """Tick box, quantity, code, name."""
    return band.columns(sizes.row, sizes.row * 1.6, band.width * 0.26, band.width * 0.6, gap=1)


def _captions(words: PackingWords, sizes: _Paper, band: Box) -> list[Mark]:
    _, quantity, sku, name = _split(sizes, band)
    cells = ((words.quantity, quantity), (words.sku, sku), (words.product, name))
    marks = [mark for text, box in cells for mark in fit_line(text, box, largest=sizes.text * 0.8, bold=True)]
    return [*marks, horizontal(band, at=band.bottom, thickness=0.4)]


def _row(line: PackingLine, sizes: _Paper, band: Box) -> list[Mark]:
    tick, quantity, sku, name = _split(sizes, band)
    side = sizes.row * 0.5
    box = Box(tick.x, tick.y + (tick.height - side) / 2, side, side)
    return [
        *outline(box, 0.3),
        *fit_line(f"{line.quantity} ×", quantity, largest=sizes.text * 1.15, bold=True),
        *fit([line.sku], _aired(sku), largest=sizes.text, smallest=4, middle=True),
        *fit([line.name], _aired(name), largest=sizes.text, smallest=4, middle=True),
        horizontal(band, at=band.bottom, thickness=0.1),
    ]


def _aired(box: Box) -> Box:
    return Box(box.x, box.y + 0.6, box.width, box.height - 1.2)


def _closing_height(form: PackingForm, sizes: _Paper) -> float:
    """What notes and parcels take; at most half of a page, beyond which they are shrunk and cut."""
    lines = len(form.notes) * 2 + min(len(form.parcels), _MOST_PARCELS_SHOWN + 1)
    return min(lines * sizes.text * 0.5, _sheet_height(sizes) / 2)


def _closing(form: PackingForm, words: PackingWords, sizes: _Paper, body: Box) -> list[Mark]:
    """What the buyer wishes, and how it was packed."""
    shown = list(_parcels(form.parcels, words, form.language))
    lines = [Paragraph(f"{words.notes}: {note}", bold=True) for note in form.notes]
    lines += [Paragraph(text) for text in shown]
    box = Box(body.x, body.y + 1, body.width, max(0.0, body.height - 1))
    return fit(lines, box, largest=sizes.text, smallest=5) if lines else []


def _parcels(parcels: Sequence[Parcel], words: PackingWords, language: str) -> Iterator[str]:
    for piece, parcel in enumerate(parcels[:_MOST_PARCELS_SHOWN], start=1):
        sides = " × ".join(
            _centimetres(side, language) for side in (parcel.length_mm, parcel.width_mm, parcel.height_mm)
        )
        contents = f" · {parcel.contents}" if parcel.contents else ""
        yield f"{words.piece} {piece} / {len(parcels)}: {weight(parcel.weight_g, language)} · {sides} cm{contents}"
    if len(parcels) > _MOST_PARCELS_SHOWN:
        yield f"… {words.piece} {len(parcels)} / {len(parcels)}"


def _centimetres(side_mm: int, language: str) -> str:
    text = f"{side_mm / 10:g}"
    return text if language == "en" else text.replace(".", ",")


def _foot(form: PackingForm, words: PackingWords, sizes: _Paper, number: int, of: int) -> list[Mark]:
    top = sizes.height - sizes.margin - _FOOT
    band = Box(sizes.margin, top, sizes.width - 2 * sizes.margin, _FOOT)
    left, right = band.columns(1, 1)
    return [
        *fit_line(f"{words.order} {form.order_number}", left, largest=7),
        *fit_line(words.page.format(page=number, pages=of), right, largest=7, align=Align.RIGHT),
    ]
