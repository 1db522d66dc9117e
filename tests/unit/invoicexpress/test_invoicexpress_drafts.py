"""What is asked of InvoiceXpress: the very request, the client, the taxes, and what cannot be asked at all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.fiscal import Buyer, DocumentKind, FiscalDocument
from despacho_core.fiscal_portugal import Region
from despacho_core.orders import BillingDetails
from despacho_invoicexpress.countries import NAMES
from despacho_invoicexpress.drafts import Plan, plan_of
from despacho_invoicexpress.parties import client_of
from despacho_invoicexpress.taxes import Tax, tax_for
from despacho_ports.errors import Rejected
from despacho_sandbox.invoicexpress.countries import COUNTRIES
from tests.unit.invoicexpress.invoicexpress_cases import (
    LISBON,
    document_of,
    iva,
    note_over,
    order,
    request_for,
    settings,
)

TAXES = (
    Tax("IVA23", Decimal(23), "PT"),
    Tax("IVA6", Decimal(6), "PT"),
    Tax("IVA16", Decimal(16), "PT-AC"),
    Tax("IVA4", Decimal(4), "PT-AC"),
    Tax("IVA4M", Decimal(4), "PT-MA"),
    Tax("IVA0", Decimal(0), "PT"),
)
CAMISOLA = document_of(order(("Camisola", 1, "30.00")))


def plan(document: FiscalDocument, **changes: object) -> Plan:
    return plan_of(settings(**changes), request_for(document), TAXES)


def invoice_of(found: Plan) -> Any:
    return msgspec.json.decode(msgspec.json.Encoder(decimal_format="number").encode(found.body))["invoice"]


def with_buyer(**changes: object) -> FiscalDocument:
    return msgspec.structs.replace(CAMISOLA, buyer=msgspec.structs.replace(CAMISOLA.buyer, **changes))


def test_the_request_is_the_documented_one() -> None:
    found = plan(CAMISOLA)
    assert found.kind.path == "invoice_receipts"
    assert found.body["proprietary_uid"] == "D-1024-A"
    assert invoice_of(found) == {
        "date": "20/11/2026",
        "due_date": "20/11/2026",
        "reference": "D-1024-A",
        "observations": "Encomenda 1024.",
        "tax_exemption": "M00",
        "client": {"name": "Maria Silva", "code": found.client.code},
        "items": [
            {
                "name": "SKU-1",
                "description": "Camisola",
                "unit_price": 24.3902,
                "quantity": 1,
                "unit": "unit",
                "tax": {"name": "IVA23"},
            }
        ],
    }


def test_what_the_service_wants_as_text_is_text() -> None:
    body = invoice_of(plan(CAMISOLA, sequence_id=12345))
    assert body["sequence_id"] == "12345"


@pytest.mark.parametrize(
    ("changes", "kind", "path"),
    [
        ({}, DocumentKind.RECEIPT, "invoice_receipts"),
        ({}, DocumentKind.INVOICE, "invoices"),
        ({"receipt_as": "simplified_invoice"}, DocumentKind.RECEIPT, "simplified_invoices"),
        ({"receipt_as": "simplified_invoice"}, DocumentKind.INVOICE, "invoices"),
        ({"invoice_as": "invoice_receipt"}, DocumentKind.INVOICE, "invoice_receipts"),
    ],
)
def test_receipts_and_invoices_become_what_the_merchant_chose(
    changes: dict[str, object], kind: DocumentKind, path: str
) -> None:
    assert plan(document_of(order(("P", 1, "1.00")), kind), **changes).kind.path == path


def test_a_credit_note_names_its_owner_and_says_why() -> None:
    found = plan(note_over(CAMISOLA))
    body = invoice_of(found)
    assert found.kind.path == "credit_notes"
    assert body["owner_invoice_id"] == 2137287
    assert body["observations"] == "Encomenda 1024. Encomenda anulada. Anula FR G/1."
    with pytest.raises(Rejected, match="não foi emitido em InvoiceXpress"):
        plan(note_over(CAMISOLA, external_id="a" * 64))


def test_a_discount_is_in_the_price_and_told_in_words() -> None:
    one = order(("Camisola", 2, "20.00"), discount=Decimal(5), total=Decimal(35))
    (item,) = invoice_of(plan(document_of(one)))["items"]
    # 35,00 / 1,23 / 2 = 14,2276
    assert (item["unit_price"], item["quantity"]) == (14.2276, 2)
    assert item["description"] == "Camisola (desconto incluído: 5.00 EUR)"


def test_gift_cards_used_are_a_note_and_no_discount() -> None:
    paid = order(("Camisola", 1, "30.00"), gift_cards=Decimal(10), total=Decimal(20))
    body = invoice_of(plan(document_of(paid)))
    assert body["items"][0]["unit_price"] == 24.3902
    assert "cartão-presente: 10.00 EUR" in body["observations"]


def test_lines_without_tax_say_why_in_both_fields_that_the_document_lists() -> None:
    named = document_of(order(("Curso", 1, "50.00"), taxes=(iva(0, "Isento M07"),)))
    body = invoice_of(plan(named, exemption_code="M99"))
    assert (body["tax_exemption"], body["tax_exemption_reason"]) == ("M07", "M07")
    unnamed = document_of(order(("Curso", 1, "50.00"), taxes=()))
    assert invoice_of(plan(unnamed, exemption_code="M10"))["tax_exemption"] == "M10"
    with pytest.raises(Rejected, match="“Curso” não tem IVA nem motivo de isenção") as refusal:
        plan(unnamed)
    assert refusal.value.field == "tax_exemption"


def test_two_reasons_find_no_room_on_one_document() -> None:
    first = order(("Curso", 1, "50.00"), taxes=(iva(0, "M07"),))
    second = order(("Livro", 1, "10.00"), taxes=(iva(0, "M05"),))
    both = document_of(msgspec.structs.replace(first, lines=(*first.lines, *second.lines), total=Decimal(60)))
    with pytest.raises(Rejected, match="M05, M07"):
        plan(both)


def test_only_euros_and_only_what_costs_something() -> None:
    with pytest.raises(Rejected, match="euros"):
        plan(msgspec.structs.replace(CAMISOLA, currency="CLP"))
    with pytest.raises(Rejected, match="linhas"):
        plan(msgspec.structs.replace(CAMISOLA, lines=()))
    with pytest.raises(Rejected, match="credit note"):
        plan(msgspec.structs.replace(CAMISOLA, kind=DocumentKind.CREDIT_NOTE))


@pytest.mark.parametrize(
    ("rate", "home", "name"),
    [
        (23, Region.MAINLAND, "IVA23"),
        (4, Region.MADEIRA, "IVA4M"),
        (4, Region.AZORES, "IVA4"),
        (16, Region.MAINLAND, "IVA16"),
        (0, Region.MADEIRA, "IVA0"),
    ],
)
def test_a_rate_is_named_as_the_account_names_it(rate: int, home: Region, name: str) -> None:
    assert tax_for(Decimal(rate), TAXES, home).name == name


def test_an_account_that_tells_no_regions_is_taken_at_its_rates() -> None:
    assert tax_for(Decimal(23), (Tax("Normal", Decimal("23.0"), ""),), Region.MAINLAND).name == "Normal"


@pytest.mark.parametrize(("rate", "home"), [(13, Region.MAINLAND), (4, Region.MAINLAND)])
def test_a_rate_that_the_account_has_not_or_twice_is_refused_with_what_to_do(rate: int, home: Region) -> None:
    with pytest.raises(Rejected, match=f"{rate} %.*região PT") as refusal:
        tax_for(Decimal(rate), TAXES, home)
    assert refusal.value.field == "tax"


def test_a_client_says_what_is_known_and_nothing_else() -> None:
    found = client_of(with_buyer(tax_id="508025338"))
    assert found.fields == {
        "name": "Maria Silva",
        "code": found.code,
        "fiscal_id": "508025338",
        "email": "maria@example.pt",
        "address": "Rua A 1",
        "city": "Lisboa",
        "postal_code": "1000-100",
        "country": "Portugal",
        "language": "pt",
    }


def test_the_same_buyer_is_the_same_client_and_any_other_is_another() -> None:
    first = client_of(with_buyer(tax_id="508025338"))
    assert client_of(with_buyer(tax_id="508025338")).code == first.code
    for change in ({"tax_id": "501964843"}, {"name": "Maria  Silvá"}, {"street": "Rua B"}, {"email": "m@example.pt"}):
        assert client_of(with_buyer(**{"tax_id": "508025338", **change})).code != first.code
    assert len(first.code) <= 40


@pytest.mark.parametrize("buyer", [Buyer(), Buyer(country="PT"), Buyer(tax_id="999999990", country="PT")])
def test_all_who_gave_nothing_are_one_client(buyer: Buyer) -> None:
    found = client_of(msgspec.structs.replace(CAMISOLA, buyer=buyer))
    assert (found.name, found.code, found.fiscal_id) == ("Consumidor final", "despacho-consumidor-final", "")


@pytest.mark.parametrize("country", ["PT", ""])
def test_a_wrong_nif_is_refused_and_a_foreign_tax_id_taken_as_it_is(country: str) -> None:
    with pytest.raises(Rejected, match="NIF") as refusal:
        client_of(with_buyer(tax_id="500999888", country=country))
    assert refusal.value.field == "fiscal_id"
    german = client_of(with_buyer(tax_id="DE136695976", country="DE"))
    assert (german.fiscal_id, german.fields["country"], german.fields["language"]) == ("DE136695976", "Germany", "en")


def test_an_invoice_names_a_tax_id() -> None:
    invoice = document_of(order(("P", 1, "1.00")), DocumentKind.INVOICE)
    for nothing in (None, "", "999999990"):
        nameless = msgspec.structs.replace(invoice, buyer=msgspec.structs.replace(invoice.buyer, tax_id=nothing))
        with pytest.raises(Rejected, match="NIF"):
            client_of(nameless)


def test_from_a_thousand_euros_the_law_wants_name_and_address() -> None:
    nobody: dict[str, Any] = {"billing": BillingDetails(), "billing_address": None, "customer_email": None}
    assert client_of(document_of(order(("Sofá", 1, "999.99"), **nobody))).name == "Consumidor final"
    with pytest.raises(Rejected, match="nome e morada"):
        client_of(document_of(order(("Sofá", 1, "1000.00"), **nobody)))
    named = document_of(order(("Sofá", 1, "1000.00"), billing=BillingDetails(), billing_address=LISBON))
    assert client_of(named).name == "Maria Silva"


def test_every_country_is_called_as_the_service_calls_it() -> None:
    assert len(NAMES) > 200
    assert set(NAMES.values()) <= COUNTRIES
    assert {code: NAMES[code] for code in ("PT", "GB", "CZ", "KR", "TR")} == {
        "PT": "Portugal",
        "GB": "UK",
        "CZ": "Czech Republic",
        "KR": "Korea, South",
        "TR": "Turkey",
    }


def test_a_country_that_the_service_does_not_know_is_left_out_unless_a_tax_id_hangs_on_it() -> None:
    kosovo = Address(country="XK", name="Arta", street="Rruga 1", city="Prishtina")
    buyer = document_of(order(("P", 1, "1.00"), billing=BillingDetails(), billing_address=kosovo))
    assert "country" not in client_of(buyer).fields
    with_id = msgspec.structs.replace(buyer, buyer=msgspec.structs.replace(buyer.buyer, tax_id="811234567"))
    with pytest.raises(Rejected, match="XK"):
        client_of(with_id)
