"""Delivery points: the rows of a .NET DataSet, with their columns' names escaped and decimals behind commas (contract/carriers.md 2.6)."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from despacho_core.addresses import Address
from despacho_ctt.places import portuguese_postcode
from despacho_ctt.soap import envelope, local_name
from despacho_ctt.words import plain, tidy
from despacho_ports.carriers import PickupPoint

NEAREST = 50
"""Points that are told at most."""

_ROW = "TBLPontosEntrega"
_HOURS = re.compile(r"(\w+) (opening|closing) time ([0-9])")
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{1,12})?", re.ASCII)


class Place(msgspec.Struct, frozen=True):
    """A delivery point and where it lies, in degrees; None where the carrier does not say."""

    point: PickupPoint
    position: tuple[float, float] | None = None


def points_request(operation: str, authentication_id: str) -> bytes:
    """The question for all delivery points."""
    return envelope(operation, ID=authentication_id)


def read_places(result: ET.Element) -> list[Place]:
    """Every delivery point of an answer; rows without a code or a name are left out."""
    rows = (_columns(row) for row in result.iter() if local_name(row) == _ROW)
    return [place for row in rows if (place := _place(row)) is not None]


def nearest(places: Sequence[Place], near: Address) -> list[PickupPoint]:
    """The points around an address, nearest first.

    The address has no position of its own: it is taken to lie where the points with the nearest postcode, or else of the same town, lie.
    """
    here = _estimated(places, near)
    if here is None:
        return [place.point for place in places[:NEAREST]]
    return [place.point for place in sorted(places, key=lambda place: _distance(place.position, here))[:NEAREST]]


def _columns(row: ET.Element) -> dict[str, str]:
    return {local_name(column).lower(): tidy(column.text) for column in row}


def _place(row: Mapping[str, str]) -> Place | None:
    code, name = row.get("pup id", ""), row.get("display name", "")
    if not code or not name:
        return None
    address = Address(
        country=row.get("country code", "") or "PT",
        city=row.get("town") or None,
        postal_code=row.get("postalcode") or None,
        street=row.get("street name") or None,
        street_number=row.get("street number") or None,
    )
    latitude, longitude = _degrees(row.get("latitude", "")), _degrees(row.get("longitude", ""))
    position = None if latitude is None or longitude is None else (latitude, longitude)
    return Place(PickupPoint(code=code, name=name, address=address, opening_hours=_opening_hours(row)), position)


def _degrees(text: str) -> float | None:
    return float(text.replace(",", ".")) if _DEGREES.fullmatch(text) else None


def _opening_hours(row: Mapping[str, str]) -> str:
    """``Monday 09:00-13:00, 14:00-18:00; Tuesday …``, in the carrier's own words for the days and in its order."""
    days: dict[str, dict[str, dict[str, str]]] = {}
    for column, value in row.items():
        found = _HOURS.fullmatch(column)
        if found and value:
            day, edge, turn = found.groups()
            days.setdefault(day.capitalize(), {}).setdefault(turn, {})[edge] = value
    told = {day: ", ".join(_span(turns[turn]) for turn in sorted(turns)) for day, turns in days.items()}
    return "; ".join(f"{day} {spans}" for day, spans in told.items())


def _span(edges: Mapping[str, str]) -> str:
    return f"{edges.get('opening', '')}-{edges.get('closing', '')}"


def _estimated(places: Sequence[Place], near: Address) -> tuple[float, float] | None:
    asked = _number(near.postal_code)
    if asked is not None:
        apart = [
            (abs(number - asked), place) for place in places if (number := _number(place.point.address.postal_code))
        ]
        closest = min((distance for distance, _ in apart), default=0)
        return _middle(place for distance, place in apart if distance == closest)
    towns = {plain(town) for town in (near.city, near.municipality) if town}
    return _middle(place for place in places if plain(place.point.address.city or "") in towns)


def _number(postcode: str | None) -> int | None:
    parts = portuguese_postcode(postcode)
    return int("".join(parts)) if parts else None


def _middle(places: Iterable[Place]) -> tuple[float, float] | None:
    known = [place.position for place in places if place.position is not None]
    if not known:
        return None
    return sum(one[0] for one in known) / len(known), sum(one[1] for one in known) / len(known)


def _distance(position: tuple[float, float] | None, here: tuple[float, float]) -> float:
    """Squared degrees of latitude: good enough to sort by. What has no position comes last."""
    if position is None:
        return math.inf
    shrunk = math.cos(math.radians(here[0])) * (position[1] - here[1])
    return (position[0] - here[0]) ** 2 + shrunk**2
