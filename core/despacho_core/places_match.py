"""What comes of looking a written place up: one comuna and how it was found, or candidates."""

from __future__ import annotations

import enum

import msgspec

from despacho_core.places_index import Named, NameKind, lies_in
from despacho_core.places_table import Comuna, Region

MOST_CANDIDATES = 6
"""Comunas that a person is offered at most."""


class MatchedBy(enum.StrEnum):
    """How a comuna was found, or why none was."""

    EXACT = "exact"
    """Its own name, give or take accents, case, punctuation, abbreviations, and the region or city around it."""
    ALIAS = "alias"
    """Another name of it, its initials, or a locality within it."""
    CODE = "code"
    """Its official code, or the store platform's where that is known."""
    FUZZY = "fuzzy"
    """Nearly its name, and nearly no other's."""
    AMBIGUOUS = "ambiguous"
    """Several comunas may be meant."""
    UNKNOWN = "unknown"
    """No comuna that could be believed; a candidate is one that a person might have meant."""


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """What a written place is. Without a ``comuna``, the ``candidates`` are what it may be, likeliest first.

    ``region_differs`` tells that the comuna lies in another region than the one that was stated with it: it is the only
    one of that name, and the address contradicts itself.
    """

    written: str
    matched_by: MatchedBy
    comuna: Comuna | None = None
    candidates: tuple[Comuna, ...] = ()
    region_differs: bool = False


def settled(written: str, matched_by: MatchedBy, comuna: Comuna, region: Region | None) -> Match:
    """A match; ``region`` is the one that was stated."""
    differs = region is not None and not lies_in(comuna, region)
    return Match(written=written, matched_by=matched_by, comuna=comuna, region_differs=differs)


def unsettled(written: str, comunas: tuple[Comuna, ...] = ()) -> Match:
    """No match; the comunas may be meant."""
    candidates = tuple(dict.fromkeys(comunas))[:MOST_CANDIDATES]
    matched_by = MatchedBy.AMBIGUOUS if len(candidates) > 1 else MatchedBy.UNKNOWN
    return Match(written=written, matched_by=matched_by, candidates=candidates)


def chosen(written: str, named: tuple[Named, ...], region: Region | None) -> Match | None:
    """The one that is meant among those that go by a name, all of which are given; None where nobody does who is near."""
    if not named:
        return None
    left = tuple(one for one in named if region is not None and lies_in(one.comuna, region)) or named
    if left[0].kind is not NameKind.LOCALITY and all(one.kind is NameKind.LOCALITY for one in left[1:]):
        left = left[:1]  # a comuna's name counts before that of a village elsewhere
    if len(left) > 1:
        return unsettled(written, tuple(one.comuna for one in left))
    match = settled(written, _BY_KIND[left[0].kind], left[0].comuna, region)
    # Villages share their names more often than a table knows.
    strange = match.region_differs and left[0].kind is NameKind.LOCALITY
    return None if strange else match


_BY_KIND = {NameKind.OWN: MatchedBy.EXACT, NameKind.OTHER: MatchedBy.ALIAS, NameKind.LOCALITY: MatchedBy.ALIAS}
