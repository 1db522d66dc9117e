"""The plain invoice: every line and every total of the document, to the last peso and cent, and never taken for a fiscal one."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.errors import UnknownCurrency
from despacho_core.fiscal import (
    Buyer,
    CreditedDocument,
    DocumentKind,
    FiscalDocument,
    FiscalLine,
    FiscalTotals,
    Payment,
    PriceBasis,
)
from despacho_core.fiscal_computation import compute_document, credit_whole
from despacho_core.orders import LineTax, Order, OrderLine, OrderStatus
from despacho_documents import DocumentRenderer
from despacho_documents.invoice_end import by_rate
from despacho_ports.documents import InvoiceForm, Issuer
from tests.examples import examples

Make = Callable[..., InvoiceForm]
MakeDocument = Callable[..., FiscalDocument]
MARKS = {
    "es": "DOCUMENTO SIN VALIDEZ FISCAL · No reemplaza a la boleta ni a la factura",
    "pt": "DOCUMENTO SEM VALIDADE FISCAL · Este documento não serve de fatura",
    "en": "NOT A FISCAL DOCUMENT · It takes the place of no receipt and no tax invoice",
}
DAY = date(2026, 11, 21)
CREDITED = CreditedDocument(
    kind=DocumentKind.RECEIPT,
    public_id="P-10482-7KQ2M4XA",
    external_id="D-10482-MFRGGZDFMZTWQ2LK",
    folio="P-10482-7KQ2M4XA",
    issued_on=date(2026, 11, 20),
    reason="Pedido anulado",
)


def printed(renderer: DocumentRenderer, paper: Any, form: InvoiceForm) -> list[str]:
    document = paper(renderer.invoice(form))
    return [document.text(page) for page in range(len(document))]


def line(number: int = 1, **changes: object) -> FiscalLine:
    fields: dict[str, object] = {
        "name": f"Producto {number}",
        "sku": f"SKU-{number:03}",
        "quantity": Decimal(1),
        "unit_price": Decimal(1000 + number),
        "amount": Decimal(1000 + number),
        "tax_rate": Decimal(19),
    }
    return FiscalLine(**{**fields, **changes})  # type: ignore[arg-type]  # the tests name the fields


def dotted(value: Decimal) -> str:
    return f"{value:,}".replace(",", ".")


def test_it_shows_both_parties_the_order_the_lines_and_the_totals(
    renderer: DocumentRenderer, invoice_form: Make, paper: Any
) -> None:
    (text,) = printed(renderer, paper, invoice_form())
    # 6990 / 1,19 = 5873,95: net 5874, tax 1116
    for shown in (
        "Comprobante de venta N.º P-10482-7KQ2M4XA",
        "Panadería São João",
        "Id. tributaria: 76.795.561-8",
        "Avenida Irarrázaval 2401",
        "María José Núñez Id. tributaria: 12531909-2 Calle Guarello 427",
        "Fecha 21-11-2026",
        "Pedido 10482",
        "Referencia D-10482-MFRGGZDFMZTWQ2LK",
        "Medio de pago Webpay",
        "Importes en CLP, con impuesto incluido",
        "Taza de cerámica TAZA-1 2 3.995 1.000 19 % 6.990",
        "19 % 5.874 1.116",
        "Neto 5.874 CLP",
        "Impuesto 1.116 CLP",
        "Total 6.990 CLP",
        "Gracias por su compra.",
        "Página 1 de 1",
    ):
        assert shown in text.replace("  ", " ")


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_every_page_says_that_it_is_not_fiscal_and_which_of_how_many_it_is(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any, language: str
) -> None:
    document = fiscal_document(*(line(number) for number in range(1, 101)))
    pages = printed(renderer, paper, invoice_form(document=document, language=language))
    page_of = {"es": "Página {} de {}", "pt": "Página {} de {}", "en": "Page {} of {}"}[language]
    assert len(pages) > 3
    for number, text in enumerate(pages, start=1):
        assert MARKS[language] in text
        assert page_of.format(number, len(pages)) in text
        assert "P-10482-7KQ2M4XA · Panadería São João" in text


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
def test_it_never_bears_the_name_of_a_fiscal_document(
    renderer: DocumentRenderer,
    invoice_form: Make,
    fiscal_document: MakeDocument,
    paper: Any,
    *,
    kind: str,
    language: str,
) -> None:
    form = invoice_form(document=fiscal_document(kind=kind, credits=CREDITED), language=language)
    (text,) = printed(renderer, paper, form)
    mark = MARKS.get(language, MARKS["en"])
    assert mark in text
    rest = text.replace(mark, "").casefold()
    for name in ("factura", "boleta", "fatura", "recibo", "nota de", "invoice", "credit note"):
        assert name not in rest


def test_each_of_100_lines_is_on_it_once_under_a_heading(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    lines = [line(number) for number in range(1, 101)]
    pages = printed(renderer, paper, invoice_form(document=fiscal_document(*lines)))
    text = " ".join(pages)
    assert [one.sku for one in lines if text.count(one.sku) != 1] == []
    for page in pages:
        assert ("Descripción Cantidad Precio Descuento Impuesto Importe" in page) == ("SKU-" in page)


def test_a_long_name_is_wrapped_and_none_of_it_is_lost(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    names = [
        " ".join(f"palabra{number}" for number in range(20)),
        "W" * 240,
        "Ñandú de peluche",
    ]
    document = fiscal_document(*(line(place, name=name) for place, name in enumerate(names)))
    (text,) = printed(renderer, paper, invoice_form(document=document))
    assert "…" not in text
    assert names[0] in text
    assert names[1] in text.replace(" ", "")
    assert names[2] in text


def test_notes_and_the_closing_words_are_whole_however_long(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    note = " ".join(f"regalo{number}" for number in range(900))
    form = invoice_form(document=fiscal_document(notes=(note, "M" * 150)), footer="Gracias " * 30)
    pages = printed(renderer, paper, form)
    text = " ".join(pages)
    assert len(pages) > 1
    assert [word for word in note.split() if word not in text] == []
    assert "M" * 150 in text.replace(" ", "")
    assert text.count("Gracias") == 30


def test_a_credit_note_names_what_it_takes_back_and_why(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    document = fiscal_document(kind=DocumentKind.CREDIT_NOTE, credits=CREDITED)
    (text,) = printed(renderer, paper, invoice_form(number="PC-10482-ABCDEFGH", document=document))
    assert "Comprobante de devolución N.º PC-10482-ABCDEFGH" in text
    assert "Deja sin efecto P-10482-7KQ2M4XA (20-11-2026) Motivo Pedido anulado" in text
    partly = msgspec.structs.replace(document, credits=msgspec.structs.replace(CREDITED, whole=False))
    (text,) = printed(renderer, paper, invoice_form(document=partly))
    assert "Deja sin efecto una parte de P-10482-7KQ2M4XA" in text


def test_a_consumer_without_a_name_is_a_final_consumer(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    form = invoice_form(document=fiscal_document(buyer=Buyer()), issuer=Issuer(name="Loja"), language="pt")
    (text,) = printed(renderer, paper, form)
    assert "Comprador Consumidor final" in text.replace("Vendedor Loja", "").replace("  ", " ")
    assert "contribuinte" not in text


def test_lines_that_bear_no_tax_say_so_with_their_reason(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    book = line(1, tax_rate=Decimal(0), exempt=True, exemption="M07")
    document = fiscal_document(book, line(2), currency="EUR")
    (text,) = printed(renderer, paper, invoice_form(document=document, language="pt"))
    assert "Isento M07 1.001,00" in text
    assert "Isento 1.001,00 0,00" in text
    assert "Total 2.003,00 EUR" in text


def test_what_the_buyer_paid_is_on_it_where_it_is_not_the_total(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    (text,) = printed(renderer, paper, invoice_form(document=fiscal_document(difference=Decimal(1))))
    assert "Total 6.990 CLP Diferencia 1 CLP Pagado 6.991 CLP" in text


def test_a_note_says_what_was_asked_back_where_it_is_not_the_total(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    note = fiscal_document(kind=DocumentKind.CREDIT_NOTE, credits=CREDITED, difference=Decimal(1))
    (text,) = printed(renderer, paper, invoice_form(document=note))
    assert "Total 6.990 CLP Diferencia 1 CLP Pedido devolver 6.991 CLP" in text


def test_a_gift_card_that_paid_a_part_is_on_it(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    paid = (Payment(amount=Decimal(2000), gift_card=True), Payment(amount=Decimal(4990), method="webpay_plus"))
    (text,) = printed(renderer, paper, invoice_form(document=fiscal_document(payments=paid)))
    assert "Total 6.990 CLP Pagado con gift card 2.000 CLP" in text


def test_rates_that_do_not_come_to_the_documents_totals_are_left_out(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    totals = FiscalTotals(net=Decimal(5873), tax=Decimal(1117), exempt=Decimal(0), total=Decimal(6990))
    (text,) = printed(renderer, paper, invoice_form(document=fiscal_document(totals=totals)))
    assert "Tasa" not in text
    assert "Neto 5.873 CLP Impuesto 1.117 CLP Total 6.990 CLP" in text


ITEMS = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 10**9), st.sampled_from([0, 5, 19, 19, 23])), min_size=1, max_size=12
)


def ordered(items: list[tuple[int, int, int]]) -> Order:
    lines = tuple(
        OrderLine(
            product_id="1",
            name="Taza",
            quantity=quantity,
            unit_price=Decimal(price),
            taxes=(LineTax(name="IVA", rate=Decimal(rate), included=True),) if rate else (),
        )
        for quantity, price, rate in items
    )
    total = sum((one.unit_price * one.quantity for one in lines), Decimal(0))
    return Order(number=1, status=OrderStatus.PAID, currency="CLP", total=total, subtotal=total, lines=lines)


@examples(40)
@given(items=ITEMS, invoiced=st.booleans(), taken_back=st.booleans())
def test_the_printed_totals_and_rates_are_those_of_the_document(
    renderer: DocumentRenderer,
    invoice_form: Make,
    paper: Any,
    *,
    items: list[tuple[int, int, int]],
    invoiced: bool,
    taken_back: bool,
) -> None:
    document = compute_document(ordered(items), kind=DocumentKind.RECEIPT, country="MX", issued_on=DAY)
    if invoiced and not document.totals.exempt:
        document = net_form(document)
    if taken_back:
        document = credit_whole(document, credited=CREDITED, issued_on=DAY)
    text = " ".join(printed(renderer, paper, invoice_form(document=document)))
    sums = document.totals
    groups = by_rate(document)
    assert sum((one.net for one in groups), Decimal(0)) == sums.net
    assert sum((one.tax for one in groups), Decimal(0)) == sums.tax
    for group in groups:
        assert f"{group.rate} % {dotted(group.net)} {dotted(group.tax)}" in text
    for caption, value in (("Neto", sums.net), ("Impuesto", sums.tax), ("Exento", sums.exempt), ("Total", sums.total)):
        assert (f"{caption} {dotted(value)} CLP" in text) == bool(value)
    assert [one for one in document.lines if dotted(one.amount) not in text] == []


def net_form(document: FiscalDocument) -> FiscalDocument:
    """The same document in the form of an invoice, where its totals have one."""
    noted = credit_whole(document, credited=CREDITED, issued_on=DAY)
    return msgspec.structs.replace(noted, kind=DocumentKind.INVOICE, credits=None)


def test_the_largest_amounts_that_an_order_may_hold_are_not_cut(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    most = Decimal("999999999999999999.99")
    one = line(1, unit_price=Decimal("999999999999.12345678"), discount=most, amount=most)
    (text,) = printed(renderer, paper, invoice_form(document=fiscal_document(one, currency="EUR")))
    assert "…" not in text
    assert "999.999.999.999,12345678" in text
    assert text.count("999.999.999.999.999.999,99") == 3


@examples(40)
@given(words=st.text(max_size=300))
def test_whatever_words_are_on_it_it_is_printed(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any, words: str
) -> None:
    buyer = Buyer(name=words, tax_id=words, street=words, city=words, email=words, country=words)
    document = fiscal_document(line(1, name=words, sku=words), buyer=buyer, notes=(words,), payment_method=words)
    issuer = Issuer(name=words, tax_id=words, address=(words,))
    pages = printed(renderer, paper, invoice_form(document=document, issuer=issuer, footer=words, reference=words))
    assert all(MARKS["es"] in page for page in pages)
    assert "1.001 CLP" in " ".join(pages)


def test_an_unknown_currency_is_refused(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument
) -> None:
    document = msgspec.structs.replace(fiscal_document(), currency="XYZ")
    with pytest.raises(UnknownCurrency):
        renderer.invoice(invoice_form(document=document))


def test_the_same_form_is_always_the_same_file(renderer: DocumentRenderer, invoice_form: Make) -> None:
    assert renderer.invoice(invoice_form()) == renderer.invoice(invoice_form())
    assert renderer.invoice(invoice_form()) != renderer.invoice(invoice_form(number="P-10482-AAAAAAAA"))


def test_amounts_state_whether_they_hold_the_tax(
    renderer: DocumentRenderer, invoice_form: Make, fiscal_document: MakeDocument, paper: Any
) -> None:
    net = fiscal_document(basis=PriceBasis.NET)
    (text,) = printed(renderer, paper, invoice_form(document=net, language="en"))
    assert "Amounts in CLP, without tax" in text
