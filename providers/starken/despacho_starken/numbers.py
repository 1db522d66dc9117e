"""The carrier's numbers, exactly: they come as numbers, as text, and in scientific notation, and never pass through a float.

An order of freight (OF) may be ``222746632``, ``"2.22746632E8"`` or ``2.22746632E8`` (contract/carriers.md 3A): the bytes are read as a
decimal, so that no digit is lost. One OF covers all packages of a shipment, and the hub follows each package by a number of its own:
the first by the OF alone, which is what the buyer looks up, package n by ``<OF>-<n>``.
"""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

NOTHING = msgspec.Raw(b"null")
MOST_DIGITS = 12
"""Digits of the longest OF that is believed; today's have nine."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
_TRACKING = re.compile(rf"([1-9][0-9]{{0,{MOST_DIGITS - 1}}})(?:-([1-9][0-9]?))?")


def exact(raw: msgspec.Raw) -> Decimal | None:
    """The number that the bytes of a JSON value write, as a number or as text; None where they write none."""
    text = bytes(raw).strip()[:200].decode("ascii", "replace").strip('"').strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def whole(raw: msgspec.Raw) -> int | None:
    """The number, if it is a whole one of at most 18 digits."""
    number = exact(raw)
    if number is None or number.adjusted() >= 18 or number != number.to_integral_value():
        return None
    return int(number)


def freight_order(raw: msgspec.Raw) -> str | None:
    """An OF as plain digits; None for what is none."""
    number = whole(raw)
    return str(number) if number is not None and 0 < number < 10**MOST_DIGITS else None


def package_number(order: str, piece: int) -> str:
    """The tracking number of a package, pieces counted from 1."""
    return order if piece == 1 else f"{order}-{piece}"


def package_of(tracking_number: str) -> tuple[str, int] | None:
    """OF and piece behind a tracking number; None for what is none of Starken's."""
    found = _TRACKING.fullmatch(tracking_number)
    return (found[1], int(found[2] or 1)) if found else None
