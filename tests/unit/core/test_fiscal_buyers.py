"""To whom documents are made out, what a checkout field asks for, and what the merchant is told when a factura cannot be made out."""

import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.errors import BuyerIncomplete, TaxIdInvalid
from despacho_core.fiscal import DocumentKind
from despacho_core.fiscal_buyers import invoice_buyer, plain, receipt_buyer, wanted_kind
from despacho_core.orders import BillingDetails, Order, OrderStatus

COMPANY = BillingDetails(company_name="Hosty SpA", business_activity="Servicios informáticos", tax_id="76.430.498-5")
ADDRESS = Address(
    country="CL", name="Ana Pérez", street="Arturo Prat", street_number="527", municipality="Curicó", city="Curicó"
)


NOTHING = BillingDetails()


def order(
    billing: BillingDetails = NOTHING, address: Address | None = ADDRESS, fields: dict[str, str] | None = None
) -> Order:
    return Order(
        number=7,
        status=OrderStatus.PAID,
        currency="CLP",
        customer_name="Ana Pérez",
        customer_email="ana@example.cl",
        billing=billing,
        billing_address=address,
        additional_fields=fields or {},
    )


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("Documento", "Factura"),
        ("TIPO DE DOCUMENTO", "factura electrónica"),
        ("Tipo de Documento Tributario:", "  FACTURA "),
        ("¿Necesitas factura?", "Sí"),
    ],
)
def test_a_checkout_field_can_ask_for_an_invoice(label: str, answer: str) -> None:
    assert wanted_kind({label: answer}) is DocumentKind.INVOICE


@pytest.mark.parametrize(
    ("label", "answer"), [("Documento", "Boleta"), ("Tipo documento", "boleta electrónica"), ("DOCUMENTO", "BOLETA")]
)
def test_a_checkout_field_can_ask_for_a_receipt(label: str, answer: str) -> None:
    assert wanted_kind({label: answer}) is DocumentKind.RECEIPT


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("Documento", "Boleta o factura"),
        ("Documento", "sin factura"),
        ("Documento de identidad", "12.531.909-2"),
        ("Comentario", "quiero factura"),
        ("¿Factura?", "no"),
        ("¿Boleta o factura?", "1"),
        ("", ""),
    ],
)
def test_what_is_no_clear_wish_counts_as_none(label: str, answer: str) -> None:
    assert wanted_kind({label: answer}) is None


def test_everything_that_an_invoice_lacks_is_named_at_once_for_people_and_for_programs() -> None:
    with pytest.raises(BuyerIncomplete) as refusal:
        invoice_buyer(order(address=None), "CL")
    assert refusal.value.facts["missing"] == "razón social, RUT, giro, dirección, comuna"
    assert refusal.value.facts["fields"] == "name, tax_id, business_activity, street, municipality"
    assert "giro" in refusal.value.text("es")


def test_an_invoice_with_a_wrong_tax_id_is_refused() -> None:
    wrong = msgspec.structs.replace(COMPANY, tax_id="76.430.498-6")
    with pytest.raises(TaxIdInvalid, match=r"76\.430\.498-6"):
        invoice_buyer(order(wrong), "CL")


def test_nobody_is_invoiced_under_the_tax_id_that_stands_for_anybody() -> None:
    with pytest.raises(TaxIdInvalid):
        invoice_buyer(order(msgspec.structs.replace(COMPANY, tax_id="66666666-6")), "CL")


def test_company_data_may_come_in_checkout_fields() -> None:
    asked = order(
        fields={"Documento": "Factura", "Giro": "Panadería", "Razón social": "Pan SpA", "RUT empresa": "76430498-5"}
    )
    buyer = invoice_buyer(asked, "CL")
    assert (buyer.name, buyer.tax_id, buyer.business_activity) == ("Pan SpA", "76430498-5", "Panadería")


def test_the_invoice_is_made_out_to_the_company_at_its_billing_address() -> None:
    buyer = invoice_buyer(order(COMPANY), "CL")
    assert buyer.name == "Hosty SpA"
    assert buyer.tax_id == "76430498-5"
    assert (buyer.street, buyer.municipality, buyer.email) == ("Arturo Prat 527", "Curicó", "ana@example.cl")


def test_a_receipt_keeps_a_valid_tax_id_and_drops_a_wrong_one() -> None:
    right = msgspec.structs.replace(ADDRESS, tax_id="12.531.909-2")
    wrong = msgspec.structs.replace(ADDRESS, tax_id="12.531.909-1")
    assert receipt_buyer(order(address=right), "CL").tax_id == "12531909-2"
    assert receipt_buyer(order(address=wrong), "CL").tax_id is None
    assert receipt_buyer(order(COMPANY), "CL").name == "Ana Pérez"


def test_in_portugal_company_and_nif_make_an_invoice() -> None:
    lda = BillingDetails(company_name="Loja Lda", tax_id="PT 501964843")
    home = Address(country="PT", street="Rua A", city="Lisboa", postal_code="1000-001")
    assert invoice_buyer(order(lda, home), "PT").tax_id == "501964843"
    foreign = msgspec.structs.replace(home, country="DE")
    assert invoice_buyer(order(msgspec.structs.replace(lda, tax_id="DE1"), foreign), "PT").tax_id == "DE1"


def test_labels_are_compared_without_accents_case_and_punctuation() -> None:
    assert plain("  ¿Razón   SOCIAL?: ") == "razon social"
