"""What a fiscal document costs to compute: orders of both countries as receipt and as invoice, and credit notes over a part of each."""

from __future__ import annotations

import timeit
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from bench.ground import Ground
from bench.results import Measure, median, spread
from despacho_core.addresses import Address
from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument
from despacho_core.fiscal_computation import compute_document
from despacho_core.fiscal_credits import Chosen, credit_lines
from despacho_core.orders import BillingDetails, LineTax, Order, OrderLine, OrderStatus

ROUNDS = 15
REPEATS = 50
_DAY = date(2026, 11, 20)
_COMPANY = {
    "CL": BillingDetails(company_name="Hosty SpA", business_activity="Servicios", tax_id="76430498-5"),
    "PT": BillingDetails(company_name="Loja Lda", tax_id="501964843"),
}


def order_of(country: str, number: int = 1024) -> Order:
    """Three products, one of them discounted, shipping, and a discount on all of it: no simple order, and no rare one."""
    unit, rate = (Decimal(1), 19) if country == "CL" else (Decimal("0.01"), 23)
    iva = (LineTax(name="IVA", rate=Decimal(rate), included=True),)
    goods = [(9990, 2, 0), (4590, 1, 590), (1290, 4, 0)]
    lines = tuple(
        OrderLine(
            product_id=str(at), sku=f"S-{at}", name=f"P{at}", quantity=quantity, unit_price=price * unit,
            discount=off * unit, taxes=iva,
        )
        for at, (price, quantity, off) in enumerate(goods)
    )  # fmt: skip
    before = sum(price * quantity for price, quantity, _ in goods) + 3990
    return Order(
        number=number,
        status=OrderStatus.PAID,
        currency="CLP" if country == "CL" else "EUR",
        lines=lines,
        shipping=3990 * unit,
        shipping_taxes=iva,
        discount=2590 * unit,
        total=(before - 2590) * unit,
        billing=_COMPANY[country],
        billing_address=Address(country=country, street="Arturo Prat 527", municipality="Curicó"),
    )


def document_of(order: Order, country: str, kind: DocumentKind) -> FiscalDocument:
    """Its document."""
    return compute_document(order, kind=kind, country=country, issued_on=_DAY)


def measure(_ground: Ground) -> Iterator[Measure]:
    """Documents and partial credit notes per second, on one processor."""
    asked = [
        (order_of(country), country, kind)
        for country in ("CL", "PT")
        for kind in (DocumentKind.RECEIPT, DocumentKind.INVOICE)
    ]
    issued = [(document_of(*one), one[1]) for one in asked]
    yield _rate("documents_computed", lambda: [document_of(*one) for one in asked], len(asked), "of four lines")
    yield _rate("credit_notes_computed", lambda: [_part(*one) for one in issued], len(issued), "over a part")


def _part(document: FiscalDocument, country: str) -> FiscalDocument:
    credited = CreditedDocument(
        kind=document.kind, public_id="39-1", external_id="t", folio="1", issued_on=_DAY, reason="Devolución"
    )
    chosen = [Chosen(line=1, quantity=Decimal(1)), Chosen(line=3, quantity=Decimal(3))]
    return credit_lines(document, [], chosen, credited=credited, issued_on=_DAY, country=country)


def _rate(name: str, made: object, count: int, what: str) -> Measure:
    rates = [REPEATS * count / one for one in timeit.repeat(made, number=REPEATS, repeat=ROUNDS)]  # type: ignore[arg-type] # a callable
    note = f"{what}, half of them Chilean, half Portuguese; rounds {spread(rates, 4)}"
    return Measure(name=name, value=median(rates), unit="documents/s", note=note)
