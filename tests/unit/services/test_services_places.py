"""Addresses and lists of names, checked."""

from despacho_core.addresses import Address
from despacho_core.places import MatchedBy, Zone
from despacho_services.places import all_names, check_address, check_names


def only_santiago(address: Address) -> str | None:
    """A carrier that goes nowhere else."""
    return "SCL" if address.municipality == "Santiago" else None


def test_an_address_is_checked_for_its_comuna_region_postcode_and_zone() -> None:
    checked = check_address(Address(country="PT", municipality="Ponta Delgada", postal_code="9500321"))
    assert checked.match.comuna is not None
    assert checked.region is not None
    assert checked.postcode is not None
    assert (checked.match.comuna.code, checked.region.code) == ("4203", "PT-20")
    assert (checked.postcode.written, checked.zone) == ("9500-321", Zone.ACORES)


def test_an_address_without_a_place_has_nothing() -> None:
    checked = check_address(Address(country="CL"))
    assert (checked.match.matched_by, checked.match.candidates) == (MatchedBy.UNKNOWN, ())
    assert (checked.region, checked.postcode, checked.zone) == (None, None, None)


def test_a_list_keeps_its_order_and_says_what_does_not_match_and_what_is_not_served() -> None:
    names = [("Santiago", ""), ("San Pedro", ""), ("Talca", "Maule"), ("Talca", "Biobío")]
    checked = check_names(names, "CL", carrier="metro", coverage=only_santiago)
    assert [(place.written, place.code, place.coverage, place.region_differs) for place in checked.places] == [
        ("Santiago", "13101", "SCL", False),
        ("San Pedro", None, None, False),
        ("Talca", "07101", None, False),
        ("Talca", "07101", None, True),
    ]
    assert (checked.unmatched, checked.uncovered) == (("San Pedro",), ("San Pedro", "Talca", "Talca"))
    assert (checked.carrier, checked.country, checked.version[:2]) == ("metro", "CL", "CL")


def test_where_no_carrier_is_asked_nothing_is_uncovered() -> None:
    checked = check_names(all_names("PT"), "PT")
    assert (len(checked.places), checked.unmatched, checked.uncovered, checked.carrier) == (308, (), (), None)
