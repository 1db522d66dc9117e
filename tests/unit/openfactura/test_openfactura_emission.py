"""What is sent to issue a document, to the byte."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from despacho_core.fiscal import DocumentKind, FiscalDocument
from despacho_openfactura.dte import type_of
from despacho_openfactura.emission import emission_request
from despacho_openfactura.wording import tidy
from despacho_ports.errors import Rejected
from tests.unit.openfactura.openfactura_cases import document_of, note_over, order, request_for, settings

ISSUER = (
    '"Emisor":{"RUTEmisor":"76795561-8","RznSoc":"HAULMER SPA","GiroEmis":"VENTA AL POR MENOR POR INTERNET","Acteco":479100,'
    '"DirOrigen":"ARTURO PRAT 527 CURICO","CmnaOrigen":"Curicó","CdgSIISucur":"81303347"}'
)
ISSUER_OF_BOLETA = (
    '"Emisor":{"RUTEmisor":"76795561-8","RznSocEmisor":"HAULMER SPA","GiroEmisor":"VENTA AL POR MENOR POR INTERNET",'
    '"DirOrigen":"ARTURO PRAT 527 CURICO","CmnaOrigen":"Curicó","CdgSIISucur":"81303347"}'
)
ORDER = '{"NroLinRef":%d,"TpoDocRef":"801","FolioRef":"1024","FchRef":"%s","RazonRef":"Pedido 1024 / Ref. despacho-1024-39"}'


def sent(document: FiscalDocument, **changes: object) -> str:
    return emission_request(settings(**changes), request_for(document)).decode()


def read(document: FiscalDocument, **changes: object) -> Any:
    return msgspec.json.decode(sent(document, **changes))["dte"]


def factura(*lines: tuple[str, int, int]) -> FiscalDocument:
    return document_of(order(*lines), DocumentKind.INVOICE)


def test_a_boleta_has_gross_lines_its_own_names_and_nobody_as_its_buyer() -> None:
    # 2 x 1 000 = 2 000; 2 000 / 1,19 = 1 680,67 → 1 681; 319
    assert sent(document_of(order(("Polera", 2, 1000)))) == (
        '{"response":["FOLIO"],"dte":{"Encabezado":{"IdDoc":{"TipoDTE":39,"Folio":0,"FchEmis":"2026-11-20","IndServicio":"3"},'
        + ISSUER_OF_BOLETA
        + ',"Receptor":{"RUTRecep":"66666666-6"},"Totales":{"MntNeto":1681,"IVA":319,"MntTotal":2000,"TotalPeriodo":2000,"VlrPagar":2000}},'
        '"Detalle":[{"NroLinDet":1,"CdgItem":{"TpoCodigo":"INT1","VlrCodigo":"SKU-1"},"NmbItem":"Polera","QtyItem":2,"PrcItem":1000,'
        '"MontoItem":2000}],"Referencia":[' + ORDER % (1, "2026-11-20") + "]}}"
    )


def test_a_factura_has_net_lines_the_rate_and_its_named_buyer() -> None:
    # 2 380 / 1,19 = 2 000; 380
    assert sent(factura(("Polera", 1, 2380)), send_email=True) == (
        '{"response":["FOLIO"],"sendEmail":{"to":"buyer@example.cl"},"dte":{"Encabezado":{"IdDoc":{"TipoDTE":33,"Folio":0,'
        '"FchEmis":"2026-11-20","TpoTranCompra":"1","TpoTranVenta":"1","FmaPago":"1"},'
        + ISSUER
        + ',"Receptor":{"RUTRecep":"76430498-5","RznSocRecep":"HOSTY SPA","GiroRecep":"SERVICIOS INFORMATICOS",'
        '"DirRecep":"ARTURO PRAT 527","CmnaRecep":"Curicó"},'
        '"Totales":{"MntNeto":2000,"TasaIVA":"19","IVA":380,"MntTotal":2380,"MontoPeriodo":2380,"VlrPagar":2380}},'
        '"Detalle":[{"NroLinDet":1,"CdgItem":{"TpoCodigo":"INT1","VlrCodigo":"SKU-1"},"NmbItem":"Polera","QtyItem":1,"PrcItem":2000,'
        '"MontoItem":2000}],"Referencia":[' + ORDER % (1, "2026-11-20") + "]}}"
    )


def test_a_credit_note_names_what_it_annuls_in_the_form_of_a_factura_even_over_a_boleta() -> None:
    # the boleta of 2 000: 1 681 + 319, and 19 % of 1 681 is 319,39 → 319: net lines fit
    assert sent(note_over(document_of(order(("Polera", 2, 1000))))) == (
        '{"response":["FOLIO"],"dte":{"Encabezado":{"IdDoc":{"TipoDTE":61,"Folio":0,"FchEmis":"2026-11-25"},'
        + ISSUER
        + ',"Receptor":{"RznSocRecep":"Anonimo","RUTRecep":"66666666-6"},'
        '"Totales":{"MntNeto":1681,"TasaIVA":"19","IVA":319,"MntTotal":2000,"MontoPeriodo":2000,"VlrPagar":2000}},'
        '"Detalle":[{"NroLinDet":1,"CdgItem":{"TpoCodigo":"INT1","VlrCodigo":"SKU-1"},"NmbItem":"Polera","QtyItem":2,"PrcItem":840.5,'
        '"MontoItem":1681}],"Referencia":[{"NroLinRef":1,"TpoDocRef":"39","FolioRef":"106","FchRef":"2026-11-20","CodRef":"1",'
        '"RazonRef":"Pedido anulado"},' + ORDER % (2, "2026-11-25") + "]}}"
    )


def test_a_credit_note_that_no_net_fits_says_that_its_lines_are_gross() -> None:
    # 59 / 1,19 = 49,58 → 50 + 9, but 19 % of 50 is 10
    note = read(note_over(document_of(order(("Polera", 1, 59)))))
    assert note["Encabezado"]["IdDoc"]["MntBruto"] == 1
    assert note["Encabezado"]["Totales"]["MntNeto"] == 50
    assert note["Encabezado"]["Totales"]["IVA"] == 9
    assert note["Detalle"][0]["MontoItem"] == 59


def test_a_credit_note_over_a_factura_repeats_its_buyer() -> None:
    note = read(note_over(factura(("Polera", 1, 2380)), public_id="33-7"))
    assert note["Encabezado"]["Receptor"]["RznSocRecep"] == "HOSTY SPA"
    assert note["Referencia"][0]["TpoDocRef"] == "33"


@pytest.mark.parametrize(("kind", "expected"), [(DocumentKind.RECEIPT, 41), (DocumentKind.INVOICE, 34)])
def test_a_document_without_any_tax_is_the_exempt_kind(kind: DocumentKind, expected: int) -> None:
    document = document_of(order(("Libro", 1, 5000), taxes=()), kind)
    dte = read(document)
    assert type_of(document) == dte["Encabezado"]["IdDoc"]["TipoDTE"] == expected
    period = "TotalPeriodo" if expected == 41 else "MontoPeriodo"
    assert dte["Encabezado"]["Totales"] == {"MntExe": 5000, "MntTotal": 5000, period: 5000, "VlrPagar": 5000}
    assert dte["Detalle"][0]["IndExe"] == 1


def test_a_mixed_boleta_marks_its_exempt_line_and_shows_discounts() -> None:
    one = order(("Zapatos", 1, 40990), shipping=Decimal(2990), discount=Decimal(1000), total=Decimal(42980))
    dte = read(document_of(one))
    assert dte["Encabezado"]["Totales"] == {
        "MntNeto": 33605, "IVA": 6385, "MntExe": 2990, "MntTotal": 42980, "TotalPeriodo": 42980, "VlrPagar": 42980
    }  # fmt: skip
    shoes, shipping = dte["Detalle"]
    assert (shoes["PrcItem"], shoes["DescuentoMonto"], shoes["MontoItem"]) == (40990, 1000, 39990)
    assert shipping == {
        "NroLinDet": 2,
        "IndExe": 1,
        "NmbItem": "Envío",
        "QtyItem": 1,
        "PrcItem": 2990,
        "MontoItem": 2990,
    }


def test_above_135_uf_a_boleta_says_who_bought_and_how_it_was_paid() -> None:
    # 135 x 40 000 = 5 400 000
    small, large = document_of(order(("Sofá", 1, 5_400_000))), document_of(order(("Sofá", 1, 5_400_001)))
    assert "MedioPago" not in read(small, uf_value=40000)["Encabezado"]["IdDoc"]
    assert "MedioPago" not in read(large)["Encabezado"]["IdDoc"]
    head = read(large, uf_value=40000, payment_code=2)["Encabezado"]
    assert head["IdDoc"]["MedioPago"] == 2
    assert head["Receptor"] == {"RUTRecep": "76430498-5", "RznSocRecep": "Ana Pérez"}
    nameless = msgspec.structs.replace(large, buyer=msgspec.structs.replace(large.buyer, name=" "))
    with pytest.raises(Rejected, match="135 UF"):
        sent(nameless, uf_value=40000)


def test_a_system_that_refuses_references_on_boletas_gets_the_order_in_the_first_line() -> None:
    dte = read(document_of(order(("Polera", 1, 1000))), boleta_order_number="description")
    assert "Referencia" not in dte
    assert dte["Detalle"][0]["DscItem"] == "Pedido 1024 / Ref. despacho-1024-39"
    assert "Referencia" in read(factura(("Polera", 1, 2380)), boleta_order_number="description")


def test_what_the_computation_has_to_say_is_printed_on_the_document() -> None:
    one = order(("Polera", 1, 10000), gift_cards=Decimal(4000), total=Decimal(6000))
    asked = msgspec.json.decode(sent(document_of(one)))
    assert asked["custom"] == {"informationNote": "Pagado con gift card: 4000 CLP."}


def test_fields_are_cut_to_what_the_form_can_hold() -> None:
    document = factura(("Ñ" * 200, 1, 2380))
    wordy = {"name": "N" * 200, "business_activity": "G" * 200, "street": "D" * 200, "municipality": "C" * 200}
    dte = read(msgspec.structs.replace(document, buyer=msgspec.structs.replace(document.buyer, **wordy)))
    receiver = dte["Encabezado"]["Receptor"]
    assert {name: len(str(value)) for name, value in receiver.items()} == {
        "RUTRecep": 10, "RznSocRecep": 100, "GiroRecep": 40, "DirRecep": 70, "CmnaRecep": 20
    }  # fmt: skip
    assert dte["Detalle"][0]["NmbItem"] == "Ñ" * 80


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  dos\n líneas\t", "dos líneas"),
        ("café ñandú ü", "café ñandú ü"),
        ("“Taza” – 5 €…", '"Taza" - 5 EUR...'),
        ("Škoda 🎁 polera", "Skoda polera"),
        ("cafe\u0301", "café"),
        ("\x00\x07ok\x7f", "ok"),
        ("🎁", ""),
        (None, ""),
    ],
)
def test_text_becomes_one_line_of_what_the_documents_alphabet_has(text: str | None, kept: str) -> None:
    assert tidy(text, 80) == kept
    assert len(tidy(text, 3)) <= 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"kind": DocumentKind.CREDIT_NOTE}, "Referencia"),
        ({"lines": ()}, "Detalle"),
    ],
)
def test_what_cannot_be_stated_is_refused_before_anything_is_sent(changes: dict[str, object], field: str) -> None:
    document = msgspec.structs.replace(document_of(order(("Polera", 1, 1000))), **changes)
    with pytest.raises(Rejected) as refusal:
        sent(document)
    assert refusal.value.field == field


def test_too_many_lines_a_foreign_tax_and_a_buyer_half_known_are_refused() -> None:
    with pytest.raises(Rejected, match="61"):
        sent(document_of(order(*[("Polera", 1, 1000)] * 61)))
    foreign = document_of(order(("Polera", 1, 1000)))
    lines = tuple(msgspec.structs.replace(line, tax_rate=Decimal(23)) for line in foreign.lines)
    with pytest.raises(Rejected, match="19 %"):
        sent(msgspec.structs.replace(foreign, lines=lines))
    document = factura(("Polera", 1, 2380))
    for field in ("tax_id", "name", "business_activity", "street", "municipality"):
        buyer = msgspec.structs.replace(document.buyer, **{field: None}, city=None)
        with pytest.raises(Rejected, match="factura"):
            sent(msgspec.structs.replace(document, buyer=buyer))


def test_a_peso_that_nets_to_nothing_is_no_line_of_a_factura() -> None:
    # five of 1 peso: 5 / 1,19 = 4,2 → 4 + 0,76 → 1 = 5; one of the five lines nets to 0
    dte = read(factura(*[("Dulce", 1, 1)] * 5))
    assert dte["Encabezado"]["Totales"]["MntNeto"] == 4
    assert [line["MontoItem"] for line in dte["Detalle"]] == [1, 1, 1, 1]


def test_an_activity_code_keeps_its_leading_zero_and_a_single_branch_needs_no_code() -> None:
    head = read(factura(("Pan", 1, 2380)), acteco="011101", sucursal="")["Encabezado"]
    assert head["Emisor"]["Acteco"] == "011101"
    assert "CdgSIISucur" not in head["Emisor"]


def test_net_prices_have_six_decimals_at_most() -> None:
    # 700 / 1,19 = 588,24 → 588; 588 / 7 = 84. 280 / 1,19 = 235,29 → 235; 235 / 7 = 33,571 428 571
    assert '"PrcItem":84,' in sent(factura(("Tuerca", 7, 100)))
    assert '"PrcItem":33.571429,' in sent(factura(("Tuerca", 7, 40)))
