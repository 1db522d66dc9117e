"""Cities, comunas and agencies that Starken serves (contract/carriers.md 3A)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec


class City(msgspec.Struct, frozen=True):
    """A city by the carrier's code, with the official number of its region and its comunas in capitals."""

    code: int
    region: int
    name: str
    comunas: tuple[str, ...]


class Agency(msgspec.Struct, frozen=True):
    """A counter where parcels are collected."""

    code: int
    name: str
    comuna: str
    address: str


AGENCIES = {
    one.code: one
    for one in (
        Agency(1467, "NUNOA IRARRAZAVAL", "NUNOA", "AV IRARRAZAVAL 2401"),
        Agency(1201, "CASTRO", "CASTRO", "SAN MARTIN 681"),
        Agency(1001, "SANTIAGO CENTRO", "SANTIAGO", "SAN DIEGO 100"),
        Agency(1101, "ARICA", "ARICA", "DIEGO PORTALES 900"),
    )
}
"""1467 is the one of the published example; the others are invented."""


@cache
def cities() -> tuple[City, ...]:
    """Every city, from north to south."""
    text = files(__package__).joinpath("cities.txt").read_text(encoding="utf-8")
    found: list[City] = []
    region = 0
    for line in text.splitlines():
        if line.startswith("["):
            region = int(line.strip("[]"))
        elif "=" in line and not line.startswith("#"):
            code, _, rest = line.partition("=")
            name, _, comunas = rest.partition(":")
            found.append(City(int(code), region, name, tuple(comunas.split(",")) if comunas else (name,)))
    return tuple(found)


@cache
def city_coded(code: int) -> City | None:
    """The city of a code, None if there is none."""
    return next((city for city in cities() if city.code == code), None)


@cache
def city_of(comuna: str) -> City | None:
    """The city of a comuna in the carrier's spelling; of several places with one name the one whose city is called so."""
    here = [city for city in cities() if comuna in city.comunas]
    return next((city for city in here if city.name == comuna), here[0] if here else None)
