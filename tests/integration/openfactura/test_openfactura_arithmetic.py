"""Whatever is computed from an order adds up again at the simulated OpenFactura, which knows nothing of how it was computed."""

from __future__ import annotations

import contextlib
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.errors import CreditTooSmall, NothingToCredit, NothingToInvoice
from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument
from despacho_core.fiscal_computation import compute_document, credit_whole
from despacho_core.fiscal_credits import Chosen, credit_lines
from despacho_core.orders import LineTax, Order, OrderLine, OrderStatus
from despacho_openfactura.emission import emission_request
from despacho_sandbox.openfactura.arithmetic import wrong_amounts
from despacho_sandbox.openfactura.schema import schema_problems
from tests.unit.openfactura.openfactura_cases import CURICO, DAY, HOSTY, request_for, settings

SELLING = (DocumentKind.RECEIPT, DocumentKind.INVOICE)
_DECODER = msgspec.json.Decoder(float_hook=Decimal)

pesos = st.integers(0, 300_000).map(Decimal)
prices = pesos | st.decimals(0, 50_000, places=4)
taxes = st.sampled_from(
    [(), (LineTax(name="IVA", rate=Decimal(19), included=True),), (LineTax(name="IVA", rate=Decimal(19)),)]
)
lines = st.builds(
    OrderLine,
    product_id=st.just("1"),
    sku=st.text(max_size=50),
    name=st.text(max_size=120),
    quantity=st.integers(1, 999),
    unit_price=prices,
    taxes=taxes,
    kind=st.sampled_from(["physical", "digital", "gift_card"]),
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Orders whose total is, with a little rounding, what their parts come to."""
    made = draw(st.lists(lines, min_size=1, max_size=8))
    shipping, shipping_taxes = draw(pesos), draw(taxes)
    goods = [(one.unit_price * one.quantity, one.taxes) for one in made]
    whole = sum((charged(*part) for part in [*goods, (shipping, shipping_taxes)]), Decimal(0))
    off = draw(st.integers(0, int(whole)).map(Decimal)) if draw(st.booleans()) else Decimal(0)
    sold = sum(
        (charged(one.unit_price * one.quantity, one.taxes) for one in made if one.kind == "gift_card"), Decimal(0)
    )
    off = min(off, whole - sold)
    return Order(
        number=draw(st.integers(1, 10**9)),
        status=OrderStatus.PAID,
        currency="CLP",
        lines=tuple(made),
        shipping=shipping,
        shipping_taxes=shipping_taxes,
        discount=off,
        total=whole - off,
        billing=HOSTY,
        billing_address=CURICO,
    )


def charged(amount: Decimal, borne: tuple[LineTax, ...]) -> Decimal:
    on_top = bool(borne) and not borne[0].included
    return (amount * (Decimal("1.19") if on_top else 1)).quantize(Decimal(1), ROUND_HALF_UP)


def assert_accepted(document: FiscalDocument, reference: str) -> None:
    dte: Any = _DECODER.decode(emission_request(settings(), request_for(document, reference)))["dte"]
    kind = dte["Encabezado"]["IdDoc"]["TipoDTE"]
    assert schema_problems(dte, kind) == []
    assert wrong_amounts(dte, kind) == []


@given(orders(), st.sampled_from(SELLING))
def test_every_document_and_its_credit_note_are_accepted(one: Order, kind: DocumentKind) -> None:
    try:
        document = compute_document(one, kind=kind, country="CL", issued_on=DAY)
    except NothingToInvoice:
        return
    assert_accepted(document, "sale")
    credited = CreditedDocument(
        kind=kind, public_id="39-1", external_id="t", folio="1", issued_on=DAY, reason="Pedido anulado"
    )
    assert_accepted(credit_whole(document, credited=credited, issued_on=DAY), "note")
    part = [Chosen(line=place) for place in range(1, len(document.lines), 2)]
    with contextlib.suppress(NothingToCredit, CreditTooSmall):
        note = credit_lines(document, [], part, credited=credited, issued_on=DAY, country="CL")
        assert_accepted(note, "part")
        assert_accepted(credit_lines(document, [note], None, credited=credited, issued_on=DAY, country="CL"), "rest")


def test_every_small_total_is_accepted_as_boleta_factura_and_note() -> None:
    # The totals up to 300 hold 48 that no net comes to (contract/invoicing.md 1.3).
    for price in range(1, 301):
        line = OrderLine(
            product_id="1",
            name="P",
            unit_price=Decimal(price),
            taxes=(LineTax(name="IVA", rate=Decimal(19), included=True),),
        )
        one = Order(
            number=1, status=OrderStatus.PAID, currency="CLP", lines=(line,), total=Decimal(price), billing=HOSTY,
            billing_address=CURICO,
        )  # fmt: skip
        for kind in SELLING:
            document = compute_document(one, kind=kind, country="CL", issued_on=DAY)
            assert_accepted(document, "sale")
            credited = CreditedDocument(
                kind=kind, public_id="39-1", external_id="t", folio="1", issued_on=DAY, reason="Pedido anulado"
            )
            assert_accepted(credit_whole(document, credited=credited, issued_on=DAY), "note")
