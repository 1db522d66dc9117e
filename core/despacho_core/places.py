"""Comunas, concelhos, regions and postcodes of addresses: what other modules ask about places.

Pure lookups in versioned tables of the package (:mod:`despacho_core.places_table`); nothing is asked of a carrier, whose live
lists go empty (PEERS.md 2, theme 10).
"""

from __future__ import annotations

from despacho_core.addresses import Address
from despacho_core.places_matching import Match, MatchedBy, find_comuna
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

    The municipality's name counts first, then its code, then the city; the region and in Portugal the postcode decide between
    namesakes. A city is looked at only where no municipality is named: an unknown one is not replaced by the city around it.
    """
    country, region = country_of(address), _stated_region(address)
    name, code = (address.municipality or "").strip(), (address.municipality_code or "").strip()
    if name and not name.isdigit():
        return find_comuna(name, region, country)
    for given in (name, code, address.city):
        match = find_comuna(given, region, country)
        if match.comuna or (match.candidates and given == address.city):
            return match
    return find_comuna(address.city or name or code, region, country)


def region_of(address: Address) -> Region | None:
    """The region that an address is in: its comuna's, or where no comuna is known the one that it states."""
    match = comuna_of(address)
    if match.comuna is not None:
        return regions_of(match.comuna.country)[match.comuna.region]
    stated = _stated_region(address)
    return find_region(stated, country_of(address)) if stated else None


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
    return {"PT-20": Zone.ACORES, "PT-30": Zone.MADEIRA}.get(region.code, Zone.CONTINENTE)


def _stated_region(address: Address) -> str:
    country = country_of(address)
    for stated in (address.region, address.region_code):
        if stated and find_region(stated, country):
            return stated
    islands = {Zone.ACORES: "PT-20", Zone.MADEIRA: "PT-30"}
    zone = zone_of_postcode(address.postal_code) if country == "PT" else None
    return islands.get(zone, "") if zone else ""
