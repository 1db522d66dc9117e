"""Comunas, concelhos, regions and postcodes of addresses: what other modules ask about places.

Pure lookups in versioned tables of the package (:mod:`despacho_core.places_table`); nothing is asked of a carrier, whose live
lists go empty (PEERS.md 2, theme 10).
"""

from __future__ import annotations

from despacho_core.addresses import Address
from despacho_core.places_match import Match, MatchedBy, unsettled
from despacho_core.places_matching import find_comuna
from despacho_core.places_postcodes import Postcode, Zone, read_postcode, zone_of_postcode
from despacho_core.places_regions import find_region
from despacho_core.places_table import COUNTRIES, Comuna, PlaceTable, Region, comunas_of, place_table, regions_of

__all__ = [
    "COUNTRIES",
    "Comuna",
    "Match",
    "MatchedBy",
    "PlaceTable",
    "Postcode",
    "Region",
    "Zone",
    "comuna_of",
    "comunas_of",
    "country_of",
    "find_comuna",
    "find_region",
    "place_table",
    "postcode_of",
    "read_postcode",
    "region_of",
    "regions_of",
    "zone_of",
    "zone_of_postcode",
]

_COUNTRIES = {"CHL": "CL", "CHILE": "CL", "PRT": "PT", "PORTUGAL": "PT"}


def country_of(address: Address) -> str:
    """ISO 3166 alpha-2 of the address's country, however written; empty where none is stated."""
    written = address.country.strip().upper()
    return _COUNTRIES.get(written, written)


def comuna_of(address: Address) -> Match:
    """The comuna (in Portugal the concelho) that an address is in.

    The municipality's name counts first, then its code, then the city; the region, and in Portugal the postcode, decide between
    namesakes. A municipality that is not known is never replaced by the city around it: the city's comuna is a candidate. An
    address without a country is looked for in all, and believed where one alone has the place.

    Doubt: a city without a municipality is taken for the comuna of that name, "Santiago" for Santiago Centro.
    """
    country = country_of(address)
    if country:
        return _comuna_in(country, address)
    matches = [_comuna_in(country, address) for country in COUNTRIES]
    sure = [match for match in matches if match.comuna and match.matched_by is not MatchedBy.FUZZY]
    candidates = (comuna for match in matches for comuna in (match.comuna, *match.candidates) if comuna)
    return sure[0] if len(sure) == 1 else unsettled(matches[0].written, tuple(candidates))


def _comuna_in(country: str, address: Address) -> Match:
    region, zone = _stated_region(address, country), zone_of_postcode(address.postal_code, country)
    named = _within(zone, find_comuna(address.municipality, region, country))
    coded = named if named.comuna else find_comuna(address.municipality_code, region, country)
    if coded.comuna is not None:
        return coded
    city = _within(zone, find_comuna(address.city, region, country))
    if not named.written or named.written.isdigit():
        return city if city.written else named if named.written else coded
    return unsettled(named.written, (*named.candidates, *((city.comuna,) if city.comuna else city.candidates)))


def region_of(address: Address) -> Region | None:
    """The region that an address is in: its comuna's, or where no comuna is known the one that it states."""
    match = comuna_of(address)
    if match.comuna is not None:
        return regions_of(match.comuna.country)[match.comuna.region]
    country = country_of(address)
    stated = _stated_region(address, country)
    return find_region(stated, country) if stated else None


def postcode_of(address: Address) -> Postcode | None:
    """The address's postcode, leniently read; None where it has none that its country could have."""
    return read_postcode(address.postal_code, country_of(address))


def zone_of(address: Address) -> Zone | None:
    """The zone of Portugal that an address is in, by its postcode, else by its region; None elsewhere."""
    postcode = postcode_of(address)
    if postcode is not None:
        return postcode.zone
    region = region_of(address)
    if region is None or region.country != "PT":
        return None
    return _zone(region.code)


def _zone(region: str) -> Zone:
    return {"PT-20": Zone.ACORES, "PT-30": Zone.MADEIRA}.get(region, Zone.CONTINENTE)


def _within(zone: Zone | None, match: Match) -> Match:
    """What is left of a match in the zone that the postcode says: villages on the mainland share their names with the islands' towns."""
    if zone is None:
        return match
    if match.comuna is not None:
        return match if _zone(match.comuna.region) is zone else unsettled(match.written, (match.comuna,))
    left = [comuna for comuna in match.candidates if _zone(comuna.region) is zone]
    if len(left) == 1 and len({comuna.name for comuna in match.candidates}) == 1 and len(match.candidates) > 1:
        return Match(written=match.written, matched_by=MatchedBy.EXACT, comuna=left[0])
    return match


def _stated_region(address: Address, country: str) -> str:
    """What says the region: its name, its code, or the postcode of an island."""
    for stated in (address.region, address.region_code):
        if stated and find_region(stated, country):
            return stated
    zone = zone_of_postcode(address.postal_code, country)
    return {Zone.ACORES: "PT-20", Zone.MADEIRA: "PT-30"}.get(zone, "") if zone else ""
