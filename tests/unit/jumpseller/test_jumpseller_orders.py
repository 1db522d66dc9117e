"""Orders of the platform, read into the domain's own: exactly where it is sure, leniently where it is not."""

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.errors import NothingToShip
from despacho_core.orders import BillingDetails, ChosenShipping, LineTax, Order, OrderLine, OrderStatus
from despacho_jumpseller import JumpsellerMessages, orders
from despacho_ports.storefront import MessageInvalid

messages = JumpsellerMessages()

HOME = Address(
    country="CL",
    region="Region Metropolitana",
    region_code="12",
    municipality="Vitacura",
    city="Santiago",
    street="Calle Uno 2823",
    complement="404",
    name="Ana Pérez",
)


@pytest.fixture
def changed(captured: bytes) -> Callable[..., Order]:
    """The captured order with some of its values replaced."""

    def change(**values: object) -> Order:
        body = json.loads(captured)
        body["order"].update(values)
        return messages.invoice_order(json.dumps(body).encode())

    return change


def test_the_captured_order_is_read_exactly(captured: bytes) -> None:
    assert messages.invoice_order(captured) == Order(
        number=1012,
        status=OrderStatus.PAID,
        currency="CLP",
        total=Decimal(50),
        subtotal=Decimal(50),
        shipping=Decimal(2877),
        discount=Decimal(2877),
        shipping_discount=Decimal(2877),
        shipping_required=True,
        shipment_status="unfulfilled",
        created_at=datetime(2026, 7, 23, 17, 48, 38, tzinfo=UTC),
        completed_at=datetime(2026, 7, 23, 17, 50, 17, tzinfo=UTC),
        customer_name="Ana Pérez",
        customer_email="buyer@example.com",
        shipping_address=HOME,
        billing_address=HOME,
        billing=BillingDetails(),
        chosen_shipping=ChosenShipping(method_id="836621", method_name="BlueExpress"),
        lines=(
            OrderLine(
                product_id="36335795",
                sku="100101999",
                name="Test",
                unit_price=Decimal("50.0"),
                weight_g=500,
            ),
        ),
        additional_fields={"accepts_marketing": "No"},
        payment_method="webpay_plus",
    )


def test_the_reduced_invoice_order_has_other_names_for_the_same_things() -> None:
    body = """{"order":{"id":1020,"created_at":"2024-11-05T11:26:30Z","currency":"USD","subtotal":100.0,"total":119.0,
        "status":"paid","customer":{"email":"a@b.com","fullname":"Ana Pérez","tax_id":"76123456-7"},
        "products":[{"name":"Shirt","price":100.0,"quantity":2,"sku":"S-1"}],
        "billing_address":{"country":"US","zip":"10001"}}}"""
    order = messages.invoice_order(body.encode())
    assert order.status is OrderStatus.PAID
    assert order.created_at == datetime(2024, 11, 5, 11, 26, 30, tzinfo=UTC)
    assert order.billing.tax_id == "76123456-7"
    assert order.billing_address == Address(country="US", postal_code="10001")
    assert order.lines == (OrderLine(product_id="", sku="S-1", name="Shirt", quantity=2, unit_price=Decimal("100.0")),)


def test_a_flat_order_is_an_order_too(captured: bytes) -> None:
    assert orders.order(json.loads(captured)["order"]) == messages.invoice_order(captured)


@pytest.mark.parametrize("status", ["Paid", "Pagado", "PAID"])
def test_translated_statuses_decide_nothing(changed: Callable[..., Order], status: str) -> None:
    assert changed(status_enum=None, status=status).status is OrderStatus.UNKNOWN
    assert changed(status_enum="canceled", status=status).status is OrderStatus.CANCELED


def test_new_enum_values_are_kept_apart(changed: Callable[..., Order]) -> None:
    assert changed(status_enum="partially_refunded", status="paid").status is OrderStatus.UNKNOWN
    assert changed(shipment_status_enum="fulfilled").shipment_status == "fulfilled"
    assert changed(shipment_status_enum="on_a_boat").shipment_status == "on_a_boat"


@pytest.mark.parametrize("written", [369.2, "369.2", "369.20", " 369.2 "])
def test_an_amount_is_exact_however_it_is_written(changed: Callable[..., Order], written: object) -> None:
    assert changed(total=written).total == Decimal("369.2")


def test_digits_beyond_a_floats_reach_are_kept(captured: bytes) -> None:
    order = messages.invoice_order(captured.replace(b'"subtotal":50', b'"subtotal":12345678901234.567891'))
    assert order.subtotal == Decimal("12345678901234.567891")


@pytest.mark.parametrize("nothing", [None, ""])
def test_absent_amounts_are_zero(changed: Callable[..., Order], nothing: object) -> None:
    order = changed(shipping=nothing, tax=nothing, gift_cards_discount=nothing)
    assert [order.shipping, order.tax, order.gift_cards] == [Decimal(0)] * 3


@pytest.mark.parametrize("name", ["gift_cards_discount", "gift_cards_amount"])
def test_a_gift_card_is_found_under_both_of_its_names(changed: Callable[..., Order], name: str) -> None:
    assert changed(**{name: "15000"}).gift_cards == 15000


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("total", [], "order.total: expected a number below 10^15, found a list"),
        ("total", "gratis", "order.total: expected a number below 10^15, found text"),
        ("total", "NaN", "order.total: expected a number below 10^15, found text"),
        ("shipping", {"amount": 5}, "order.shipping: expected a number below 10^15, found an object"),
        ("discount", True, "order.discount: expected a number below 10^15, found true or false"),
        ("subtotal", 1e300, "order.subtotal: expected a number below 10^15, found a number"),
        ("subtotal", "1e999999999", "order.subtotal: expected a number below 10^15, found text"),
        ("tax", "1e-999999999", "order.tax: expected a number below 10^15, found text"),
    ],
)
def test_an_amount_that_is_none_makes_the_order_unreadable(
    changed: Callable[..., Order], name: str, value: object, says: str
) -> None:
    with pytest.raises(MessageInvalid) as raised:
        changed(**{name: value})
    assert str(raised.value) == says


def line(**values: object) -> dict[str, object]:
    return {"id": 7, "name": "Taza", "qty": 2, "price": "9990.0", "weight": 0.4, **values}


@pytest.mark.parametrize(
    ("odd", "read"),
    [
        ({"price": "abc"}, {"unit_price": Decimal(0)}),
        ({"qty": [2]}, {"quantity": 1}),
        ({"qty": None}, {"quantity": 1}),
        ({"qty": "3"}, {"quantity": 3}),
        ({"qty": -3}, {"quantity": 0}),
        ({"weight": -1}, {"weight_g": 0}),
        ({"weight": "0.85"}, {"weight_g": 850}),
        ({"variant_id": 0}, {"variant_id": None}),
        ({"variant_id": "55"}, {"variant_id": "55"}),
        ({"taxes": "19%"}, {"taxes": ()}),
        ({"name": "Taza\x00 azul"}, {"name": "Taza azul"}),
    ],
)
def test_one_odd_line_never_spoils_an_order(
    changed: Callable[..., Order], odd: dict[str, object], read: dict[str, object]
) -> None:
    first, second = changed(products=[line(**odd), line()]).lines
    assert {name: getattr(first, name) for name in read} == read
    assert (second.quantity, second.unit_price, second.weight_g) == (2, Decimal(9990), 400)


def test_what_was_left_out_is_told_to_the_log(changed: Callable[..., Order], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "despacho.jumpseller"):
        order = changed(products=["?", line(price="abc")], shipping_address=[1])
    assert order.shipping_address is None
    assert len(order.lines) == 1
    (record,) = caplog.records
    said = record.getMessage()
    assert said.startswith("order 1012:")
    assert "order.products[0]: expected an object, found text" in said
    assert "order.products[1].price: expected a number below 10^15, found text" in said
    assert "order.shipping_address: expected an object, found a list" in said


def test_taxes_say_whether_the_price_holds_them(changed: Callable[..., Order]) -> None:
    iva = {"id": 1, "name": "IVA", "rate": 19.0, "fixed": False, "tax_on_product_price": True}
    bag = {"id": 2, "name": "Bolsa", "rate": "50", "fixed": True, "tax_on_product_price": None}
    ship = {"id": 1, "name": "IVA", "rate": 19, "fixed": False, "tax_on_shipping_price": True}
    order = changed(products=[line(taxes=[iva, bag])], shipping_taxes=[ship])
    assert order.lines[0].taxes == (
        LineTax(name="IVA", rate=Decimal(19), included=True),
        LineTax(name="Bolsa", rate=Decimal(50), fixed=True),
    )
    assert order.shipping_taxes == (LineTax(name="IVA", rate=Decimal(19), included=True),)


@pytest.mark.parametrize(
    ("unit", "weight", "read"),
    [("kg", 0.0005, 1), ("kg", 0.0004, 0), ("lb", 1, 454), ("oz", "1", 28), ("g", "12.5", 13), ("stone", 1, 1000)],
)
def test_weights_are_whole_grams_half_up_in_the_stores_unit(unit: str, weight: object, read: int) -> None:
    body = json.dumps({"id": 1, "products": [line(weight=weight)]}).encode()
    assert orders.order(json.loads(body), weight_unit=unit).lines[0].weight_g == read


def test_the_quote_comes_back_under_both_of_its_names(changed: Callable[..., Order]) -> None:
    assert changed(external_shipping_rate_id="EXP:q1").chosen_shipping.rate_id == "EXP:q1"
    assert changed(order_metadata={"rate_id": "EXP:q2"}).chosen_shipping.rate_id == "EXP:q2"
    both = changed(external_shipping_rate_id="EXP:q1", order_metadata={"rate_id": "EXP:q2"})
    assert both.chosen_shipping.rate_id == "EXP:q1"


@pytest.mark.parametrize("option", ["store_pickup", "no_shipping"])
def test_what_the_buyer_collects_is_handed_to_no_carrier(changed: Callable[..., Order], option: str) -> None:
    with pytest.raises(NothingToShip):
        changed(shipping_option=option).destination()


def test_company_data_and_custom_fields_are_kept(changed: Callable[..., Order]) -> None:
    order = changed(
        billing_information={"company_name": "Austral SpA", "business_activity": "Ferretería", "taxpayer_type": None},
        billing_address={"taxid": "76430498-5", "country_code": "cl"},
        additional_fields=[
            {"label": "Documento", "value": "Factura", "id": 3, "area": "billing"},
            {"label": "Documento", "value": "Boleta"},
            {"label": "Nota", "value": None},
            {"label": None, "value": "x"},
        ],
    )
    assert order.billing == BillingDetails(
        company_name="Austral SpA", business_activity="Ferretería", tax_id="76430498-5"
    )
    assert order.additional_fields == {"Documento": "Factura"}


@pytest.mark.parametrize("nothing", [None, {}, {"name": None, "country": None}, ""])
def test_an_address_that_says_nothing_is_none(changed: Callable[..., Order], nothing: object) -> None:
    assert changed(shipping_address=nothing).shipping_address is None


@pytest.mark.parametrize(("written", "read"), [(4000, "4000"), (4000.0, "4000"), ("4000-B", "4000-B"), (12.5, "12.5")])
def test_a_street_number_may_be_a_number(changed: Callable[..., Order], written: object, read: str) -> None:
    address = changed(shipping_address={"address": "Apoquindo", "street_number": written}).shipping_address
    assert address is not None
    assert address.street_number == read


def test_the_order_goes_where_the_callback_quoted(changed: Callable[..., Order]) -> None:
    address = changed(shipping_address={"country": "Perú", "region": "Lima", "municipality": "Miraflores"})
    assert address.shipping_address == Address(country="PE", region="Lima", municipality="Miraflores")


@pytest.mark.parametrize("moment", ["2026-07-23 17:48:38.829 UTC", "2026-07-23T13:48:38.829-04:00"])
def test_both_of_the_platforms_dates_are_utc(changed: Callable[..., Order], moment: str) -> None:
    assert changed(created_at=moment).created_at == datetime(2026, 7, 23, 17, 48, 38, 829000, tzinfo=UTC)


@pytest.mark.parametrize("moment", ["yesterday", "0001-01-01T00:00:00+14:00", 5, {}, "2026-02-30 10:00:00 UTC"])
def test_a_date_that_is_none_is_absent(changed: Callable[..., Order], moment: object) -> None:
    assert changed(created_at=moment).created_at is None


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
KEYS = (
    "id", "status", "status_enum", "currency", "total", "discount", "created_at", "customer", "shipping_address",
    "billing_address", "billing_information", "products", "shipping_taxes", "additional_fields", "order_metadata",
    "shipping_required", "shipping_option", "gift_cards_amount", "shipment_status_enum",
)  # fmt: skip
LINE_KEYS = ("id", "variant_id", "sku", "name", "qty", "price", "discount", "tax", "weight", "type", "taxes")
LINES = st.lists(st.dictionaries(st.sampled_from(LINE_KEYS), JSON) | JSON, max_size=3)


@given(value=JSON)
def test_no_json_is_met_with_anything_but_an_order_or_a_clear_word(value: object) -> None:
    _reads_or_refuses(value)


@given(known=st.dictionaries(st.sampled_from(KEYS), JSON), number=st.integers(1, 10**6) | JSON, lines=LINES | JSON)
def test_no_order_of_odd_values_is_met_with_anything_else(
    known: dict[str, object], number: object, lines: object
) -> None:
    _reads_or_refuses({"order": {**known, "id": number, "products": lines}})


@given(lines=LINES)
def test_no_lines_at_all_can_spoil_an_order(lines: object) -> None:
    body = json.dumps({"order": {"id": 5, "total": "10.50", "products": lines}}).encode()
    assert messages.invoice_order(body).total == Decimal("10.50")


@given(cents=st.integers(-(10**14), 10**14), places=st.integers(0, 4), quoted=st.booleans())
def test_every_decimal_amount_survives_exactly(cents: int, places: int, *, quoted: bool) -> None:
    amount = Decimal(cents).scaleb(-places)
    text = f'"{amount:f}"' if quoted else f"{amount:f}"
    assert messages.invoice_order(f'{{"order":{{"id":1,"total":{text}}}}}'.encode()).total == amount


@given(amount=st.floats(1e-9, 1e9))
def test_a_float_is_read_by_its_shortest_text(amount: float) -> None:
    body = json.dumps({"order": {"id": 1, "total": amount}}).encode()
    assert messages.invoice_order(body).total == Decimal(repr(amount))


def _reads_or_refuses(value: object) -> None:
    with suppress(MessageInvalid):
        order = messages.invoice_order(json.dumps(value).encode())
        assert order.number >= 1
        assert all(one.weight_g >= 0 and one.quantity >= 0 for one in order.lines)
