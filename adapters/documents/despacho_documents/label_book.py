"""Labels for many parcels in one file: carriers' documents as they are and our own, one to a page or four to a sheet of A4.

What stands on a sheet is imported as vectors, never enlarged, and turned where that makes it larger. A page that would have to be shrunk
below 70 % (a carrier's letter-sized paper) keeps a page of its own, since its bars could no longer be read; it then comes before the
labels of the sheet that is being filled.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO

from pypdf import PageObject, PdfReader

from despacho_core.labels import LabelPaper
from despacho_documents import label_layout, pdf_pen
from despacho_documents.broken import BROKEN
from despacho_documents.marks import MM_PER_POINT, LabelSize
from despacho_documents.pdf_stream import PdfStream, Transcript
from despacho_ports.documents import LabelForm

MOST_PAGES = 20
"""No carrier's document for one parcel is longer."""

_A4 = (210 / MM_PER_POINT, 297 / MM_PER_POINT)
_ACROSS = 2
_LEAST_SCALE = 0.7


class Book:
    """Implements ``LabelBook``.

    Args:
        file: Where it is written: must be writable, seekable and be cut back; a temporary file, mostly.
        paper: What stands on one page.
        start: The place of the first label on the first sheet, from 1.

    Raises:
        ValueError: The paper has no such place.
    """

    def __init__(self, file: BinaryIO, paper: LabelPaper, *, start: int = 1) -> None:
        if not 1 <= start <= paper.places:
            raise ValueError(f"a sheet of {paper.value} has {paper.places} places; there is no place {start}")
        self._pdf = PdfStream(file)
        self._paper = paper
        self._sheet: list[tuple[int, str] | None] = [None] * (start - 1)

    def add(self, document: bytes) -> None:
        """The pages of a carrier's PDF; see the port."""
        self._taken(document, most=MOST_PAGES)

    def _taken(self, document: bytes, *, most: int) -> None:
        mark, sheet = self._pdf.mark(), list(self._sheet)
        try:
            self._add(document, most)
        except BROKEN as error:
            self._pdf.back_to(mark)
            self._sheet = sheet
            raise ValueError(f"it is not a readable PDF: {error}") from error

    def draw(self, forms: Sequence[LabelForm]) -> None:
        """Labels of our own; see the port."""
        if not forms:
            return
        size = LabelSize.of(self._paper)
        pages = [label_layout.laid_out(form, size) for form in forms]
        first = forms[0]
        self._taken(
            pdf_pen.draw(pages, title=first.carrier, author=first.carrier, language=first.language), most=len(pages)
        )

    def finish(self) -> int:
        """End the file; see the port."""
        if any(self._sheet):
            self._end_sheet()
        if not self._pdf.pages:
            raise ValueError("there is no label to print")
        self._pdf.end()
        return self._pdf.pages

    def _add(self, document: bytes, most: int) -> None:
        reader = PdfReader(io.BytesIO(document))
        transcript = Transcript(self._pdf)
        for page in checked_pages(reader, most=most):
            place = _placed(page) if self._paper is LabelPaper.A4 else None
            if place is None:
                transcript.add_page(page)
                continue
            self._sheet.append((transcript.as_form(page), place))
            if len(self._sheet) == self._paper.places:
                self._end_sheet()

    def _end_sheet(self) -> None:
        """Write the sheet as far as it is filled; places without a label stay blank."""
        width, height = _A4[0] / _ACROSS, _A4[1] / _ACROSS
        drawn, forms = [], []
        for place, label in enumerate(self._sheet):
            if label is None:
                continue
            number, matrix = label
            row, column = divmod(place, _ACROSS)
            drawn.append(
                f"q 1 0 0 1 {column * width:.3f} {_A4[1] - (row + 1) * height:.3f} cm {matrix} cm /L{place} Do Q"
            )
            forms.append(f"/L{place} {number} 0 R")
        content = "\n".join(drawn).encode()
        stream = self._pdf.once(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        self._pdf.add_page(
            {
                "/MediaBox": b"[0 0 %.3f %.3f]" % _A4,
                "/Resources": b"<< /XObject << %s >> >>" % " ".join(forms).encode(),
                "/Contents": b"%d 0 R" % stream,
            }
        )
        self._sheet = []


def check(document: bytes) -> None:
    """Raises ``ValueError`` for what is no PDF, or blank."""
    try:
        checked_pages(PdfReader(io.BytesIO(document)), most=MOST_PAGES)
    except BROKEN as error:
        raise ValueError(f"it is not a readable PDF: {error}") from error


def checked_pages(reader: PdfReader, *, most: int) -> list[PageObject]:
    """The document's pages. Raises ``ValueError`` for none, too many, or not a stroke on any of them."""
    count = len(reader.pages)
    if not 1 <= count <= most:
        raise ValueError(f"it has {count} pages")
    pages = list(reader.pages)
    drawn = [contents for page in pages if (contents := page.get_contents()) is not None]
    if not any(contents.get_data().strip() for contents in drawn):
        raise ValueError("it is blank")
    return [page for page in pages if "/Contents" in page]


def _placed(page: PageObject) -> str | None:
    """The matrix that puts the page in the middle of a place on the sheet; None for one that would become too small."""
    box, turned = page.cropbox, int(page.rotation) % 360
    width, height = float(box.width), float(box.height)
    if turned in {90, 270}:
        width, height = height, width
    if min(width, height) <= 0:
        raise ValueError("it has a page without size")
    room = (_A4[0] / _ACROSS, _A4[1] / _ACROSS)
    upright, lying = (min(1.0, room[0] / a, room[1] / b) for a, b in ((width, height), (height, width)))
    if max(upright, lying) < _LEAST_SCALE:
        return None
    if lying > upright:
        turned = (turned + 90) % 360
        width, height = height, width
    scale = max(upright, lying)
    left, bottom = (room[0] - width * scale) / 2, (room[1] - height * scale) / 2
    x, y, right, top = (float(one) * scale for one in (box.left, box.bottom, box.right, box.top))
    if turned == 0:
        return f"{scale:.6f} 0 0 {scale:.6f} {left - x:.3f} {bottom - y:.3f}"
    if turned == 90:
        return f"0 {-scale:.6f} {scale:.6f} 0 {left - y:.3f} {bottom + right:.3f}"
    if turned == 180:
        return f"{-scale:.6f} 0 0 {-scale:.6f} {left + right:.3f} {bottom + top:.3f}"
    return f"0 {scale:.6f} {-scale:.6f} 0 {left + top:.3f} {bottom - x:.3f}"
