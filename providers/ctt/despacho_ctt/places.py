"""Addresses and contacts as the carrier wants them (contract/carriers.md 2.3).

Portugal's postcodes go in two parts, with ``000`` where the last three digits are not known; those of other countries go whole, under
other names. Phone numbers that begin with 9 are mobile.
"""

from __future__ import annotations

import re

from despacho_core.addresses import Address
from despacho_ctt.soap import Contract
from despacho_ctt.words import sent, tidy
from despacho_ports.errors import Rejected

LONGEST_NAME = 60
_POSTCODE = re.compile(r"([0-9]{4})(?:[\s-]*([0-9]{3}))?(?![0-9])", re.ASCII)
_EUROPEAN_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 - a table
)


def place(address: Address, kind: str) -> Contract:
    """``ReceiverData`` or ``SenderData``.

    Args:
        address: Whose.
        kind: ``Receiver`` or ``Sender``.

    Raises:
        Rejected: Something needed is missing, or the carrier would want customs papers.
    """
    country = country_of(address, kind)
    name = _needed(sent(address.name, address.company, most=LONGEST_NAME), "name", kind)
    _needed(tidy(address.street), "street", kind)
    city = _needed(sent(address.city, address.municipality), "municipality", kind)
    members = {
        "Address": sent(address.street_line),
        "City": city,
        "ContactName": name if kind == "Sender" or address.company else "",
        "Country": country,
        "Email": sent(address.email),
        "Name": sent(address.company, most=LONGEST_NAME) or name,
        "Type": kind,
    }
    return Contract("ctt1", {**members, **_postcode(address, country, city, kind), **_phones(address.phone)})


def country_of(address: Address, kind: str) -> str:
    """The country's two letters; Portugal where none is given.

    Raises:
        Rejected: It lies outside the European Union, where customs papers would be needed, which we are not given.
    """
    country = tidy(address.country).upper() or "PT"
    if country not in _EUROPEAN_UNION:
        message = (
            f"The {_role(kind)} is outside the European Union: customs papers would be needed, which are not supported."
        )
        raise Rejected(message, field="country", code="customs-needed")
    return country


def portuguese_postcode(text: str | None) -> tuple[str, str] | None:
    """The four and the three digits of a Portuguese postcode, ``000`` where only four are given; None for anything else."""
    found = _POSTCODE.match(tidy(text).upper().removeprefix("PT").lstrip(" -"))
    return (found[1], found[2] or "000") if found else None


def _postcode(address: Address, country: str, city: str, kind: str) -> dict[str, str]:
    if country != "PT":
        postcode = _needed(sent(address.postal_code), "postal_code", kind)
        return {"NonPTZipCode": postcode, "NonPTZipCodeLocation": city}
    parts = portuguese_postcode(address.postal_code)
    if parts is None:
        raise Rejected(f"The {_role(kind)} has no Portuguese postcode, such as 1000-001.", field="postal_code")
    return {"PTZipCode4": parts[0], "PTZipCode3": parts[1], "PTZipCodeLocation": city}


def _phones(phone: str | None) -> dict[str, str]:
    digits = "".join(letter for letter in tidy(phone) if letter.isascii() and (letter.isdigit() or letter == "+"))
    digits = re.sub(r"^(?:\+|00)351(?=[0-9]{9}$)", "", digits)
    return {"MobilePhone" if digits.startswith("9") else "Phone": digits}


def _needed(text: str, field: str, kind: str) -> str:
    if not text:
        raise Rejected(f"The {_role(kind)} lacks its {field}.", field=field, code="incomplete-address")
    return text


def _role(kind: str) -> str:
    return "origin" if kind == "Sender" else "destination"
