"""The manifest's end: totals by service and in all, and both parties' signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from despacho_documents.fitting import fit, fit_line
from despacho_documents.flow import Block
from despacho_documents.marks import Align, Box, Mark, Picture, horizontal, outline
from despacho_documents.words import ManifestWords, local_time, weight
from despacho_ports.documents import ManifestLine, SignatureBox

_TOTAL = 5.5
_SIGNATURE = 52.0
_SIDE_BY_SIDE = 2


def totals(lines: Sequence[ManifestLine], words: ManifestWords, language: str) -> Iterator[Block]:
    """Pieces and weight of each service, in the order of the list, and of all together."""
    heading = Block(height=11, draw=partial(_totals_heading, words))
    for service, (pieces, grams) in totals_by_service(lines).items():
        texts = (service, str(pieces), weight(grams, language))
        yield Block(height=_TOTAL, heading=heading, draw=partial(_total, texts))
    everything = (words.all_services, str(len(lines)), weight(sum(line.weight_g for line in lines), language))
    yield Block(height=_TOTAL + 1, heading=heading, draw=partial(_total, everything, bold=True))


def totals_by_service(lines: Sequence[ManifestLine]) -> dict[str, tuple[int, int]]:
    """Pieces and grams of each service."""
    found: dict[str, tuple[int, int]] = {}
    for line in lines:
        pieces, grams = found.get(line.service, (0, 0))
        found[line.service] = (pieces + 1, grams + line.weight_g)
    return found


def signatures(boxes: Sequence[SignatureBox], words: ManifestWords, language: str) -> Iterator[Block]:
    """What is declared, and under it the boxes, two side by side; a pair is never cut in two."""
    for start in range(0, len(boxes), _SIDE_BY_SIDE):
        pair = boxes[start : start + _SIDE_BY_SIDE]
        declaration = words.declaration if start == 0 else ""
        yield Block(height=_SIGNATURE, draw=partial(_pair, pair, declaration, words, language))


def _totals_heading(words: ManifestWords, box: Box) -> list[Mark]:
    box = box.from_bottom(6)[0]
    marks = _total((words.totals, words.pieces, words.weight), box, bold=True)
    return [*marks, horizontal(_table(box), at=box.bottom, thickness=0.35)]


def _total(texts: tuple[str, str, str], box: Box, *, bold: bool = False) -> list[Mark]:
    service, pieces, weighed = _table(box).columns(4, 1, 2, gap=3)
    return [
        *fit_line(texts[0], service, largest=8.5, bold=bold),
        *fit_line(texts[1], pieces, largest=8.5, bold=bold, align=Align.RIGHT),
        *fit_line(texts[2], weighed, largest=8.5, bold=bold, align=Align.RIGHT),
    ]


def _table(box: Box) -> Box:
    return Box(box.x, box.y, 110, box.height)


def _pair(pair: Sequence[SignatureBox], declaration: str, words: ManifestWords, language: str, box: Box) -> list[Mark]:
    above, below = Box(box.x, box.y + 4, box.width, box.height - 4).from_top(6)
    marks = fit([declaration], above, largest=8.5)
    columns = below.columns(*[1] * _SIDE_BY_SIDE, gap=6)
    for party, column in zip(pair, columns, strict=False):
        marks += _signature(party, words, language, column)
    return marks


def _signature(party: SignatureBox, words: ManifestWords, language: str, box: Box) -> list[Mark]:
    heading, rest = box.inset(2.5).from_top(4.5)
    facts, drawing = rest.from_bottom(15)
    marks = [*outline(box), *fit_line(party.title, heading, largest=9, bold=True)]
    if party.image is not None:
        marks.append(Picture(drawing.inset(0.5), party.image))
    elif party.on_paper:
        marks += fit([words.on_paper], drawing, largest=8.5, align=Align.CENTER, middle=True)
    marks.append(horizontal(drawing, at=drawing.bottom))
    signed_at = local_time(party.signed_at, language) if party.signed_at else ""
    for caption, text in ((words.name, party.name), (words.role, party.role), (words.signed_at, signed_at)):
        row, facts = facts.from_top(5)
        left, right = row.columns(1, 3)
        marks += [*fit_line(caption, left, largest=7), *fit_line(text, right, largest=8.5, bold=True)]
    return marks
