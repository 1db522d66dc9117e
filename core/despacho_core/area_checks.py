"""Whether the places that a merchant names are places: by their own names afterwards, and what may have been meant where they are none.

Names are looked up in the tables of :mod:`despacho_core.places`. A name, another name, a locality or a code becomes the place's own
name. What is only nearly a name is never believed here, though an address on an order may be: a tariff is written once and charged a
thousand times. In countries without a table a name stands as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from despacho_core.areas import Area, postcode_ends, postcode_problem
from despacho_core.country_codes import COUNTRY_CODES
from despacho_core.errors import Misfit
from despacho_core.places import COUNTRIES, Comuna, Match, MatchedBy, find_comuna, find_region, regions_of
from despacho_core.places_words import distance, key_of

MOST_OFFERED = 4
COUNTRY_NAMES = {"CL": "Chile", "PT": "Portugal"}
"""The same in all our languages."""

_FORGIVEN = 2
_SURE = frozenset({MatchedBy.EXACT, MatchedBy.ALIAS, MatchedBy.CODE})
_SHORT_POSTCODE = re.compile(r"[1-9]\d{3}", re.ASCII)
_POSTCODES = {"CL": frozenset({7}), "PT": frozenset({4, 7})}
"""Digits of a whole postcode; none begins with a nought."""

NO_COMUNA = (
    "“{written}” is no comuna or concelho of {countries}",
    "“{written}” is no comuna or concelho of {countries}; name the country if it lies in another",
)
NO_REGION = (
    "“{written}” is no region or district of {countries}",
    "“{written}” is no region or district of {countries}; name the country if it lies in another",
)
NO_POSTCODE = (
    "“{written}” cannot be a postcode of {countries}",
    "“{written}” cannot be a postcode of {countries}; name the country if it lies in another",
)
"""Why a place is none, where its countries are named and where they are not."""


class Scope(NamedTuple):
    """Where a name is looked for: countries with a table, and whether it may as well lie in one without."""

    countries: tuple[str, ...]
    is_open: bool
    is_said: bool


def settled_area(area: Area) -> tuple[Area, tuple[Misfit, ...]]:
    """The area with its places by their own names, and what is none; paths such as ``comunas[1]``."""
    misfits: list[Misfit] = []
    scope = _scope(area.countries)
    settled = {
        name: _settled(name, getattr(area, name), settle, scope, misfits)
        for name, settle in (
            ("countries", _country),
            ("regions", _region),
            ("comunas", _comuna),
            ("postcodes", _postcode),
        )
    }
    return (area if misfits else msgspec.structs.replace(area, **settled)), tuple(misfits)


def _settled(
    name: str, written: Sequence[str], settle: Callable[[str, Scope], str], scope: Scope, misfits: list[Misfit]
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for at, one in enumerate(written):
        try:
            found[settle(one.strip(), scope)] = None
        except ValueError as error:
            misfits.append(Misfit(f"{name}[{at}]", str(error)))
    return tuple(found)


def _scope(countries: Sequence[str]) -> Scope:
    known = tuple(country for country in countries or COUNTRIES if country in COUNTRIES)
    return Scope(known, any(country not in COUNTRIES for country in countries), bool(countries))


def _country(written: str, _scope: Scope) -> str:
    if written not in COUNTRY_CODES:
        raise ValueError(f"“{written}” is no country's code")
    return written


def _comuna(written: str, scope: Scope) -> str:
    matches = [find_comuna(written, None, country) for country in scope.countries]
    for match in matches:
        if match.comuna is not None and match.matched_by in _SURE and not match.region_differs:
            return _own_name(match.comuna)
    if scope.is_open:
        return written
    meant = [f"{one.name} ({_region_name(one)})" for match in matches for one in _meant(match)]
    raise ValueError(_unknown(written, NO_COMUNA, meant, scope))


def _meant(match: Match) -> Iterator[Comuna]:
    if match.comuna is not None:
        yield match.comuna
    yield from match.candidates


def _own_name(comuna: Comuna) -> str:
    """Its name; with its region where another comuna has the same: "Lagoa (Faro)"."""
    if find_comuna(comuna.name, None, comuna.country).comuna == comuna:
        return comuna.name
    return f"{comuna.name} ({_region_name(comuna)})"


def _region_name(comuna: Comuna) -> str:
    return regions_of(comuna.country)[comuna.region].name


def _region(written: str, scope: Scope) -> str:
    for country in scope.countries:
        region = find_region(written, country)
        if region is not None:
            return region.name
    if scope.is_open:
        return written
    key = key_of(written)
    meant = [
        region.name
        for country in scope.countries
        for region in regions_of(country).values()
        if any(_alike(key, key_of(name)) for name in (region.name, *region.names))
    ]
    raise ValueError(_unknown(written, NO_REGION, meant, scope))


def _alike(one: str, other: str) -> bool:
    return len(one) >= 4 and (one in other or distance(one, other, _FORGIVEN) <= _FORGIVEN)


def _postcode(written: str, scope: Scope) -> str:
    if (problem := postcode_problem(written)) is not None:
        raise ValueError(f"{written}: {problem}")
    ends = [end for end in postcode_ends(written) if end]
    whole = len(ends) == 1 and not written.endswith("*")
    if not scope.is_open and not any(_may_be(ends, _POSTCODES[country], whole=whole) for country in scope.countries):
        raise ValueError(_unknown(written, NO_POSTCODE, [], scope))
    # Four digits are all of a Portuguese delivery area, and letters come to its seven digits.
    return f"{written}*" if "PT" in scope.countries and _SHORT_POSTCODE.fullmatch(written) else written


def _may_be(ends: Sequence[str], digits: frozenset[int], *, whole: bool) -> bool:
    """Whether these can be postcodes of so many digits, or (unless one is whole) their beginnings."""
    lengths = digits if whole else range(1, max(digits) + 1)
    return all(end.isascii() and end.isdigit() and end[0] != "0" and len(end) in lengths for end in ends)


def _unknown(written: str, reasons: tuple[str, str], meant: Sequence[str], scope: Scope) -> str:
    if meant:
        return f"“{written}” is not certain; did you mean {', '.join(list(dict.fromkeys(meant))[:MOST_OFFERED])}?"
    reason = reasons[0] if scope.is_said else reasons[1]
    return reason.format(written=written, countries=", ".join(COUNTRY_NAMES[country] for country in scope.countries))
