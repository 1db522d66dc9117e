"""The store platform's regions and municipalities, as its simulator gives them, are the ones that the tables know.

The simulator was written from the platform's documents by itself, so that a mistake would show here.
"""

import pytest

from despacho_core.addresses import Address
from despacho_core.places import COUNTRIES, comuna_of, comunas_of, find_region, place_table, region_of
from despacho_sandbox.store.geography import Municipality, Region, countries

KNOWN = [country for country in countries().values() if country.code in COUNTRIES]

# What the platform calls otherwise than the decree that gives comunas their codes.
OTHERWISE = {"La Calera", "Paihuano"}


def municipalities() -> list[tuple[str, Region, Municipality]]:
    return [
        (country.code, region, one) for country in KNOWN for region in country.regions for one in region.municipalities
    ]


def test_the_platforms_regions_are_known_by_code_and_by_name() -> None:
    for country in KNOWN:
        for region in country.regions:
            by_code, by_name = find_region(region.code, country.code), find_region(region.name, country.code)
            assert by_code is by_name, region
            assert by_code is not None, region
            assert country.code != "CL" or by_code.code == f"CL-{region.iso}"


def test_every_municipality_of_the_platform_is_a_comuna_as_the_platform_writes_addresses() -> None:
    assert len(municipalities()) > 100
    for country, region, one in municipalities():
        address = Address(
            country=country,
            region=region.name,
            region_code=region.code,
            municipality=one.name,
            municipality_code=one.code,
        )
        match, found = comuna_of(address), region_of(address)
        assert match.comuna is not None, one
        assert (match.matched_by, match.region_differs) == ("alias" if one.name in OTHERWISE else "exact", False), one
        assert found is find_region(region.code, country)


@pytest.mark.parametrize(("code", "comuna"), place_table("CL").platform_codes.items())
def test_the_municipality_codes_that_are_published_agree(code: str, comuna: str) -> None:
    given = {one.code: one.name for _, _, one in municipalities()}
    assert comuna_of(Address(country="CL", municipality_code=code)).comuna == comunas_of("CL")[comuna]
    assert code not in given or given[code] == comunas_of("CL")[comuna].name
