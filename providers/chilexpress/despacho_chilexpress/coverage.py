"""From a place to the four-letter coverage code that the carrier uses everywhere.

What somebody wrote is matched to a comuna by the hub (:mod:`despacho_core.places`); here are the carrier's own codes alone, in a
file of the package, ``coverage.json`` (contract/carriers.md 1.2 and Annex A). Quinchao and Hualaihué have the codes of their
main towns, Achao and Hornopirén, which the carrier names in their place.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from despacho_core.addresses import Address
from despacho_core.places import comuna_of, country_of


class CoverageTable(msgspec.Struct, frozen=True):
    """The whole file: the carrier's codes by the comunas' official ones."""

    version: str
    source: str
    comunas: dict[str, str]


@cache
def coverage_table() -> CoverageTable:
    """The table as shipped, read once."""
    raw = Path(__file__).with_name("coverage.json").read_bytes()
    return msgspec.json.decode(raw, type=CoverageTable)


def code_of(address: Address) -> str | None:
    """The coverage code of an address, None where the carrier is not known to go.

    Without a country, Chile is meant. A coverage code in place of the comuna's name is taken as it is.
    """
    country = country_of(address) or "CL"
    if country != "CL":
        return None
    comuna = comuna_of(msgspec.structs.replace(address, country=country)).comuna
    if comuna is not None:
        return coverage_table().comunas.get(comuna.code)
    return address.municipality if address.municipality in _codes() else None


@cache
def _codes() -> frozenset[str]:
    return frozenset(coverage_table().comunas.values())
