"""Chile, order by order: boletas with gross lines, facturas with net lines, whole pesos; the arithmetic stands in each comment.

Gross g: net = g / 1,19 rounded half up, IVA = g − net. Factura: the largest net whose own rounded 19 % does not bring it above g.
"""

from decimal import Decimal

import pytest

from despacho_core.errors import NothingToInvoice, TaxNotSupported, TotalsDisagree
from despacho_core.fiscal import DocumentKind
from despacho_core.orders import LineTax, Order
from tests.unit.core.fiscal_order_cases import (
    Case,
    assert_as_worked_out,
    computed,
    fixed,
    line,
    on_top,
    paid,
    taxed,
    totals,
)

IVA = taxed(19)
TOP = on_top(19)
EXEMPT = taxed(0, "Exento")
FACTURA = DocumentKind.INVOICE
GIFT = "gift_card"

CASES = {
    # 1 / 1,19 = 0,84 → 1; 1 − 1 = 0
    "one peso": Case(
        order=paid("CL", 1, line(1, 1, IVA)), lines=("1 x 1 - 0 = 1 @19",), totals=totals(1, 0, 0, 1)
    ),
    # 50 × 1,19 = 59,5 → 60, half up. 60 / 1,19 = 50,42 → 50; 60 − 50 = 10
    "half a peso goes up": Case(
        order=paid("CL", 60, line(50, 1, TOP)), lines=("1 x 59.5 - 0 = 60 @19",), totals=totals(50, 10, 0, 60)
    ),
    # the same as factura: net 50; 19 % of it 9,5 → 10; 60
    "half a peso of IVA goes up": Case(
        order=paid("CL", 60, line(50, 1, TOP)), kind=FACTURA, lines=("1 x 50 - 0 = 50 @19",),
        totals=totals(50, 10, 0, 60),
    ),
    # 3 × 33,33 = 99,99 → 100. 100 / 1,19 = 84,03 → 84; 16
    "three at 33,33": Case(
        order=paid("CL", 100, line("33.33", 3, IVA)), lines=("3 x 33.33 - 0 = 100 @19",), totals=totals(84, 16, 0, 100)
    ),
    # net 84 (19 %: 15,96 → 16; 100); 84 / 3 = 28 each
    "three at 33,33 as factura": Case(
        order=paid("CL", 100, line("33.33", 3, IVA)), kind=FACTURA, lines=("3 x 28 - 0 = 84 @19",),
        totals=totals(84, 16, 0, 100),
    ),
    # each line for itself: 33 + 33 + 33 = 99, while 3 × 33,33 = 99,99 → 100 was paid: 1 is stated. 99 / 1,19 = 83,19 → 83; 16
    "three lines of 33,33": Case(
        order=paid("CL", 100, line("33.33", 1, IVA), line("33.33", 1, IVA), line("33.33", 1, IVA)),
        lines=("1 x 33.33 - 0 = 33 @19",) * 3,
        totals=totals(83, 16, 0, 99),
        difference=Decimal(1),
        notes=("Lo pagado difiere del documento en 1 CLP, por el redondeo de cada línea.",),
    ),
    # 999 999 × 999 999 = 999 998 000 001. 840 334 453 782 × 1,19 = 999 998 000 000,58; the other 0,42 / 1,19 = 0,35 → down
    "almost 10¹² pesos": Case(
        order=paid("CL", 999998000001, line(999999, 999999, IVA)),
        lines=("999999 x 999999 - 0 = 999998000001 @19",),
        totals=totals(840334453782, 159663546219, 0, 999998000001),
    ),
    # 2 × 10 000 − 3 000 = 17 000. 17 000 / 1,19 = 14 285,71 → 14 286; 2 714
    "discount of a line, inside the order's": Case(
        order=paid("CL", 17000, line(10000, 2, IVA, discount=3000), discount=3000),
        lines=("2 x 10000 - 3000 = 17000 @19",),
        totals=totals(14286, 2714, 0, 17000),
    ),
    # 1 500 of each of two is 3 000, or 1 500 of the line and 1 500 of the order: 17 000 in either reading
    "discount per unit, inside the order's": Case(
        order=paid("CL", 17000, line(10000, 2, IVA, discount=1500), discount=3000),
        lines=("2 x 10000 - 3000 = 17000 @19",),
        totals=totals(14286, 2714, 0, 17000),
    ),
    # 10 000 − 500 of the line − 1 000 of the order, which does not hold the 500: 8 500. / 1,19 = 7 142,86 → 7 143; 1 357
    "discount of a line, beside the order's": Case(
        order=paid("CL", 8500, line(10000, 1, IVA, discount=500), discount=1000),
        lines=("1 x 10000 - 1500 = 8500 @19",),
        totals=totals(7143, 1357, 0, 8500),
    ),
    # 1 500 over 10 000 and 5 000: 1 000 and 500. 9 000 / 1,19 = 7 563,03 → 7 563; 1 437; 4 500 exempt
    "order discount over taxed and exempt": Case(
        order=paid("CL", 13500, line(10000, 1, IVA), line(5000, 1, EXEMPT), discount=1500),
        lines=("1 x 10000 - 1000 = 9000 @19", "1 x 5000 - 500 = 4500 @exempt"),
        totals=totals(7563, 1437, 4500, 13500),
    ),
    # 1 000 − 1 000 = 0 and the other 500 off 3 000 of shipping: 2 500. / 1,19 = 2 100,84 → 2 101; 399
    "order discount above the goods": Case(
        order=paid("CL", 2500, line(1000, 1, IVA), shipping=3000, shipping_taxes=(IVA,), discount=1500),
        lines=("1 x 3000 - 500 = 2500 @19",),
        totals=totals(2101, 399, 0, 2500),
        notes=("Sin costo: P1000.",),
    ),
    # 3 500 = 500 of the line + 2 000 of the shipping + 1 000 of the order. 10 000 − 1 500 = 8 500; 3 000 − 2 000 = 1 000. 9 500 / 1,19 =
    # 7 983,19 → 7 983; 1 517
    "three discounts inside each other": Case(
        order=paid(
            "CL", 9500, line(10000, 1, IVA, discount=500), shipping=3000, shipping_taxes=(IVA,), discount=3500,
            shipping_discount=2000,
        ),
        lines=("1 x 10000 - 1500 = 8500 @19", "1 x 3000 - 2000 = 1000 @19"),
        totals=totals(7983, 1517, 0, 9500),
    ),
    # 20 000 + 3 990 − 3 990 = 20 000. / 1,19 = 16 806,72 → 16 807; 3 193
    "free shipping": Case(
        order=paid("CL", 20000, line(20000, 1, IVA), shipping=3990, shipping_discount=3990, discount=3990),
        lines=("1 x 20000 - 0 = 20000 @19",),
        totals=totals(16807, 3193, 0, 20000),
        notes=("Sin costo: Envío.",),
    ),
    # shipping 2 100,84 × 1,19 = 2 499,9996 → 2 500. 12 500 / 1,19 = 10 504,20 → 10 504; 1 996
    "shipping with tax on top": Case(
        order=paid("CL", 12500, line(10000, 1, IVA), shipping="2100.84", shipping_taxes=(TOP,)),
        lines=("1 x 10000 - 0 = 10000 @19", "1 x 2499.9996 - 0 = 2500 @19"),
        totals=totals(10504, 1996, 0, 12500),
    ),
    # 2 × 990 = 1 980 and 1 500 taxed: 3 480 / 1,19 = 2 924,37 → 2 924; 556. 2 × 50 and 30 on top bear no IVA: 130
    "fixed taxes on goods and shipping": Case(
        order=paid("CL", 3610, line(990, 2, IVA, fixed(50)), shipping=1500, shipping_taxes=(IVA, fixed(30))),
        lines=("2 x 990 - 0 = 1980 @19", "1 x 1500 - 0 = 1500 @19", "2 x 50 - 0 = 100 @exempt", "1 x 30 - 0 = 30 @exempt"),
        totals=totals(2924, 556, 130, 3610),
    ),
    # the 50 are in the 1 190 already: 1 000 + 190
    "fixed tax inside the price": Case(
        order=paid("CL", 1190, line(1190, 1, IVA, fixed(50, included=True))),
        lines=("1 x 1190 - 0 = 1190 @19",),
        totals=totals(1000, 190, 0, 1190),
    ),
    # 5 000 / 1,19 = 4 201,68 → 4 202; 798; what costs nothing is no line
    "a free product": Case(
        order=paid("CL", 5000, line(5000, 1, IVA), line(0, 2, IVA)),
        lines=("1 x 5000 - 0 = 5000 @19",),
        totals=totals(4202, 798, 0, 5000),
    ),
    # 35 000 − 2 × 10 000 = 15 000. / 1,19 = 12 605,04 → 12 605; 2 395
    "gift cards sold are left out": Case(
        order=paid("CL", 35000, line(15000, 1, IVA), line(10000, 2, kind=GIFT)),
        lines=("1 x 15000 - 0 = 15000 @19",),
        totals=totals(12605, 2395, 0, 15000),
        notes=("No incluye gift cards vendidas por 20000 CLP: su venta no es una venta de bienes.",),
    ),
    # the same where the accountant wants them as a line: 12 605 + 2 395 + 20 000 exempt
    "gift cards sold as a line without tax": Case(
        order=paid("CL", 35000, line(15000, 1, IVA), line(10000, 2, kind=GIFT)),
        gift_card_exemption="M99",
        lines=("1 x 15000 - 0 = 15000 @19", "2 x 10000 - 0 = 20000 @exempt"),
        totals=totals(12605, 2395, 20000, 35000),
    ),
    # 12 000 bought, 5 000 of it paid by card: the base stays 12 000. / 1,19 = 10 084,03 → 10 084; 1 916
    "gift card used": Case(
        order=paid("CL", 7000, line(12000, 1, IVA), gift_cards=5000),
        lines=("1 x 12000 - 0 = 12000 @19",),
        totals=totals(10084, 1916, 0, 12000),
        paid_by_card=Decimal(5000),
        notes=("Pagado con gift card: 5000 CLP.",),
    ),
    # nothing was left to pay, and all of it is taxed. 9 990 / 1,19 = 8 394,96 → 8 395; 1 595
    "gift card used for all of it": Case(
        order=paid("CL", 0, line(9990, 1, IVA), gift_cards=9990),
        lines=("1 x 9990 - 0 = 9990 @19",),
        totals=totals(8395, 1595, 0, 9990),
        paid_by_card=Decimal(9990),
        notes=("Pagado con gift card: 9990 CLP.",),
    ),
    # discount 7 000 = 2 000 of the order + 5 000 of the card: 20 000 − 2 000 = 18 000. / 1,19 = 15 126,05 → 15 126; 2 874
    "gift card counted among the discounts": Case(
        order=paid("CL", 13000, line(20000, 1, IVA), gift_cards=5000, discount=7000),
        lines=("1 x 20000 - 2000 = 18000 @19",),
        totals=totals(15126, 2874, 0, 18000),
        paid_by_card=Decimal(5000),
        notes=("Pagado con gift card: 5000 CLP.",),
    ),
    # (2 × 5 000 − 1 000) × 1,19 = 10 710 = 9 000 + 1 710; of the gross 11 900 the discount is 1 190
    "tax on top, after the discount": Case(
        order=paid("CL", 10710, line(5000, 2, TOP), discount=1000),
        lines=("2 x 5950 - 1190 = 10710 @19",),
        totals=totals(9000, 1710, 0, 10710),
    ),
    # (10 000 − 2 000) × 1,19 = 9 520 = 8 000 + 1 520; 2 000 × 1,19 = 2 380
    "tax on top, after the line's discount": Case(
        order=paid("CL", 9520, line(10000, 1, TOP, discount=2000), discount=2000),
        lines=("1 x 11900 - 2380 = 9520 @19",),
        totals=totals(8000, 1520, 0, 9520),
    ),
    # 10 000 × 1,19 − 1 000 = 10 900. / 1,19 = 9 159,66 → 9 160; 1 740
    "tax on top, before the discount": Case(
        order=paid("CL", 10900, line(10000, 1, TOP), discount=1000),
        lines=("1 x 11900 - 1000 = 10900 @19",),
        totals=totals(9160, 1740, 0, 10900),
    ),
    # 22 / 1,19 = 18,49 → 18 and 19 % 3,42 → 3: 21. 19 and 3,61 → 4: 23. Nothing gives 22: one peso short, and stated
    "factura that no net fits": Case(
        order=paid("CL", 22, line(22, 1, IVA)),
        kind=FACTURA,
        lines=("1 x 18 - 0 = 18 @19",),
        totals=totals(18, 3, 0, 21),
        difference=Decimal(1),
        notes=("El documento suma 1 CLP menos que lo pagado: ningún neto entero da el total pagado con su IVA.",),
    ),
    # 11 900 − 1 190 = 10 710 = 9 000 + 1 710: net 10 000 − 1 000. Shipping without tax: 2 990 exempt
    "factura with discount and exempt shipping": Case(
        order=paid("CL", 13700, line(11900, 1, IVA), shipping=2990, discount=1190),
        kind=FACTURA,
        lines=("1 x 10000 - 1000 = 9000 @19", "1 x 2990 - 0 = 2990 @exempt"),
        totals=totals(9000, 1710, 2990, 13700),
    ),
    # 7 × 142,857 × 1,19 = 1 189,998 8 → 1 190 = 1 000 + 190; 1 000 / 7 = 142,857 143, and seven of it 1 000,000 001 → 1 000
    "factura of sevenths": Case(
        order=paid("CL", 1190, line("142.857", 7, TOP)),
        kind=FACTURA,
        lines=("7 x 142.857143 - 0 = 1000 @19",),
        totals=totals(1000, 190, 0, 1190),
    ),
    # 5 000 of books and 2 000 of shipping, nothing taxed
    "boleta exenta": Case(
        order=paid("CL", 7000, line(5000, 1, EXEMPT), shipping=2000),
        lines=("1 x 5000 - 0 = 5000 @exempt", "1 x 2000 - 0 = 2000 @exempt"),
        totals=totals(0, 0, 7000, 7000),
    ),
    # no tax named at all, which in Chile means IVA inside: 12 990 / 1,19 = 10 915,97 → 10 916; 2 074
    "a shop that names no tax": Case(
        order=paid("CL", 12990, line(9990), shipping=3000),
        untaxed_rate=Decimal(19),
        lines=("1 x 9990 - 0 = 9990 @19", "1 x 3000 - 0 = 3000 @19"),
        totals=totals(10916, 2074, 0, 12990),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_chilean_order_comes_out_as_worked_out_by_hand(case: str) -> None:
    assert_as_worked_out(CASES[case], "CL")


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        # only a gift card: no sale of goods, no document
        (paid("CL", 20000, line(20000, kind=GIFT)), NothingToInvoice),
        # 5 000 − 5 000
        (paid("CL", 0, line(5000, 1, IVA), discount=5000), NothingToInvoice),
        # 1 000 + 2 000 is not 4 000
        (paid("CL", 4000, line(1000, 1, IVA), shipping=2000), TotalsDisagree),
        # 20,5 % of ILA on top of IVA: no document of ours can state it
        (
            paid("CL", 13950, line(10000, 1, TOP, LineTax(name="ILA", rate=Decimal("20.5")))),
            TaxNotSupported,
        ),
    ],
)
def test_a_chilean_order_that_has_no_right_document_gets_none(order: Order, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        computed(Case(order=order, lines=(), totals=totals(0, 0, 0, 0)), "CL")
