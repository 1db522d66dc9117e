"""The label, described once: bands from top to bottom, each a fixed share of the paper.

    carrier, service
    sender
    receiver, two-dimensional codes     takes what the others leave
    routing, notes                      only where there are any
    order, reference, piece, weight
    tracking number, barcode with its text

Everything is bold: a printer's own font has one weight, thin strokes break on worn print heads, and one font makes a small file.
A code that would need bars narrower than two dots of a 203 dpi printer stands upright along the right edge instead. Low paper has a
layout of its own: :mod:`despacho_documents.small_label_layout`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from despacho_core.addresses import Address
from despacho_documents import code128, small_label_layout
from despacho_documents.fitting import Paragraph, fit, fit_line
from despacho_documents.label_parts import service_line, symbols_of
from despacho_documents.marks import Align, Bars, Box, LabelSize, Mark, Page, horizontal
from despacho_documents.words import LabelWords, label_words, place_line, weight
from despacho_ports.documents import LabelForm

_MARGIN = 4.0
_PADDING = 1.0
_READABLE = 0.25
_FINEST = 0.125
_STRIP = 22.0
_CAPTION = 5.5
_LOW = 100
_SYMBOL = 28.0
_LONGEST_NAME = 100
"""What is longer is cut, so that it cannot push the place off the label."""

_NOMINAL = 142.0
"""The shares below are millimetres on paper of this height, without its margins."""


class _Plan(msgspec.Struct, frozen=True):
    """What depends on the barcode's length: where it stands, and what is left for the rest."""

    code: str
    content: Box
    strip: Box | None


def laid_out(form: LabelForm, size: LabelSize) -> Page:
    """The label's marks.

    Raises:
        ValueError: The barcode's text is empty, not ASCII, or too long for the paper; or a two-dimensional code's is too long.
    """
    if size.height_mm < _LOW:
        return small_label_layout.laid_out(form, size)
    words = label_words(form.language)
    plan = _planned(form.barcode or form.tracking_number, size)
    unit = plan.content.height / _NOMINAL
    header, rest = plan.content.from_top(13 * unit)
    sender, rest = rest.from_top(18 * unit)
    barcode, rest = rest.from_bottom((17 if plan.strip else 39) * unit)
    facts, rest = rest.from_bottom((22 if plan.strip else 11) * unit)
    marks = _header(form, words, header) + _sender(form.sender, words, sender)
    marks += _barcode(form, words, plan, barcode) + _facts(form, words, facts, in_rows=2 if plan.strip else 4)
    if form.notes:
        band, rest = rest.from_bottom(7 * unit)
        marks += _ruled(band, fit([_line(form.notes)], _inner(band), largest=9))
    if form.routing:
        band, rest = rest.from_bottom(13 * unit)
        marks += _ruled(band, fit([_line(text) for text in form.routing], _inner(band), largest=22))
    marks.append(horizontal(rest, at=rest.y))
    symbols, rest = symbols_of(form, rest, _SYMBOL)
    marks += symbols + _receiver(form.receiver, words, rest)
    return Page(size.width_mm, size.height_mm, tuple(marks))


def _planned(code: str, size: LabelSize) -> _Plan:
    paper = Box(0, 0, size.width_mm, size.height_mm).inset(_MARGIN)
    count = code128.modules(code)
    if paper.width / count >= _READABLE:
        return _Plan(code, paper, None)
    if paper.height / count < _FINEST:
        raise ValueError(f"a barcode of {len(code)} characters does not fit on the label")
    strip, content = paper.from_right(_STRIP)
    return _Plan(code, content, strip)


def _header(form: LabelForm, words: LabelWords, band: Box) -> list[Mark]:
    carrier, service = band.columns(3, 2, gap=2)
    return [
        *fit_line(form.carrier, carrier, largest=22, bold=True),
        *fit_line(service_line(form, words), service, largest=13, bold=True, align=Align.RIGHT),
        horizontal(band, at=band.bottom, thickness=0.5),
    ]


def _sender(sender: Address, words: LabelWords, band: Box) -> list[Mark]:
    lines = [
        _line(sender.company or sender.name or "", scale=1.15),
        _line(sender.street_line),
        _line(place_line(sender)),
        _line(_phone(sender, words)),
    ]
    return _captioned(band, words.sender, lines, largest=8)


def _receiver(receiver: Address, words: LabelWords, band: Box) -> list[Mark]:
    further = [part for part in (receiver.city, receiver.region, receiver.postal_code, receiver.country) if part]
    lines = [
        _line((receiver.name or receiver.company or "")[:_LONGEST_NAME], scale=1.25),
        _line((receiver.company or "")[:_LONGEST_NAME] if receiver.name else ""),
        _line(receiver.street_line),
        _line(receiver.place, scale=1.45),
        _line(" · ".join(part for part in dict.fromkeys(further) if part != receiver.place)),
        _line(_phone(receiver, words)),
    ]
    return _captioned(band, words.receiver, lines, largest=14)


def _line(text: str, *, scale: float = 1.0) -> Paragraph:
    return Paragraph(text, bold=True, scale=scale)


def _phone(address: Address, words: LabelWords) -> str:
    return f"{words.phone} {address.phone}" if address.phone else ""


def _facts(form: LabelForm, words: LabelWords, band: Box, *, in_rows: int) -> list[Mark]:
    facts = [
        (words.order, str(form.order_number), 5),
        (words.reference, form.reference, 7.5),
        (words.piece, f"{form.piece} / {form.pieces}", 4),
        (words.weight, weight(form.parcel.weight_g, form.language) if form.parcel else "", 4),
    ]
    marks: list[Mark] = []
    rows = [facts[start : start + in_rows] for start in range(0, len(facts), in_rows)]
    for row in rows:
        line, band = band.from_top(band.height / (len(rows) - rows.index(row)))
        boxes = line.columns(*(share for _, _, share in row), gap=1.5)
        for box, (caption, text, _) in zip(boxes, row, strict=True):
            marks += _captioned(box, caption, [_line(text)], largest=12)
        marks.append(horizontal(line, at=line.y))
    return marks


def _barcode(form: LabelForm, words: LabelWords, plan: _Plan, band: Box) -> list[Mark]:
    """The tracking number, then the bars, then the text that they hold, letter for letter."""
    marks: list[Mark] = [horizontal(band, at=band.y)]
    number, rest = band.from_top(9 * band.height / (17 if plan.strip else 39))
    marks += fit_line(f"{words.tracking} {form.tracking_number}", number, largest=13, bold=True)
    if plan.strip:
        bars = Bars(plan.strip.from_right(_STRIP - 3)[0], plan.code, turned=True)
        return [*marks, bars, *fit([_line(plan.code)], rest, largest=10)]
    text, box = rest.from_bottom(5.5 * rest.height / 30)
    return [*marks, Bars(box, plan.code), *fit_line(plan.code, text, largest=11, bold=True, align=Align.CENTER)]


def _captioned(band: Box, caption: str, lines: Sequence[Paragraph], *, largest: float) -> list[Mark]:
    above, below = _inner(band).from_top(2.6)
    marks = fit_line(caption.upper(), above, largest=_CAPTION, bold=True)
    return [*marks, *fit(lines, below, largest=largest)]


def _ruled(band: Box, marks: list[Mark]) -> list[Mark]:
    return [horizontal(band, at=band.y), *marks]


def _inner(band: Box) -> Box:
    """The band without the white above and below."""
    return Box(band.x, band.y + _PADDING, band.width, band.height - 2 * _PADDING)
