"""Reading what the platform sends, leniently: one object at a time, each value by what it means and not by how it is written.

The platform's own documents disagree about types (contract/jumpseller.md 0.1, 2.5 and 6): ids are numbers or text, amounts
integers, floats, text or null, anything may be null. What cannot be read is reported with the place where it stands, or, in a
tolerant object, noted and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from despacho_jumpseller import values
from despacho_ports.storefront import MessageInvalid

T = TypeVar("T")


def invalid(path: str, expected: str, found: object) -> MessageInvalid:
    """The error that says where, what was expected and what was there."""
    return MessageInvalid(f"{path}: expected {expected}, found {values.named(found)}")


class Fields:
    """One object of a message.

    Args:
        values: The decoded object.
        path: Where it stands, for what is said about it.
        notes: None for an object whose unreadable values are errors; else they are noted here and count as absent.
    """

    __slots__ = ("_notes", "_values", "path")

    def __init__(self, values: Mapping[str, object], path: str, notes: list[str] | None = None) -> None:
        self.path = path
        self._values = values
        self._notes = notes

    def tolerant(self, notes: list[str]) -> Fields:
        """The same object; what cannot be read in it is noted and counts as absent."""
        return Fields(self._values, self.path, notes)

    def text(self, *names: str) -> str | None:
        """The first of these that says something, as trimmed text; numbers are written out."""
        return self._first(names, "text", values.text)

    def amount(self, *names: str, default: Decimal = values.ZERO) -> Decimal:
        """The first of these that is a number, exact; below 10^15."""
        found = self._first(names, "a number below 10^15", values.amount)
        return default if found is None else found

    def number(self, *names: str) -> Decimal | None:
        """The same, None when absent."""
        return self._first(names, "a number below 10^15", values.amount)

    def not_negative(self, *names: str) -> Decimal | None:
        """A number of zero or more, None when absent."""
        return self._first(names, "a number of zero or more", values.not_negative)

    def whole(self, *names: str) -> int | None:
        """The first of these that is a whole number, None when absent."""
        return self._first(names, "a whole number", values.whole)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false, also as 1 or 0 and as text."""
        found = self._first((name,), "true or false", values.flag)
        return default if found is None else found

    def moment(self, name: str) -> datetime | None:
        """A time in either of the platform's forms, as aware UTC."""
        return self._first((name,), "a time such as 2026-07-23 17:48:38 UTC", values.instant)

    def has(self, name: str) -> bool:
        """Whether anything stands there but null and empty text."""
        return self._values.get(name) not in (None, "")

    def child(self, name: str) -> Fields:
        """The object of this name; an empty one when absent."""
        value = self._values.get(name)
        if isinstance(value, Mapping):
            return Fields(value, f"{self.path}.{name}", self._notes)
        if self.has(name):
            self._odd(name, "an object", value)
        return Fields({}, f"{self.path}.{name}", self._notes)

    def children(self, name: str) -> list[Fields]:
        """The objects of a list, empty when absent; a form's numbered fields count as a list."""
        value = self._values.get(name)
        if not self.has(name):
            return []
        rows = list(value.values()) if isinstance(value, Mapping) and _is_numbered(value) else value
        if not isinstance(rows, list):
            self._odd(name, "a list", value)
            return []
        found = []
        for place, row in enumerate(rows):
            if isinstance(row, Mapping):
                found.append(Fields(row, f"{self.path}.{name}[{place}]", self._notes))
            elif row is not None:
                self._odd(f"{name}[{place}]", "an object", row)
        return found

    def missing(self, name: str, expected: str) -> MessageInvalid:
        """The error for a value without which the message means nothing."""
        return invalid(f"{self.path}.{name}", expected, self._values.get(name))

    def _first(self, names: tuple[str, ...], expected: str, read: Callable[[object], T | None]) -> T | None:
        for name in names:
            value = self._values.get(name)
            if value is None:
                continue
            try:
                found = read(value)
            except ValueError:
                self._odd(name, expected, value)
                continue
            if found is not None:
                return found
        return None

    def _odd(self, name: str, expected: str, found: object) -> None:
        error = invalid(f"{self.path}.{name}", expected, found)
        if self._notes is None:
            raise error
        self._notes.append(str(error))


def root(value: object, *names: str) -> Fields:
    """The object that a message is about, wrapped in one of ``names`` or flat.

    Raises:
        MessageInvalid: It is no object.
    """
    if isinstance(value, Mapping):
        for name in names:
            if name in value:
                inner = value[name]
                if isinstance(inner, Mapping):
                    return Fields(inner, name)
                raise invalid(name, "an object", inner)
        return Fields(value, names[0])
    raise invalid(names[0], "an object", value)


def rows(value: object, plural: str, *names: str) -> list[Fields]:
    """The objects of a list, each wrapped in one of ``names`` or flat; the list itself may stand under ``plural``.

    A single object in place of a list is a list of one (contract 4.3, orders/after).

    Raises:
        MessageInvalid: It is no list of objects.
    """
    if isinstance(value, Mapping):
        value = value.get(plural, [value])
    if not isinstance(value, list):
        raise invalid(plural, "a list", value)
    return [root(row, *names) for row in value if row is not None]


def _is_numbered(value: Mapping[str, object]) -> bool:
    return bool(value) and all(key.isdecimal() for key in value)
