"""An address that the merchant mended: it counts for carriers, and the store's own order stays as it is."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.delivery import MendedDelivery, mended_from, with_delivery
from despacho_core.orders import Order, OrderStatus

WAS = Address(
    country="CL",
    region="Metropolitana",
    region_code="12",
    municipality="Las Condez",
    municipality_code="99",
    city="Santiago",
    street="Apoquindo",
    street_number="4501",
    complement="of. 1203",
    name="Ana Soto",
    phone="+56 9 1234 5678",
)
ORDER = Order(number=7, status=OrderStatus.PAID, currency="CLP", shipping_address=WAS)

texts = st.none() | st.text(max_size=5)
addresses = st.builds(Address, **dict.fromkeys(MendedDelivery.__struct_fields__, texts))


def test_a_comuna_that_is_mended_takes_the_old_codes_and_the_old_city_away() -> None:
    address = with_delivery(ORDER, MendedDelivery(municipality="Las Condes", region="Metropolitana")).shipping_address
    assert address is not None
    assert (address.municipality, address.region, address.street_line) == (
        "Las Condes",
        "Metropolitana",
        "Apoquindo 4501 of. 1203",
    )
    assert (address.municipality_code, address.region_code, address.city) == (None, None, None)
    assert ORDER.shipping_address == WAS


def test_a_street_that_is_mended_stands_for_the_whole_line() -> None:
    address = with_delivery(ORDER, MendedDelivery(street="El Bosque Norte 500")).shipping_address
    assert address is not None
    assert address.street_line == "El Bosque Norte 500"
    assert address.municipality_code == "99", "the place is as it was"


def test_an_order_without_an_address_can_be_given_one() -> None:
    order = msgspec.structs.replace(ORDER, shipping_address=None)
    given = MendedDelivery(name="Ana", street="Apoquindo 1", municipality="Las Condes")
    address = with_delivery(order, given).shipping_address
    assert address is not None
    assert (address.name, address.place) == ("Ana", "Las Condes")


def test_nothing_mended_changes_nothing() -> None:
    assert with_delivery(ORDER, None) is ORDER
    assert with_delivery(ORDER, MendedDelivery()) is ORDER
    assert mended_from(WAS, WAS) is None


@given(was=addresses, wanted=addresses)
def test_what_is_mended_leads_from_the_one_address_to_the_other(was: Address, wanted: Address) -> None:
    order = msgspec.structs.replace(ORDER, shipping_address=was)
    now = with_delivery(order, mended_from(was, wanted)).shipping_address
    assert now is not None
    for field in MendedDelivery.__struct_fields__:
        assert (getattr(now, field) or "") == (getattr(wanted, field) or ""), field
