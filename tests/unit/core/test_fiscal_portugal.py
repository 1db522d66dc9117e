"""Portugal's rules: its regions' rates, why a line bears no tax, and documents that come to what was paid."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.errors import TaxIdInvalid, TaxNotSupported
from despacho_core.fiscal import DocumentKind, FiscalDocument, FiscalTotals, PriceBasis
from despacho_core.fiscal_buyers import invoice_buyer, receipt_buyer
from despacho_core.fiscal_computation import compute_document
from despacho_core.fiscal_portugal import EXEMPTIONS, RATES, Region, all_rates, exemption_in
from despacho_core.orders import BillingDetails, LineTax, Order, OrderLine, OrderStatus

DAY = date(2026, 11, 20)
LDA = BillingDetails(company_name="Loja Lda", tax_id="501964843")
LISBON = Address(country="PT", name="Maria Silva", street="Rua A 1", city="Lisboa", postal_code="1000-100")


def iva(rate: object, name: str = "IVA") -> LineTax:
    return LineTax(name=name, rate=Decimal(str(rate)), included=True)


def bought(*lines: tuple[str, LineTax | None], **changes: object) -> Order:
    """A paid order of single things (price, tax)."""
    made = tuple(
        OrderLine(product_id="1", name=f"P{at}", unit_price=Decimal(price), taxes=() if tax is None else (tax,))
        for at, (price, tax) in enumerate(lines)
    )
    total = sum((line.unit_price for line in made), Decimal(0))
    one = Order(
        number=7, status=OrderStatus.PAID, currency="EUR", lines=made, total=total, billing=LDA, billing_address=LISBON
    )
    return msgspec.structs.replace(one, **changes)


def computed(order: Order, kind: DocumentKind = DocumentKind.INVOICE) -> FiscalDocument:
    return compute_document(order, kind=kind, country="PT", issued_on=DAY)


@pytest.mark.parametrize("kind", [DocumentKind.RECEIPT, DocumentKind.INVOICE])
def test_a_portuguese_document_comes_to_what_was_paid_whatever_its_kind(kind: DocumentKind) -> None:
    # contract/invoicing.md 9.2: 30,00 and 5,00 at 23 %. 35,00 / 1,23 = 28,4552 → 28,46 + 6,54
    document = computed(bought(("30.00", iva(23)), ("5.00", iva(23))), kind)
    assert document.basis is PriceBasis.GROSS
    assert document.totals == FiscalTotals(
        net=Decimal("28.46"), tax=Decimal("6.54"), exempt=Decimal(0), total=Decimal("35.00")
    )
    assert document.difference == 0
    assert document.notes == ()


@pytest.mark.parametrize("region", list(Region))
def test_every_rate_of_every_region_can_be_stated(region: Region) -> None:
    document = computed(bought(*(("12.34", iva(rate)) for rate in RATES[region])))
    assert tuple(line.tax_rate for line in document.lines) == RATES[region]
    assert document.totals.total == Decimal("37.02")


def test_the_regions_rates_are_those_in_force() -> None:
    assert RATES[Region.AZORES] == (Decimal(16), Decimal(9), Decimal(4))
    assert RATES[Region.MADEIRA] == (Decimal(22), Decimal(12), Decimal(4))
    assert all_rates() == {23, 22, 16, 13, 12, 9, 6, 4}


@pytest.mark.parametrize(
    ("goods", "shipping_taxes", "expected"),
    [
        # CIVA, article 16/5 b: transport is part of what is charged for the goods
        ((iva(23),), (), Decimal(23)),
        ((iva(6), iva(6)), (), Decimal(6)),
        ((LineTax(name="IVA", rate=Decimal(23)),), (), Decimal(23)),
        ((iva(23), iva(6)), (), Decimal(0)),
        ((iva(23), None), (), Decimal(0)),
        ((None,), (), Decimal(0)),
        ((iva(0, "M07"),), (), Decimal(0)),
        ((iva(23),), (iva(0, "M05"),), Decimal(0)),
        ((iva(6),), (iva(23),), Decimal(23)),
    ],
)
def test_shipping_that_names_no_tax_bears_that_of_the_goods_if_they_all_bear_one(
    goods: tuple[LineTax | None, ...], shipping_taxes: tuple[LineTax, ...], expected: Decimal
) -> None:
    on_top = sum((Decimal(10) * tax.rate / 100 for tax in goods if tax is not None and not tax.included), Decimal(0))
    order = bought(*(("10.00", tax) for tax in goods), shipping=Decimal("4.50"), shipping_taxes=shipping_taxes)
    order = msgspec.structs.replace(order, total=order.total + Decimal("4.50") + on_top)
    document = computed(order)
    assert document.lines[-1].name == "Portes de envio"
    assert document.lines[-1].tax_rate == expected
    assert document.lines[-1].amount == Decimal("4.50")
    assert document.totals.total == order.total


@pytest.mark.parametrize("rate", [19, 5, "23.5"])
def test_a_rate_of_no_region_is_refused(rate: object) -> None:
    with pytest.raises(TaxNotSupported):
        computed(bought(("10.00", iva(rate))))


def test_a_line_without_tax_tells_its_code_where_the_tax_of_0_names_one() -> None:
    lines = computed(
        bought(("10.00", iva(0, "Isento M07")), ("9.00", iva(0, "Isento")), ("8.00", None), ("7.00", iva(6, "M99 6 %")))
    ).lines
    assert [(line.exempt, line.exemption) for line in lines] == [
        (True, "M07"),
        (True, None),
        (True, None),
        (False, None),
    ]


def test_a_chilean_line_knows_no_such_code() -> None:
    order = bought(("1000", iva(0, "Exento M07")), currency="CLP", billing=BillingDetails())
    document = compute_document(order, kind=DocumentKind.RECEIPT, country="CL", issued_on=DAY)
    assert [line.exemption for line in document.lines] == [None]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("M99", "M99"),
        ("isento (m16)", "M16"),
        ("IVA0-M10", "M10"),
        ("M07 artigo 9.º, M07", "M07"),
        ("M07 ou M10", None),
        ("M00", None),
        ("M03", None),
        ("M26", None),
        ("M999", None),
        ("XM07", None),
        ("", None),
    ],
)
def test_a_code_is_read_from_a_taxs_name_only_if_it_is_in_force_and_the_only_one(text: str, code: str | None) -> None:
    assert exemption_in(text) == code


@given(st.text(max_size=30))
def test_whatever_a_tax_is_called_only_a_code_in_force_comes_of_it(text: str) -> None:
    assert exemption_in(text) in EXEMPTIONS | {None}


def test_nobody_is_invoiced_under_the_nif_that_stands_for_anybody() -> None:
    anybody = msgspec.structs.replace(LDA, tax_id="999999990")
    with pytest.raises(TaxIdInvalid):
        invoice_buyer(bought(("1.00", None), billing=anybody), "PT")
    assert receipt_buyer(bought(("1.00", None), billing=anybody), "PT").tax_id is None


def test_a_nif_may_come_in_a_checkout_field_of_any_usual_name() -> None:
    for label in ("NIF", "Contribuinte", "Número de contribuinte"):
        order = bought(("1.00", None), billing=BillingDetails(), additional_fields={label: "508 025 338"})
        assert receipt_buyer(order, "PT").tax_id == "508025338"
