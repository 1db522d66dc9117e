"""From the name of a comuna to the four-letter coverage code that the carrier uses everywhere.

The table is a file of the package, ``coverage.json`` (contract/carriers.md 1.2 and Annex A). Names are compared without accents,
case, punctuation, spaces and small words, with the usual abbreviations written out. The region decides only between comunas
that share a name: stores still place comunas in regions that have since been divided.

Doubts: ``city`` is used only where there is no comuna's name, so "Santiago" alone means Santiago Centro. Quinchao and
Hualaihué are answered with the codes of their main towns, Achao and Hornopirén, which the table names in their place.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import msgspec

from despacho_chilexpress.words import plain
from despacho_core.addresses import Address

_WRITTEN_OUT = {
    "CDAD": "CIUDAD",
    "EST": "ESTACION",
    "FCO": "FRANCISCO",
    "GRAL": "GENERAL",
    "NVA": "NUEVA",
    "PTA": "PUNTA",
    "PTE": "PUENTE",
    "PTO": "PUERTO",
    "PRTO": "PUERTO",
    "QTA": "QUINTA",
    "SN": "SAN",
    "STA": "SANTA",
    "STGO": "SANTIAGO",
    "STO": "SANTO",
    "VTE": "VICENTE",
}
_SMALL_WORDS = frozenset({"COMUNA", "DE", "DEL", "REGION"})
_DIVIDERS = str.maketrans({"(": ",", "/": ",", ";": ",", "|": ",", "–": ",", "—": ","})
_KNOWN_REGION_CODES = {"12": "RM", "01": "R5", "04": "R9"}
"""The store platform's codes, as far as they are published (contract/jumpseller.md 4.6). They are not the statistics office's."""


class Region(msgspec.Struct, frozen=True):
    """A region with the carrier's own id, the names it goes by, and its comunas by coverage code."""

    code: str
    names: tuple[str, ...]
    comunas: dict[str, str]


class CoverageTable(msgspec.Struct, frozen=True):
    """The whole file. ``other_names`` are further names by coverage code; a name may belong to several codes."""

    version: str
    source: str
    regions: tuple[Region, ...]
    other_names: dict[str, tuple[str, ...]]


@cache
def coverage_table() -> CoverageTable:
    """The table as shipped, read once."""
    raw = Path(__file__).with_name("coverage.json").read_bytes()
    return msgspec.json.decode(raw, type=CoverageTable)


def code_of(address: Address) -> str | None:
    """The coverage code of an address, None where the carrier is not known to go."""
    if address.country.strip().upper() not in {"", "CL", "CHL", "CHILE"}:
        return None
    for name in (address.municipality, address.city):
        # Some callers send the platform's number in place of the name.
        if name and not name.strip().isdigit():
            return coverage_code(name, address.region or address.region_code or "")
    return None


@lru_cache(maxsize=4096)
def coverage_code(name: str, region: str = "") -> str | None:
    """The coverage code for a comuna's name, in any spelling; the region, a name or a code, decides between namesakes."""
    codes = _index().get(_key(name))
    if codes is None:
        first = name.translate(_DIVIDERS).replace(" - ", ",").partition(",")[0]
        codes = _index().get(_key(first), ())
    if len(codes) > 1:
        wanted = region_code(region)
        codes = tuple(code for code in codes if _regions_of_codes()[code] == wanted)
    return codes[0] if len(codes) == 1 else None


def region_code(region: str) -> str | None:
    """The carrier's id of a region (``RM``, ``R5``), from its name or one of the platform's known codes."""
    known = _KNOWN_REGION_CODES.get(region.strip())
    return known or _region_index().get(_key(region))


def _key(name: str) -> str:
    words = (_WRITTEN_OUT.get(word, word) for word in plain(name).split())
    return "".join(word for word in words if word not in _SMALL_WORDS)


@cache
def _index() -> dict[str, tuple[str, ...]]:
    """Codes by the key of every name, and of the code itself where no comuna is called that."""
    table = coverage_table()
    found: dict[str, tuple[str, ...]] = {}
    names = [(code, name) for region in table.regions for code, name in region.comunas.items()]
    names += [(code, name) for code, others in table.other_names.items() for name in others]
    for code, name in names:
        found[_key(name)] = tuple(dict.fromkeys((*found.get(_key(name), ()), code)))
    for code in _regions_of_codes():
        found.setdefault(code, (code,))
    return found


@cache
def _region_index() -> dict[str, str]:
    table = coverage_table()
    return {_key(name): region.code for region in table.regions for name in (*region.names, region.code)}


@cache
def _regions_of_codes() -> dict[str, str]:
    return {code: region.code for region in coverage_table().regions for code in region.comunas}
