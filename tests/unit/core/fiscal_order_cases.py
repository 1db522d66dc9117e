"""How the hand-checked orders of both countries are written down and checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from despacho_core.addresses import Address
from despacho_core.fiscal import DocumentKind, FiscalDocument, FiscalTotals
from despacho_core.fiscal_computation import compute_document
from despacho_core.orders import BillingDetails, LineTax, Order, OrderLine, OrderStatus

DAY = date(2026, 11, 20)
_COMPANY = {
    "CL": BillingDetails(company_name="Hosty SpA", business_activity="Servicios", tax_id="76430498-5"),
    "PT": BillingDetails(company_name="Loja Lda", tax_id="501964843"),
}
_HOME = {
    "CL": Address(country="CL", name="Ana Pérez", street="Arturo Prat 527", municipality="Curicó"),
    "PT": Address(country="PT", name="Maria Silva", street="Rua A 1", city="Lisboa", postal_code="1000-100"),
}


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An order, and what its document has to say: lines as ``quantity x unit price - discount = amount @rate`` (or ``@exempt CODE``)."""

    order: Order
    lines: tuple[str, ...]
    totals: FiscalTotals
    kind: DocumentKind = DocumentKind.RECEIPT
    difference: Decimal = Decimal(0)
    paid_by_card: Decimal = Decimal(0)
    notes: tuple[str, ...] = ()
    untaxed_rate: Decimal | None = None
    gift_card_exemption: str | None = None


def taxed(rate: int, name: str = "IVA") -> LineTax:
    """A percentage inside the price."""
    return LineTax(name=name, rate=Decimal(rate), included=True)


def on_top(rate: int) -> LineTax:
    """A percentage that the price does not hold."""
    return LineTax(name="IVA", rate=Decimal(rate))


def fixed(amount: str | int, *, included: bool = False) -> LineTax:
    """An amount per unit."""
    return LineTax(name="Envase", rate=Decimal(amount), fixed=True, included=included)


def line(
    price: str | int, quantity: int = 1, *taxes: LineTax, discount: str | int = 0, kind: str = "physical"
) -> OrderLine:
    return OrderLine(
        product_id="1",
        name=f"P{price}",
        quantity=quantity,
        unit_price=Decimal(price),
        discount=Decimal(discount),
        taxes=taxes,
        kind=kind,
    )


def paid(country: str, total: str | int, *lines: OrderLine, **amounts: object) -> Order:
    """A paid order; numbers among ``amounts`` may be written as text or integers."""
    numbers = {name: Decimal(str(value)) for name, value in amounts.items() if name != "shipping_taxes"}
    order = Order(
        number=1024,
        status=OrderStatus.PAID,
        currency={"CL": "CLP", "PT": "EUR"}[country],
        total=Decimal(total),
        lines=lines,
        billing=_COMPANY[country],
        billing_address=_HOME[country],
        payment_method="webpay_plus",
        shipping_taxes=amounts.get("shipping_taxes", ()),  # type: ignore[arg-type] # the one entry that is no number
    )
    return msgspec.structs.replace(order, **numbers)


def totals(net: str | int, tax: str | int, exempt: str | int, total: str | int) -> FiscalTotals:
    return FiscalTotals(net=Decimal(net), tax=Decimal(tax), exempt=Decimal(exempt), total=Decimal(total))


def computed(case: Case, country: str) -> FiscalDocument:
    return compute_document(
        case.order,
        kind=case.kind,
        country=country,
        issued_on=DAY,
        untaxed_rate=case.untaxed_rate,
        gift_card_exemption=case.gift_card_exemption,
    )


def assert_as_worked_out(case: Case, country: str) -> None:
    document = computed(case, country)
    assert [_written(document, at) for at in range(len(document.lines))] == [_normal(text) for text in case.lines]
    assert document.totals == case.totals
    assert document.difference == case.difference
    assert document.notes == case.notes
    by_card = sum((one.amount for one in document.payments if one.gift_card), Decimal(0))
    assert by_card == case.paid_by_card
    paid_in_all = sum((one.amount for one in document.payments), Decimal(0))
    assert paid_in_all == case.totals.total + case.difference


def _written(document: FiscalDocument, at: int) -> str:
    one = document.lines[at]
    rate = f"exempt {one.exemption or ''}".strip() if one.exempt else f"{one.tax_rate:f}"
    return _normal(f"{one.quantity} x {one.unit_price} - {one.discount} = {one.amount} @{rate}")


def _normal(text: str) -> str:
    """Numbers without trailing zeros."""
    words = text.split()
    return " ".join(f"{Decimal(word).normalize() + 0:f}" if word[0].isdigit() else word for word in words)
