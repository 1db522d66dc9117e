"""Orders that no document can be computed from: the merchant is told in his language what is wrong, and what to do."""

from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest

from despacho_core.errors import AmountInvalid, DomainError, OrderNotPaid, TaxNotSupported, TotalsDisagree
from despacho_core.fiscal import DocumentKind
from despacho_core.fiscal_computation import compute_document
from despacho_core.orders import LineTax, Order, OrderLine, OrderStatus
from tests.unit.core.fiscal_order_cases import DAY, line, on_top, paid, taxed

IVA = taxed(19)
SOLD = paid("CL", 1000, line(1000, 1, IVA))
TO_DO = {
    "en": ("correct", "issue", "once it is paid"),
    "es": ("corrige", "emite", "cuando esté pagado"),
    "pt": ("corrija", "emita", "quando estiver paga"),
}


def refused(order: Order, country: str = "CL") -> DomainError:
    with pytest.raises(DomainError) as refusal:
        compute_document(order, kind=DocumentKind.RECEIPT, country=country, issued_on=DAY)
    return refusal.value


def with_line(**changes: object) -> Order:
    return msgspec.structs.replace(SOLD, lines=(msgspec.structs.replace(SOLD.lines[0], **changes),))


def with_amount(**changes: object) -> Order:
    return msgspec.structs.replace(SOLD, **changes)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (paid("CL", 3000, line(1000, 1, IVA)), TotalsDisagree),
        (with_line(unit_price=Decimal(-1000)), AmountInvalid),
        (with_line(discount=Decimal(-1)), AmountInvalid),
        (with_line(quantity=0), AmountInvalid),
        (with_line(quantity=-3), AmountInvalid),
        (with_line(unit_price=Decimal("NaN")), AmountInvalid),
        (with_line(unit_price=Decimal("sNaN")), AmountInvalid),
        (with_line(unit_price=Decimal("Infinity")), AmountInvalid),
        (with_line(unit_price=Decimal("1e400")), AmountInvalid),
        (with_amount(total=Decimal("NaN")), AmountInvalid),
        (with_amount(subtotal=Decimal("sNaN")), AmountInvalid),
        (with_amount(gift_cards=Decimal(-1)), AmountInvalid),
        (with_line(taxes=(LineTax(name="ILA", rate=Decimal("31.5"), included=True),)), TaxNotSupported),
        (with_line(taxes=(), tax=Decimal(160)), TaxNotSupported),
        (with_amount(shipping=Decimal(0), shipping_tax=Decimal(190)), TaxNotSupported),
        (with_amount(status=OrderStatus.ABANDONED), OrderNotPaid),
        (with_amount(status=OrderStatus.PENDING_PAYMENT), OrderNotPaid),
        (with_amount(status=OrderStatus.UNKNOWN), OrderNotPaid),
    ],
)
def test_each_is_refused_in_three_languages_with_something_to_do(order: Order, expected: type[DomainError]) -> None:
    refusal = refused(order)
    assert isinstance(refusal, expected)
    for language, words in TO_DO.items():
        said = refusal.text(language)
        assert "1024" in said
        assert any(word in said.lower() for word in words)


@pytest.mark.parametrize(
    ("order", "in_spanish", "in_portuguese"),
    [
        (with_amount(total=Decimal("NaN")), "el total es NaN", "o total é NaN"),
        (with_amount(shipping_discount=Decimal(-5)), "el descuento del envío es -5", "o desconto do envio é -5"),
        (with_line(name="Taza", quantity=0), "Taza es 0", "Taza é 0"),
        (with_line(name="", sku="T-1", quantity=0), "T-1 es 0", "T-1 é 0"),
        (with_line(name="", sku="", unit_price=Decimal(-1)), "un producto es -1", "um produto é -1"),
        (with_line(taxes=(LineTax(name="", rate=Decimal(-19)),)), "el impuesto es -19", "o imposto é -19"),
    ],
)
def test_what_is_wrong_is_named_in_the_readers_words(order: Order, in_spanish: str, in_portuguese: str) -> None:
    refusal = refused(order)
    assert in_spanish in refusal.text("es")
    assert in_portuguese in refusal.text("pt")


def test_a_tax_that_cannot_be_stated_is_named_with_its_line_and_with_what_can() -> None:
    refusal = refused(with_line(name="Pisco", taxes=(LineTax(name="ILA 31,5%", rate=Decimal("31.5"), included=True),)))
    said = refusal.text("es")
    for named in ("Pisco", "ILA 31,5%", "19 %"):
        assert named in said
    known = refused(paid("PT", "10.00", line("10.00", 1, taxed(19))), "PT").text("pt")
    assert "4 %, 6 %, 9 %, 12 %, 13 %, 16 %, 22 %, 23 %" in known


def test_sums_that_disagree_are_both_told() -> None:
    refusal = refused(paid("CL", 3000, line(1000, 1, IVA)))
    assert "suman 1000, pero se pagó 3000" in refusal.text("es")


@pytest.mark.parametrize("price", ["8403.361344537815", "8403.3613445378151260504201680672", "9999.999999999999"])
def test_prices_with_the_tail_of_a_division_are_amounts_like_any_other(price: str) -> None:
    # 8 403,361 344 537 815 × 1,19 = 10 000 less 10⁻¹², and 9 999,999 999 999 999 × 1,19 = 11 900
    total = (Decimal(price) * Decimal("1.19")).quantize(Decimal(1))
    document = compute_document(
        paid("CL", int(total), line(price, 1, on_top(19))), kind=DocumentKind.RECEIPT, country="CL", issued_on=DAY
    )
    assert document.totals.total == total
    exponent = document.lines[0].unit_price.as_tuple().exponent
    assert isinstance(exponent, int)
    assert exponent >= -6


def test_a_total_with_a_fraction_of_a_peso_is_rounded_as_it_was_paid() -> None:
    document = compute_document(
        paid("CL", "1000.4", line(1000, 1, IVA)), kind=DocumentKind.RECEIPT, country="CL", issued_on=DAY
    )
    assert document.difference == 0
    assert document.payments[0].amount == 1000


@pytest.mark.parametrize("absurd", [lambda: OrderLine(product_id="1", quantity=10**9), lambda: line("1e13")])
def test_what_no_shop_sells_is_refused(absurd: Callable[[], OrderLine]) -> None:
    assert isinstance(refused(msgspec.structs.replace(SOLD, lines=(absurd(),))), AmountInvalid)
