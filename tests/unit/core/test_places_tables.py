"""The tables of places: whole, consistent, official in their codes, and saying where they come from."""

import re
from collections import Counter
from pathlib import Path

import pytest

import despacho_core
from despacho_core.places import COUNTRIES, comunas_of, find_region, place_table, regions_of
from despacho_core.places_index import by_key
from despacho_core.places_words import key_of

# Comunas of each region of Chile, by the region's number (Decreto Exento 1.115, 2018).
CHILE = {
    1: 7,
    2: 9,
    3: 9,
    4: 15,
    5: 38,
    6: 33,
    7: 30,
    8: 33,
    9: 32,
    10: 30,
    11: 10,
    12: 11,
    13: 52,
    14: 12,
    15: 4,
    16: 21,
}
# Concelhos of each district (1 to 18) and autonomous region (20 Açores, 30 Madeira).
PORTUGAL = {
    1: 19, 2: 14, 3: 14, 4: 12, 5: 11, 6: 17, 7: 14, 8: 16, 9: 14, 10: 16, 11: 16, 12: 15, 13: 18, 14: 21, 15: 13, 16: 10, 17: 14, 18: 24,
    20: 19, 30: 11,
}  # fmt: skip


def test_chile_has_346_comunas_in_16_regions_and_portugal_308_concelhos_in_20() -> None:
    assert {int(region.number): len(region.comunas) for region in regions_of("CL").values()} == CHILE
    assert {int(region.number): len(region.comunas) for region in regions_of("PT").values()} == PORTUGAL
    assert (len(comunas_of("CL")), len(comunas_of("PT"))) == (sum(CHILE.values()), sum(PORTUGAL.values())) == (346, 308)
    assert not comunas_of("AR")
    assert not regions_of("AR")


def test_codes_say_the_region() -> None:
    for region in regions_of("CL").values():
        assert all(re.fullmatch(rf"{region.number}[1-8]\d\d", code) for code in region.comunas)
    for region in regions_of("PT").values():
        first = {"PT-20": "4[1-9]", "PT-30": "3[12]"}.get(region.code, region.number)
        assert all(re.fullmatch(rf"{first}\d\d", code) for code in region.comunas)


def test_the_regions_of_chile_have_the_numbers_that_each_numbering_gives_them() -> None:
    told = {region.code: (region.number, region.roman, region.platform_code) for region in regions_of("CL").values()}
    assert told == {
        "CL-AP": ("15", "XV", "16"), "CL-TA": ("01", "I", "15"), "CL-AN": ("02", "II", "03"), "CL-AT": ("03", "III", "05"),
        "CL-CO": ("04", "IV", "07"), "CL-VS": ("05", "V", "01"), "CL-RM": ("13", "XIII", "12"), "CL-LI": ("06", "VI", "08"),
        "CL-ML": ("07", "VII", "11"), "CL-NB": ("16", "XVI", "18"), "CL-BI": ("08", "VIII", "06"), "CL-AR": ("09", "IX", "04"),
        "CL-LR": ("14", "XIV", "17"), "CL-LL": ("10", "X", "14"), "CL-AI": ("11", "XI", "02"), "CL-MA": ("12", "XII", "10"),
    }  # fmt: skip


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_table_names_version_source_and_the_day_it_was_read(country: str) -> None:
    table = place_table(country)
    assert re.fullmatch(rf"{country} \d{{4}}\.\d+", table.version)
    assert table.country == country
    assert re.search(r"Read on \d{4}-\d\d-\d\d\.$", table.source)


@pytest.mark.parametrize("country", COUNTRIES)
def test_further_names_belong_to_comunas_that_exist_and_say_something_new(country: str) -> None:
    table, comunas = place_table(country), comunas_of(country)
    assert {*table.other_names, *table.localities, *table.platform_codes.values()} <= set(comunas)
    for code, names in (*table.other_names.items(), *table.localities.items()):
        keys = [key_of(name) for name in names]
        assert all(keys), code
        assert len(set(keys)) == len(keys), (code, names)
        assert key_of(comunas[code].name) not in keys, (code, names)


@pytest.mark.parametrize(
    ("country", "shared"),
    [
        (
            "CL",
            {
                "SANPEDRO": ["02203", "08108", "13505"],
                "HUALPIN": ["08112", "09117"],
                "CERROCASTILLO": ["11402", "12402"],
                "VILLACERROCASTILLO": ["11402", "12402"],
            },
        ),
        ("PT", {"LAGOA": ["0806", "4201"], "CALHETA": ["4501", "3101"]}),
    ],
)
def test_few_names_belong_to_several_comunas_and_they_are_known(country: str, shared: dict[str, list[str]]) -> None:
    found = {key: [one.comuna.code for one in named] for key, named in by_key(country).items() if len(named) > 1}
    assert {key: sorted(codes) for key, codes in found.items()} == {key: sorted(codes) for key, codes in shared.items()}


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_region_goes_by_its_names_and_codes(country: str) -> None:
    for region in regions_of(country).values():
        for name in (region.name, *region.names, region.code, region.code.lower(), region.platform_code):
            assert find_region(name, country) is region, name
    assert set(Counter(region.platform_code for region in regions_of(country).values()).values()) == {1}


def test_the_tables_are_shipped_with_the_package() -> None:
    assert {path.name for path in Path(despacho_core.__file__).parent.glob("places_*.json")} == {
        "places_cl.json",
        "places_pt.json",
    }
