"""Addresses and contacts as the carrier wants them: street, number and the rest apart; nine digits of phone.

Stores often keep street and number in one field (the captured order of contract/jumpseller.md 2.4 does), so that the number is
looked for where none is given. An address without any number is sent as ``S/N``, which is how Chileans write it.
"""

from __future__ import annotations

import re

import msgspec

from despacho_chilexpress.words import tidy
from despacho_core.addresses import Address

NO_NUMBER = "S/N"
_NUMBER = r"(?:n[°ºo]?\.?\s*|nro\.?\s*|#\s*)?(?P<number>[0-9]{1,6}(?:[-\s]?[a-z])?)"
_UNIT = r"(?:dep|dpto|depto|of|local|casa|piso|torre|block|bloque|villa|parcela|sitio|lote|interior)"
_STREET = r"(?P<street>[^,]*?[^\W\d_][^,]*?)"
_NUMBER_LAST = re.compile(rf"{_STREET}[\s,]+{_NUMBER}", re.IGNORECASE)
_NUMBER_INSIDE = re.compile(rf"{_STREET}[\s,]+{_NUMBER}(?:\s*,\s*|\s+(?={_UNIT}))(?P<rest>.+)", re.IGNORECASE)
_WITHOUT_NUMBER = re.compile(r"[\s,]+s\s*/\s*n[°º]?\.?$", re.IGNORECASE)


class Street(msgspec.Struct, frozen=True):
    """An address line in three parts; ``supplement`` holds flat, office and the like."""

    name: str
    number: str
    supplement: str


def street_of(address: Address) -> Street:
    """The parts of an address, as many as are known."""
    name, number, rest = tidy(address.street), tidy(address.street_number), tidy(address.complement)
    if number:
        number, _, more = number.replace(",", " ").partition(" ")
        return Street(name.removesuffix(f" {number}"), number, tidy(f"{more} {rest}"))
    inside = _NUMBER_INSIDE.fullmatch(name)
    found = inside or _NUMBER_LAST.fullmatch(name)
    if found is None:
        return Street(_WITHOUT_NUMBER.sub("", name) or name, NO_NUMBER, rest)
    more = inside["rest"] if inside else ""
    return Street(found["street"].strip(" ,"), found["number"], tidy(f"{more} {rest}"))


def phone_of(*candidates: str | None) -> str:
    """The first phone that has digits, without the country's 56; empty if there is none."""
    for candidate in candidates:
        digits = "".join(letter for letter in tidy(candidate) if letter.isascii() and letter.isdigit())
        if digits:
            return digits[2:] if len(digits) == 11 and digits.startswith("56") else digits
    return ""


def name_of(*candidates: str | None) -> str:
    """The first candidate with something in it, tidied."""
    return next((name for name in map(tidy, candidates) if name), "")
