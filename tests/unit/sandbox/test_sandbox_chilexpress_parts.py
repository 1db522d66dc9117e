"""Chilexpress from the inside: coverage, prices, labels, journeys."""

import io
import itertools
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from despacho_sandbox.chilexpress.coverage import OFFICES, REGIONS, CoverageArea, coverage_areas, served
from despacho_sandbox.chilexpress.drawing import bars
from despacho_sandbox.chilexpress.journey import follow_clock, move_by_hand, reached
from despacho_sandbox.chilexpress.labels import label
from despacho_sandbox.chilexpress.ledger import Ledger, Milestone, TransportOrder
from despacho_sandbox.chilexpress.options import Journey
from despacho_sandbox.chilexpress.pricing import SERVICES, charged_weight, offers

NOON = datetime(2026, 11, 20, 15, tzinfo=UTC)


def order(**changes: object) -> TransportOrder:
    fields = {
        "number": 712100833404,
        "certificate": 712100832940,
        "tcc": "18578680",
        "rut": 96756430,
        "subscription": "18578680",
        "reference": "S-1024-1",
        "group_reference": "GRUPO",
        "service": SERVICES[3],
        "document": False,
        "weight_kg": Decimal("1.5"),
        "sides_cm": (Decimal(10), Decimal(20), Decimal(30)),
        "piece": 1,
        "pieces": 1,
        "origin": coverage_areas()["PUDA"],
        "destination": coverage_areas()["PROV"],
        "address": "AVENIDA ÑUÑOA 427 LOCAL 2",
        "sender": "Remitente",
        "recipient": "Marcela Peña",
        "created_at": NOON,
    }
    return TransportOrder(**(fields | changes))  # type: ignore[arg-type]  # a builder for tests


def test_the_sixteen_regions_have_their_ids_and_no_r13() -> None:
    assert len(REGIONS) == 16
    assert {region.code for region in REGIONS} == {f"R{n}" for n in range(1, 17) if n != 13} | {"RM"}
    assert next(region.number for region in REGIONS if region.code == "RM") == 13


@pytest.mark.parametrize(
    ("region", "comunas"),
    [("R15", 1), ("R1", 3), ("R2", 8), ("R3", 8), ("R4", 11), ("R5", 26), ("RM", 49), ("R6", 28), ("R7", 15),
     ("R16", 13), ("R8", 25), ("R9", 18), ("R14", 10), ("R10", 23), ("R11", 5), ("R12", 3)],
)  # fmt: skip
def test_each_region_has_as_many_comunas_as_the_published_table(region: str, comunas: int) -> None:
    assert sum(area.region == region and area.mode == 1 for area in coverage_areas().values()) == comunas


@pytest.mark.parametrize(
    ("code", "name"),
    [("PROV", "PROVIDENCIA"), ("STGO", "SANTIAGO CENTRO"), ("VINA", "VINA DEL MAR"), ("PLCA", "PADRE LAS CASAS")],
)
def test_comunas_are_found_by_their_four_letters(code: str, name: str) -> None:
    area = served(code)
    assert area is not None
    assert area.name == name


def test_the_entry_for_no_coverage_is_listed_but_never_served() -> None:
    assert "SCOB" in coverage_areas()
    assert served("SCOB") is None
    assert served("XXXX") is None


def test_every_office_stands_in_a_comuna_of_its_region() -> None:
    comunas = {(area.county, area.region) for area in coverage_areas().values()}
    assert {(one.county, one.region) for one in OFFICES} <= comunas


SIDES = st.integers(1, 200).map(Decimal)
KILOS = st.decimals("0.01", "400", places=2)
AREAS = st.sampled_from([area for area in coverage_areas().values() if area.code != "SCOB"])


@given(AREAS, AREAS, KILOS, SIDES)
def test_every_offer_is_a_whole_positive_price_and_the_contract_price_is_lower(
    origin: CoverageArea, destination: CoverageArea, kilos: Decimal, side: Decimal
) -> None:
    weight = charged_weight(kilos, side, side, side)
    found = offers(origin, destination, weight)
    assert found or weight.charged > 500
    for offer in found:
        assert 0 < offer.contract_price < offer.list_price
    assert found == offers(origin, destination, weight)


@given(KILOS, SIDES, SIDES, SIDES)
def test_the_greater_of_real_and_volumetric_weight_is_charged(
    kilos: Decimal, height: Decimal, width: Decimal, length: Decimal
) -> None:
    weight = charged_weight(kilos, height, width, length)
    volumetric = height * width * length / 4000
    assert weight.volumetric == (volumetric > kilos)
    assert abs(weight.charged - max(kilos, volumetric)) <= Decimal("0.005")


@given(AREAS, AREAS, st.decimals("0.01", "29", places=2), st.decimals("0", "1", places=2))
def test_more_weight_never_costs_less(
    origin: CoverageArea, destination: CoverageArea, kilos: Decimal, more: Decimal
) -> None:
    def prices(weight: Decimal) -> dict[int, int]:
        charged = charged_weight(weight, Decimal(1), Decimal(1), Decimal(1))
        return {offer.service.code: offer.list_price for offer in offers(origin, destination, charged)}

    light, heavy = prices(kilos), prices(kilos + more)
    assert all(heavy[code] >= light[code] for code in light)


@pytest.mark.parametrize(
    ("origin", "destination", "kilos", "codes"),
    [
        ("PROV", "LCON", "1.5", {2, 3, 8}),
        ("PROV", "ANTO", "1.5", {2, 3}),
        ("PROV", "ARIC", "1.5", {2, 3, 4}),
        ("PROV", "PUNT", "1.5", {2, 5}),
        ("PROV", "FARE", "1.5", {4}),
        ("PROV", "LCON", "30.01", {41}),
        ("PROV", "ANTO", "40", {42}),
        ("PROV", "LCON", "500.01", set()),
    ],
)
def test_services_depend_on_distance_and_weight(origin: str, destination: str, kilos: str, codes: set[int]) -> None:
    weight = charged_weight(Decimal(kilos), Decimal(10), Decimal(10), Decimal(10))
    found = offers(coverage_areas()[origin], coverage_areas()[destination], weight)
    assert {offer.service.code for offer in found} == codes


@given(st.sampled_from(sorted(coverage_areas())), st.integers(1, 10**12 - 1))
def test_the_barcode_is_routing_then_number_then_one_digit(code: str, number: int) -> None:
    one = order(number=number, destination=coverage_areas()[code])
    assert len(one.barcode) == 23
    assert one.barcode.isdigit()
    assert (one.barcode[:10], int(one.barcode[10:22])) == (one.routing_code, number)


def read_barcodes(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def test_the_jpeg_called_binary_is_a_jpeg_whose_barcode_can_be_scanned() -> None:
    made = label(order(), 2)
    assert made is not None
    assert (made["labelType"], made["labelData"][:4]) == ("Binary", "/9j/")
    picture = Image.open(io.BytesIO(b64decode(made["labelData"])))
    assert picture.size == (800, 400)
    assert read_barcodes(picture) == [order().barcode]
    assert len(made["labelData"]) < 80_000


def test_the_pdf_label_is_one_page_of_100_by_50_mm_whose_barcode_can_be_scanned() -> None:
    made = label(order(), 4)
    assert made is not None
    assert made["labelType"] == "PDF"
    data = b64decode(made["labelData"])
    (page,) = PdfReader(io.BytesIO(data)).pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [100, 50]
    assert "Marcela Peña" in page.extract_text()
    assert read_barcodes(pypdfium2.PdfDocument(data)[0].render(scale=4).to_pil()) == [order().barcode]


def test_the_zpl_label_is_plain_text_and_no_address_can_smuggle_a_command_in() -> None:
    made = label(order(recipient="^XZ~JA Peña"), 3)
    assert made is not None
    assert made["labelType"] == "ZPL"
    assert made["labelData"].startswith("^XA")
    assert made["labelData"].count("^XZ") == 1
    assert "~" not in made["labelData"]
    assert f"^FD{order().barcode}^FS" in made["labelData"]


@given(st.text(max_size=40))
def test_the_epl_label_is_xml_inside_xml_whatever_the_name(name: str) -> None:
    recipient = "".join(letter for letter in name if letter.isprintable())
    made = label(order(recipient=recipient), 1)
    assert made is not None
    inner = ET.fromstring(made["labelData"]).findtext("DATOS_OT/ETIQUETA_EPL")
    commands = [line.text or "" for line in ET.fromstring(inner or "")]
    assert any(command.startswith("B050") and order().barcode in command for command in commands)
    assert commands[-1] == "P1"


def test_data_only_has_no_label() -> None:
    assert label(order(), 0) is None


@given(st.text("0123456789", min_size=23, max_size=23))
def test_bars_never_touch_and_fit_the_label(digits: str) -> None:
    drawn = list(bars(digits))
    assert all(start + width < following for (start, width), (following, _) in itertools.pairwise(drawn))
    assert drawn[0][0] == 0
    assert 44 + 4 * sum(drawn[-1]) < 800


def test_a_parcel_follows_the_clock_step_by_step() -> None:
    parcel = order()
    seen = []
    for hours in (0, 4, 10, 32, 36, 100):
        follow_clock(parcel, Journey(), NOON + timedelta(hours=hours))
        seen.append(reached(parcel))
    assert seen == ["requested", "received", "in_transit", "out_for_delivery", "delivered", "delivered"]
    assert len(parcel.events) == 4
    assert parcel.events[0].at == NOON + timedelta(hours=4)


def test_a_parcel_for_an_office_waits_there() -> None:
    parcel = order(office="101")
    follow_clock(parcel, Journey(), NOON + timedelta(hours=33))
    assert reached(parcel) is Milestone.PICKUP_AVAILABLE


def test_without_a_journey_parcels_stay_where_they_are() -> None:
    parcel = order()
    follow_clock(parcel, None, NOON + timedelta(days=9))
    assert reached(parcel) is Milestone.REQUESTED


@given(st.lists(st.sampled_from(list(Milestone))))
def test_a_hand_brings_a_parcel_anywhere_and_the_clock_then_leaves_it_alone(steps: list[Milestone]) -> None:
    parcel = order()
    for step in steps:
        move_by_hand(parcel, step, NOON)
        follow_clock(parcel, Journey(), NOON + timedelta(days=9))
        assert reached(parcel) is step
    milestones = [event.milestone for event in parcel.events]
    if Milestone.DELIVERED in milestones:
        assert milestones.index(Milestone.RECEIVED) < milestones.index(Milestone.DELIVERED)


def test_numbers_are_twelve_digits_and_never_given_twice() -> None:
    ledger = Ledger()
    numbers = [ledger.take_number() for _ in range(500)]
    assert len(set(numbers)) == 500
    assert all(len(str(number)) == 12 for number in numbers)
    assert json.loads(json.dumps(numbers[-1])) < 2**53
