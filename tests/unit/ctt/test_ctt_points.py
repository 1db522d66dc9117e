"""Delivery points: a DataSet's rows, and which of them are near."""

from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_ctt.points import NEAREST, Place, nearest, read_places
from despacho_ctt.soap import parsed
from despacho_ports.carriers import PickupPoint


def row(code: str, **columns: str) -> str:
    told = {"PuP_x0020_ID": code, "Display_x0020_Name": f"Loja {code}", **columns}
    return f"<TBLPontosEntrega>{''.join(f'<{name}>{text}</{name}>' for name, text in told.items())}</TBLPontosEntrega>"


def places(*rows: str) -> list[Place]:
    result = parsed(f"<R><diffgram><DSPontosEntrega>{''.join(rows)}</DSPontosEntrega></diffgram></R>".encode())
    assert result is not None
    return read_places(result)


def at(code: str, postcode: str, town: str, latitude: str, longitude: str) -> str:
    return row(code, postalcode=postcode, town=town, Latitude=latitude, Longitude=longitude)


WORLD = places(
    at("LX", "1100-001", "LISBOA", "38,71", "-9,13"),
    at("ALM", "2800-003", "ALMADA", "38,68", "-9,16"),
    at("OPO", "4000-005", "PORTO", "41,15", "-8,61"),
    at("FNC", "9000-008", "FUNCHAL", "32,65", "-16,91"),
    at("NOWHERE", "1100-002", "LISBOA", "", ""),
)


def codes(near: Address) -> list[str]:
    return [point.code for point in nearest(WORLD, near)]


def test_a_row_is_read_with_its_escaped_columns_and_comma_decimals() -> None:
    columns = {
        "street_x0020_name": "Rua X",
        "Street_x0020_number": "1",
        "postalcode": "1100-001",
        "town": "LISBOA",
        "Country_x0020_Code": "PT",
        "Latitude": "38,7108",
        "Longitude": "-9,1366",
        "Monday_x0020_Opening_x0020_time_x0020_1": "09:00",
        "Monday_x0020_Closing_x0020_Time_x0020_1": "13:00",
        "Monday_x0020_Opening_x0020_time_x0020_2": "14:00",
        "Monday_x0020_Closing_x0020_Time_x0020_2": "18:00",
        "Saturday_x0020_Opening_x0020_time_x0020_1": "09:00",
        "Saturday_x0020_Closing_x0020_Time_x0020_1": "12:00",
        "Sunday_x0020_Opening_x0020_time_x0020_1": "",
    }
    (place,) = places(row("PT1", **columns))
    assert place.position == (38.7108, -9.1366)
    assert place.point == PickupPoint(
        code="PT1",
        name="Loja PT1",
        address=Address(country="PT", city="LISBOA", postal_code="1100-001", street="Rua X", street_number="1"),
        opening_hours="Monday 09:00-13:00, 14:00-18:00; Saturday 09:00-12:00",
    )


def test_rows_without_code_or_name_are_left_out() -> None:
    assert [one.point.code for one in places(row(""), row("A", Display_x0020_Name=""), row("B"))] == ["B"]


def test_the_postcode_tells_what_is_near_across_a_river_too() -> None:
    assert codes(Address(postal_code="1100-300")) == ["LX", "ALM", "OPO", "FNC", "NOWHERE"]
    assert codes(Address(postal_code="4050-001"))[0] == "OPO"
    assert codes(Address(postal_code="9000"))[0] == "FNC"


def test_without_a_postcode_the_town_tells() -> None:
    assert codes(Address(municipality="Pôrto"))[0] == "OPO"
    assert codes(Address(city="Atlântida")) == ["LX", "ALM", "OPO", "FNC", "NOWHERE"]
    assert codes(Address()) == ["LX", "ALM", "OPO", "FNC", "NOWHERE"]


def test_not_everything_is_told() -> None:
    assert len(nearest(WORLD * 30, Address(postal_code="1100-001"))) == NEAREST
    assert nearest([], Address(postal_code="1100-001")) == []


NAMES = st.sampled_from(["PuP_x0020_ID", "Display_x0020_Name", "Latitude", "Longitude", "postalcode", "town",
                         "Monday_x0020_Opening_x0020_time_x0020_1", "_xFFFF_", "Other"])  # fmt: skip
VALUES = st.sampled_from(["", "A", "38,7", "-9.1", "999,9", "1,2,3", "1e9", "nan", "1100-001", "٣", "LISBOA"])


@given(st.lists(st.lists(st.tuples(NAMES, VALUES), max_size=8), max_size=5), st.sampled_from(["", "1100-001", "x"]))
def test_any_rows_are_points_in_some_order(rows: list[list[tuple[str, str]]], postcode: str) -> None:
    told = "".join(
        f"<TBLPontosEntrega>{''.join(f'<{name}>{text}</{name}>' for name, text in one)}</TBLPontosEntrega>"
        for one in rows
    )
    found = places(told)
    near = nearest(found, Address(postal_code=postcode, city="Lisboa"))
    assert sorted(point.code for point in near) == sorted(place.point.code for place in found)
