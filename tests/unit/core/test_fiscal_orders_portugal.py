"""Portugal, order by order: gross lines, cents, the rates of each region, and reasons for no tax; the arithmetic stands in each comment.

Of each rate: net = gross / (1 + rate) rounded half up, IVA = gross − net.
"""

from decimal import Decimal

import pytest

from despacho_core.errors import NothingToInvoice, TaxNotSupported, TotalsDisagree
from despacho_core.fiscal import DocumentKind
from despacho_core.orders import Order
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

FATURA = DocumentKind.INVOICE
GIFT = "gift_card"
M07 = taxed(0, "Isento M07")

CASES = {
    # contract/invoicing.md 9.2: 35,00 / 1,23 = 28,4553 → 28,46; 6,54
    "the contract's trap": Case(
        order=paid("PT", "35.00", line("30.00", 1, taxed(23)), line("5.00", 1, taxed(23))),
        lines=("1 x 30 - 0 = 30 @23", "1 x 5 - 0 = 5 @23"),
        totals=totals("28.46", "6.54", 0, "35.00"),
    ),
    # 0,01 / 1,23 = 0,0081 → 0,01; 0,00
    "one cent": Case(
        order=paid("PT", "0.01", line("0.01", 1, taxed(23))),
        lines=("1 x 0.01 - 0 = 0.01 @23",),
        totals=totals("0.01", 0, 0, "0.01"),
    ),
    # 0,50 × 1,23 = 0,615 → 0,62, half up. 0,62 / 1,23 = 0,504 → 0,50; 0,12
    "half a cent goes up": Case(
        order=paid("PT", "0.62", line("0.50", 1, on_top(23))),
        lines=("1 x 0.615 - 0 = 0.62 @23",),
        totals=totals("0.50", "0.12", 0, "0.62"),
    ),
    # 3 × 33,33 = 99,99. / 1,23 = 81,2927 → 81,29; 18,70
    "three at 33,33": Case(
        order=paid("PT", "99.99", line("33.33", 3, taxed(23))),
        lines=("3 x 33.33 - 0 = 99.99 @23",),
        totals=totals("81.29", "18.70", 0, "99.99"),
    ),
    # 3,333 → 3,33 each: 9,99, while 3 × 3,333 = 9,999 → 10,00 was paid. 9,99 / 1,23 = 8,1220 → 8,12; 1,87
    "three lines of 3,333": Case(
        order=paid("PT", "10.00", *(line("3.333", 1, taxed(23)) for _ in range(3))),
        lines=("1 x 3.333 - 0 = 3.33 @23",) * 3,
        totals=totals("8.12", "1.87", 0, "9.99"),
        difference=Decimal("0.01"),
        notes=("O pago difere do documento em 0.01 EUR, pelo arredondamento de cada linha.",),
    ),
    # 12,34: / 1,23 = 10,0325 → 10,03 + 2,31; / 1,13 = 10,9204 → 10,92 + 1,42; / 1,06 = 11,6415 → 11,64 + 0,70
    "the mainland's three rates": Case(
        order=paid("PT", "37.02", *(line("12.34", 1, taxed(rate)) for rate in (23, 13, 6))),
        lines=("1 x 12.34 - 0 = 12.34 @23", "1 x 12.34 - 0 = 12.34 @13", "1 x 12.34 - 0 = 12.34 @6"),
        totals=totals("32.59", "4.43", 0, "37.02"),
    ),
    # 10,00: / 1,16 = 8,6207 → 8,62 + 1,38; / 1,09 = 9,1743 → 9,17 + 0,83; / 1,04 = 9,6154 → 9,62 + 0,38
    "the Azores' three rates": Case(
        order=paid("PT", "30.00", *(line("10.00", 1, taxed(rate)) for rate in (16, 9, 4))),
        lines=("1 x 10 - 0 = 10 @16", "1 x 10 - 0 = 10 @9", "1 x 10 - 0 = 10 @4"),
        totals=totals("27.41", "2.59", 0, "30.00"),
    ),
    # 10,00: / 1,22 = 8,1967 → 8,20 + 1,80; / 1,12 = 8,9286 → 8,93 + 1,07; / 1,04 = 9,6154 → 9,62 + 0,38
    "Madeira's three rates": Case(
        order=paid("PT", "30.00", *(line("10.00", 1, taxed(rate)) for rate in (22, 12, 4))),
        lines=("1 x 10 - 0 = 10 @22", "1 x 10 - 0 = 10 @12", "1 x 10 - 0 = 10 @4"),
        totals=totals("26.75", "3.25", 0, "30.00"),
    ),
    # a fatura states the same as a receipt: 2 × 4,99 = 9,98. / 1,16 = 8,6034 → 8,60; 1,38
    "a fatura of the Azores": Case(
        order=paid("PT", "9.98", line("4.99", 2, taxed(16))),
        kind=FATURA,
        lines=("2 x 4.99 - 0 = 9.98 @16",),
        totals=totals("8.60", "1.38", 0, "9.98"),
    ),
    # shipping that names no tax bears that of the goods: 24,99 / 1,23 = 20,3171 → 20,32; 4,67
    "shipping follows the goods": Case(
        order=paid("PT", "24.99", line("20.00", 1, taxed(23)), shipping="4.99"),
        lines=("1 x 20 - 0 = 20 @23", "1 x 4.99 - 0 = 4.99 @23"),
        totals=totals("20.32", "4.67", 0, "24.99"),
    ),
    # 15,00 / 1,06 = 14,1509 → 14,15 + 0,85; 3,50 / 1,23 = 2,8455 → 2,85 + 0,65
    "shipping with a tax of its own": Case(
        order=paid("PT", "18.50", line("15.00", 1, taxed(6)), shipping="3.50", shipping_taxes=(taxed(23),)),
        lines=("1 x 15 - 0 = 15 @6", "1 x 3.5 - 0 = 3.5 @23"),
        totals=totals("17.00", "1.50", 0, "18.50"),
    ),
    # which rate would it follow? None is named, none is taken: 8,1301 → 8,13 + 1,87; 9,4340 → 9,43 + 0,57; 4,00 exempt
    "shipping of goods at two rates": Case(
        order=paid("PT", "24.00", line("10.00", 1, taxed(23)), line("10.00", 1, taxed(6)), shipping="4.00"),
        lines=("1 x 10 - 0 = 10 @23", "1 x 10 - 0 = 10 @6", "1 x 4 - 0 = 4 @exempt"),
        totals=totals("17.56", "2.44", "4.00", "24.00"),
    ),
    # exempt by article 9: the tax of 0 % names the reason
    "exempt with its reason": Case(
        order=paid("PT", "100.00", line("100.00", 1, M07)),
        lines=("1 x 100 - 0 = 100 @exempt M07",),
        totals=totals(0, 0, "100.00", "100.00"),
    ),
    # 12,30 / 1,23 = 10,00; 2,30; and 100,00 exempt
    "exempt beside taxed": Case(
        order=paid("PT", "112.30", line("100.00", 1, M07), line("12.30", 1, taxed(23))),
        lines=("1 x 100 - 0 = 100 @exempt M07", "1 x 12.3 - 0 = 12.3 @23"),
        totals=totals("10.00", "2.30", "100.00", "112.30"),
    ),
    # 5,00 over 30,00 and 10,00: 3,75 and 1,25. 26,25 / 1,23 = 21,3415 → 21,34 + 4,91; 8,75 / 1,06 = 8,2547 → 8,25 + 0,50
    "order discount over two rates": Case(
        order=paid("PT", "35.00", line("30.00", 1, taxed(23)), line("10.00", 1, taxed(6)), discount="5.00"),
        lines=("1 x 30 - 3.75 = 26.25 @23", "1 x 10 - 1.25 = 8.75 @6"),
        totals=totals("29.59", "5.41", 0, "35.00"),
    ),
    # a third of a cent each: the first gets the cent. 2,99 / 1,23 = 2,4309 → 2,43; 0,56
    "a cent off three lines": Case(
        order=paid("PT", "2.99", *(line("1.00", 1, taxed(23)) for _ in range(3)), discount="0.01"),
        lines=("1 x 1 - 0.01 = 0.99 @23", "1 x 1 - 0 = 1 @23", "1 x 1 - 0 = 1 @23"),
        totals=totals("2.43", "0.56", 0, "2.99"),
    ),
    # 2 × 25,00 − 5,00 = 45,00. / 1,23 = 36,5854 → 36,59; 8,41
    "discount of a line": Case(
        order=paid("PT", "45.00", line("25.00", 2, taxed(23), discount="5.00"), discount="5.00"),
        lines=("2 x 25 - 5 = 45 @23",),
        totals=totals("36.59", "8.41", 0, "45.00"),
    ),
    # 50,00 + 4,90 − 4,90. / 1,23 = 40,6504 → 40,65; 9,35
    "free shipping": Case(
        order=paid(
            "PT", "50.00", line("50.00", 1, taxed(23)), shipping="4.90", shipping_discount="4.90", discount="4.90"
        ),
        lines=("1 x 50 - 0 = 50 @23",),
        totals=totals("40.65", "9.35", 0, "50.00"),
        notes=("Sem custo: Portes de envio.",),
    ),
    # 5,00 − 5,00, and the other 1,00 off the shipping of 4,00: 3,00. / 1,23 = 2,4390 → 2,44; 0,56
    "order discount above the goods": Case(
        order=paid("PT", "3.00", line("5.00", 1, taxed(23)), shipping="4.00", discount="6.00"),
        lines=("1 x 4 - 1 = 3 @23",),
        totals=totals("2.44", "0.56", 0, "3.00"),
        notes=("Sem custo: P5.00.",),
    ),
    # 3 × 10,00 × 1,23 = 36,90 = 30,00 + 6,90
    "tax on top": Case(
        order=paid("PT", "36.90", line("10.00", 3, on_top(23))),
        lines=("3 x 12.3 - 0 = 36.9 @23",),
        totals=totals("30.00", "6.90", 0, "36.90"),
    ),
    # 3 × 0,99 × 1,06 = 3,1482 → 3,15. / 1,06 = 2,9717 → 2,97; 0,18
    "tax on top of cents": Case(
        order=paid("PT", "3.15", line("0.99", 3, on_top(6))),
        lines=("3 x 1.0494 - 0 = 3.15 @6",),
        totals=totals("2.97", "0.18", 0, "3.15"),
    ),
    # (3 × 10,00 − 2,00) × 1,23 = 34,44 = 28,00 + 6,44; 2,00 × 1,23 = 2,46
    "tax on top, after the discount": Case(
        order=paid("PT", "34.44", line("10.00", 3, on_top(23)), discount="2.00"),
        lines=("3 x 12.3 - 2.46 = 34.44 @23",),
        totals=totals("28.00", "6.44", 0, "34.44"),
    ),
    # 20,00 / 1,23 = 16,2602 → 16,26; 3,74; and 2 × 0,50 that bear none
    "fixed tax": Case(
        order=paid("PT", "21.00", line("10.00", 2, taxed(23), fixed("0.50"))),
        lines=("2 x 10 - 0 = 20 @23", "2 x 0.5 - 0 = 1 @exempt"),
        totals=totals("16.26", "3.74", "1.00", "21.00"),
    ),
    # a free sample is named and is no line: 12,30 = 10,00 + 2,30
    "a free product": Case(
        order=paid("PT", "12.30", line("12.30", 1, taxed(23)), line("0.00", 1, taxed(23), discount=0)),
        lines=("1 x 12.3 - 0 = 12.3 @23",),
        totals=totals("10.00", "2.30", 0, "12.30"),
    ),
    # the card is a line of its own that bears no tax for M99: 10,00 + 2,30 + 50,00
    "gift card sold": Case(
        order=paid("PT", "62.30", line("12.30", 1, taxed(23)), line("50.00", kind=GIFT)),
        lines=("1 x 12.3 - 0 = 12.3 @23", "1 x 50 - 0 = 50 @exempt M99"),
        totals=totals("10.00", "2.30", "50.00", "62.30"),
    ),
    # even if the shop taxes it by mistake: tax is due when the card is used
    "nothing but a gift card": Case(
        order=paid("PT", "25.00", line("25.00", 1, taxed(23), kind=GIFT)),
        lines=("1 x 25 - 0 = 25 @exempt M99",),
        totals=totals(0, 0, "25.00", "25.00"),
    ),
    # where the accountant wants cards outside the invoices: 62,30 − 50,00 = 12,30
    "gift card sold, left out": Case(
        order=paid("PT", "62.30", line("12.30", 1, taxed(23)), line("50.00", kind=GIFT)),
        gift_card_exemption="",
        lines=("1 x 12.3 - 0 = 12.3 @23",),
        totals=totals("10.00", "2.30", 0, "12.30"),
        notes=("Não inclui cartões-presente vendidos por 50.00 EUR: a sua venda não é uma venda de bens.",),
    ),
    # 10 % off everything but the card, which is money: 2,00 off 20,00. 18,00 / 1,23 = 14,6341 → 14,63; 3,37; 50,00
    "a discount leaves gift cards alone": Case(
        order=paid("PT", "68.00", line("20.00", 1, taxed(23)), line("50.00", kind=GIFT), discount="2.00"),
        lines=("1 x 20 - 2 = 18 @23", "1 x 50 - 0 = 50 @exempt M99"),
        totals=totals("14.63", "3.37", "50.00", "68.00"),
    ),
    # 61,50 = 50,00 + 11,50, of which a card paid 20,00
    "gift card used": Case(
        order=paid("PT", "41.50", line("61.50", 1, taxed(23)), gift_cards="20.00"),
        lines=("1 x 61.5 - 0 = 61.5 @23",),
        totals=totals("50.00", "11.50", 0, "61.50"),
        paid_by_card=Decimal("20.00"),
        notes=("Pago com cartão-presente: 20.00 EUR.",),
    ),
    # discount 25,00 = 5,00 of the order + 20,00 of the card: 56,50 / 1,23 = 45,9350 → 45,93; 10,57
    "gift card counted among the discounts": Case(
        order=paid("PT", "36.50", line("61.50", 1, taxed(23)), gift_cards="20.00", discount="25.00"),
        lines=("1 x 61.5 - 5 = 56.5 @23",),
        totals=totals("45.93", "10.57", 0, "56.50"),
        paid_by_card=Decimal("20.00"),
        notes=("Pago com cartão-presente: 20.00 EUR.",),
    ),
    # 999 999 × 9 999,99 = 9 999 980 000,01. 8 130 065 040 × 1,23 = 9 999 979 999,20; the other 0,81 / 1,23 = 0,6585 → 0,66
    "almost 10¹⁰ euros": Case(
        order=paid("PT", "9999980000.01", line("9999.99", 999999, taxed(23))),
        lines=("999999 x 9999.99 - 0 = 9999980000.01 @23",),
        totals=totals("8130065040.66", "1869914959.35", 0, "9999980000.01"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_portuguese_order_comes_out_as_worked_out_by_hand(case: str) -> None:
    assert_as_worked_out(CASES[case], "PT")


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        # 10,00 − 10,00
        (paid("PT", 0, line("10.00", 1, taxed(23)), discount="10.00"), NothingToInvoice),
        # no region has 19 %
        (paid("PT", "11.90", line("11.90", 1, taxed(19))), TaxNotSupported),
        # 10,00 is not 12,00, whichever way taxes are read: with 23 % on top it would be 12,30
        (paid("PT", "12.00", line("10.00", 1, taxed(23))), TotalsDisagree),
    ],
)
def test_a_portuguese_order_that_has_no_right_document_gets_none(order: Order, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        computed(Case(order=order, lines=(), totals=totals(0, 0, 0, 0)), "PT")
