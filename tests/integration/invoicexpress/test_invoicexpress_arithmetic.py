"""Whatever is computed from an order comes to the same total at the simulated InvoiceXpress, which knows nothing of how it was computed.

And it does so however the real one may round (contract/invoicing.md 9.2 is not sure): once, for each rate, or for each line. Only where
many units had to be parted over two lines may the last way come to another total, and then the draft is given up.
"""

from __future__ import annotations

import contextlib
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.errors import NothingToCredit, NothingToInvoice
from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument, PriceBasis
from despacho_core.fiscal_computation import compute_document, credit_whole
from despacho_core.fiscal_credits import Chosen, credit_lines
from despacho_core.orders import LineTax, Order, OrderLine, OrderStatus
from despacho_invoicexpress.drafts import plan_of
from despacho_invoicexpress.taxes import Tax
from despacho_sandbox.invoicexpress.accounts import default_accounts
from despacho_sandbox.invoicexpress.drafting import Drafting
from despacho_sandbox.invoicexpress.ledger import Document, Ledger
from despacho_sandbox.invoicexpress.options import InvoiceXpressOptions
from tests.unit.invoicexpress.invoicexpress_cases import DAY, LDA, LISBON, iva, request_for, settings

SELLING = (DocumentKind.RECEIPT, DocumentKind.INVOICE)
ROUNDINGS = ("once", "per_rate", "per_line")
_ENCODER = msgspec.json.Encoder(decimal_format="number")

euros = st.integers(0, 300_000).map(lambda cents: Decimal(cents) / 100)
prices = euros | st.decimals(0, 500, places=4)
taxes = st.sampled_from(
    [(), *((iva(rate),) for rate in (23, 13, 6)), *((LineTax(name="IVA", rate=Decimal(rate)),) for rate in (23, 6))]
)
lines = st.builds(
    OrderLine,
    product_id=st.just("1"),
    sku=st.text(max_size=50),
    name=st.text(max_size=120),
    quantity=st.integers(1, 12) | st.integers(1, 999),
    unit_price=prices,
    taxes=taxes,
    kind=st.sampled_from(["physical", "digital", "gift_card"]),
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Orders whose total is, with a little rounding, what their parts come to."""
    made = draw(st.lists(lines, min_size=1, max_size=8))
    shipping, shipping_taxes = draw(euros), draw(taxes)
    goods = [(one.unit_price * one.quantity, one.taxes) for one in made]
    whole = sum((charged(*part) for part in [*goods, (shipping, shipping_taxes)]), Decimal(0))
    sold = sum(
        (charged(one.unit_price * one.quantity, one.taxes) for one in made if one.kind == "gift_card"), Decimal(0)
    )
    off = min(draw(euros) if draw(st.booleans()) else Decimal(0), whole - sold)
    return Order(
        number=draw(st.integers(1, 10**9)),
        status=OrderStatus.PAID,
        currency="EUR",
        lines=tuple(made),
        shipping=shipping,
        shipping_taxes=shipping_taxes,
        discount=off,
        total=whole - off,
        billing=LDA,
        billing_address=LISBON,
    )


def charged(amount: Decimal, borne: tuple[LineTax, ...]) -> Decimal:
    factor = 1 + borne[0].rate / 100 if borne and not borne[0].included else Decimal(1)
    return (amount * factor).quantize(Decimal("0.01"), ROUND_HALF_UP)


def drafted(document: FiscalDocument, rounding: str, owner: Document | None = None, uid: str = "sale") -> Document:
    """The draft that the simulated system makes of it."""
    account, ledger = default_accounts()[0], Ledger()
    account.furnish()
    known = [Tax(tax.name, tax.value, tax.region) for tax in account.taxes]
    plan = plan_of(settings(exemption_code="M99"), request_for(document, uid), known)
    if owner is not None:
        ledger.add(owner)
    options: Any = msgspec.convert({"rounding": rounding}, InvoiceXpressOptions)
    return Drafting(ledger, lambda: options).create(account, plan.kind.path, _ENCODER.encode(plan.body))


def assert_comes_to(draft: Document, document: FiscalDocument, rounding: str) -> None:
    parted = len(draft.lines) > sum(1 for line in document.lines if line.amount)
    assert draft.sums.total == document.totals.total or (parted and rounding == "per_line")


@given(orders(), st.sampled_from(SELLING), st.sampled_from(ROUNDINGS))
def test_every_document_and_its_credit_note_come_to_their_totals(one: Order, kind: DocumentKind, rounding: str) -> None:
    try:
        document = compute_document(one, kind=kind, country="PT", issued_on=DAY)
    except NothingToInvoice:
        return
    sale = drafted(document, rounding)
    assert_comes_to(sale, document, rounding)
    sale.becomes("final")
    credited = CreditedDocument(
        kind=kind, public_id="FT-G-1", external_id=str(sale.id), folio="FT G/1", issued_on=DAY, reason="Anulada"
    )
    note = credit_whole(document, credited=credited, issued_on=DAY)
    assert_comes_to(drafted(note, rounding, sale, "note"), note, rounding)
    part = [Chosen(line=place) for place in range(1, len(document.lines), 2)]
    with contextlib.suppress(NothingToCredit):
        some = credit_lines(document, [], part, credited=credited, issued_on=DAY, country="PT")
        assert_comes_to(drafted(some, rounding, sale, "part"), some, rounding)
        rest = credit_lines(document, [some], None, credited=credited, issued_on=DAY, country="PT")
        assert_comes_to(drafted(rest, rounding, sale, "rest"), rest, rounding)


def test_every_small_total_comes_out_at_every_rate() -> None:
    for rate in (23, 16, 13, 6):
        for cents in range(1, 301):
            line = OrderLine(product_id="1", name="P", unit_price=Decimal(cents) / 100, taxes=(iva(rate),))
            one = Order(number=1, status=OrderStatus.PAID, currency="EUR", lines=(line,), total=line.unit_price)
            document = compute_document(one, kind=DocumentKind.RECEIPT, country="PT", issued_on=DAY)
            assert document.basis is PriceBasis.GROSS
            assert drafted(document, "once").sums.total == line.unit_price
