"""Addresses as the carrier's dictionary has them: street, number and flat apart, each with its length.

Stores often keep street and number in one field, so that the number is looked for where none is given; an address without any number is
sent as ``S/N``. What does not fit the ten letters of number or flat is appended to the street, so that nothing of it is lost.
"""

from __future__ import annotations

import re

import msgspec

from despacho_core.addresses import Address
from despacho_starken.words import tidy

NO_NUMBER = "S/N"
SHORT = 10
"""Letters that number and flat may have."""

_NUMBER = r"(?:n[°ºo]?\.?\s*|nro\.?\s*|#\s*)?(?P<number>[0-9]{1,6}(?:[-\s]?[a-z])?)"
_UNIT = r"(?:dep|dpto|depto|of|local|casa|piso|torre|block|bloque|villa|parcela|sitio|lote|interior)"
_STREET = r"(?P<street>[^,]*?[^\W\d_][^,]*?)"
_NUMBER_LAST = re.compile(rf"{_STREET}[\s,]+{_NUMBER}", re.IGNORECASE)
_NUMBER_INSIDE = re.compile(rf"{_STREET}[\s,]+{_NUMBER}(?:\s*,\s*|\s+(?={_UNIT}))(?P<rest>.+)", re.IGNORECASE)
_WITHOUT_NUMBER = re.compile(r"[\s,]+s\s*/\s*n[°º]?\.?$", re.IGNORECASE)


class Street(msgspec.Struct, frozen=True):
    """An address line in three parts."""

    name: str
    number: str
    unit: str


def street_of(address: Address, *, most: int) -> Street:
    """The parts of an address, as many as are known; the street has at most ``most`` letters."""
    name, number, rest = _parts(address)
    if len(number) > SHORT:
        rest, number = tidy(f"{number} {rest}"), NO_NUMBER
    if len(rest) > SHORT:
        return Street(tidy(f"{name}, {rest}")[:most].rstrip(" ,"), number, "")
    return Street(name[:most].rstrip(" ,"), number, rest)


def _parts(address: Address) -> tuple[str, str, str]:
    name, number, rest = tidy(address.street), tidy(address.street_number), tidy(address.complement)
    if number:
        number, _, more = number.replace(",", " ").strip().partition(" ")
        return name.removesuffix(f" {number}"), number or NO_NUMBER, tidy(f"{more} {rest}")
    inside = _NUMBER_INSIDE.fullmatch(name)
    found = inside or _NUMBER_LAST.fullmatch(name)
    if found is None:
        return _WITHOUT_NUMBER.sub("", name) or name, NO_NUMBER, rest
    more = inside["rest"] if inside else ""
    return found["street"].strip(" ,"), found["number"], tidy(f"{more} {rest}")


def phone_of(*candidates: str | None) -> str:
    """The first phone that has digits, without the country's 56 and at most 20 long; empty if there is none."""
    for candidate in candidates:
        digits = "".join(letter for letter in tidy(candidate) if letter.isascii() and letter.isdigit())
        if digits:
            return (digits[2:] if len(digits) == 11 and digits.startswith("56") else digits)[:20]
    return ""
