"""Labels on every paper: legible, decodable, nothing outside; two-dimensional codes beside the bars."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from despacho_core.labels import RESOLUTIONS, LabelChoice, LabelPaper, Matrix, MatrixKind, PrintFormat
from despacho_documents import DocumentRenderer
from despacho_documents.matrix_codes import QUIET, rows_of
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import LabelForm
from tests.examples import examples

Make = Callable[..., LabelForm]

SINGLE = ["100x150", "a6", "100x50"]
CODES = ["7", "996801234567", "61003033117121008334040", "ABCD1234EFGH5678IJKL9012MNOP3456QRST7890", "DD123456789PT"]
LINK = "https://hub.example.com/scan/AbCdEf0123456789AbCdEf0123456789"
SIZES = {"100x150": (100, 150), "a6": (105, 148), "100x50": (100, 50)}


def scanned(printed: Any) -> set[tuple[str, str]]:
    """Everything that a scanner finds on the page, as a 203 dpi printer leaves it."""
    return {(str(code.format), code.text) for code in zxingcpp.read_barcodes(printed.printed())}


def texts_of(*codes: Any) -> set[str]:
    return {text for _, text in codes}


@pytest.mark.parametrize("size", SINGLE)
@pytest.mark.parametrize("code", CODES)
def test_every_code_is_read_back_from_every_paper(
    renderer: DocumentRenderer, label_form: Make, paper: Any, size: str, code: str
) -> None:
    printed = paper(renderer.label(label_form(barcode=code), LabelFormat.PDF, LabelChoice.parse(size)))
    assert printed.size_mm() == SIZES[size]
    assert len(printed) == 1
    assert printed.scanned() == [code]
    assert code in printed.text().replace(" ", "")


@pytest.mark.parametrize("size", SINGLE)
def test_a_carriers_matrix_and_our_link_are_read_beside_the_bars(
    renderer: DocumentRenderer, label_form: Make, paper: Any, size: str
) -> None:
    matrix = Matrix(kind=MatrixKind.DATA_MATRIX, text="JJD000304123456789012")
    form = label_form(matrix=matrix, link=LINK)
    printed = paper(renderer.label(form, LabelFormat.PDF, LabelChoice.parse(size)))
    assert texts_of(*scanned(printed)) == {form.barcode, matrix.text, LINK}


def test_a_code_too_long_for_wide_bars_on_low_paper_stands_there_as_a_data_matrix_too(
    renderer: DocumentRenderer, label_form: Make, paper: Any
) -> None:
    for code, twice in ((CODES[2], False), (CODES[3], True)):
        printed = paper(renderer.label(label_form(barcode=code), LabelFormat.PDF, LabelChoice.parse("100x50")))
        assert (("Data Matrix", code) in scanned(printed)) is twice


@pytest.mark.parametrize("size", SINGLE)
@pytest.mark.parametrize("kind", MatrixKind)
def test_one_matrix_alone_is_read_on_a_label_with_a_long_barcode(
    renderer: DocumentRenderer, label_form: Make, paper: Any, size: str, kind: MatrixKind
) -> None:
    form = label_form(barcode=CODES[3], matrix=Matrix(kind=kind, text="CTT|DD123456789PT|4000-322|PORTO|1/2"))
    printed = paper(renderer.label(form, LabelFormat.PDF, LabelChoice.parse(size)))
    assert texts_of(*scanned(printed)) == {CODES[3], "CTT|DD123456789PT|4000-322|PORTO|1/2"}


def test_low_paper_shows_what_matters_and_leaves_the_rest_out(
    renderer: DocumentRenderer, label_form: Make, paper: Any
) -> None:
    text = paper(renderer.label(label_form(), LabelFormat.PDF, LabelChoice.parse("100x50"))).text()
    for shown in (
        "Chilexpress",
        "Día hábil siguiente",
        "2 / 3",
        "María José Núñez Peñaloza",
        "Calle Ángel Guarello 427",
        "Viña del Mar",
        "C1-033",
        "Pedido 10482",
        "D-7Q4K2M-2",
        "Panadería São João y Compañía Ltda.",
        "61003033117121008334040 (996801234567)",
    ):
        assert shown in text
    for left_out in ("Irarrázaval", "1,25 kg", "Frágil", "+56 2 2345 6789"):
        assert left_out not in text


@pytest.mark.parametrize("size", [*SINGLE, "a4"])
@pytest.mark.parametrize(("language", "word"), [("es", "DEVOLUCIÓN"), ("pt", "DEVOLUÇÃO"), ("en", "RETURN")])
def test_a_return_says_so_on_every_paper(  # noqa: PLR0917 - pytest hands over by name
    renderer: DocumentRenderer, label_form: Make, paper: Any, size: str, language: str, word: str
) -> None:
    form = label_form(returning=True, language=language)
    choice = LabelChoice.parse(size)
    assert word in paper(renderer.label(form, LabelFormat.PDF, choice)).text()
    assert word not in paper(renderer.label(replace(form, returning=False), LabelFormat.PDF, choice)).text()


@pytest.mark.parametrize("size", SINGLE)
@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_zpl_prints_the_same_matrix_within_the_label(label_form: Make, size: str, dpi: int) -> None:
    form = label_form(matrix=Matrix(kind=MatrixKind.DATA_MATRIX, text="JJD000304123456789012"), link=LINK)
    choice = LabelChoice(format=PrintFormat.ZPL, paper=LabelPaper(size), dpi=dpi)
    zpl = DocumentRenderer().label(form, LabelFormat.ZPL, choice).decode()
    (width,), (height,) = re.findall(r"\^PW(\d+)", zpl), re.findall(r"\^LL(\d+)", zpl)
    graphics = re.findall(r"\^FO(\d+),(\d+)\^GFA,(\d+),\d+,(\d+),([0-9A-F:]+)\^FS", zpl)
    assert len(graphics) == 2
    found = set()
    for x, y, octets, row_octets, data in graphics:
        image = graphic(int(row_octets), data)
        assert image.width // 8 * image.height == int(octets)
        assert int(x) + image.width <= int(width)
        assert int(y) + image.height <= int(height)
        [code] = zxingcpp.read_barcodes(bordered(image))
        found.add(code.text)
    assert found == {"JJD000304123456789012", LINK}


@pytest.mark.parametrize("size", SINGLE)
@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("code", CODES)
def test_zpl_bars_stand_within_the_label_in_whole_dots(label_form: Make, size: str, dpi: int, code: str) -> None:
    from despacho_documents import code128  # noqa: PLC0415 - only to know how long the symbol is

    choice = LabelChoice(format=PrintFormat.ZPL, paper=LabelPaper(size), dpi=dpi)
    zpl = DocumentRenderer().label(label_form(barcode=code), LabelFormat.ZPL, choice).decode()
    [(x, y, module, turn, height)] = re.findall(r"\^FO(\d+),(\d+)\^BY(\d+)\^BC([NB]),(\d+),", zpl)
    (width,), (length,) = re.findall(r"\^PW(\d+)", zpl), re.findall(r"\^LL(\d+)", zpl)
    black = (code128.modules(code) - 2 * code128.QUIET_MODULES) * int(module)
    along, across = (int(length), int(width)) if turn == "B" else (int(width), int(length))
    start, beside = (int(y), int(x)) if turn == "B" else (int(x), int(y))
    assert start >= 0
    assert start + black <= along
    assert beside + int(height) <= across


@examples(30)
@given(name=st.text(max_size=60), street=st.text(max_size=120), routing=st.lists(st.text(max_size=30), max_size=3))
def test_whatever_a_buyer_types_the_low_label_scans_and_nothing_touches_the_edge(  # noqa: PLR0917 - as above
    renderer: DocumentRenderer, label_form: Make, paper: Any, name: str, street: str, routing: list[str]
) -> None:
    receiver = replace(label_form().receiver, name=name, street=street)
    form = label_form(receiver=receiver, routing=tuple(routing), link=LINK)
    printed = paper(renderer.label(form, LabelFormat.PDF, LabelChoice.parse("100x50")))
    assert printed.scanned() == [form.barcode]
    image = printed.printed()
    assert image.crop((0, 0, image.width, 12)).getextrema() == (255, 255)
    assert image.crop((0, image.height - 12, image.width, image.height)).getextrema() == (255, 255)


@given(
    text=st.text(
        alphabet=st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]), min_size=4, max_size=60
    )
)
def test_a_data_matrix_holds_latin_letters_to_the_octet(text: str) -> None:
    [code] = zxingcpp.read_barcodes(drawn(Matrix(kind=MatrixKind.DATA_MATRIX, text=text)))
    assert code.bytes == text.encode("latin-1")


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_a_qr_code_holds_any_letters(text: str) -> None:
    try:
        image = drawn(Matrix(kind=MatrixKind.QR, text=text))
    except ValueError:
        assert len(text.encode()) > 200
        return
    assert [code.bytes for code in zxingcpp.read_barcodes(image)] == [text.encode()]


@pytest.mark.parametrize(
    "matrix",
    [
        Matrix(kind=MatrixKind.QR, text=""),
        Matrix(kind=MatrixKind.QR, text="x" * 301),
        Matrix(kind=MatrixKind.DATA_MATRIX, text="Ω"),
        Matrix(kind=MatrixKind.DATA_MATRIX, text="x" * 200),
    ],
)
def test_a_matrix_that_no_label_holds_is_refused(renderer: DocumentRenderer, label_form: Make, matrix: Matrix) -> None:
    for wanted in (LabelFormat.PDF, LabelFormat.ZPL):
        with pytest.raises(ValueError, match=r"code holds|no “Ω”|too large"):
            renderer.label(label_form(matrix=matrix), wanted)


def drawn(matrix: Matrix, dots: int = 4) -> Image.Image:
    rows = rows_of(matrix)
    white = QUIET[matrix.kind] + 2
    side = len(rows) + 2 * white
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + white, y + white), 0)
    return image.resize((side * dots, side * dots), Image.Resampling.NEAREST)


def graphic(octets: int, data: str) -> Image.Image:
    """A ``^GFA`` graphic as the printer lays it down: hexadecimal lines, a colon for the line above once more."""
    lines: list[bytes] = []
    at = 0
    while at < len(data):
        if data[at] == ":":
            lines.append(lines[-1])
            at += 1
        else:
            lines.append(bytes.fromhex(data[at : at + 2 * octets]))
            at += 2 * octets
    return Image.frombytes("1", (octets * 8, len(lines)), b"".join(bytes(255 - one for one in line) for line in lines))


def bordered(image: Image.Image) -> Image.Image:
    paper = Image.new("L", (image.width + 80, image.height + 80), 255)
    paper.paste(image.convert("L"), (40, 40))
    return paper
