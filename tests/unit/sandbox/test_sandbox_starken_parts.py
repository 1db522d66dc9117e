"""The simulated Starken's cities, prices and journeys, without HTTP."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_sandbox.starken.accounts import Account, Accounts, default_account
from despacho_sandbox.starken.cities import AGENCIES, cities, city_coded, city_of
from despacho_sandbox.starken.emission import _scientific
from despacho_sandbox.starken.journey import BY_NAME, MICRO, follow_clock, move_by_hand
from despacho_sandbox.starken.ledger import Event, Freight, Ledger
from despacho_sandbox.starken.options import Journey
from despacho_sandbox.starken.pricing import tariffs

BEGUN = datetime(2026, 11, 21, 9, tzinfo=UTC)
NAMED_TWICE = {"PALMILLA", "PLACILLA", "OLIVAR", "EL CARMEN"}


def freight(*, to_agency: bool = False) -> Freight:
    castro, santiago = city_coded(388), city_coded(1)
    assert castro is not None
    assert santiago is not None
    return Freight(
        order=222746632, company_rut="76543210", reference="R", document="", pieces=1, kilos="1", to_agency=to_agency, speed="0",
        payment="2", declared_value=1000, price=5000, origin=castro, destination=santiago, comuna="NUNOA", agency=None, sender="A",
        sender_rut="1", receiver="B", receiver_rut="", street="C", number="1", unit="", phone="9", created_at=BEGUN,
        events=[Event(BEGUN, "EN BODEGA CLIENTE")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code"),
    [("SANTIAGO", 1), ("ARICA", 39), ("PUCON", 73), ("CASTRO", 388), ("ANCUD", 389), ("DALCAHUE", 385), ("QUELLON", 1063)],
)  # fmt: skip
def test_the_published_codes_of_cities_are_there(name: str, code: int) -> None:
    city = city_coded(code)
    assert city is not None
    assert city.name == name


def test_every_city_has_a_code_of_its_own_and_names_that_the_carrier_could_write() -> None:
    codes = [city.code for city in cities()]
    assert len(set(codes)) == len(codes)
    assert all(1 <= city.region <= 16 for city in cities())
    names = [comuna for city in cities() for comuna in city.comunas]
    assert all(name.isascii() and name == name.upper() for name in names)
    assert {name for name in names if names.count(name) > 1} == NAMED_TWICE
    nunoa = city_of("NUNOA")
    assert nunoa is not None
    assert nunoa.name == "SANTIAGO"
    assert city_of("ÑUÑOA") is None
    assert all(city_of(agency.comuna) for agency in AGENCIES.values())


@given(st.integers(1, 40_000), st.integers(1, 400_000))
def test_more_weight_never_costs_less_and_the_door_more_than_the_counter(grams: int, volume: int) -> None:
    castro, santiago = city_coded(388), city_coded(1)
    assert castro is not None
    assert santiago is not None
    offered = tariffs(castro, santiago, Decimal(grams) / 1000, Decimal(volume))
    heavier = tariffs(castro, santiago, Decimal(grams + 3000) / 1000, Decimal(volume))
    assert {(one.delivery, one.speed) for one in offered} >= {(1, 0), (2, 0)}
    assert all(one.price <= more.price for one, more in zip(offered, heavier, strict=True))
    prices = {(one.delivery, one.speed): one.price for one in offered}
    assert prices[2, 0] > prices[1, 0]
    assert tariffs(castro, santiago, Decimal(501), Decimal(1)) == []


@given(st.integers(1, 10**12))
def test_an_order_number_in_scientific_notation_is_the_same_number(number: int) -> None:
    assert Decimal(_scientific(number)) == number


def test_the_published_number_is_written_as_published() -> None:
    assert _scientific(222746632) == "2.22746632E8"


def test_the_clock_moves_what_goes_to_the_door() -> None:
    one = freight()
    follow_clock(one, None, BEGUN + timedelta(days=9))
    assert len(one.events) == 1
    follow_clock(one, Journey(), BEGUN + timedelta(hours=11))
    follow_clock(one, Journey(), BEGUN + timedelta(hours=11))
    assert [event.state for event in one.events] == [
        "EN BODEGA CLIENTE",
        "RECIBIDO EN STARKEN",
        "EN TRANSITO A DESTINO",
    ]
    follow_clock(one, Journey(), BEGUN + timedelta(days=9))
    assert one.events[-1].state == "ENTREGADO"


def test_nobody_drives_around_with_what_waits_at_an_agency() -> None:
    one = freight(to_agency=True)
    follow_clock(one, Journey(), BEGUN + timedelta(days=9))
    assert "EN REPARTO A DOMICILIO" not in {event.state for event in one.events}
    assert one.events[-1].state == "ENTREGADO"


@pytest.mark.parametrize("state", sorted(set(BY_NAME.values())))
def test_a_hand_brings_it_anywhere_and_the_clock_then_leaves_it_alone(state: str) -> None:
    one = freight()
    move_by_hand(one, state, BEGUN)
    follow_clock(one, Journey(), BEGUN + timedelta(days=9))
    assert one.events[-1].state == state
    assert state in MICRO


def test_credentials_open_their_own_service_alone() -> None:
    accounts = Accounts()
    first = default_account()
    other = Account(
        company_rut="7", clave="x", emission_user_rut="8", emission_clave="y", label_user="u", label_password="p",
        account_number="1-9", name="OTRA",
    )  # fmt: skip
    accounts.add(other)
    assert accounts.emitting(first.company_rut, first.emission_user_rut, first.emission_clave) == first
    assert accounts.emitting(other.company_rut, first.emission_user_rut, first.emission_clave) is None
    assert accounts.emitting(first.company_rut, first.emission_user_rut, first.clave) is None
    accounts.reset()
    assert accounts.all() == [first]


def test_the_ledger_counts_what_happened_twice() -> None:
    ledger = Ledger()
    first = ledger.take_number()
    assert (first, ledger.take_number()) == (222746632, 222746633)
    for number in (first, first + 1):
        one = freight()
        one.order = number
        ledger.add(one)
    assert ledger.per_reference() == {"76543210": {"R": 2}}
    ledger.clear()
    assert ledger.take_number() == first
