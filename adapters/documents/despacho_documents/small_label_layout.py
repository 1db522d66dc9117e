"""The label on low paper, 100 by 50 mm, where there is room only for what matters to whoever sorts and delivers the parcel.

    carrier, service                         piece
    receiver, place large      routing or two-dimensional codes
    order, reference, sender's name
    barcode with its text

Left out are captions, the sender's address and phone, weight and notes. Bars are never finer than one dot of a 203 dpi printer. A code of
some 20 letters and more comes below two, which wants a good scanner and a driver that scales nothing: unless the carrier has a
two-dimensional code of its own there, the same text then stands beside in a Data Matrix, which every camera reads.
"""

from __future__ import annotations

import msgspec

from despacho_core.labels import Matrix, MatrixKind
from despacho_documents import code128
from despacho_documents.fitting import Paragraph, fit, fit_line
from despacho_documents.label_parts import service_line, symbols_of
from despacho_documents.marks import Align, Bars, Box, LabelSize, Mark, Page, horizontal
from despacho_documents.words import LabelWords, label_words, place_line
from despacho_ports.documents import LabelForm

_MARGIN = 2.0
_FINEST, _READABLE = 0.125, 0.25
_NOMINAL = 46.0
"""The shares below are millimetres on paper of this height, without its margins."""

_SYMBOL = 19.0
_LONGEST_NAME = 60


def laid_out(form: LabelForm, size: LabelSize) -> Page:
    """The label's marks.

    Raises:
        ValueError: The barcode's text is empty, not ASCII, or too long for the paper; or a two-dimensional code's is too long.
    """
    words = label_words(form.language)
    content = Box(0, 0, size.width_mm, size.height_mm).inset(_MARGIN)
    code = form.barcode or form.tracking_number
    module = content.width / code128.modules(code)
    if module < _FINEST:
        raise ValueError(f"a barcode of {len(code)} characters does not fit on the label")
    if module < _READABLE and form.matrix is None:
        form = msgspec.structs.replace(form, matrix=Matrix(kind=MatrixKind.DATA_MATRIX, text=code))
    unit = content.height / _NOMINAL
    header, rest = content.from_top(5.5 * unit)
    barcode, rest = rest.from_bottom(15.5 * unit)
    facts, rest = rest.from_bottom(3.6 * unit)
    marks = _header(form, words, header) + _middle(form, rest) + _facts(form, words, facts)
    text, bars = barcode.from_bottom(4 * unit)
    marks.append(Bars(Box(bars.x, bars.y + 0.5, bars.width, bars.height - 0.5), code))
    marks += fit_line(_shown(form, code), text, largest=9, bold=True, align=Align.CENTER)
    return Page(size.width_mm, size.height_mm, tuple(marks))


def _header(form: LabelForm, words: LabelWords, band: Box) -> list[Mark]:
    carrier, service, piece = band.columns(5, 5, 2, gap=1)
    return [
        *fit_line(form.carrier, carrier, largest=12, bold=True),
        *fit_line(service_line(form, words), service, largest=9, bold=True, align=Align.CENTER),
        *fit_line(f"{form.piece} / {form.pieces}", piece, largest=12, bold=True, align=Align.RIGHT),
        horizontal(band, at=band.bottom, thickness=0.3),
    ]


def _middle(form: LabelForm, band: Box) -> list[Mark]:
    """The receiver, and what sorts the parcel beside it."""
    band = Box(band.x, band.y + 0.6, band.width, band.height - 0.8)
    symbols, band = symbols_of(form, band, _SYMBOL)
    routing: list[Mark] = []
    if form.routing:
        column, band = band.from_right(band.width * 0.34)
        routing = fit(
            [Paragraph(text, bold=True) for text in form.routing], column, largest=18, smallest=6, middle=True
        )
        band = Box(band.x, band.y, band.width - 1, band.height)
    to = form.receiver
    further = [part for part in (to.city, to.region, to.postal_code) if part and part != to.place]
    lines = [
        Paragraph((to.name or to.company or "")[:_LONGEST_NAME], bold=True, scale=1.2),
        Paragraph(to.street_line, bold=True),
        Paragraph(to.place, bold=True, scale=1.45),
        Paragraph(" · ".join(dict.fromkeys([*further, *([to.phone] if to.phone else [])])), bold=True, scale=0.9),
    ]
    return [*fit(lines, band, largest=10, smallest=4.5), *routing, *symbols]


def _facts(form: LabelForm, words: LabelWords, band: Box) -> list[Mark]:
    sender = form.sender.company or form.sender.name or place_line(form.sender)
    facts = [f"{words.order} {form.order_number}", form.reference, f"{words.sender}: {sender}" if sender else ""]
    text = "  ·  ".join(fact for fact in facts if fact)
    return [*fit_line(text, band, largest=7, bold=True), horizontal(band, at=band.y)]


def _shown(form: LabelForm, code: str) -> str:
    """The text of the bars, letter for letter, and the tracking number where that is another."""
    return code if code == form.tracking_number else f"{code}   ({form.tracking_number})"
