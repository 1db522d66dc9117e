"""Where an address is: from its municipality, its codes, its city, its region and its postcode."""

import pytest

from despacho_core.addresses import Address
from despacho_core.places import MatchedBy, Zone, comuna_of, country_of, postcode_of, region_of, zone_of


def named(address: Address) -> str | None:
    found = comuna_of(address).comuna
    return found.name if found else None


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (Address(country="CL", municipality="Vitacura", city="Santiago"), "Vitacura"),
        (Address(country="CL", municipality="Vitacura", municipality_code="8261414"), "Vitacura"),
        (Address(country="CL", municipality="8261414", city="Santiago"), "Providencia"),
        (Address(country="CL", municipality_code="8261428", city="Santiago"), "Las Condes"),
        (Address(country="CL", municipality="Sector Oriente", municipality_code="8261428"), "Las Condes"),
        (Address(country="CL", municipality="8269999", city="Temuco"), "Temuco"),
        (Address(country="CL", municipality_code="8269999", city="Temuco"), "Temuco"),
        (Address(country="CL", municipality="13101"), "Santiago"),
        (Address(country="CL", city="Temuco"), "Temuco"),
        (Address(country="CL", municipality="San Pedro", region="Biobío"), "San Pedro de la Paz"),
        (Address(country="CL", municipality="San Pedro", region_code="12"), "San Pedro"),
        (Address(country="CL", municipality="San Pedro", region="something", region_code="12"), "San Pedro"),
        (Address(country="Chile", municipality="Ñuñoa"), "Ñuñoa"),
        (Address(country="PT", city="Lagoa", postal_code="9560-045"), "Lagoa"),
        (Address(country="PT", municipality="Calheta", postal_code="9370"), "Calheta"),
        (Address(country="PT", city="Santa Cruz", postal_code="9100-101"), "Santa Cruz"),
        (Address(country="PT", city="Santa Cruz", postal_code="2560-051"), None),
        (Address(country="PT", city="Queluz", postal_code="2745-191"), "Sintra"),
        (Address(country="PT", city="Lisboa", postal_code="1250-096"), "Lisboa"),
        (Address(municipality="Providencia"), "Providencia"),
        (Address(municipality="Matosinhos"), "Matosinhos"),
        (Address(municipality="Santa Cruz"), None),
        (Address(country="AR", municipality="Santa Cruz"), None),
        (Address(country="CL"), None),
        (Address(), None),
    ],
)
def test_the_comuna_of_an_address(address: Address, name: str | None) -> None:
    assert named(address) == name


def test_namesakes_on_the_islands_are_told_apart_by_the_postcode() -> None:
    codes = [
        comuna_of(Address(country="PT", city="Calheta", postal_code=code)).comuna for code in ("9370-001", "9850-001")
    ]
    assert [comuna.code for comuna in codes if comuna] == ["3101", "4501"]
    algarve = comuna_of(Address(country="PT", city="Lagoa", postal_code="8400-400"))
    assert (algarve.matched_by, algarve.comuna and algarve.comuna.code) == (MatchedBy.EXACT, "0806")


def test_a_mainland_village_is_not_taken_for_the_islands_town_of_its_name() -> None:
    match = comuna_of(Address(country="PT", city="Santa Cruz", postal_code="2560-051"))
    assert (match.matched_by, [comuna.name for comuna in match.candidates]) == (MatchedBy.UNKNOWN, ["Santa Cruz"])


def test_a_municipality_that_is_not_known_is_not_replaced_by_the_city_but_the_city_is_offered() -> None:
    match = comuna_of(Address(country="CL", municipality="Villa Sur", city="Temuco"))
    assert (match.comuna, match.written) == (None, "Villa Sur")
    assert [comuna.name for comuna in match.candidates] == ["Temuco"]


def test_a_place_that_several_countries_have_is_not_chosen_without_the_country() -> None:
    match = comuna_of(Address(municipality="Santa Cruz"))
    assert match.matched_by is MatchedBy.AMBIGUOUS
    assert {comuna.country for comuna in match.candidates} == {"CL", "PT"}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (Address(country="CL", municipality="Ñuñoa"), "CL-RM"),
        (Address(country="CL", municipality="Chillán", region="Biobío"), "CL-NB"),
        (Address(country="CL", region="Región de Valparaíso"), "CL-VS"),
        (Address(country="CL", region_code="12", municipality="San Pedro"), "CL-RM"),
        (Address(country="CL", region_code="99"), None),
        (Address(country="PT", postal_code="9000-123"), "PT-30"),
        (Address(country="PT", region="Lisboa"), "PT-11"),
        (Address(country="AR", region="Mendoza"), None),
    ],
)
def test_the_region_of_an_address_is_its_comunas_and_else_the_one_it_states(address: Address, code: str | None) -> None:
    region = region_of(address)
    assert (region.code if region else None) == code


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        (Address(country="PT", postal_code="9500-321"), Zone.ACORES),
        (Address(country="PT", city="Funchal"), Zone.MADEIRA),
        (Address(country="PT", region="Açores"), Zone.ACORES),
        (Address(country="PT", city="Porto"), Zone.CONTINENTE),
        (Address(country="PT"), None),
        (Address(country="CL", postal_code="7500000", municipality="Ñuñoa"), None),
    ],
)
def test_the_zone_of_an_address(address: Address, zone: Zone | None) -> None:
    assert zone_of(address) is zone


def test_countries_are_known_by_code_and_by_name() -> None:
    written = ("cl", "CHL", " Chile ", "PRT", "Portugal", "ar", "")
    assert [country_of(Address(country=country)) for country in written] == ["CL", "CL", "CL", "PT", "PT", "AR", ""]


def test_a_postcode_is_read_as_its_country_writes_it() -> None:
    postcode = postcode_of(Address(country="PT", postal_code="1250 096"))
    assert postcode is not None
    assert postcode.written == "1250-096"
    assert postcode_of(Address(country="CL", postal_code="3453")) is postcode_of(Address(country="CL")) is None
