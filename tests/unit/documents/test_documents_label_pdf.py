"""A label as PDF: what the courier reads, what the scanner reads, and what a hostile checkout cannot do to it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from despacho_core.addresses import Address
from despacho_documents import DocumentRenderer, LabelSize
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import LabelForm, Renderer
from tests.examples import examples

Make = Callable[..., LabelForm]

CODES = [
    "7",
    "42",
    "996801234567",
    "61003033117121008334040",
    "DD123456789PT",
    "ABCD1234EFGH5678IJKL9012MNOP3456QRST7890",
    "00340434161094042557-A_b~c^d>e",
]


def test_the_renderer_is_what_the_port_asks_for(renderer: DocumentRenderer) -> None:
    port: Renderer = renderer
    assert port is renderer


def test_it_shows_everything_that_the_courier_and_the_depot_need(
    renderer: DocumentRenderer, label_form: Make, paper: Any
) -> None:
    text = paper(renderer.label(label_form(), LabelFormat.PDF)).text()
    for shown in (
        "Chilexpress",
        "Día hábil siguiente",
        "Panadería São João y Compañía Ltda.",
        "Avenida Irarrázaval 2401",
        "+56 2 2345 6789",
        "María José Núñez Peñaloza",
        "Calle Ángel Guarello 427 Depto. 1203",
        "Viña del Mar",
        "Reñaca · Región de Valparaíso · 2520000 · CL",
        "+56 9 8765 4321",
        "C1-033 VIÑA",
        "V · 12",
        "Frágil: dejar en conserjería",
        "10482",
        "D-7Q4K2M-2",
        "2 / 3",
        "1,25 kg",
        "Seguimiento 996801234567",
        "61003033117121008334040",
    ):
        assert shown in text


@pytest.mark.parametrize("code", CODES)
def test_a_203_dpi_printer_prints_bars_that_a_scanner_reads(
    renderer: DocumentRenderer, label_form: Make, paper: Any, code: str
) -> None:
    assert paper(renderer.label(label_form(barcode=code), LabelFormat.PDF)).scanned() == [code]


@pytest.mark.parametrize("code", CODES[2:6])
def test_the_text_under_the_bars_is_what_they_hold(
    renderer: DocumentRenderer, label_form: Make, paper: Any, code: str
) -> None:
    text = paper(renderer.label(label_form(barcode=code, tracking_number="T1"), LabelFormat.PDF)).text()
    assert code in text.replace(" ", "")


def test_without_a_barcode_of_its_own_the_tracking_number_is_the_barcode(
    renderer: DocumentRenderer, label_form: Make, paper: Any
) -> None:
    printed = paper(renderer.label(label_form(barcode=""), LabelFormat.PDF))
    assert printed.scanned() == ["996801234567"]


@pytest.mark.parametrize("code", ["", "ñandú", "A\nB", "X" * 120])
def test_a_barcode_that_cannot_be_printed_is_refused_with_the_reason(
    renderer: DocumentRenderer, label_form: Make, code: str
) -> None:
    form = label_form(barcode=code, tracking_number=code)
    for wanted in (LabelFormat.PDF, LabelFormat.ZPL):
        with pytest.raises(ValueError, match="a barcode"):
            renderer.label(form, wanted)


@pytest.mark.parametrize("wanted", [LabelFormat.JPEG, LabelFormat.EPL])
def test_formats_that_only_carriers_have_are_refused(
    renderer: DocumentRenderer, label_form: Make, wanted: LabelFormat
) -> None:
    with pytest.raises(ValueError, match=f"not as {wanted}"):
        renderer.label(label_form(), wanted)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ["REMITENTE", "DESTINATARIO", "PEDIDO", "BULTO", "1,25 kg"]),
        ("pt", ["REMETENTE", "DESTINATÁRIO", "ENCOMENDA", "VOLUME", "1,25 kg"]),
        ("en", ["FROM", "TO", "ORDER", "PIECE", "1.25 kg"]),
        ("xx", ["FROM", "1.25 kg"]),
    ],
)
def test_it_speaks_the_language_of_the_store(
    renderer: DocumentRenderer, label_form: Make, paper: Any, language: str, words: list[str]
) -> None:
    text = paper(renderer.label(label_form(language=language), LabelFormat.PDF)).text()
    assert [word for word in words if word not in text] == []


def test_it_is_one_page_of_the_paper_that_is_in_the_printer(label_form: Make, paper: Any) -> None:
    for width, height in ((100, 150), (102, 152), (100, 100), (148, 210)):
        renderer = DocumentRenderer(size=LabelSize(width_mm=width, height_mm=height))
        printed = paper(renderer.label(label_form(), LabelFormat.PDF))
        assert len(printed) == 1
        assert printed.size_mm() == (width, height)
        assert printed.scanned() == ["61003033117121008334040"]
        assert "Viña del Mar" in printed.text()


@pytest.mark.parametrize(("width", "height"), [(20, 150), (100, 20), (1000, 150)])
def test_absurd_paper_is_refused(width: int, height: int) -> None:
    with pytest.raises(ValueError, match="cannot be laid out"):
        LabelSize(width_mm=width, height_mm=height)


def test_fonts_travel_with_the_file(renderer: DocumentRenderer, label_form: Make, paper: Any) -> None:
    fonts = paper(renderer.label(label_form(), LabelFormat.PDF)).reader.pages[0]["/Resources"]["/Font"]
    used = [font.get_object() for font in fonts.values()]
    embedded = [font for font in used if "/FontDescriptor" in font and "/FontFile2" in font["/FontDescriptor"]]
    assert embedded == used, "no font is left to the printer"
    assert all("+BitstreamVera" in font["/BaseFont"] for font in embedded), "a subset, named as one"


def test_it_is_small_and_the_same_form_is_always_the_same_file(renderer: DocumentRenderer, label_form: Make) -> None:
    first = renderer.label(label_form(), LabelFormat.PDF)
    renderer.label(label_form(carrier="Ötro"), LabelFormat.PDF)
    assert renderer.label(label_form(), LabelFormat.PDF) == first
    assert len(first) < 18_000


def test_a_long_address_shrinks_and_nothing_of_it_is_lost(
    renderer: DocumentRenderer, label_form: Make, paper: Any
) -> None:
    street = (
        "Camino a la Estación Ferroviaria Provincial de San Fernando del Peñón, altura kilómetro diecisiete y medio"
    )
    receiver = Address(name="José " * 12 + "Ibáñez", street=street, municipality="Futaleufú", country="CL", phone="1")
    text = paper(renderer.label(label_form(receiver=receiver), LabelFormat.PDF)).text()
    assert street in text
    assert "José Ibáñez" in text
    assert "Futaleufú" in text


def test_nothing_is_printed_outside_the_margins_however_long_the_texts(
    renderer: DocumentRenderer, label_form: Make, paper: Any
) -> None:
    endless = "W" * 5000
    form = label_form(
        carrier=endless,
        service=endless,
        reference=endless,
        tracking_number=endless,
        notes=endless,
        routing=(endless, endless),
        receiver=Address(name=endless, company=endless, street=endless, municipality="Ñuñoa", phone="+569"),
        sender=Address(name=endless, street=endless, municipality=endless),
    )
    printed = paper(renderer.label(form, LabelFormat.PDF))
    image = printed.printed()
    margin = 28
    white = [(0, 0, image.width, margin), (0, image.height - margin, image.width, image.height)]
    white += [(0, 0, margin, image.height), (image.width - margin, 0, image.width, image.height)]
    assert all(image.crop(edge).getextrema() == (255, 255) for edge in white)
    assert "Ñuñoa" in printed.text(), "the place stands, whatever the name"
    assert printed.scanned() == ["61003033117121008334040"]


@examples(40)
@given(name=st.text(max_size=60), street=st.text(max_size=80))
def test_whatever_a_buyer_types_the_label_comes_out_and_scans(
    renderer: DocumentRenderer, label_form: Make, paper: Any, name: str, street: str
) -> None:
    receiver = replace(label_form().receiver, name=name, street=street)
    printed = paper(renderer.label(label_form(receiver=receiver, routing=(name, street)), LabelFormat.PDF))
    assert printed.scanned() == ["61003033117121008334040"]
    assert "Viña del Mar" in printed.text()


@pytest.mark.parametrize("code", CODES)
def test_bars_are_whole_dots_of_a_203_dpi_printer_and_two_at_least(
    renderer: DocumentRenderer, label_form: Make, paper: Any, code: str
) -> None:
    content = paper(renderer.label(label_form(barcode=code), LabelFormat.PDF)).reader.pages[0].get_contents().get_data()
    across, up = re.findall(rb"q ([\d.]+) ([\d.]+) \S+ \S+ \S+ \S+ cm", content)[0]
    dots = max(float(across), float(up)) * 25.4 / 72 / 0.125
    assert abs(dots - round(dots)) < 1e-3
    assert 2 <= round(dots) <= 4
