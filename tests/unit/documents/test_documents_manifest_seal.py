"""What makes a manifest binding: its code, digest and record, the signatures, and what is bound behind it."""

import hashlib
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, RectangleObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

from despacho_core.phrases import PHRASES
from despacho_documents import DocumentRenderer
from despacho_documents.manifest_binding import FULL_SIZE, attached_record
from despacho_ports.documents import ManifestForm, ManifestLine, SignatureBox
from tests.examples import examples

Make = Callable[..., ManifestForm]
LINK = "https://despacho.panaderia-sao-joao.example/manifests/bjbGkKBo2wUJxW4k7Y4YKEsgQBXClJg3"
DIGEST = hashlib.sha256(b"record").hexdigest()
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def drawn_pages(count: int, *, rotated: int = 0) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for number in range(1, count + 1):
        canvas.drawString(72, 720, f"Certificado {number}")
        canvas.showPage()
    canvas.save()
    if not rotated:
        return buffer.getvalue()
    writer = PdfWriter(clone_from=PdfReader(buffer))
    for page in writer.pages:
        page.rotate(rotated)
    turned = io.BytesIO()
    writer.write(turned)
    return turned.getvalue()


def test_a_thousand_labels_are_read_back_from_the_first_page_and_the_last_that_lists_any(
    renderer: DocumentRenderer, manifest_form: Make, manifest_line: Callable[..., ManifestLine], paper: Any
) -> None:
    lines = tuple(manifest_line(number, barcode=f"6100303311{712_100_000_000 + number}0") for number in range(1, 1001))
    content = renderer.manifest(manifest_form(lines=lines, link=LINK, digest=DIGEST, record=b"record"))
    assert len(content) < 400_000
    document = paper(content)
    texts = [document.text(page) for page in range(len(document))]
    for number, text in enumerate(texts, start=1):
        assert f"Página {number} de {len(texts)}" in text
        assert DIGEST in text
    listing = [page for page, text in enumerate(texts) if re.search(r"9968\d{8}", text)]
    for page in (listing[0], listing[-1]):
        barcodes = [line.barcode for line in lines if line.tracking_number in texts[page]]
        assert barcodes
        assert document.scanned(page, dpi=300) == barcodes
    assert "Todos los servicios 1000" in " ".join(texts[-2:])
    assert [text.count("Fecha y hora") for text in texts[:-1]] == [0] * (len(texts) - 1)


@pytest.mark.parametrize("link", [LINK, "http://127.0.0.1:8000/manifests/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_the_code_on_the_first_page_leads_to_the_page_that_confirms_it(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any, link: str
) -> None:
    document = paper(renderer.manifest(manifest_form(link=link)))
    [code] = zxingcpp.read_barcodes(document.printed(dpi=150), formats=QR)
    assert code.text == link
    assert "Escanea para confirmar" in document.text()


def test_the_parties_are_named_with_tax_id_and_address(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any
) -> None:
    form = manifest_form(
        link=LINK,
        merchant_details=("RUT 76.795.561-8", "Avenida Irarrázaval 2401, 7750000, Ñuñoa"),
        carrier_details=("RUT 96.756.430-3",),
    )
    text = paper(renderer.manifest(form)).text()
    for shown in ("Panadería São João RUT 76.795.561-8 Avenida Irarrázaval 2401, 7750000, Ñuñoa", "RUT 96.756.430-3"):
        assert shown in text


def test_the_record_travels_inside_and_the_same_form_is_the_same_file(
    renderer: DocumentRenderer, manifest_form: Make
) -> None:
    form = manifest_form(digest=DIGEST, record=b'{"number":12}')
    content = renderer.manifest(form)
    assert attached_record(content) == b'{"number":12}'
    assert renderer.manifest(form) == content
    assert attached_record(renderer.manifest(manifest_form())) is None


def test_who_signed_on_paper_is_told_and_the_paper_comes_last(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any
) -> None:
    box = SignatureBox(title="Comercio", name="Rosa Díaz", on_paper=True)
    form = manifest_form(boxes=(box, SignatureBox(title="Transportista")))
    document = paper(renderer.manifest(form, appended=[drawn_pages(1)], scan=drawn_pages(2)))
    assert "Firmado en papel: véase al final" in document.text(0)
    assert [document.text(page) for page in (1, 2, 3)] == ["Certificado 1", "Certificado 1", "Certificado 2"]


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_all_of_it_is_said_in_each_language(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any, language: str
) -> None:
    box = SignatureBox(title="X", on_paper=True)
    text = paper(renderer.manifest(manifest_form(language=language, link=LINK, digest=DIGEST, boxes=(box,)))).text()
    said = {
        "es": ("Escanea para confirmar", "Huella SHA-256", "Firmado en papel"),
        "pt": ("Digitalize para confirmar", "Impressão SHA-256", "Assinado em papel"),
        "en": ("Scan to confirm", "SHA-256 digest", "Signed on paper"),
    }
    assert [one for one in said[language] if one not in text] == []


# The carrier's pages


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (FULL_SIZE, FULL_SIZE), (3, 1), (4, 1), (5, 2), (14, 4)])
def test_many_pages_of_the_carriers_stand_four_to_a_sheet(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any, count: int, sheets: int
) -> None:
    own = len(paper(renderer.manifest(manifest_form())))
    document = paper(renderer.manifest(manifest_form(), appended=[drawn_pages(1)] * (count - 1) + [drawn_pages(1)]))
    assert len(document) == own + sheets
    behind = " ".join(document.text(page) for page in range(own, len(document)))
    assert behind.count("Certificado 1") == count
    if count > FULL_SIZE:
        assert all(document.size_mm(page) == (210, 297) for page in range(own, len(document)))


@pytest.mark.parametrize("rotated", [90, 180, 270])
def test_turned_pages_are_turned_before_they_are_made_smaller(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any, rotated: int
) -> None:
    document = paper(renderer.manifest(manifest_form(), appended=[drawn_pages(3, rotated=rotated)]))
    [sheet] = range(1, len(document))
    assert document.text(sheet).count("Certificado") == 3
    upright = paper(renderer.manifest(manifest_form(), appended=[drawn_pages(3)]))
    there, expected = (one.printed(sheet, dpi=200).histogram()[0] for one in (document, upright))
    assert 0.4 < there / expected < 1.25, "all of it is drawn within the sheet, lying pages smaller"


# Drawings and scans


def picture(width: int, height: int, kind: str = "PNG", *, mode: str = "RGB") -> bytes:
    image = Image.new(mode, (width, height), "white")
    ImageDraw.Draw(image).line([(5, 5), (width - 5, height - 5)], fill="navy", width=9)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_drawing_is_made_anew_and_small(renderer: DocumentRenderer, kind: str) -> None:
    made = renderer.drawing(picture(2_000, 1_500, kind) + b"<script>hidden</script>")
    assert made.startswith(b"\x89PNG")
    assert b"hidden" not in made
    with Image.open(io.BytesIO(made)) as image:
        assert (image.mode, max(image.size)) == ("L", 800)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize(("sides", "size"), [((800, 1_200), (210, 297)), ((1_200, 800), (297, 210))])
def test_a_photographed_paper_becomes_one_page_the_right_way_round(
    renderer: DocumentRenderer, paper: Any, kind: str, sides: tuple[int, int], size: tuple[int, int]
) -> None:
    document = paper(renderer.scan(picture(*sides, kind)))
    assert (len(document), document.size_mm()) == (1, size)
    assert document.printed(dpi=72).histogram()[0] > 500


def test_a_scanned_pdf_keeps_its_pages_and_nothing_that_acts(renderer: DocumentRenderer) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn_pages(2))))
    writer.add_attachment("hidden.exe", b"hidden")
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("hidden")}
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    writer.add_uri(1, "https://hidden.example", RectangleObject((0, 0, 500, 500)))
    buffer = io.BytesIO()
    writer.write(buffer)
    assert b"hidden" in buffer.getvalue()
    made = renderer.scan(buffer.getvalue())
    assert b"hidden" not in made
    reader = PdfReader(io.BytesIO(made))
    assert [page.extract_text().strip() for page in reader.pages] == ["Certificado 1", "Certificado 2"]
    assert not reader.attachments


BAD_SCANS = {
    "it is empty": b"",
    "it is no readable file of its kind": b"GIF89a",
    "it has too many pages": drawn_pages(21),
    "it has too many pixels": picture(6_000, 4_000, mode="1"),
}


@pytest.mark.parametrize("reason", BAD_SCANS)
def test_why_a_scan_cannot_be_used_is_said_in_a_phrase_that_is_translated(
    renderer: DocumentRenderer, reason: str
) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        renderer.scan(BAD_SCANS[reason])
    assert all(reason in table for table in PHRASES.values())


PAGES = drawn_pages(2)
PHOTOGRAPH = picture(300, 200, "JPEG")


@examples(60)
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.floats(0, 0.99).map(lambda share: PAGES[: int(len(PAGES) * share)]),
        st.floats(0, 0.99).map(lambda share: PHOTOGRAPH[: int(len(PHOTOGRAPH) * share)]),
        st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=8)).map(
            lambda spoilt: (
                PAGES[: spoilt[0] % len(PAGES)] + spoilt[1] + PAGES[spoilt[0] % len(PAGES) + len(spoilt[1]) :]
            )
        ),
    )
)
def test_whatever_is_sent_is_a_page_or_a_refusal(renderer: DocumentRenderer, content: bytes) -> None:
    phrases = set(PHRASES["es"]) & set(PHRASES["pt"])
    for read in (renderer.scan, renderer.drawing):
        made, refusal = b"", ""
        try:
            made = read(content)
        except ValueError as error:
            refusal = str(error)
        assert made.startswith((b"%PDF", b"\x89PNG")) or refusal in phrases
