"""Orders of the store simulator: the captured one value by value, totals that add up, buyers with good tax ids."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cl import rut
from stdnum.pt import nif

from despacho_sandbox.store import Cart, CartLine, OrderDraft
from despacho_sandbox.store.builders import OrderKind, build_order
from despacho_sandbox.store.buyers import COMPANIES, PEOPLE
from despacho_sandbox.store.geography import countries
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.order import Line, Order, OrderStatus, Tax, line_taxes, rounded, totals
from despacho_sandbox.store.order_view import order_object
from despacho_sandbox.store.stores import StoreSpec, make_store
from despacho_sandbox.store.web import ApiError, encode_json

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

# contract/jumpseller.md 2.4, without the keys that were filled in from documents there (URLs, source, image …).
CAPTURED = """{
 "id":1012,"created_at":"2026-07-23 17:48:38 UTC","completed_at":"2026-07-23 17:50:17 UTC",
 "currency":"CLP","subtotal":50,"tax":0,"shipping_tax":0,"shipping":2877,"shipping_required":true,
 "total":50,"discount":2877,"shipping_discount":2877,"gift_cards_discount":0,
 "fulfillment_status":"unfulfilled","shipping_method_id":836621,
 "shipping_method_name":"BlueExpress","payment_method_name":"Webpay Plus","payment_method_type":"webpay_plus",
 "payment_information":"Tipo de Transaccion: Venta","additional_information":null,
 "coupons":null,"promotions":[{"id":891331,"name":"SinEnvio","code":null}],
 "customer":{"id":20019293,"email":"buyer@example.com","phone":null,"phone_prefix":null,"ip":"203.0.113.9","fullname":"Ana Pérez"},
 "shipping_branch":{"id":null,"name":null},
 "shipping_address":{"name":"Ana","surname":"Pérez","address":"Calle Uno 2823","city":"Santiago","postal":null,
   "region":"Region Metropolitana","country":"Chile","country_code":"CL","region_code":"12","street_number":null,
   "complement":"404","latitude":null,"longitude":null,"municipality":"Vitacura","neighbourhood":null},
 "billing_address":{"name":"Ana","surname":"Pérez","taxid":null,"address":"Calle Uno 2823","city":"Santiago","postal":null,
   "region":"Region Metropolitana","country":"Chile","country_code":"CL","region_code":"12","street_number":null,
   "complement":"404","municipality":"Vitacura","neighbourhood":null},
 "pickup_address":null,
 "products":[{"id":36335795,"variant_id":null,"sku":"100101999","name":"Test","image":null,"qty":1,"price":50.0,"tax":0.0,
   "discount":0.0,"weight":0.5,"type":"physical","taxes":[],"options":[],
   "stock_locations":[{"location_id":314455,"stock":1}],"files":[]}],
 "additional_fields":[{"value":"No","label":"accepts_marketing","id":null,"area":"contact"}],
 "shipping_taxes":[],"status":"Paid","status_name":"Paid","status_enum":"paid",
 "tracking_url":null,"tracking_company":null,"tracking_number":null,
 "shipping_option":"delivery","same_day_delivery":false,
 "shipment_status":"No Procesado","shipment_status_enum":"unfulfilled","recovered_from":null,
 "external_shipping_rate_id":null,"external_shipping_rate_description":null,"billing_information":null}"""


def store(country: str = "CL") -> Store:
    return make_store(StoreSpec(code="tienda", country=country), 0)


def shown(order: Order, its: Store | None = None) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(encode_json(order_object(order, its or store())))
    return decoded


def test_the_captured_order_is_shown_as_it_was_captured() -> None:
    order = build_order(store(), OrderDraft(kind=OrderKind.CAPTURED), NOW)
    order.status = OrderStatus.PAID
    expected = msgspec.json.decode(CAPTURED)
    assert {name: value for name, value in shown(order).items() if name in expected} == expected


def test_the_captured_order_mixes_whole_and_decimal_amounts_as_live() -> None:
    written = encode_json(order_object(build_order(store(), OrderDraft(kind=OrderKind.CAPTURED), NOW), store()))
    assert b'"subtotal":50,' in written
    assert b'"price":50.0,' in written


def test_a_second_captured_order_gets_a_number_of_its_own() -> None:
    its = store()
    first = build_order(its, OrderDraft(kind=OrderKind.CAPTURED), NOW)
    its.orders[first.id] = first
    assert build_order(its, OrderDraft(kind=OrderKind.CAPTURED), NOW).id != first.id


def test_numbers_jump_over_those_that_are_taken() -> None:
    its = store()
    taken = build_order(its, OrderDraft(kind=OrderKind.CAPTURED), NOW)
    its.orders[taken.id] = taken
    numbers = [build_order(its, OrderDraft(), NOW).id for _ in range(15)]
    assert len(set(numbers)) == 15
    assert taken.id not in numbers


prices = st.integers(1, 5_000_000).map(Decimal)
cents = st.integers(1, 500_000).map(lambda number: Decimal(number) / 100)
rates = st.sampled_from([Decimal(19), Decimal(23), Decimal(6), Decimal("12.5")])


@st.composite
def orders(draw: st.DrawFn) -> Order:
    currency = draw(st.sampled_from(["CLP", "EUR"]))
    money = prices if currency == "CLP" else cents
    taxes = draw(
        st.lists(st.builds(Tax, id=st.just(1), name=st.just("IVA"), rate=rates, included=st.booleans()), max_size=2)
    )
    lines = draw(st.lists(st.builds(Line, id=st.just(1), name=st.just("x"), sku=st.just("x"), price=money,
                                    qty=st.integers(1, 50), taxes=st.just(tuple(taxes))), min_size=1, max_size=6))  # fmt: skip
    order = build_order(store(), OrderDraft(), NOW)
    return msgspec.structs.replace(
        order, currency=currency, lines=lines, shipping=draw(money), discount=draw(money), shipping_discount=draw(money)
    )


@given(orders(), st.booleans())
def test_the_total_is_the_sum_that_the_contract_states(order: Order, nets: bool) -> None:
    sums = totals(order, nets_included_tax=nets)
    assert sums.total == sums.subtotal + sums.tax + order.shipping + order.shipping_tax - order.discount
    assert all(amount == rounded(amount, order.currency) for amount in (sums.subtotal, sums.tax, sums.total))


@given(orders())
def test_how_included_tax_is_shown_does_not_change_what_is_paid(order: Order) -> None:
    assert totals(order).total == totals(order, nets_included_tax=False).total


@given(orders())
def test_included_tax_is_part_of_the_price_and_other_tax_comes_on_top(order: Order) -> None:
    for line in order.lines:
        inside, on_top = line_taxes(line, order.currency)
        included = [tax for tax in line.taxes if tax.included]
        assert 0 <= inside < line.amount
        assert on_top >= 0
        assert included or inside == 0
        assert len(included) < len(line.taxes) or on_top == 0


def test_chilean_prices_hold_19_percent() -> None:
    line = Line(id=1, name="x", sku="x", price=Decimal(11990), taxes=(Tax(1, "IVA", Decimal(19)),))
    assert line_taxes(line, "CLP") == (Decimal(1914), Decimal(0))


def test_a_fixed_tax_is_an_amount_for_each_unit() -> None:
    eco = Tax(1, "Ecotasa", Decimal(30), included=False, fixed=True)
    assert line_taxes(Line(id=1, name="x", sku="x", price=Decimal(1000), qty=3, taxes=(eco,)), "CLP") == (
        Decimal(0),
        Decimal(90),
    )


def test_a_promotion_on_the_shipping_is_part_of_the_discount() -> None:
    order = build_order(store(), OrderDraft(shipping_discount=Decimal(990), discount=Decimal(10)), NOW)
    seen = shown(order)
    assert (seen["discount"], seen["shipping_discount"], seen["total"]) == (1000, 990, 11990 + 3990 - 1000)


def test_line_discounts_count_into_the_orders_discount() -> None:
    cart = Cart(lines=[CartLine(sku="POL-01", qty=2, discount=Decimal(500)), CartLine(sku="TAZ-02")])
    seen = shown(build_order(store(), OrderDraft(cart=cart, shipping=Decimal(0)), NOW))
    assert seen["discount"] == 500
    assert seen["products"][0]["discount"] == 500.0
    assert seen["total"] == 2 * 11990 + 6990 - 500


def test_a_gift_card_is_sold_without_vat() -> None:
    seen = shown(build_order(store(), OrderDraft(kind=OrderKind.GIFT_CARD), NOW))
    card, cup = seen["products"]
    assert (card["type"], card["taxes"], card["tax"]) == ("gift_card", [], 0.0)
    assert cup["taxes"] == [{"id": 301, "name": "IVA", "rate": 19.0, "fixed": False, "tax_on_product_price": True}]


def test_a_company_order_has_all_that_a_factura_needs() -> None:
    seen = shown(build_order(store(), OrderDraft(kind=OrderKind.COMPANY), NOW))
    assert all(seen["billing_information"].values())
    assert rut.is_valid(seen["billing_address"]["taxid"])


def test_a_digital_order_is_not_shipped() -> None:
    seen = shown(build_order(store(), OrderDraft(kind=OrderKind.DIGITAL), NOW))
    assert (seen["shipping_required"], seen["shipping_option"], seen["shipping"]) == (False, "no_shipping", 0)


def test_a_heavy_order_is_heavy() -> None:
    (line,) = shown(build_order(store(), OrderDraft(kind=OrderKind.HEAVY), NOW))["products"]
    assert line["weight"] * line["qty"] == 36.8


@pytest.mark.parametrize("status", list(OrderStatus))
def test_the_status_follows_the_stores_language_only_by_a_switch(status: OrderStatus) -> None:
    its = store()
    order = build_order(its, OrderDraft(), NOW)
    order.status = status
    english = shown(order, its)
    its.quirks.translates_status = True
    spanish = shown(order, its)
    assert english["status_enum"] == spanish["status_enum"] == status
    assert english["status"] != spanish["status"]
    assert spanish["status"] in {"Abandonado", "Cancelado", "Pago Pendiente", "Pagado"}


@pytest.mark.parametrize("country", ["CL", "PT"])
def test_every_made_up_buyer_lives_somewhere_and_has_a_good_tax_id(country: str) -> None:
    for buyer in (*PEOPLE[country], COMPANIES[country]):
        shipping, billing = buyer.addresses(country)
        assert countries()[country].region(shipping.region_code or "") is not None
        assert shipping.taxid is None
        if billing.taxid:
            assert (rut if country == "CL" else nif).is_valid(billing.taxid)


def test_the_tables_have_every_region_and_comuna_of_chile_once() -> None:
    chile = countries()["CL"]
    codes = [one.code for region in chile.regions for one in region.municipalities]
    names = [one.name for region in chile.regions for one in region.municipalities]
    assert (len(chile.regions), len(codes), len(set(codes)), len(set(names))) == (16, 346, 346, 346)
    assert all(len(region.code) == 2 for region in chile.regions)
    assert all(len(code) == 7 for code in codes)


def test_a_municipality_is_found_by_name_or_code_and_nothing_else_is() -> None:
    chile = countries()["CL"]
    by_name, by_code = chile.find_municipality("ñuñoa"), chile.find_municipality("8261414")
    assert by_name is not None
    assert by_code is not None
    assert (by_name[1].name, by_code[1].name, by_code[0].iso) == ("Ñuñoa", "Providencia", "RM")
    assert chile.find_municipality("Atlantis") is None


@pytest.mark.parametrize("lines", [[], [CartLine(sku="NO")], [CartLine(sku="POL-01", qty=0)]])
def test_a_cart_that_cannot_be_bought_is_refused(lines: list[CartLine]) -> None:
    with pytest.raises(ApiError):
        build_order(store(), OrderDraft(cart=Cart(lines=lines)), NOW)
