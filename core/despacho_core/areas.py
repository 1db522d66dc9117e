"""Where something holds: countries, regions, comunas and postcodes as a merchant writes them, against where a parcel goes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

import msgspec

from despacho_core.addresses import Address
from despacho_core.places import comuna_of, country_of, find_comuna, find_region, region_of
from despacho_core.places_words import LONGEST, key_of
from despacho_core.po_boxes import is_po_box

MOST_PLACES = 400
"""In one list: every comuna of Chile fits."""

PlaceName = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Places = Annotated[tuple[PlaceName, ...], msgspec.Meta(max_length=MOST_PLACES)]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where a parcel goes, as far as prices and rules care; codes as in :mod:`despacho_core.places`, else the name made comparable."""

    country: str = ""
    region: str | None = None
    comuna: str | None = None
    postcode: str = ""
    po_box: bool = False


class Area(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the world. Within ``countries`` (all where none is named) any one of the places named in the other lists will do.

    Attributes:
        countries: ISO 3166 alpha-2.
        regions: By name, ISO 3166-2 ("CL-RM") or the store platform's code ("12").
        comunas: By name or official code; concelhos in Portugal.
        postcodes: One ("7500000", "1250-096"), the beginning of some ("75*"), or a range ("1000-1999", "1000-001..1999-999").
    """

    countries: tuple[Country, ...] = ()
    regions: Places = ()
    comunas: Places = ()
    postcodes: Places = ()

    def __post_init__(self) -> None:
        for pattern in self.postcodes:
            problem = postcode_problem(pattern)
            if problem is not None:
                raise ValueError(f"{pattern}: {problem}")

    @property
    def is_everywhere(self) -> bool:
        """Whether no place is named at all."""
        return not (self.countries or self.regions or self.comunas or self.postcodes)

    def covers(self, destination: Destination) -> bool:
        """Whether the destination lies in it. A destination whose place is not known lies in no named one."""
        if self.countries and destination.country not in self.countries:
            return False
        if not (self.regions or self.comunas or self.postcodes):
            return True
        country = destination.country
        return (
            (
                destination.comuna is not None
                and any(comuna_key(one, country) == destination.comuna for one in self.comunas)
            )
            or (
                destination.region is not None
                and any(region_key(one, country) == destination.region for one in self.regions)
            )
            or (bool(destination.postcode) and any(_has_postcode(one, destination.postcode) for one in self.postcodes))
        )


def destination_of(address: Address) -> Destination:
    """What prices and rules look at in an address."""
    place = _place(
        Address(
            country=address.country[:LONGEST],
            region=_looked_at(address.region),
            region_code=_looked_at(address.region_code),
            municipality=_looked_at(address.municipality),
            municipality_code=_looked_at(address.municipality_code),
            city=_looked_at(address.city),
            postal_code=_looked_at(address.postal_code),
        )
    )
    return msgspec.structs.replace(place, po_box=True) if is_po_box(address) else place


def _looked_at(written: str | None) -> str | None:
    """The beginning that is looked at: what follows is kept by whole texts, and a checkout sends them at any length."""
    return written[:LONGEST] if written else written


@lru_cache(maxsize=4096)
def _place(address: Address) -> Destination:
    comuna = comuna_of(address).comuna
    region = region_of(address)
    written = address.municipality or address.city
    return Destination(
        country=country_of(address),
        region=comuna.region if comuna else region.code if region else _key(address.region),
        comuna=comuna.code if comuna else _key(written),
        postcode=_digits(address.postal_code or ""),
    )


@lru_cache(maxsize=8192)
def comuna_key(written: str, country: str) -> str:
    """The code of a comuna that a merchant names; where there is none of that name, the name made comparable."""
    found = find_comuna(written, None, country).comuna
    return found.code if found else key_of(written)


@lru_cache(maxsize=8192)
def region_key(written: str, country: str) -> str:
    """The same of a region."""
    found = find_region(written, country)
    return found.code if found else key_of(written)


def postcode_problem(pattern: str) -> str | None:
    """What is wrong with a postcode, a beginning or a range; None for a good one."""
    low, high = _range(pattern)
    if not low:
        return "no postcode"
    if high and (len(low) != len(high) or not low.isdigit() or not high.isdigit()):
        return "a range has two numbers of the same length"
    return "the range ends before it begins" if high and high < low else None


def postcode_ends(pattern: str) -> tuple[str, str]:
    """Both ends of a range, without what stands between digits; the second is empty for a postcode or the beginning of some."""
    return _range(pattern)


def _has_postcode(pattern: str, postcode: str) -> bool:
    low, high = _range(pattern)
    if high:
        return low <= postcode[: len(low)] <= high if len(postcode) >= len(low) else False
    return postcode.startswith(low) if pattern.rstrip().endswith("*") else postcode == low


@lru_cache(maxsize=8192)
def _range(pattern: str) -> tuple[str, str]:
    """Both ends of a range, without dashes and spaces; the second is empty where it is none."""
    for separator in ("..", "–", "-"):
        low, found, high = pattern.partition(separator)
        portuguese = separator == "-" and re.fullmatch(r"\s*\d{4}\s*-\s*\d{3}\s*", pattern)
        if found and not portuguese:
            return _digits(low), _digits(high)
    return _digits(pattern), ""


def _digits(postcode: str) -> str:
    """A postcode without what people put between its digits and letters."""
    return "".join(letter for letter in postcode[:40].upper() if letter.isalnum())


def _key(written: str | None) -> str | None:
    return (key_of(written) or None) if written else None
