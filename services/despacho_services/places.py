"""Where an order goes, checked: the comuna that its address names, or those that a person may choose from; and lists of names.

Pure: everything is looked up in the tables of :mod:`despacho_core.places`, and a carrier is asked for what it knows by heart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from despacho_core.addresses import Address
from despacho_core.places import (
    Comuna,
    Match,
    MatchedBy,
    Postcode,
    Region,
    Zone,
    comuna_of,
    comunas_of,
    find_comuna,
    place_table,
    postcode_of,
    region_of,
    regions_of,
    zone_of,
)

Coverage = Callable[[Address], str | None]
"""What a carrier that :class:`~despacho_ports.carriers.CoversPlaces` says of an address."""


class CheckedAddress(msgspec.Struct, frozen=True, kw_only=True):
    """What an address says of its place. Without a comuna, ``match`` has the candidates that a person is offered.

    ``postcode`` is None where there is none, or none that the country could have; ``zone`` is for Portugal alone.
    """

    match: Match
    region: Region | None
    postcode: Postcode | None
    zone: Zone | None


def check_address(address: Address) -> CheckedAddress:
    """The place of an address, and what is in doubt about it."""
    return CheckedAddress(
        match=comuna_of(address), region=region_of(address), postcode=postcode_of(address), zone=zone_of(address)
    )


class CheckedName(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list: what was written (with the region, if one was), the comuna that it is, the carrier's own code.

    ``candidates`` are what it may be where it is in doubt, each with its region: "San Pedro (CL-RM)".
    """

    written: str
    stated_region: str
    matched_by: MatchedBy
    code: str | None
    name: str | None
    region: str | None
    region_differs: bool
    coverage: str | None
    candidates: tuple[str, ...]


class CheckedNames(msgspec.Struct, frozen=True, kw_only=True):
    """A list of names, checked against the table of ``version``.

    ``unmatched`` and ``uncovered`` (where a carrier was asked) are what was written and does not match, or is not served.
    """

    country: str
    version: str
    carrier: str | None
    places: tuple[CheckedName, ...]
    unmatched: tuple[str, ...]
    uncovered: tuple[str, ...]


def check_names(
    names: Iterable[tuple[str, str]], country: str, *, carrier: str | None = None, coverage: Coverage | None = None
) -> CheckedNames:
    """Check names, each with its region or an empty text, in the order in which they were written.

    Args:
        names: As people or spreadsheets write them.
        country: "CL" or "PT".
        carrier: Id of the provider that ``coverage`` belongs to.
        coverage: Asked for the carrier's own code of each place.
    """
    places = tuple(_checked(written, region, country, coverage) for written, region in names)
    return CheckedNames(
        country=country,
        version=place_table(country).version,
        carrier=carrier,
        places=places,
        unmatched=tuple(place.written for place in places if place.code is None),
        uncovered=tuple(place.written for place in places if coverage and place.coverage is None),
    )


def all_names(country: str) -> list[tuple[str, str]]:
    """Every comuna of a country with its region, as a store writes them."""
    return [(comuna.name, regions_of(country)[comuna.region].name) for comuna in comunas_of(country).values()]


def _checked(written: str, region: str, country: str, coverage: Coverage | None) -> CheckedName:
    match = find_comuna(written, region, country)
    comuna = match.comuna
    return CheckedName(
        written=written,
        stated_region=region,
        matched_by=match.matched_by,
        code=comuna.code if comuna else None,
        name=comuna.name if comuna else None,
        region=comuna.region if comuna else None,
        region_differs=match.region_differs,
        coverage=coverage(Address(country=country, municipality=written, region=region)) if coverage else None,
        candidates=tuple(map(_told, match.candidates)),
    )


def _told(comuna: Comuna) -> str:
    return f"{comuna.name} ({comuna.region})"
