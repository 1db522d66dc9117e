"""Packing slips: what is in the parcels of an order, every line of it, with a box to tick, in the packer's language."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from despacho_core.addresses import Address
from despacho_core.parcels import Parcel
from despacho_documents import DocumentRenderer
from despacho_documents.packing_layout import laid_out
from despacho_documents.packing_words import packing_words
from despacho_ports.documents import PackingForm, PackingLine, SlipPaper
from tests.examples import examples

Paper = Callable[[bytes], Any]
FORM = PackingForm(
    merchant="Panadería São João",
    order_number=10482,
    buyer=Address(
        name="María José Núñez",
        street="Calle Ángel",
        street_number="427",
        municipality="Viña del Mar",
        country="CL",
        phone="+56 9",
    ),
    lines=(
        PackingLine(sku="TAZA-10", name="Taza de cerámica Ñuñoa", quantity=2),
        PackingLine(sku="", name="Cuaderno", quantity=1),
    ),
    service="Día hábil siguiente",
    notes=("Regalo: envolver, por favor",),
    parcels=(Parcel(weight_g=1250, length_mm=300, width_mm=205, height_mm=150, contents="Tazas"),) * 2,
)
SIZES = {SlipPaper.A4: (210, 297), SlipPaper.THERMAL: (100, 150)}


@pytest.mark.parametrize("size", SlipPaper)
def test_it_shows_whom_it_is_for_what_to_pick_and_how_it_is_packed(
    renderer: DocumentRenderer, paper: Paper, size: SlipPaper
) -> None:
    slip = paper(renderer.packing_slips([FORM], size))
    assert len(slip) == 1
    assert slip.size_mm() == SIZES[size]
    assert slip.scanned() == ["10482"]
    text = slip.text()
    for shown in (
        "Pedido 10482",
        "Panadería São João",
        "María José Núñez",
        "Calle Ángel 427",
        "Viña del Mar",
        "2 ×",
        "TAZA-10",
        "Taza de cerámica Ñuñoa",
        "1 ×",
        "Cuaderno",
        "Productos: 3",
        "Día hábil siguiente",
        "Regalo: envolver, por favor",
        "Bulto 1 / 2: 1,25 kg · 30 × 20,5 × 15 cm · Tazas",
        "Página 1 de 1",
    ):
        assert shown in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ["Lista de empaque", "Pedido", "Bulto", "20,5"]),
        ("pt", ["Guia de embalagem", "Encomenda", "Volume", "20,5"]),
        ("en", ["Packing slip", "Order", "Parcel", "20.5"]),
        ("xx", ["Packing slip"]),
    ],
)
def test_it_speaks_the_language_of_the_store(
    renderer: DocumentRenderer, paper: Paper, language: str, words: list[str]
) -> None:
    text = paper(renderer.packing_slips([replace(FORM, language=language)], SlipPaper.A4)).text()
    assert [word for word in words if word not in text] == []
    assert packing_words(language).title in text


@examples(25)
@given(count=st.integers(0, 90), notes=st.integers(0, 12), parcels=st.integers(0, 99), size=st.sampled_from(SlipPaper))
def test_no_product_is_missing_however_many_there_are(  # noqa: PLR0917 - pytest hands over by name
    renderer: DocumentRenderer, paper: Paper, count: int, notes: int, parcels: int, size: SlipPaper
) -> None:
    lines = tuple(PackingLine(sku=f"SKU{number:03}", name=f"N{number}", quantity=1) for number in range(count))
    form = replace(FORM, lines=lines, notes=("Nota",) * notes, parcels=FORM.parcels[:1] * parcels)
    slip = paper(renderer.packing_slips([form], size))
    text = " ".join(slip.text(page) for page in range(len(slip)))
    assert [line.sku for line in lines if line.sku not in text] == []
    assert f"Página {len(slip)} de {len(slip)}" in text


def test_every_line_has_a_box_to_tick() -> None:
    from despacho_documents.marks import Rule  # noqa: PLC0415 - only here

    def squares(form: PackingForm) -> int:
        rules = [mark for page in laid_out(form, SlipPaper.A4) for mark in page.marks if isinstance(mark, Rule)]
        return sum(1 for rule in rules if abs(rule.box.width - 4) < 1e-6 and rule.box.height < 1)

    assert squares(FORM) == 2 * len(FORM.lines), "an upper and a lower edge each"


def test_each_order_begins_on_a_page_of_its_own(renderer: DocumentRenderer, paper: Paper) -> None:
    forms = [replace(FORM, order_number=number) for number in (3, 1, 2)]
    slips = paper(renderer.packing_slips(forms, SlipPaper.THERMAL))
    assert [slips.scanned(page) for page in range(3)] == [["3"], ["1"], ["2"]]


@examples(25)
@given(name=st.text(max_size=300), note=st.text(max_size=2000), sku=st.text(max_size=200))
def test_whatever_is_typed_the_slip_comes_out(
    renderer: DocumentRenderer, paper: Paper, name: str, note: str, sku: str
) -> None:
    form = replace(FORM, lines=(PackingLine(sku=sku, name=name, quantity=10**6),), notes=(note,))
    for size in SlipPaper:
        assert paper(renderer.packing_slips([form], size)).scanned() == ["10482"]
