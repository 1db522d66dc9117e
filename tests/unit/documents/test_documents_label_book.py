"""Many labels in one file: in sequence, four to a sheet, equal things once, and one bad document spoils nothing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from despacho_core.labels import LabelChoice, LabelPaper
from despacho_documents import DocumentRenderer
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import LabelBook, LabelForm
from tests.examples import examples

Make = Callable[..., LabelForm]
CODES = [f"99680000000{digit}" for digit in range(9)]


@pytest.fixture
def carrier(renderer: DocumentRenderer, label_form: Make) -> Callable[..., bytes]:
    """A carrier's document with this code."""

    def make(code: str, size: str = "100x150") -> bytes:
        return renderer.label(label_form(barcode=code), LabelFormat.PDF, LabelChoice.parse(size))

    return make


class Bound:
    """A book and the file that it is written to."""

    def __init__(self, renderer: DocumentRenderer, paper: LabelPaper, *, start: int = 1) -> None:
        self.file = io.BytesIO()
        self.book: LabelBook = renderer.book(self.file, paper, start=start)

    def ended(self) -> bytes:
        self.book.finish()
        return self.file.getvalue()


def codes_on(printed: Any, page: int) -> list[tuple[str, bool, bool]]:
    """Each code on a page: its text, whether it is on the left, whether it is above."""
    image = printed.printed(page)
    found = zxingcpp.read_barcodes(image)
    return sorted(
        (one.text, one.position.top_left.x < image.width / 2, one.position.top_left.y < image.height / 2)
        for one in found
    )


def test_carriers_labels_and_ours_follow_each_other(
    renderer: DocumentRenderer, label_form: Make, carrier: Callable[..., bytes], paper: Any
) -> None:
    bound = Bound(renderer, LabelPaper.THERMAL)
    bound.book.add(carrier(CODES[0], "a6"))
    bound.book.draw([label_form(barcode=CODES[1]), label_form(barcode=CODES[2])])
    bound.book.add(carrier(CODES[3]))
    printed = paper(bound.ended())
    assert [printed.scanned(page) for page in range(len(printed))] == [[code] for code in CODES[:4]]
    assert printed.size_mm(0) == (105, 148), "a carrier's page stays as large as it is"
    assert printed.size_mm(1) == (100, 150)


def test_four_stand_on_a_sheet_from_the_first_free_place(
    renderer: DocumentRenderer, label_form: Make, carrier: Callable[..., bytes], paper: Any
) -> None:
    bound = Bound(renderer, LabelPaper.A4, start=3)
    bound.book.draw([label_form(barcode=CODES[0])])
    for code in CODES[1:4]:
        bound.book.add(carrier(code))
    printed = paper(bound.ended())
    assert [printed.size_mm(page) for page in range(len(printed))] == [(210, 297), (210, 297)]
    assert codes_on(printed, 0) == [(CODES[0], True, False), (CODES[1], False, False)]
    assert codes_on(printed, 1) == [(CODES[2], True, True), (CODES[3], False, True)]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("size", ["100x150", "100x50"])
def test_a_page_stands_upright_in_its_quarter_however_the_carrier_turned_it(
    renderer: DocumentRenderer, carrier: Callable[..., bytes], paper: Any, turn: int, size: str
) -> None:
    writer = PdfWriter(io.BytesIO(carrier(CODES[0], size)))
    writer.pages[0].rotate(turn)
    turned = io.BytesIO()
    writer.write(turned)
    bound = Bound(renderer, LabelPaper.A4, start=2)
    bound.book.add(turned.getvalue())
    printed = paper(bound.ended())
    assert codes_on(printed, 0) == [(CODES[0], False, True)]
    image = printed.printed()
    assert image.crop((0, 0, image.width // 2, image.height)).getextrema() == (255, 255), "nothing reaches over"
    assert image.crop((0, image.height // 2, image.width, image.height)).getextrema() == (255, 255)


def test_what_would_become_unreadably_small_keeps_a_page_of_its_own(
    renderer: DocumentRenderer, carrier: Callable[..., bytes], paper: Any
) -> None:
    writer = PdfWriter(io.BytesIO(carrier(CODES[0])))
    writer.pages[0].scale_to(612, 792)  # letter
    letter = io.BytesIO()
    writer.write(letter)
    bound = Bound(renderer, LabelPaper.A4)
    bound.book.add(carrier(CODES[1]))
    bound.book.add(letter.getvalue())
    printed = paper(bound.ended())
    assert [printed.size_mm(page) for page in range(2)] == [(215.9, 279.4), (210, 297)]


@pytest.mark.parametrize("sheet", [LabelPaper.THERMAL, LabelPaper.A4])
@pytest.mark.parametrize(
    "broken", [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0 a JPEG", b"^XA^XZ", b"%PDF-1.4\n%%EOF", b"<html>401</html>"]
)
def test_a_bad_document_is_refused_and_leaves_no_trace(
    renderer: DocumentRenderer, carrier: Callable[..., bytes], paper: Any, sheet: LabelPaper, broken: bytes
) -> None:
    with_it, without = Bound(renderer, sheet), Bound(renderer, sheet)
    for bound in (with_it, without):
        bound.book.add(carrier(CODES[0]))
    with pytest.raises(ValueError, match="not a readable PDF"):
        with_it.book.add(broken)
    for bound in (with_it, without):
        bound.book.add(carrier(CODES[1]))
    assert with_it.ended() == without.ended()


def test_a_document_that_breaks_on_its_second_page_is_taken_back_whole(
    renderer: DocumentRenderer, carrier: Callable[..., bytes], paper: Any
) -> None:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(carrier(CODES[1]))))
    writer.append(PdfReader(io.BytesIO(carrier(CODES[2]))))
    writer.pages[1][NameObject("/MediaBox")] = ArrayObject([TextStringObject("wide")])
    file = io.BytesIO()
    writer.write(file)
    bound = Bound(renderer, LabelPaper.A4)
    bound.book.add(carrier(CODES[0]))
    with pytest.raises(ValueError, match="not a readable PDF"):
        bound.book.add(file.getvalue())
    printed = paper(bound.ended())
    assert codes_on(printed, 0) == [(CODES[0], True, True)]


def test_a_blank_document_is_no_label(renderer: DocumentRenderer) -> None:
    writer = PdfWriter()
    writer.add_blank_page(283, 425)
    file = io.BytesIO()
    writer.write(file)
    with pytest.raises(ValueError, match="blank"):
        Bound(renderer, LabelPaper.THERMAL).book.add(file.getvalue())
    with pytest.raises(ValueError, match="blank"):
        renderer.check(file.getvalue())


def test_what_is_equal_is_in_the_file_once(renderer: DocumentRenderer, carrier: Callable[..., bytes]) -> None:
    document = carrier(CODES[0])
    bound = Bound(renderer, LabelPaper.THERMAL)
    for _ in range(20):
        bound.book.add(document)
    assert len(bound.ended()) < 2 * len(document)


def test_scripts_and_links_of_a_carriers_document_stay_behind(
    renderer: DocumentRenderer, carrier: Callable[..., bytes]
) -> None:
    writer = PdfWriter(io.BytesIO(carrier(CODES[0])))
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("hello")}
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    file = io.BytesIO()
    writer.write(file)
    bound = Bound(renderer, LabelPaper.THERMAL)
    bound.book.add(file.getvalue())
    assert b"JavaScript" in file.getvalue()
    assert b"JavaScript" not in bound.ended()


def test_an_object_that_points_to_itself_ends(
    renderer: DocumentRenderer, carrier: Callable[..., bytes], paper: Any
) -> None:
    writer = PdfWriter(io.BytesIO(carrier(CODES[0])))
    ring = DictionaryObject()
    reference = writer._add_object(ring)
    ring[NameObject("/Self")] = reference
    writer.pages[0]["/Resources"][NameObject("/Properties")] = DictionaryObject({NameObject("/P"): reference})  # type: ignore[index]
    file = io.BytesIO()
    writer.write(file)
    bound = Bound(renderer, LabelPaper.THERMAL)
    bound.book.add(file.getvalue())
    assert paper(bound.ended()).scanned() == [CODES[0]]


def test_several_content_streams_are_drawn_as_one(
    renderer: DocumentRenderer, carrier: Callable[..., bytes], paper: Any
) -> None:
    writer = PdfWriter(io.BytesIO(carrier(CODES[0])))
    page = writer.pages[0]
    data = page.get_contents().get_data()  # type: ignore[union-attr]
    parts = ArrayObject()
    for part in (data[: data.index(b"\n")], data[data.index(b"\n") :]):
        from pypdf.generic import DecodedStreamObject  # noqa: PLC0415 - only here

        stream = DecodedStreamObject()
        stream.set_data(part)
        parts.append(writer._add_object(stream))
    page[NameObject("/Contents")] = parts
    file = io.BytesIO()
    writer.write(file)
    for sheet in (LabelPaper.THERMAL, LabelPaper.A4):
        bound = Bound(renderer, sheet)
        bound.book.add(file.getvalue())
        assert CODES[0] in paper(bound.ended()).scanned()


@pytest.mark.parametrize(("sheet", "start"), [(LabelPaper.A4, 5), (LabelPaper.A4, 0), (LabelPaper.THERMAL, 2)])
def test_a_place_that_no_sheet_has_is_refused(renderer: DocumentRenderer, sheet: LabelPaper, start: int) -> None:
    with pytest.raises(ValueError, match="there is no place"):
        renderer.book(io.BytesIO(), sheet, start=start)


def test_an_empty_book_is_refused(renderer: DocumentRenderer) -> None:
    with pytest.raises(ValueError, match="no label to print"):
        renderer.book(io.BytesIO(), LabelPaper.A4, start=2).finish()


def test_one_label_that_cannot_be_drawn_leaves_the_others_out_of_the_book_too(
    renderer: DocumentRenderer, label_form: Make, paper: Any
) -> None:
    bound = Bound(renderer, LabelPaper.A6)
    with pytest.raises(ValueError, match="a barcode"):
        bound.book.draw([label_form(barcode=CODES[0]), label_form(barcode="ñ")])
    bound.book.draw([label_form(barcode=CODES[1])])
    assert paper(bound.ended()).scanned() == [CODES[1]]


@examples(60)
@given(data=st.binary(max_size=400), cut=st.integers(0, 14_000))
@example(data=b"", cut=13_000)
def test_no_document_whatever_breaks_the_book(
    renderer: DocumentRenderer, label_form: Make, paper: Any, data: bytes, cut: int
) -> None:
    whole = renderer.label(label_form(barcode=CODES[0]), LabelFormat.PDF)
    bound = Bound(renderer, LabelPaper.A4)
    for document in (data, whole[:cut] + data + whole[cut + 20 :]):
        try:
            bound.book.add(document)
        except ValueError:
            continue
    bound.book.add(whole)
    assert len(paper(bound.ended())) >= 1
