"""Orders: where they go, and which go nowhere."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.errors import NothingToShip, OrderWithoutAddress
from despacho_core.orders import Order, OrderLine, OrderStatus

ADDRESS = Address(country="CL", municipality="Curicó", street="Arturo Prat 527")
SHIRT = OrderLine(product_id="1", kind="physical")
GIFT_CARD = OrderLine(product_id="2", kind="gift_card")
DOWNLOAD = OrderLine(product_id="3", kind="digital")


def order(**changes: object) -> Order:
    facts: dict[str, object] = {
        "number": 1001,
        "status": OrderStatus.PAID,
        "currency": "CLP",
        "customer_name": "Ana Muñoz",
        "customer_email": "ana@example.com",
        "customer_phone": "+56 9 1111 1111",
        "shipping_address": ADDRESS,
        "lines": (SHIRT,),
    }
    return Order(**{**facts, **changes})  # type: ignore[arg-type]  # the tests name the fields


@pytest.mark.parametrize("status", list(OrderStatus))
def test_only_a_paid_order_is_paid(status: OrderStatus) -> None:
    assert order(status=status).is_paid == (status is OrderStatus.PAID)


def test_the_receiver_is_the_address_own_and_else_the_customer() -> None:
    destination = order().destination()
    assert (destination.name, destination.email, destination.phone) == (
        "Ana Muñoz",
        "ana@example.com",
        "+56 9 1111 1111",
    )
    other = msgspec.structs.replace(ADDRESS, name="Eva Paz", email="eva@example.com", phone="2")
    assert order(shipping_address=other).destination() == other


def test_an_order_without_address_says_so_with_its_number() -> None:
    with pytest.raises(OrderWithoutAddress, match=r"Order 1001 .*missing: address"):
        order(shipping_address=None).destination()


def test_an_address_without_what_every_carrier_needs_names_all_of_it() -> None:
    with pytest.raises(OrderWithoutAddress, match="missing: street, country"):
        order(shipping_address=Address(municipality="Curicó")).destination()


@pytest.mark.parametrize("lines", [(GIFT_CARD,), (DOWNLOAD,), (GIFT_CARD, DOWNLOAD)])
def test_what_is_not_physical_is_not_shipped(lines: tuple[OrderLine, ...]) -> None:
    with pytest.raises(NothingToShip):
        order(lines=lines).destination()


def test_one_physical_line_is_enough_to_ship() -> None:
    assert order(lines=(GIFT_CARD, SHIRT)).destination().street == ADDRESS.street


def test_an_order_that_the_store_says_needs_no_shipping_is_not_shipped() -> None:
    with pytest.raises(NothingToShip):
        order(shipping_required=False).destination()


@given(st.text(max_size=12))
def test_only_digital_goods_and_gift_cards_stay_out_of_parcels(kind: str) -> None:
    assert OrderLine(product_id="1", kind=kind).is_physical == (kind not in {"digital", "gift_card"})
