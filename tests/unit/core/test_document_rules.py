"""Which document an order gets, as a table; when it is owed by itself, and how a merchant's word on a buyer changes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.billing import MendedBilling, check_billing, with_billing
from despacho_core.document_rules import Decision, DocumentRules, HalfGiven, check_start, decide, is_shipped
from despacho_core.errors import BuyerIncomplete, DomainError, OrderBeforeStart, TaxIdInvalid
from despacho_core.fiscal import DocumentKind
from despacho_core.fiscal_buyers import invoice_buyer, receipt_buyer
from despacho_core.orders import BillingDetails, Order, OrderLine, OrderStatus
from despacho_core.shipments import Shipment, ShipmentState
from despacho_core.stores import BasicCredentials, InvoiceTrigger, Store, StoreSettings
from tests.integration.database.samples import shipment

RECEIPT, INVOICE = DocumentKind.RECEIPT, DocumentKind.INVOICE
WAIT, ANYWAY = DocumentRules(), DocumentRules(half_given=HalfGiven.RECEIPT)
FIELD = DocumentRules(invoice_field="¿Boleta o factura?", invoice_value="Factura")
YES_FIELD = DocumentRules(invoice_field="Quero fatura da empresa")
CHILEAN = Address(country="CL", name="Ana Pérez", street="Prat", street_number="527", municipality="Curicó")
GERMAN = msgspec.structs.replace(CHILEAN, country="DE", municipality="Köln")
HOME = Address(country="PT", street="Rua A", city="Lisboa", postal_code="1000-001")
ABROAD = msgspec.structs.replace(HOME, country="DE", city="Köln")
NAME = {"company_name": "Hosty SpA"}
GIRO = {"business_activity": "Servicios"}
RUT, WRONG_RUT = {"tax_id": "76.430.498-5"}, {"tax_id": "76.430.498-6"}
ANYBODY = {"tax_id": "66666666-6"}
NIF, WRONG_NIF = {"tax_id": "501964843"}, {"tax_id": "501964844"}
FACTURA, BOLETA = {"Documento": "Factura"}, {"Documento": "Boleta"}


def order(
    billing: dict[str, str] | None = None, address: Address | None = CHILEAN, fields: dict[str, str] | None = None
) -> Order:
    return Order(
        number=7,
        status=OrderStatus.PAID,
        currency="CLP",
        customer_name="Ana Pérez",
        billing=BillingDetails(**(billing or {})),
        billing_address=address,
        additional_fields=fields or {},
    )


CHILE = [
    # what the buyer gave, the checkout's answers, the rules, what comes of it
    ({}, {}, WAIT, RECEIPT),
    (RUT, {}, WAIT, RECEIPT),  # a consumer's RUT on a boleta is no sign of a company
    (WRONG_RUT, {}, WAIT, RECEIPT),
    (NAME | RUT | GIRO, {}, WAIT, INVOICE),
    (NAME | RUT | GIRO, BOLETA, WAIT, RECEIPT),
    (NAME | RUT | GIRO, FACTURA, WAIT, INVOICE),
    ({}, FACTURA, WAIT, BuyerIncomplete),
    ({}, FACTURA, ANYWAY, RECEIPT),
    (NAME, {}, WAIT, BuyerIncomplete),
    (NAME, {}, ANYWAY, RECEIPT),
    (NAME | RUT, {}, WAIT, BuyerIncomplete),
    (NAME | GIRO, {}, WAIT, BuyerIncomplete),
    (GIRO | RUT, {}, WAIT, BuyerIncomplete),
    (NAME | WRONG_RUT | GIRO, {}, WAIT, TaxIdInvalid),
    (NAME | WRONG_RUT | GIRO, {}, ANYWAY, RECEIPT),
    (NAME | ANYBODY | GIRO, FACTURA, WAIT, TaxIdInvalid),
    (NAME | RUT | GIRO, {"¿Boleta o factura?": "factura"}, FIELD, INVOICE),
    (NAME | RUT | GIRO, {"¿BOLETA o factura?": "Boleta"}, FIELD, RECEIPT),
    (NAME | RUT | GIRO, {}, FIELD, INVOICE),  # the field was not answered: the data decide
    (NAME | RUT | GIRO, {"Documento": "Boleta"}, FIELD, INVOICE),  # another field than the one named says nothing
    ({}, {"¿Boleta o factura?": "FACTURA"}, FIELD, BuyerIncomplete),
    ({}, {"¿Boleta o factura?": "FACTURA"}, msgspec.structs.replace(FIELD, half_given=HalfGiven.RECEIPT), RECEIPT),
]


@pytest.mark.parametrize(("billing", "fields", "rules", "expected"), CHILE)
def test_in_chile(
    billing: dict[str, str], fields: dict[str, str], rules: DocumentRules, expected: DocumentKind | type[DomainError]
) -> None:
    check(order(billing, fields=fields), "CL", rules, expected)


@pytest.mark.parametrize(
    ("billing", "address", "fields", "rules", "expected"),
    [
        ({}, HOME, {}, WAIT, RECEIPT),
        (NIF, HOME, {}, WAIT, RECEIPT),  # a consumer who wants the NIF on the document
        (NAME | NIF, HOME, {}, WAIT, INVOICE),
        (NAME, HOME, {}, WAIT, BuyerIncomplete),
        (NAME, HOME, {}, ANYWAY, RECEIPT),
        (NAME | WRONG_NIF, HOME, {}, WAIT, TaxIdInvalid),
        (NAME | {"tax_id": "999999990"}, HOME, {}, WAIT, TaxIdInvalid),
        (NAME | {"tax_id": "DE129273398"}, ABROAD, {}, WAIT, INVOICE),
        (NAME, ABROAD, {}, WAIT, RECEIPT),
        (NAME | NIF, HOME, {"Quero fatura da empresa": "Sim"}, YES_FIELD, INVOICE),
        (NAME | NIF, HOME, {"Quero fatura da empresa": "Não"}, YES_FIELD, RECEIPT),
        ({}, HOME, {"Quero fatura da empresa": "sim"}, YES_FIELD, BuyerIncomplete),
    ],
)
def test_in_portugal(
    billing: dict[str, str],
    address: Address,
    fields: dict[str, str],
    rules: DocumentRules,
    expected: DocumentKind | type[DomainError],
) -> None:
    check(order(billing, address, fields), "PT", rules, expected)


def check(
    asked: Order, country: str, rules: DocumentRules, expected: DocumentKind | type[DomainError]
) -> Decision | None:
    if isinstance(expected, DocumentKind):
        decision = decide(asked, country, rules)
        assert decision.kind is expected
        return decision
    with pytest.raises(expected):
        decide(asked, country, rules)
    return None


def test_a_foreign_company_without_a_rut_gets_a_boleta_in_chile_that_says_why() -> None:
    decision = decide(order(NAME | GIRO, GERMAN), "CL", WAIT)
    assert decision.kind is RECEIPT
    assert "RUT" in (decision.note or "")
    assert decide(order(NAME | GIRO | RUT, GERMAN), "CL", WAIT) == Decision(INVOICE)
    with pytest.raises(BuyerIncomplete):
        decide(order(NAME | GIRO, GERMAN, FACTURA), "CL", WAIT)


def test_a_receipt_instead_of_an_invoice_names_what_was_missing_or_wrong() -> None:
    assert "giro" in (decide(order(NAME | RUT), "CL", ANYWAY).note or "")
    assert "76.430.498-6" in (decide(order(NAME | WRONG_RUT | GIRO), "CL", ANYWAY).note or "")
    assert decide(order(), "CL", ANYWAY).note is None


def test_an_address_s_company_alone_makes_nobody_wait() -> None:
    at_work = msgspec.structs.replace(CHILEAN, company="Oficina 3")
    assert decide(order(RUT, at_work), "CL", WAIT) == Decision(RECEIPT)


def test_the_merchant_s_own_choice_outweighs_every_rule() -> None:
    assert decide(order(NAME, fields=FACTURA), "CL", WAIT, said=RECEIPT) == Decision(RECEIPT)
    with pytest.raises(BuyerIncomplete):
        decide(order(), "CL", ANYWAY, said=INVOICE)


@given(
    billing=st.fixed_dictionaries(
        {}, optional={"company_name": st.text(), "business_activity": st.text(), "tax_id": st.text()}
    ),
    fields=st.dictionaries(st.sampled_from(["Documento", "Giro", "¿Factura?", ""]), st.text()),
    country=st.sampled_from(["CL", "PT", "FR"]),
)
def test_with_a_receipt_anyway_no_order_ever_waits_for_its_buyer(
    billing: dict[str, str], fields: dict[str, str], country: str
) -> None:
    decision = decide(order(billing, fields=fields), country, ANYWAY)
    if decision.kind is INVOICE:
        assert invoice_buyer(order(billing, fields=fields), country).tax_id


def test_what_a_merchant_mends_makes_the_invoice_complete_and_leaves_the_rest() -> None:
    mended = MendedBilling(tax_id="76430498-5", business_activity="Panadería", street="Agustinas 900, piso 3")
    wanted = with_billing(order(NAME | WRONG_RUT), mended)
    assert decide(wanted, "CL", WAIT) == Decision(INVOICE)
    buyer = invoice_buyer(wanted, "CL")
    assert (buyer.tax_id, buyer.business_activity) == ("76430498-5", "Panadería")
    assert (buyer.street, buyer.municipality, buyer.name) == ("Agustinas 900, piso 3", "Curicó", "Hosty SpA")
    assert with_billing(order(NAME), None) == order(NAME)


def test_a_mended_receipt_is_made_out_to_the_name_given() -> None:
    mended = with_billing(order(), MendedBilling(name="Panadería Sol", tax_id="12.531.909-2"))
    assert (receipt_buyer(mended, "CL").name, receipt_buyer(mended, "CL").tax_id) == ("Panadería Sol", "12531909-2")


def test_a_mended_tax_id_is_checked_at_once_against_its_own_country() -> None:
    with pytest.raises(TaxIdInvalid):
        check_billing(MendedBilling(tax_id="1-0"), order(), "CL")
    check_billing(MendedBilling(tax_id="DE1"), order(address=ABROAD), "PT")
    check_billing(MendedBilling(tax_id="DE1", country="DE"), order(address=HOME), "PT")
    with pytest.raises(TaxIdInvalid):
        check_billing(MendedBilling(tax_id="DE1"), order(address=HOME), "PT")
    check_billing(MendedBilling(name="x"), order(), "CL")


def lines(*kinds: str) -> tuple[OrderLine, ...]:
    return tuple(OrderLine(product_id="1", kind=kind) for kind in kinds)


BOUGHT = msgspec.structs.replace(shipment(), state=ShipmentState.BOUGHT)


@pytest.mark.parametrize(
    ("changes", "shipments", "expected"),
    [
        ({}, [], False),
        ({}, [shipment()], False),
        ({}, [msgspec.structs.replace(BOUGHT, state=ShipmentState.VOIDED)], False),
        ({}, [shipment(), BOUGHT], True),
        ({"shipment_status": "unfulfilled"}, [], False),
        ({"shipment_status": "in_transit"}, [], True),
        ({"shipment_status": "fulfilled"}, [], True),
        ({"shipping_required": False}, [], True),
        ({"lines": lines("digital")}, [], True),
        ({"lines": lines("digital", "physical")}, [], False),
    ],
)
def test_goods_leave_with_their_first_label_and_what_is_not_sent_at_once(
    changes: dict[str, object], shipments: list[Shipment], expected: bool
) -> None:
    assert is_shipped(msgspec.structs.replace(order(), **changes), shipments) is expected


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("created", "completed", "expected"),
    [
        (None, None, True),
        (NOON, None, True),
        (NOON - timedelta(days=1), NOON, True),
        (NOON - timedelta(seconds=1), None, OrderBeforeStart),
        (NOON - timedelta(days=30), None, OrderBeforeStart),
        (NOON - timedelta(days=31), None, False),
        (NOON - timedelta(days=400), NOON - timedelta(days=399), False),
    ],
)
def test_nobody_s_history_is_invoiced_and_what_is_doubtful_is_told(
    created: datetime | None, completed: datetime | None, expected: bool | type[DomainError]
) -> None:
    asked = msgspec.structs.replace(order(), created_at=created, completed_at=completed)
    if isinstance(expected, bool):
        assert check_start(asked, NOON) is expected
    else:
        with pytest.raises(expected):
            check_start(asked, NOON)


def test_since_when_is_told_in_the_time_of_the_store() -> None:
    asked = msgspec.structs.replace(order(), created_at=NOON - timedelta(days=1))
    with pytest.raises(OrderBeforeStart) as told:
        check_start(asked, NOON.astimezone(ZoneInfo("America/Santiago")))
    assert f"{NOON.astimezone(ZoneInfo('America/Santiago')):%d-%m-%Y %H:%M}" in told.value.text("es")
    assert "UTC" not in told.value.text("es")


def store(**settings: Any) -> Store:
    return Store(
        id="s", code="shop", key="k", name="Shop", currency="CLP", country="CL", timezone="America/Santiago",
        created_at=NOON, hooks_token="t", credentials=BasicCredentials(login="l", authtoken="a"),
        settings=StoreSettings(**settings),
    )  # fmt: skip


def test_documents_begin_with_the_installation_or_when_the_merchant_says() -> None:
    before = NOON - timedelta(days=300)
    assert store().documents_start == NOON
    assert store(documents=DocumentRules(since=before)).documents_start == before


def test_switching_the_trigger_on_counts_from_then_unless_the_merchant_says_since_when() -> None:
    by_hand, later = store(invoices=InvoiceTrigger.MANUAL), NOON + timedelta(days=90)
    switched = by_hand.with_settings(StoreSettings(invoices=InvoiceTrigger.ON_SHIPPED), later)
    assert switched.documents_start == later
    since = DocumentRules(since=NOON)
    assert by_hand.with_settings(StoreSettings(documents=since), later).documents_start == NOON
    assert switched.with_settings(StoreSettings(documents=since), later + timedelta(days=1)).documents_start == NOON
    assert store().with_settings(StoreSettings(notify_buyers=True), later).documents_start == NOON
