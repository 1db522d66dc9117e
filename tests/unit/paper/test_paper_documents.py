"""Paper documents: the same reference is the same document, another reference another number, and nobody takes them for fiscal ones."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from despacho_core.fiscal import (
    Buyer,
    CreditedDocument,
    DocumentKind,
    FiscalDocument,
    FiscalLine,
    FiscalTotals,
    PriceBasis,
)
from despacho_core.fiscal_credits import Chosen, credit_lines
from despacho_paper.numbering import number_of, suffix_of
from despacho_ports.errors import Rejected
from despacho_ports.invoicing import IssuedDocument
from tests.examples import examples
from tests.unit.paper.paper_cases import DAY, REFERENCE, note_over, opened, request_for, sale

REFERENCES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=40)


@dataclass
class Read:
    """What a reader sees of a document."""

    pages: list[str]

    @classmethod
    def of(cls, issued: IssuedDocument) -> "Read":
        assert issued.pdf is not None
        reader = PdfReader(io.BytesIO(issued.pdf), strict=True)
        return cls([" ".join(page.extract_text().split()) for page in reader.pages])


async def test_a_sale_is_issued_with_its_number_and_its_paper() -> None:
    issued = await opened(footer="Gracias.").issue_document(request_for(sale()))
    assert re.fullmatch(r"P-1020-[A-Z2-7]{8}", issued.public_id)
    assert (issued.folio, issued.external_id, issued.total) == (issued.public_id, REFERENCE, Decimal(6990))
    assert issued.warning is None
    (text,) = Read.of(issued).pages
    for shown in (
        "DOCUMENTO SIN VALIDEZ FISCAL",
        f"Comprobante de venta N.º {issued.public_id}",
        "Panadería São João Id. tributaria: 76.795.561-8 Avenida Irarrázaval 2401 Ñuñoa",
        "Fecha 20-11-2026",
        f"Referencia {REFERENCE}",
        "Taza 1 6.990 19 % 6.990",
        "Total 6.990 CLP",
        "Gracias.",
    ):
        assert shown in text.replace("  ", " ")


async def test_a_credit_note_has_a_series_of_its_own_and_names_what_it_takes_back() -> None:
    account = opened()
    issued = await account.issue_document(request_for(sale()))
    note = await account.credit_document(request_for(note_over(sale(), issued), "D-1020-OTHERREFERENCE22"))
    assert re.fullmatch(r"PC-1020-[A-Z2-7]{8}", note.public_id)
    (text,) = Read.of(note).pages
    assert f"Comprobante de devolución N.º {note.public_id}" in text
    assert f"Deja sin efecto {issued.public_id} (20-11-2026) Motivo Pedido anulado" in text
    assert "Total 6.990 CLP" in text


async def test_each_note_over_a_part_has_a_number_of_its_own_and_says_that_it_is_one() -> None:
    account = opened()
    sold = sale()
    issued = await account.issue_document(request_for(sold))
    credited = note_over(sold, issued).credits
    assert credited is not None
    numbers, notes = set(), list[FiscalDocument]()
    for chosen in ([Chosen(line=1, amount=Decimal(1990))], [Chosen(line=1, amount=Decimal(1000))], None):
        notes.append(credit_lines(sold, notes, chosen, credited=credited, issued_on=DAY, country="CL"))
        note = await account.credit_document(request_for(notes[-1], f"part-{len(notes)}"))
        assert note.pdf is not None
        numbers.add(note.public_id)
    assert len(numbers) == 3
    assert sum((note.totals.total for note in notes), Decimal(0)) == sold.totals.total


async def test_asking_twice_or_looking_gives_the_very_same_document() -> None:
    request = request_for(sale())
    first = await opened().issue_document(request)
    assert await opened().issue_document(request) == first
    assert await opened().find_document(request) == first, "from another process, hours later"


async def test_a_sale_that_is_asked_for_anew_after_its_credit_note_has_a_number_of_its_own() -> None:
    account = opened()
    first = await account.issue_document(request_for(sale(), "D-1020-AAAAAAAAAAAAAAAA"))
    note = await account.credit_document(request_for(note_over(sale(), first), "D-1020-BBBBBBBBBBBBBBBB"))
    second = await account.issue_document(request_for(sale(), "D-1020-CCCCCCCCCCCCCCCC"))
    assert len({first.public_id, note.public_id, second.public_id}) == 3
    assert len({first.external_id, note.external_id, second.external_id}) == 3


@given(references=st.sets(REFERENCES, min_size=2, max_size=50))
def test_stores_that_share_a_series_never_share_a_number(references: set[str]) -> None:
    document = sale()
    numbers = {number_of("P", request_for(document, reference)) for reference in references}
    assert len(numbers) == len(references)


@given(
    reference=st.text(max_size=60),
    order_number=st.integers(),
    series=st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True),
)
def test_every_number_is_safe_in_a_path_and_in_the_name_of_a_file(
    reference: str, order_number: int, series: str
) -> None:
    document = msgspec.structs.replace(sale(), order_number=order_number)
    number = number_of(series, request_for(document, reference))
    assert re.fullmatch(r"[A-Z0-9-]+", number)
    assert str(order_number) in number


def test_the_last_part_never_changes_from_one_release_to_the_next() -> None:
    # base32(sha256(reference))[:8], worked out with coreutils: printf … | sha256sum | xxd -r -p | base32
    assert suffix_of(REFERENCE) == "JJNRDJ2Y"
    assert suffix_of("") == "4OYMIQUY"


@pytest.mark.parametrize(
    ("language", "mark", "title"),
    [
        ("es", "DOCUMENTO SIN VALIDEZ FISCAL", "Comprobante de venta"),
        ("pt", "DOCUMENTO SEM VALIDADE FISCAL · Este documento não serve de fatura", "Comprovativo de venda"),
        ("en", "NOT A FISCAL DOCUMENT", "Sales statement"),
    ],
)
async def test_every_page_says_in_the_accounts_language_that_it_is_not_fiscal(
    language: str, mark: str, title: str
) -> None:
    document = sale()
    many = msgspec.structs.replace(document, lines=document.lines * 60)
    read = Read.of(await opened(language=language).issue_document(request_for(many)))
    assert len(read.pages) > 1
    assert all(mark in page and title in page for page in read.pages)


async def test_the_account_says_what_numbers_will_look_like_and_that_they_are_not_fiscal() -> None:
    report = await opened(series="T9").check_account()
    assert report.ok
    assert "T9-1020-" in report.message
    assert "No tienen validez fiscal" in report.message


@pytest.mark.parametrize(
    ("language", "words"), [("es", "no es una moneda"), ("pt", "não é uma moeda"), ("en", "no currency")]
)
async def test_an_unknown_currency_is_refused_in_the_accounts_language_and_was_never_issued(
    language: str, words: str
) -> None:
    account = opened(language=language)
    request = request_for(msgspec.structs.replace(sale(), currency="XYZ"))
    with pytest.raises(Rejected, match=words) as refusal:
        await account.issue_document(request)
    assert refusal.value.field == "currency"
    assert await account.find_document(request) is None


@pytest.mark.parametrize("kind", DocumentKind)
async def test_a_credit_note_that_takes_nothing_back_is_refused(kind: DocumentKind) -> None:
    request = request_for(msgspec.structs.replace(sale(), kind=kind))
    with pytest.raises(Rejected) as refusal:
        await opened().credit_document(request)
    assert refusal.value.field == "credits"


DECIMALS = st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, allow_infinity=False)
TEXTS = st.text(max_size=60)
LINES = st.builds(
    FiscalLine,
    name=TEXTS,
    quantity=DECIMALS,
    unit_price=DECIMALS,
    amount=DECIMALS,
    discount=DECIMALS,
    sku=TEXTS,
    tax_rate=st.decimals(0, 100, places=2),
    exempt=st.booleans(),
    exemption=st.none() | TEXTS,
)
DOCUMENTS = st.builds(
    FiscalDocument,
    kind=st.sampled_from(DocumentKind),
    order_number=st.integers(),
    currency=st.sampled_from(["CLP", "EUR", "KWD", "XYZ", ""]),
    issued_on=st.dates(),
    basis=st.sampled_from(PriceBasis),
    buyer=st.builds(Buyer, name=TEXTS, tax_id=st.none() | TEXTS, street=st.none() | TEXTS),
    lines=st.lists(LINES, max_size=4).map(tuple),
    totals=st.builds(FiscalTotals, net=DECIMALS, tax=DECIMALS, exempt=DECIMALS, total=DECIMALS),
    difference=DECIMALS,
    notes=st.lists(TEXTS, max_size=3).map(tuple),
    payment_method=st.none() | TEXTS,
    credits=st.none()
    | st.builds(
        CreditedDocument,
        kind=st.just(DocumentKind.RECEIPT),
        public_id=TEXTS,
        external_id=TEXTS,
        folio=TEXTS,
        issued_on=st.just(DAY - timedelta(days=1)),
        reason=TEXTS,
    ),
)


@examples(40)
@given(document=DOCUMENTS, reference=TEXTS)
async def test_whatever_the_document_holds_it_is_issued_and_found_alike_or_refused(
    document: FiscalDocument, reference: str
) -> None:
    account, request = opened(), request_for(document, reference)
    try:
        issued = await account.issue_document(request)
    except Rejected:
        assert await account.find_document(request) is None
    else:
        assert issued.pdf is not None
        assert issued.pdf.startswith(b"%PDF-")
        assert await account.find_document(request) == issued


async def test_nothing_that_is_told_the_store_names_the_buyer() -> None:
    buyer = Buyer(name="Ana Pérez", tax_id="12531909-2", email="ana@example.cl")
    named = await opened().issue_document(request_for(msgspec.structs.replace(sale(), buyer=buyer)))
    unnamed = await opened().issue_document(request_for(msgspec.structs.replace(sale(), buyer=Buyer())))
    assert (named.public_id, named.external_id) == (unnamed.public_id, unnamed.external_id)
    assert named.pdf != unnamed.pdf, "the paper itself does name her"
