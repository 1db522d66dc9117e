"""Object numbers of the Universal Postal Union's standard S10: two letters, eight digits, a check digit, a country.

    DD 00000000 5 PT

The digits are weighted 8 6 4 2 3 5 9 7; the check digit is ``11 - sum mod 11``, with 0 for 10 and 5 for 11
(contract/carriers.md 2.3). Pure.
"""

from __future__ import annotations

import re

_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_NUMBER = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})", re.ASCII)
_INSIDE = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", re.ASCII)

LAST_SERIAL = 99_999_999


def check_digit(serial: int) -> int:
    """The check digit of a serial number.

    Raises:
        ValueError: It has more than eight digits, or is negative.
    """
    if not 0 <= serial <= LAST_SERIAL:
        raise ValueError("a serial number has eight digits")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, f"{serial:08d}", strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def object_number(prefix: str, serial: int, country: str = "PT") -> str:
    """The whole number of a serial: ``object_number("DD", 0)`` is ``DD000000005PT``.

    Raises:
        ValueError: Prefix or country are not two capitals, or the serial is too long.
    """
    number = f"{prefix}{serial:08d}{check_digit(serial)}{country}"
    if not is_object_number(number):
        raise ValueError("prefix and country are two capital letters each")
    return number


def is_object_number(text: str) -> bool:
    """Whether the text is a number with the right check digit."""
    found = _NUMBER.fullmatch(text)
    return found is not None and int(found[3]) == check_digit(int(found[2]))


def between(first: str, last: str, *, most: int) -> list[str]:
    """Every number of an inclusive range, in order.

    Empty where either end is none, prefixes or countries differ, the end lies before the start, or there are more than ``most``.
    """
    if not (is_object_number(first) and is_object_number(last)):
        return []
    start, end = int(first[2:10]), int(last[2:10])
    if (first[:2], first[-2:]) != (last[:2], last[-2:]) or not 0 <= end - start < most:
        return []
    return [object_number(first[:2], serial, first[-2:]) for serial in range(start, end + 1)]


def numbers_in(text: str) -> list[str]:
    """The valid numbers that a text mentions, each once, in order; letters may stand close to them, as in ZPL's ``^FDDD…``."""
    return [number for number in dict.fromkeys(_INSIDE.findall(text)) if is_object_number(number)]
