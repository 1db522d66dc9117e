"""The least and the most that a number may be: said once, where the number is declared, and read from there by whoever asks for it."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import NamedTuple

import msgspec
from msgspec.inspect import IntType, Metadata, StructType, Type, UnionType, type_info


class Bounds(NamedTuple):
    """Both inclusive."""

    least: Decimal
    most: Decimal

    def hold(self, value: Decimal | int) -> bool:
        """Whether a number lies within."""
        number = Decimal(value)
        return number.is_finite() and self.least <= number <= self.most

    @property
    def reason(self) -> str:
        """What is said of a number outside."""
        return f"it must be between {plain(self.least)} and {plain(self.most)}"


def plain(bound: Decimal | int) -> str:
    """A bound without an exponent or needless zeros."""
    return f"{Decimal(bound).normalize():f}"


@cache
def bounds_of(shape: type[msgspec.Struct], field: str) -> Bounds:
    """The bounds that a Struct declares for one of its whole numbers, optional or not.

    Raises:
        LookupError: There is no such field, or it is no whole number with both bounds.
    """
    info = type_info(shape)
    fields = info.fields if isinstance(info, StructType) else ()
    found = next((_whole(one.type) for one in fields if one.name == field), None)
    if found is None or found.ge is None or found.le is None:
        raise LookupError(f"{shape.__name__}.{field} declares no bounds")
    return Bounds(Decimal(found.ge), Decimal(found.le))


def _whole(kind: Type) -> IntType | None:
    if isinstance(kind, Metadata):
        return _whole(kind.type)
    if isinstance(kind, UnionType):
        return next((one for one in map(_whole, kind.types) if one is not None), None)
    return kind if isinstance(kind, IntType) else None
