"""Places that a merchant names: by their own names, refused where nobody knows them, with what may have been meant."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.area_checks import settled_area
from despacho_core.areas import Area, comuna_key, region_key
from despacho_core.places import COUNTRIES, comunas_of, regions_of


def settled(**places: Any) -> Area:
    area, misfits = settled_area(Area(**{name: tuple(some) for name, some in places.items()}))
    assert misfits == ()
    return area


def refused(**places: Any) -> dict[str, str]:
    area = Area(**{name: tuple(some) for name, some in places.items()})
    same, misfits = settled_area(area)
    assert same == area, "what does not fit is left as it was written"
    return {one.path: one.reason for one in misfits}


def test_spellings_localities_and_codes_become_the_places_own_names() -> None:
    area = settled(
        countries=["CL"], comunas=["ñunoa", "13123", "Reñaca", "Providencia"], regions=["RM", "V", "8va", "CL-AR"]
    )
    assert area.comunas == ("Ñuñoa", "Providencia", "Viña del Mar")
    assert area.regions == ("Metropolitana de Santiago", "Valparaíso", "Biobío", "La Araucanía")
    assert settled(countries=["PT"], comunas=["Gaia", "lisbon"], regions=["Distrito de Lisboa", "PT-20"]) == Area(
        countries=("PT",), comunas=("Vila Nova de Gaia", "Lisboa"), regions=("Lisboa", "Açores")
    )


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_place_keeps_its_name_and_is_the_same_place_afterwards(country: str) -> None:
    codes = tuple(comunas_of(country))
    area = settled(countries=[country], comunas=codes, regions=tuple(regions_of(country)))
    assert [comuna_key(one, country) for one in area.comunas] == list(codes)
    assert [region_key(one, country) for one in area.regions] == list(regions_of(country))
    assert settled_area(area) == (area, ())


def test_a_namesake_is_told_apart_by_its_region() -> None:
    assert refused(countries=["PT"], comunas=["Lagoa"]) == {
        "comunas[0]": "“Lagoa” is not certain; did you mean Lagoa (Faro), Lagoa (Açores)?"
    }
    assert settled(countries=["PT"], comunas=["Lagoa (Faro)"]).comunas == ("Lagoa (Faro)",)


def test_a_misspelt_place_is_asked_about_and_never_believed() -> None:
    assert refused(countries=["CL"], comunas=["Las Condes", "Providensia"], regions=["Metropoltana"]) == {
        "regions[0]": "“Metropoltana” is not certain; did you mean Metropolitana de Santiago?",
        "comunas[1]": "“Providensia” is not certain; did you mean Providencia (Metropolitana de Santiago)?",
    }
    assert "Providencia" in refused(comunas=["Providencia (Valparaíso)"])["comunas[0]"], "it contradicts itself"


def test_a_place_that_nobody_knows_is_refused_with_where_it_was_looked_for() -> None:
    assert refused(countries=["CL"], comunas=["Xyzzy"], regions=["13"]) == {
        "regions[0]": "“13” is no region or district of Chile",
        "comunas[0]": "“Xyzzy” is no comuna or concelho of Chile",
    }
    assert refused(comunas=["Madrid"])["comunas[0]"].endswith(
        "of Chile, Portugal; name the country if it lies in another"
    )
    assert refused(countries=["XX", "CL"]) == {"countries[0]": "“XX” is no country's code"}


def test_where_there_is_no_table_a_name_stands_as_it_is_written() -> None:
    area = settled(
        countries=["ES", "PT"], comunas=["Madrid", "Gaia"], regions=["Extremadura"], postcodes=["28001", "0*"]
    )
    assert (area.comunas, area.regions) == (("Madrid", "Vila Nova de Gaia"), ("Extremadura",))


@pytest.mark.parametrize(
    ("country", "good", "bad"),
    [
        ("CL", ["7500000", "75*", "7500000-7599999", "7500000..7599999"], ["75000", "0750000", "75000000*", "ABC"]),
        (
            "PT",
            ["1250-096", "1250096", "1000-1999", "1000-001..1999-999", "9*"],
            ["0123-456", "12500967", "125-1250", "9-1"],
        ),
    ],
)
def test_postcodes_have_their_countrys_form(country: str, good: list[str], bad: list[str]) -> None:
    assert settled(countries=[country], postcodes=good).postcodes == tuple(good)
    for one in bad:
        try:
            found = refused(countries=[country], postcodes=[one])
        except ValueError:  # the area itself cannot be read
            continue
        assert set(found) == {"postcodes[0]"}


def test_four_digits_are_a_whole_delivery_area_in_portugal() -> None:
    assert settled(countries=["PT"], postcodes=["1250"]).postcodes == ("1250*",)


@given(st.lists(st.text(min_size=1, max_size=20), max_size=3), st.sampled_from([(), ("CL",), ("PT",), ("ES",)]))
def test_whatever_is_named_is_settled_for_good_or_refused(names: list[str], countries: tuple[str, ...]) -> None:
    area, misfits = settled_area(Area(countries=countries, regions=tuple(names), comunas=tuple(names)))
    if not misfits:
        assert settled_area(area) == (area, ())
