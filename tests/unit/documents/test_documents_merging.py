"""Several PDFs as one, and what is said of those that are none."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from despacho_documents import DocumentRenderer
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import LabelForm
from tests.examples import examples

Make = Callable[..., LabelForm]


@pytest.fixture(scope="module")
def label(renderer: DocumentRenderer, label_form: Make) -> bytes:
    return renderer.label(label_form(), LabelFormat.PDF)


def test_pages_follow_each_other_in_the_order_given(renderer: DocumentRenderer, label_form: Make, paper: Any) -> None:
    codes = ["996800000003", "996800000001", "996800000002"]
    labels = [renderer.label(label_form(barcode=code), LabelFormat.PDF) for code in codes]
    document = paper(renderer.merged(labels))
    assert [document.scanned(page) for page in range(len(document))] == [[code] for code in codes]
    assert "Núñez Peñaloza" in document.text(2)


def test_merging_is_associative_in_what_it_prints(renderer: DocumentRenderer, label: bytes, paper: Any) -> None:
    nested = renderer.merged([renderer.merged([label, label]), label])
    flat = renderer.merged([label, label, label])
    assert len(paper(nested)) == len(paper(flat)) == 3
    assert [paper(nested).text(page) for page in range(3)] == [paper(flat).text(page) for page in range(3)]


def test_nothing_to_merge_is_an_error(renderer: DocumentRenderer) -> None:
    with pytest.raises(ValueError, match="no document"):
        renderer.merged([])


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0 a JPEG", b"^XA^XZ", b"%PDF-1.4\n%%EOF"])
def test_the_message_says_which_document_is_broken(renderer: DocumentRenderer, label: bytes, broken: bytes) -> None:
    with pytest.raises(ValueError, match="document 2 of 3 is not a readable PDF"):
        renderer.merged([label, broken, label])


def test_a_pdf_without_pages_is_refused(renderer: DocumentRenderer) -> None:
    buffer = io.BytesIO()
    PdfWriter().write(buffer)
    with pytest.raises(ValueError, match="no page"):
        renderer.merged([buffer.getvalue()])


def test_a_pdf_that_only_its_owner_can_open_is_refused(renderer: DocumentRenderer, label: bytes) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(label)))
    writer.encrypt("a made-up password", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(ValueError, match="document 1 of 1 is not a readable PDF"):
        renderer.merged([buffer.getvalue()])


@examples(150)
@given(st.data())
def test_a_damaged_pdf_is_merged_or_refused_but_never_breaks_the_hub(
    renderer: DocumentRenderer, label: bytes, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(label) - 1))
    damage = data.draw(st.binary(max_size=12))
    removed = data.draw(st.integers(0, 400))
    damaged = label[:start] + damage + label[start + removed :]
    refusal = ""
    try:
        merged = renderer.merged([damaged])
    except ValueError as error:
        refusal = str(error)
    assert refusal.startswith("document 1 of 1 is not a readable PDF") or merged.startswith(b"%PDF-")


@examples(100)
@given(st.binary(max_size=300))
@example(b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF")
@example(b"%PDF-1.4\n1 0 obj<</Pages 2 0 R>>endobj\n2 0 obj<</Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>%%EOF")
def test_bytes_that_are_no_pdf_at_all_are_refused(renderer: DocumentRenderer, noise: bytes) -> None:
    with pytest.raises(ValueError, match="document 1 of 1 is not a readable PDF"):
        renderer.merged([noise])
