"""The own fleet: numbers that follow from the reference, services as the merchant writes them."""

from __future__ import annotations

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.tracking import TrackingStatus
from despacho_own_fleet import OwnFleet, OwnFleetSettings, despacho_providers
from despacho_own_fleet.numbers import tracking_number
from despacho_ports.carriers import ReportsByScan, ShipmentRequest, TracksShipments
from despacho_ports.conformance.world import PlainRenderer, SystemClock
from despacho_ports.errors import Rejected
from despacho_ports.providers import Toolbox, capabilities_of
from despacho_ports.settings import SettingsInvalid, read_settings

PARCEL = Parcel(weight_g=500, length_mm=100, width_mm=100, height_mm=100)
text = st.text(max_size=30)


def fleet(account_id: str = "a", **settings: str) -> OwnFleet:
    toolbox = Toolbox(http=httpx.AsyncClient(), clock=SystemClock(), renderer=PlainRenderer(), account_id=account_id)
    return OwnFleet(OwnFleetSettings(fleet_name="Reparto Norte", **settings), toolbox)


def request(reference: str = "R1", service: str = "next-day", pieces: int = 1) -> ShipmentRequest:
    return ShipmentRequest(
        reference=reference,
        service_code=service,
        origin=Address(country="CL"),
        destination=Address(country="CL"),
        parcels=(PARCEL,) * pieces,
        declared_value=money(1, "CLP"),
        order_number=1,
    )


def test_what_it_offers_is_listed() -> None:
    assert capabilities_of(despacho_providers()[0]) == (
        "BuysReturns",
        "BuysShipments",
        "ChecksAccount",
        "FindsShipments",
        "ListsServices",
        "ReportsByScan",
        "VoidsShipments",
    )
    assert isinstance(fleet(), ReportsByScan)
    assert not isinstance(fleet(), TracksShipments)
    assert TrackingStatus.DELIVERED in fleet().scan_statuses


@given(text, text, text)
def test_a_number_follows_from_account_and_reference(prefix: str, account: str, reference: str) -> None:
    number = tracking_number(prefix, account, reference)
    assert number == tracking_number(prefix, account, reference)
    assert number.startswith(prefix)
    assert len(number) == len(prefix) + 12
    assert not set(number[len(prefix) :]) & set("ILOU")


def test_ten_thousand_references_have_ten_thousand_numbers() -> None:
    numbers = {tracking_number("OF", "account", f"reference-{number}") for number in range(10_000)}
    assert len(numbers) == 10_000


async def test_a_repeated_purchase_gets_the_same_numbers_and_another_account_others() -> None:
    first, again = await fleet().buy_shipment(request(pieces=3)), await fleet().buy_shipment(request(pieces=3))
    other = await fleet("b").buy_shipment(request(pieces=3))
    numbers = {one.tracking_number for one in (*first.labels, *other.labels)}
    assert first == again == await fleet().find_shipment(request(pieces=3))
    assert len(numbers) == 6


async def test_the_fleet_and_whom_to_call_stand_on_the_label() -> None:
    [label] = (await fleet(contact_phone="+56 2 2345").buy_shipment(request())).labels
    assert label.routing == ("Reparto Norte", "+56 2 2345")
    assert label.tracking_number.startswith("OF")


async def test_a_service_that_there_is_not_is_refused_and_nothing_is_found_of_it() -> None:
    with pytest.raises(Rejected, match="no service 'bike', but next-day"):
        await fleet().buy_shipment(request(service="bike"))
    assert await fleet().find_shipment(request(service="bike")) is None


async def test_the_account_says_what_is_offered() -> None:
    report = await fleet(services="a:Hoy, b:Mañana", prefix="VAN").check_account()
    assert report.ok
    assert report.message.startswith("Reparto Norte: Hoy, Mañana; numbers like VAN")


@pytest.mark.parametrize(
    "services",
    ["", ",", "no name", "x:", ":y", "A:Big", "a:One,a:Two", "a b:Space", ",".join(f"s{n}:S" for n in range(21))],
)
def test_services_that_cannot_be_read_are_refused_as_they_are_typed(services: str) -> None:
    with pytest.raises(SettingsInvalid):
        read_settings(OwnFleetSettings, {"fleet_name": "X", "services": services})


@pytest.mark.parametrize("prefix", ["", "of", "TOOLONG", "A B", "AB\n"])
def test_a_prefix_is_capital_letters_and_digits(prefix: str) -> None:
    with pytest.raises(SettingsInvalid):
        read_settings(OwnFleetSettings, {"fleet_name": "X", "prefix": prefix})


@given(text)
def test_any_text_as_services_is_taken_or_refused(services: str) -> None:
    try:
        offered = OwnFleetSettings(fleet_name="X", services=services).offered()
    except ValueError:
        return
    assert all(one.code and one.name for one in offered)
    assert msgspec.json.encode(offered)
