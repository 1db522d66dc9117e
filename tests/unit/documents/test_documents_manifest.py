"""The manifest: a binding document, so every label, every total and every page is accounted for."""

import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from despacho_documents import DocumentRenderer
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import LabelForm, ManifestForm, ManifestLine, SignatureBox
from tests.examples import examples

Make = Callable[..., ManifestForm]


def printed(renderer: DocumentRenderer, paper: Any, form: ManifestForm) -> list[str]:
    document = paper(renderer.manifest(form))
    return [document.text(page) for page in range(len(document))]


def kilos(grams: int) -> str:
    text = f"{Decimal(grams) / 1000:.3f}".rstrip("0")
    return f"{text}{'0' if text.endswith('.') else ''} kg".replace(".", ",")


def test_it_names_both_parties_the_account_the_place_and_the_local_time(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any
) -> None:
    (text,) = printed(renderer, paper, manifest_form())
    for shown in (
        "Manifiesto de entrega N.º 12",
        "Comercio Panadería São João",
        "Transportista Chilexpress",
        "Cuenta Cuenta principal",
        "Ñuñoa, 21-11-2026 14:30 (UTC-03:00)",
        "Referencia M-7Q4K2M",
        "Números del transportista 8834021",
    ):
        assert shown in text


def test_every_label_is_listed_with_all_that_the_driver_compares(
    renderer: DocumentRenderer, manifest_form: Make, manifest_line: Callable[..., ManifestLine], paper: Any
) -> None:
    line = manifest_line(
        7,
        barcode="61003033117121008334040",
        tracking_number="996801234567",
        order_number=10482,
        piece=2,
        pieces=3,
        service="Día hábil siguiente",
        receiver="María José Núñez",
        place="Viña del Mar",
        weight_g=1250,
    )
    document = paper(renderer.manifest(manifest_form(lines=(line,))))
    expected = (
        "996801234567 · 61003033117121008334040 10482 2 / 3 Día hábil siguiente María José Núñez Viña del Mar 1,25 kg"
    )
    assert expected in document.text()
    assert document.scanned(dpi=300) == ["61003033117121008334040"]


def test_each_of_120_labels_is_listed_once_and_can_be_scanned_and_every_page_is_numbered(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any
) -> None:
    form = manifest_form(120)
    document = paper(renderer.manifest(form))
    pages = [document.text(page) for page in range(len(document))]
    assert len(pages) > 5
    for number, text in enumerate(pages, start=1):
        assert f"Página {number} de {len(pages)}" in text
        assert "Manifiesto de entrega N.º 12 · Panadería São João · Chilexpress · M-7Q4K2M" in text
    listed = re.findall(r"9968\d{8}", " ".join(pages))
    assert listed == [line.tracking_number for line in form.lines]
    scanned = [code for page in range(len(pages)) for code in document.scanned(page, dpi=200)]
    assert scanned == listed


def test_the_column_headings_stand_on_every_page_that_lists_labels(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any
) -> None:
    for text in printed(renderer, paper, manifest_form(60)):
        assert ("# Seguimiento Pedido Bulto Servicio Destinatario Peso" in text) == ("9968" in text)


@pytest.mark.parametrize("labels", [1, 14, 15, 16, 17, 18, 19, 20, 35, 39])
def test_the_signatures_stand_together_on_the_last_page_only(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any, labels: int
) -> None:
    *earlier, last = printed(renderer, paper, manifest_form(labels))
    for text in earlier:
        assert "Fecha y hora" not in text
    assert last.count("Fecha y hora") == last.count("Nombre") == last.count("Cargo") == 2
    assert "El comercio entrega y el transportista recibe los bultos de esta lista." in last


def test_who_signed_is_on_it_with_the_drawn_signature(
    renderer: DocumentRenderer, manifest_form: Make, drawn_signature: bytes, paper: Any
) -> None:
    at = manifest_form().closed_at.replace(minute=41)
    signed = SignatureBox(
        title="Comercio", name="Ana Muñoz", role="Jefa de bodega", signed_at=at, image=drawn_signature
    )
    unsigned = paper(renderer.manifest(manifest_form()))
    document = paper(renderer.manifest(manifest_form(boxes=(signed, SignatureBox(title="Transportista")))))
    for shown in ("Nombre Ana Muñoz", "Cargo Jefa de bodega", "21-11-2026 14:41 (UTC-03:00)"):
        assert shown in document.text()
    assert len(document.reader.pages[0].images) == 1
    before, after = (sum(one.printed().histogram()[:128]) for one in (unsigned, document))
    assert after > before + 500, "the stroke is drawn, not only stored"


@pytest.mark.parametrize("image", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken", b"<svg/>"])
def test_a_signature_that_is_no_picture_is_refused_by_name(
    renderer: DocumentRenderer, manifest_form: Make, image: bytes
) -> None:
    with pytest.raises(ValueError, match="signature's picture is no readable PNG or JPEG"):
        renderer.manifest(manifest_form(boxes=(SignatureBox(title="Comercio", image=image),)))


@examples(40)
@given(share=st.floats(0, 0.9))
def test_a_signature_that_arrived_in_part_is_refused(
    renderer: DocumentRenderer, manifest_form: Make, drawn_signature: bytes, share: float
) -> None:
    box = SignatureBox(title="Comercio", image=drawn_signature[: int(len(drawn_signature) * share)])
    with pytest.raises(ValueError, match="signature's picture"):
        renderer.manifest(manifest_form(boxes=(box,)))


@pytest.mark.parametrize("side", [4_100, 9_000, 14_000])
def test_a_picture_made_to_exhaust_memory_is_refused_unopened(
    renderer: DocumentRenderer, manifest_form: Make, side: int
) -> None:
    buffer = io.BytesIO()
    Image.new("1", (side, side)).save(buffer, "PNG")
    with pytest.raises(ValueError, match="8 megapixels"):
        renderer.manifest(manifest_form(boxes=(SignatureBox(title="Comercio", image=buffer.getvalue()),)))


def test_a_photo_of_a_signature_is_made_small(renderer: DocumentRenderer, manifest_form: Make, paper: Any) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (4_000, 3_000), "navy").save(buffer, "JPEG")
    box = SignatureBox(title="Comercio", image=buffer.getvalue())
    document = paper(renderer.manifest(manifest_form(boxes=(box,))))
    (image,) = document.reader.pages[0].images
    assert max(image.image.size) <= 1200


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ["Manifiesto de entrega N.º 12", "Todos los servicios", "Página 1 de 1", "21-11-2026 14:30", "0,75 kg"]),
        ("pt", ["Manifesto de entrega N.º 12", "Todos os serviços", "Página 1 de 1", "21/11/2026 14:30", "0,75 kg"]),
        ("en", ["Delivery manifest No. 12", "All services", "Page 1 of 1", "2026-11-21 14:30", "0.75 kg"]),
    ],
)
def test_it_speaks_the_language_of_the_store(
    renderer: DocumentRenderer, manifest_form: Make, paper: Any, language: str, words: list[str]
) -> None:
    (text,) = printed(renderer, paper, manifest_form(language=language))
    assert [word for word in words if word not in text] == []


@examples(25)
@given(
    st.lists(
        st.tuples(st.sampled_from(["Prioritario", "Económico", "Express 24 h"]), st.integers(1, 1_000_000)),
        min_size=1,
        max_size=45,
    )
)
def test_totals_are_what_the_lines_add_up_to_by_service_and_in_all(
    renderer: DocumentRenderer,
    manifest_form: Make,
    manifest_line: Callable[..., ManifestLine],
    paper: Any,
    labels: list[tuple[str, int]],
) -> None:
    lines = tuple(
        manifest_line(number, service=service, weight_g=grams) for number, (service, grams) in enumerate(labels)
    )
    text = " ".join(printed(renderer, paper, manifest_form(lines=lines)))
    pieces = Counter(service for service, _ in labels)
    for service, count in pieces.items():
        grams = sum(weight for name, weight in labels if name == service)
        assert f"{service} {count} {kilos(grams)}" in text
    assert f"Todos los servicios {len(labels)} {kilos(sum(weight for _, weight in labels))}" in text


def test_none_of_many_carrier_numbers_is_left_out(renderer: DocumentRenderer, manifest_form: Make, paper: Any) -> None:
    numbers = tuple(f"C-{number:06}" for number in range(200))
    text = " ".join(printed(renderer, paper, manifest_form(carrier_references=numbers)))
    assert [number for number in numbers if number not in text] == []


def test_a_barcode_that_our_bars_cannot_hold_does_not_hold_up_the_manifest(
    renderer: DocumentRenderer, manifest_form: Make, manifest_line: Callable[..., ManifestLine], paper: Any
) -> None:
    lines = (manifest_line(1, barcode="dmtx:ñ\x1d42"), manifest_line(2, barcode="Z" * 90), manifest_line(3))
    document = paper(renderer.manifest(manifest_form(lines=lines)))
    assert "996800000001" in document.text()
    assert "996800000002" in document.text()
    assert document.scanned(dpi=300) == ["996800000003"]


def test_the_longest_codes_that_carriers_use_can_be_scanned_off_an_office_printer(
    renderer: DocumentRenderer, manifest_form: Make, manifest_line: Callable[..., ManifestLine], paper: Any
) -> None:
    codes = ["ABCD1234EFGH5678IJKL9012MNOP3456QRST7890", "0" * 22 + "7", "00340434161094042557"]
    lines = tuple(manifest_line(number, barcode=code) for number, code in enumerate(codes))
    document = paper(renderer.manifest(manifest_form(lines=lines)))
    assert document.scanned(dpi=600) == codes
    assert all(code in document.text().replace(" ", "") for code in codes)


@examples(25)
@given(name=st.text(max_size=80))
def test_whatever_names_are_on_it_it_is_printed(
    renderer: DocumentRenderer, manifest_form: Make, manifest_line: Callable[..., ManifestLine], paper: Any, name: str
) -> None:
    line = manifest_line(1, receiver=name, place=name, service=name)
    document = paper(renderer.manifest(manifest_form(lines=(line,), merchant=name, reference=name)))
    assert document.scanned() == ["996800000001"]


def test_the_carriers_own_pages_follow_unchanged(
    renderer: DocumentRenderer, manifest_form: Make, label_form: Callable[..., LabelForm], paper: Any
) -> None:
    certificate = renderer.label(label_form(carrier="Certificado"), LabelFormat.PDF)
    form = manifest_form(20)
    own = paper(renderer.manifest(form))
    document = paper(renderer.manifest(form, appended=[certificate, certificate]))
    assert len(document) == len(own) + 2
    assert f"Página {len(own)} de {len(own)}" in document.text(len(own) - 1)
    assert "Certificado" in document.text(len(own))
    assert document.size_mm(0) == (210, 297)
    assert document.size_mm(len(own)) == (100, 150)


def test_an_unreadable_carrier_document_is_refused_and_not_swallowed(
    renderer: DocumentRenderer, manifest_form: Make
) -> None:
    with pytest.raises(ValueError, match="document 1 of 1 is not a readable PDF"):
        renderer.manifest(manifest_form(), appended=[b"<html>Error 500</html>"])


def test_the_same_form_is_always_the_same_file(
    renderer: DocumentRenderer, manifest_form: Make, drawn_signature: bytes
) -> None:
    box = SignatureBox(title="Comercio", signed_at=datetime(2026, 11, 21, 15, tzinfo=UTC), image=drawn_signature)
    form = manifest_form(40, boxes=(box, box))
    assert renderer.manifest(form) == renderer.manifest(form)
