"""Fiscal documents worked out by hand: each order's arithmetic stands in its comment."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.errors import (
    AmountInvalid,
    BuyerIncomplete,
    NothingToInvoice,
    OrderNotPaid,
    TaxIdInvalid,
    TaxNotSupported,
    TotalsDisagree,
    UnknownCurrency,
)
from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument, FiscalTotals, PriceBasis
from despacho_core.fiscal_computation import compute_document, credit_whole
from despacho_core.orders import BillingDetails, LineTax, Order, OrderLine, OrderStatus

TODAY = date(2026, 11, 20)
IVA_IN = LineTax(name="IVA", rate=Decimal(19), included=True)
IVA_ON_TOP = LineTax(name="IVA", rate=Decimal(19))
COMPANY = BillingDetails(company_name="Hosty SpA", business_activity="Servicios informáticos", tax_id="76430498-5")
ADDRESS = Address(country="CL", name="Ana Pérez", street="Arturo Prat 527", municipality="Curicó")


def dec(amount: str | int) -> Decimal:
    return Decimal(amount)


def line(
    price: str | int, quantity: int = 1, *taxes: LineTax, discount: str | int = 0, kind: str = "physical"
) -> OrderLine:
    return OrderLine(
        product_id="1",
        name=f"P{price}",
        sku=f"S{price}",
        quantity=quantity,
        unit_price=dec(price),
        discount=dec(discount),
        taxes=taxes,
        kind=kind,
    )


def order(*lines: OrderLine, total: str | int, currency: str = "CLP", **amounts: object) -> Order:
    fields = {"billing": COMPANY, "billing_address": ADDRESS, "status": OrderStatus.PAID, **amounts}
    return msgspec.convert(
        {"number": 1024, "currency": currency, "lines": lines, "total": dec(total), **fields},
        Order,
        from_attributes=True,
    )


def boleta(one: Order, country: str = "CL", untaxed_rate: Decimal | None = None) -> FiscalDocument:
    kind = DocumentKind.RECEIPT
    return compute_document(one, kind=kind, country=country, issued_on=TODAY, untaxed_rate=untaxed_rate)


def factura(one: Order, country: str = "CL") -> FiscalDocument:
    return compute_document(one, kind=DocumentKind.INVOICE, country=country, issued_on=TODAY)


def totals(net: str | int, tax: str | int, exempt: str | int, total: str | int) -> FiscalTotals:
    return FiscalTotals(net=dec(net), tax=dec(tax), exempt=dec(exempt), total=dec(total))


def amounts(document: FiscalDocument) -> list[str]:
    return [f"{one.quantity} x {one.unit_price} - {one.discount} = {one.amount}" for one in document.lines]


CAPTURED = order(line(50), shipping=dec(2877), discount=dec(2877), shipping_discount=dec(2877), total=50)
"""contract/jumpseller.md 2.4: 50 + 2 877 shipping − 2 877 shipping discount, no tax anywhere."""

BOLETAS = {
    # 1 000 / 1,19 = 840,34 → 840; 1 000 − 840 = 160
    "one thousand": (order(line(1000, 1, IVA_IN), total=1000), ["1 x 1000 - 0 = 1000"], totals(840, 160, 0, 1000)),
    # 3 990 / 1,19 = 3 352,94 → 3 353; 3 990 − 3 353 = 637
    "3 990": (order(line(3990, 1, IVA_IN), total=3990), ["1 x 3990 - 0 = 3990"], totals(3353, 637, 0, 3990)),
    # 14 990 / 1,19 = 12 596,64 → 12 597; 14 990 − 12 597 = 2 393
    "14 990": (order(line(14990, 1, IVA_IN), total=14990), ["1 x 14990 - 0 = 14990"], totals(12597, 2393, 0, 14990)),
    # 39 990 / 1,19 = 33 605,04 → 33 605; 39 990 − 33 605 = 6 385; shipping without tax is exempt: 2 990
    "39 990 and exempt shipping": (
        order(line(39990, 1, IVA_IN), shipping=dec(2990), total=42980),
        ["1 x 39990 - 0 = 39990", "1 x 2990 - 0 = 2990"],
        totals(33605, 6385, 2990, 42980),
    ),
    # the captured order: no tax named, so exempt; the free shipping costs nothing and is no line
    "captured": (CAPTURED, ["1 x 50 - 0 = 50"], totals(0, 0, 50, 50)),
    # on top: 2 × 1 680,672 5 × 1,19 = 2 × 2 000,000 275 → 4 000; 4 000 / 1,19 = 3 361,34 → 3 361; 639
    "tax on top of a fraction": (
        order(line("1680.6725", 2, IVA_ON_TOP), total=4000),
        ["2 x 2000.000275 - 0 = 4000"],
        totals(3361, 639, 0, 4000),
    ),
    # line discount: 3 × 5 000 − 1 500 = 13 500; / 1,19 = 11 344,54 → 11 345; 2 155. order.discount holds it
    "line discount": (
        order(line(5000, 3, IVA_IN, discount=1500), discount=dec(1500), total=13500),
        ["3 x 5000 - 1500 = 13500"],
        totals(11345, 2155, 0, 13500),
    ),
    # 1 000 off 3 000 + 6 000: 333,3 and 666,7 → 333 and 667 (the larger remainder); 8 000 / 1,19 = 6 722,69 → 6 723; 1 277
    "order discount": (
        order(line(3000, 1, IVA_IN), line(6000, 1, IVA_IN), discount=dec(1000), total=8000),
        ["1 x 3000 - 333 = 2667", "1 x 6000 - 667 = 5333"],
        totals(6723, 1277, 0, 8000),
    ),
    # all at once: discount 3 500 = 500 of the line + 2 000 of the shipping + 1 000 of the order.
    # Line 10 000 − 500 = 9 500; − 1 000 = 8 500. Shipping 3 000 − 2 000 = 1 000, taxed. 9 500 / 1,19 = 7 983,19 → 7 983; 1 517
    "discounts within each other": (
        order(
            line(10000, 1, IVA_IN, discount=500),
            shipping=dec(3000),
            shipping_taxes=(IVA_IN,),
            discount=dec(3500),
            shipping_discount=dec(2000),
            total=9500,
        ),
        ["1 x 10000 - 1500 = 8500", "1 x 3000 - 2000 = 1000"],
        totals(7983, 1517, 0, 9500),
    ),
    # discount of 1 200 on 1 000 of products: 200 are left for the shipping: 2 000 − 200 = 1 800
    "order discount above the products": (
        order(line(1000, 1, IVA_IN), shipping=dec(2000), discount=dec(1200), total=1800),
        ["1 x 2000 - 200 = 1800"],
        totals(0, 0, 1800, 1800),
    ),
    # fixed tax on top, per unit: 2 × 990 = 1 980 with IVA, and 2 × 50 = 100 that bear none. 1 980 / 1,19 = 1 663,87 → 1 664; 316
    "fixed tax": (
        order(line(990, 2, IVA_IN, LineTax(name="Envase", rate=dec(50), fixed=True)), total=2080),
        ["2 x 990 - 0 = 1980", "2 x 50 - 0 = 100"],
        totals(1664, 316, 100, 2080),
    ),
    # the gift card sold for 20 000 is no sale of goods: 25 000 − 20 000 = 5 000; / 1,19 = 4 201,68 → 4 202; 798
    "gift card sold": (
        order(line(5000, 1, IVA_IN), line(20000, kind="gift_card"), total=25000),
        ["1 x 5000 - 0 = 5000"],
        totals(4202, 798, 0, 5000),
    ),
    # 10 000 of goods, 4 000 paid by gift card: the buyer's other 6 000 are the order's total; the base stays 10 000 → 8 403 + 1 597
    "gift card used, beside the discount": (
        order(line(10000, 1, IVA_IN), gift_cards=dec(4000), total=6000),
        ["1 x 10000 - 0 = 10000"],
        totals(8403, 1597, 0, 10000),
    ),
    # the same where the platform counts the card as a discount: discount 5 000 = 1 000 of the order + 4 000 of the card.
    # 10 000 − 1 000 = 9 000; / 1,19 = 7 563,03 → 7 563; 1 437
    "gift card used, within the discount": (
        order(line(10000, 1, IVA_IN), gift_cards=dec(4000), discount=dec(5000), total=5000),
        ["1 x 10000 - 1000 = 9000"],
        totals(7563, 1437, 0, 9000),
    ),
    # the same where the total does not know of the card at all
    "gift card used, total untouched": (
        order(line(10000, 1, IVA_IN), gift_cards=dec(4000), total=10000),
        ["1 x 10000 - 0 = 10000"],
        totals(8403, 1597, 0, 10000),
    ),
    # "included" but sent without it: 1 000 × 1,19 = 1 190 was paid
    "included price sent net": (
        order(line(1000, 1, IVA_IN), total=1190),
        ["1 x 1190 - 0 = 1190"],
        totals(1000, 190, 0, 1190),
    ),
    # tax on top computed before the discount: 1 000 × 1,19 − 100 = 1 090; / 1,19 = 915,97 → 916; 174
    "discount after tax": (
        order(line(1000, 1, IVA_ON_TOP), discount=dec(100), total=1090),
        ["1 x 1190 - 100 = 1090"],
        totals(916, 174, 0, 1090),
    ),
    # tax on top computed after the discount: (1 000 − 100) × 1,19 = 1 071; / 1,19 = 900; 171
    "discount before tax": (
        order(line(1000, 1, IVA_ON_TOP), discount=dec(100), total=1071),
        ["1 x 1190 - 119 = 1071"],
        totals(900, 171, 0, 1071),
    ),
    # a discount of 100 per unit that the order's discount does not hold: 3 × (1 000 − 100) = 2 700; 2 269 + 431
    "line discount per unit, beside the order's": (
        order(line(1000, 3, IVA_IN, discount=100), total=2700),
        ["3 x 1000 - 300 = 2700"],
        totals(2269, 431, 0, 2700),
    ),
}


@pytest.mark.parametrize("case", BOLETAS)
def test_a_boleta_states_gross_lines_that_add_up_to_what_was_paid(case: str) -> None:
    one, lines, expected = BOLETAS[case]
    document = boleta(one)
    assert document.basis is PriceBasis.GROSS
    assert amounts(document) == lines
    assert document.totals == expected
    assert document.difference == 0


FACTURAS = {
    # 2 380 / 1,19 = 2 000; 19 % of it 380
    "2 380": (order(line(2380, 1, IVA_IN), total=2380), ["1 x 2000 - 0 = 2000"], totals(2000, 380, 0, 2380), 0),
    # net 2 × 1 000, tax on top
    "tax on top": (
        order(line(1000, 2, IVA_ON_TOP), total=2380),
        ["2 x 1000 - 0 = 2000"],
        totals(2000, 380, 0, 2380),
        0,
    ),
    # 14 990: 12 597 + 19 % (2 393,43 → 2 393) = 14 990
    "14 990": (order(line(14990, 1, IVA_IN), total=14990), ["1 x 12597 - 0 = 12597"], totals(12597, 2393, 0, 14990), 0),
    # the trap: 59 / 1,19 = 49,58. 50 + 9,5 → 10 = 60, too much; 49 + 9,31 → 9 = 58. So 58, one peso short of what was paid
    "the trap": (order(line(59, 1, IVA_IN), total=59), ["1 x 49 - 0 = 49"], totals(49, 9, 0, 58), 1),
    # the trap at 3: 3 + 0,57 → 1 = 4, too much; 2 + 0,38 → 0 = 2
    "the smallest trap": (order(line(3, 1, IVA_IN), total=3), ["1 x 2 - 0 = 2"], totals(2, 0, 0, 2), 1),
    # three times 333: 999 / 1,19 = 839,50 → 839 + 159 = 998, 840 + 160 = 1 000: a trap too. 839 over 666 and 333: 559,3 and 279,7
    "a trap over two lines": (
        order(line(333, 2, IVA_IN), line(333, 1, IVA_IN), total=999),
        ["2 x 279.5 - 0 = 559", "1 x 280 - 0 = 280"],
        totals(839, 159, 0, 998),
        1,
    ),
    # 39 990 → 33 605 + 6 384,95 → 6 385; the shipping stays exempt at 2 990
    "exempt shipping": (
        order(line(39990, 1, IVA_IN), shipping=dec(2990), total=42980),
        ["1 x 33605 - 0 = 33605", "1 x 2990 - 0 = 2990"],
        totals(33605, 6385, 2990, 42980),
        0,
    ),
    # 1 190 off 11 900: net 9 000 after a net discount of 1 000
    "order discount": (
        order(line(11900, 1, IVA_IN), discount=dec(1190), total=10710),
        ["1 x 10000 - 1000 = 9000"],
        totals(9000, 1710, 0, 10710),
        0,
    ),
}


@pytest.mark.parametrize("case", FACTURAS)
def test_a_factura_states_net_lines_and_says_when_a_peso_is_out_of_reach(case: str) -> None:
    one, lines, expected, difference = FACTURAS[case]
    document = factura(one)
    assert document.basis is PriceBasis.NET
    assert amounts(document) == lines
    assert document.totals == expected
    assert document.difference == difference
    assert bool(document.notes) is bool(difference)


def test_in_portugal_rates_are_kept_apart_and_cents_rounded_half_up() -> None:
    # 12,30 at 23 %: 10,00 + 2,30. 5,05 at 6 %: 4,764 → 4,76 + 0,29. Shipping 3,00 without tax. In all 14,76 + 2,59 + 3,00 = 20,35
    normal = LineTax(name="IVA", rate=dec(23), included=True)
    reduced = LineTax(name="IVA", rate=dec(6), included=True)
    document = boleta(
        order(line("12.30", 1, normal), line("5.05", 1, reduced), shipping=dec(3), total="20.35", currency="EUR"), "PT"
    )
    assert document.totals == totals("14.76", "2.59", "3.00", "20.35")
    assert [one.tax_rate for one in document.lines] == [23, 6, 0]


def test_a_shop_may_say_what_its_untaxed_prices_hold() -> None:
    # 50 / 1,19 = 42,02 → 42; 8
    document = boleta(CAPTURED, untaxed_rate=dec(19))
    assert document.totals == totals(42, 8, 0, 50)


def test_shipping_that_names_no_tax_bears_the_shops_rate_if_the_goods_are_taxed() -> None:
    # 42 980 / 1,19 = 36 117,65 → 36 118; 6 862
    one = BOLETAS["39 990 and exempt shipping"][0]
    assert boleta(one, untaxed_rate=dec(19)).totals == totals(36118, 6862, 0, 42980)
    # goods named as exempt stay so, and their shipping with them
    books = order(line(5000, 1, LineTax(name="Exento", rate=dec(0))), shipping=dec(1000), total=6000)
    assert boleta(books, untaxed_rate=dec(19)).totals == totals(0, 0, 6000, 6000)


def test_what_is_free_is_named_and_is_no_line() -> None:
    document = boleta(order(line(1000, 1, IVA_IN), line(0), shipping=dec(0), total=1000))
    assert len(document.lines) == 1
    assert document.notes == ("Sin costo: P0.",)
    assert boleta(CAPTURED).notes == ("Sin costo: Envío.",)


def test_gift_cards_are_explained() -> None:
    sold = boleta(BOLETAS["gift card sold"][0])
    used = boleta(BOLETAS["gift card used, beside the discount"][0])
    assert sold.notes == ("No incluye gift cards vendidas por 20000 CLP: su venta no es una venta de bienes.",)
    assert used.notes == ("Pagado con gift card: 4000 CLP.",)


def test_rounding_that_the_platform_did_otherwise_is_stated_and_not_hidden() -> None:
    # three lines of 0,4 come to 0 each here, the platform rounded their sum to 1: within a peso per line
    one = order(line("10.4", 1, IVA_IN), line("10.4", 1, IVA_IN), line("10.4", 1, IVA_IN), total=31)
    document = boleta(one)
    assert document.totals.total == 30
    assert document.difference == 1
    assert document.notes == ("Lo pagado difiere del documento en 1 CLP, por el redondeo de cada línea.",)


CREDITED = CreditedDocument(
    kind=DocumentKind.RECEIPT,
    public_id="39-106",
    external_id="t",
    folio="106",
    issued_on=TODAY,
    reason="Pedido anulado",
)


def test_the_credit_note_of_a_boleta_has_net_lines_and_the_very_same_totals() -> None:
    # 42 980 with 2 990 exempt: the taxed line nets 33 605, the exempt one stays
    original = boleta(BOLETAS["39 990 and exempt shipping"][0])
    note = credit_whole(original, credited=CREDITED, issued_on=date(2026, 11, 25))
    assert note.kind is DocumentKind.CREDIT_NOTE
    assert amounts(note) == ["1 x 33605 - 0 = 33605", "1 x 2990 - 0 = 2990"]
    assert note.totals == original.totals
    assert (note.credits, note.issued_on, note.notes) == (CREDITED, date(2026, 11, 25), ())
    assert note.difference == 0


def test_the_credit_note_of_a_boleta_without_a_fitting_net_keeps_gross_lines() -> None:
    # 59: 59 / 1,19 = 49,58 → 50 + 9 on the boleta; but 19 % of 50 is 9,5 → 10, so no net lines come to 59
    original = boleta(order(line(59, 1, IVA_IN), total=59))
    assert original.totals == totals(50, 9, 0, 59)
    note = credit_whole(original, credited=CREDITED, issued_on=TODAY)
    assert note.basis is PriceBasis.GROSS
    assert (note.lines, note.totals) == (original.lines, original.totals)


def test_the_credit_note_of_a_factura_is_its_image() -> None:
    original = factura(FACTURAS["the trap"][0])
    note = credit_whole(original, credited=CREDITED, issued_on=TODAY)
    assert (note.lines, note.totals) == (original.lines, original.totals)


@pytest.mark.parametrize("status", [one for one in OrderStatus if one is not OrderStatus.PAID])
def test_only_a_paid_order_is_invoiced(status: OrderStatus) -> None:
    with pytest.raises(OrderNotPaid, match=status.value):
        boleta(msgspec.structs.replace(CAPTURED, status=status))


@pytest.mark.parametrize(
    "nothing",
    [
        order(total=0),
        order(line(0), total=0),
        order(line(5000, kind="gift_card"), total=5000),
        order(line(5000, 1, IVA_IN), discount=dec(5000), total=0),
    ],
)
def test_an_order_without_anything_to_invoice_says_so(nothing: Order) -> None:
    with pytest.raises(NothingToInvoice):
        boleta(nothing)


def test_an_invoice_without_its_buyer_is_refused_and_a_receipt_is_not() -> None:
    nameless = msgspec.structs.replace(CAPTURED, billing=BillingDetails())
    with pytest.raises(BuyerIncomplete):
        factura(nameless)
    wrong = msgspec.structs.replace(CAPTURED, billing=msgspec.structs.replace(COMPANY, tax_id="76430498-0"))
    with pytest.raises(TaxIdInvalid):
        factura(wrong)
    assert boleta(wrong).buyer.tax_id is None


def test_a_total_that_its_lines_do_not_come_to_is_refused_with_both_sums() -> None:
    with pytest.raises(TotalsDisagree) as refusal:
        boleta(order(line(1000, 1, IVA_IN), total=3000))
    assert refusal.value.facts == {"order": 1024, "lines": 1000, "paid": 3000}
    with pytest.raises(TotalsDisagree):
        boleta(order(line(1000, 1, IVA_IN, discount=2000), total=1000))


@pytest.mark.parametrize(
    "wrong",
    [
        order(line(-1000), total=1000),
        order(line(1000, 0), total=1000),
        order(line(1000, -1), total=1000),
        order(line(1000, 10**6), total=10**9),
        order(line(1000, discount=-1), total=1000),
        order(line("1e13"), total=1000),
        order(line(1000), total=-1000),
        order(line(1000), shipping=dec(-5), total=995),
        order(line(1000, 1, LineTax(name="IVA", rate=dec(-19))), total=1000),
        order(line(1000, 1, LineTax(name="IVA", rate=dec(1900))), total=20000),
        order(line(1000), shipping_taxes=(LineTax(name="IVA", rate=dec(-1)),), total=1000),
        msgspec.structs.replace(CAPTURED, total=Decimal("NaN")),
    ],
)
def test_negative_and_absurd_amounts_are_refused(wrong: Order) -> None:
    for country in ("CL", "PT"):
        with pytest.raises(AmountInvalid):
            boleta(wrong, country)


@pytest.mark.parametrize(
    "untold",
    [
        order(line(1000, 1, LineTax(name="IABA", rate=dec("31.5"), included=True)), total=1000),
        order(line(1000, 1, IVA_IN, LineTax(name="ILA", rate=dec("20.5"), included=True)), total=1000),
        order(line(1000), shipping=dec(1000), shipping_taxes=(LineTax(name="IVA", rate=dec(10)),), total=2100),
        order(line(1000), tax=dec(160), total=1000),
        order(line(1000, 1, IVA_IN), shipping=dec(1000), shipping_tax=dec(190), total=2190),
        order(msgspec.structs.replace(line(1000), tax=dec(160)), line(1000, 1, IVA_IN), total=2000),
    ],
)
def test_a_tax_that_a_chilean_document_cannot_state_is_refused_and_never_taken_for_exempt(untold: Order) -> None:
    with pytest.raises(TaxNotSupported):
        boleta(untold)


def test_a_currency_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownCurrency):
        boleta(msgspec.structs.replace(CAPTURED, currency="XYZ"))
