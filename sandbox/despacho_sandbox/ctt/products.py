"""The products and the numbers of their objects (contract/carriers.md 2.2, 2.3)."""

from __future__ import annotations

import msgspec

_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_FIRST = 40_000_000
"""Where every prefix's range begins."""


class Product(msgspec.Struct, frozen=True):
    """A product: its name, the letters that its objects' numbers begin with, and what it asks of a shipment."""

    code: str
    name: str
    prefix: str
    several_pieces: bool = False
    needs_attempts: bool = False
    abroad: bool = False


PRODUCTS = {
    product.code: product
    for product in (
        Product("EMSF056.01", "Para Amanhã", "DD", needs_attempts=True),
        Product("EMSF057.01", "Em 2 dias", "DB", needs_attempts=True),
        Product("EMSF053.01", "Easy Return 24", "RH"),
        Product("EMSF054.01", "Easy Return 48", "RH"),
        Product("ENCF008.01", "48", "EQ"),
        Product("ENCF005.01", "19", "EA"),
        Product("EMSF010.01", "19 Múltiplo", "EG", several_pieces=True),
        Product("EMSF001.01", "13", "DA"),
        Product("EMSF028.01", "13 Múltiplo", "DA", several_pieces=True),
        Product("EMSF009.01", "10", "DA"),
        Product("EMSF021.02", "19 Espanha", "EA", abroad=True),
    )
}


class Numbering:
    """Hands out object numbers, one range for each prefix."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def clear(self) -> None:
        """All ranges are whole again."""
        self._taken.clear()

    def take(self, prefix: str, count: int, size: int) -> list[str]:
        """The next numbers, in a row; empty if the range of so many numbers does not hold them any more."""
        taken = self._taken.get(prefix, 0)
        if taken + count > size:
            return []
        self._taken[prefix] = taken + count
        return [numbered(prefix, _FIRST + taken + place) for place in range(count)]


def numbered(prefix: str, serial: int) -> str:
    """An object number of S10: 11 minus the weighted sum modulo 11, 0 for 10 and 5 for 11."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, f"{serial:08d}", strict=True))
    check = 11 - total % 11
    return f"{prefix}{serial:08d}{0 if check == 10 else 5 if check == 11 else check}PT"
