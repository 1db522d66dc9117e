"""Postcodes as people write them, and the zones of Portugal that carriers price by."""

from __future__ import annotations

import enum
import re

import msgspec

AREAS_OF_PORTUGAL = {
    "1": "Lisboa",
    "2": "Estremadura, Ribatejo e Península de Setúbal",
    "3": "Beira Litoral e Beira Alta",
    "4": "Minho e Douro Litoral",
    "5": "Trás-os-Montes e Alto Douro",
    "6": "Beira Interior",
    "7": "Alentejo",
    "8": "Algarve",
    "9": "Madeira e Açores",
}
"""What a postcode's first digit says in Portugal. Roughly: the borders are the post's, not the districts'."""


class Zone(enum.StrEnum):
    """Where in Portugal a postcode is (contract/carriers.md 2.7)."""

    CONTINENTE = "continente"
    MADEIRA = "madeira"
    ACORES = "acores"


class Postcode(msgspec.Struct, frozen=True, kw_only=True):
    """A postcode: only ``digits`` (Portugal 4 or 7, Chile 7), and as its country writes it: "1250-096", "7500000"."""

    country: str
    digits: str

    @property
    def written(self) -> str:
        """The usual form; Portugal's first four digits stand alone where no more is known."""
        if self.country == "PT" and len(self.digits) == 7:
            return f"{self.digits[:4]}-{self.digits[4:]}"
        return self.digits

    @property
    def area(self) -> str:
        """The first two digits: in Portugal the distribution area ("27" Amadora)."""
        return self.digits[:2]

    @property
    def area_name(self) -> str:
        """What the first digit says in Portugal, roughly; empty elsewhere."""
        return AREAS_OF_PORTUGAL[self.digits[0]] if self.country == "PT" else ""

    @property
    def zone(self) -> Zone | None:
        """The zone in Portugal; None elsewhere."""
        if self.country != "PT":
            return None
        head = int(self.digits[:4])
        if head < 9000:
            return Zone.CONTINENTE
        return Zone.MADEIRA if head < 9500 else Zone.ACORES


_BETWEEN = r"[\s.\-‐-―−]*"
_PORTUGUESE = re.compile(
    rf"(?:PT?[\s-]*)?([1-9][0-9]{{3}})(?:{_BETWEEN}([0-9]{{3}})(?!\d)|(?!{_BETWEEN}\d))", re.IGNORECASE
)
_CHILEAN = re.compile(r"[0-9]{7}")


def read_postcode(text: str | None, country: str) -> Postcode | None:
    """The postcode in a text, leniently: without dash, with spaces, four digits alone, a place's name after it.

    None for what is none in that country ("0123-456", "3453" in Chile) and for countries without known rules.
    """
    given = (text or "").strip()[:40]
    if country == "PT":
        found = _PORTUGUESE.match(given)
        return Postcode(country="PT", digits=found[1] + (found[2] or "")) if found else None
    digits = re.sub(r"[\s.-]", "", given)
    if country == "CL" and _CHILEAN.fullmatch(digits):
        return Postcode(country="CL", digits=digits)
    return None


def zone_of_postcode(text: str | None, country: str = "PT") -> Zone | None:
    """The zone of Portugal that a postcode is in; None for anything else."""
    found = read_postcode(text, country)
    return found.zone if found else None
