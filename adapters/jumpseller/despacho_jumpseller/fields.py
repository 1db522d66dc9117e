"""Reading what the platform sends, leniently: one object at a time, each value by what it means and not by how it is written.

The platform's own documents disagree about types (contract/jumpseller.md 0.1, 2.5 and 6): ids are numbers or text, amounts
integers, floats, text or null, anything may be null. What cannot be read is reported with the place where it stands, or, in a
tolerant object, noted and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import msgspec

from despacho_core.money import decimal_from
from despacho_ports.storefront import MessageInvalid

T = TypeVar("T")

ZERO = Decimal(0)
_MOST_DIGITS = 40
_AMOUNT_BELOW = 15
_WHOLE_BELOW = 2**63
_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})


def _exact(literal: str) -> Decimal | str:
    """A number as its own digits say; the text itself if its exponent is beyond everything."""
    try:
        return Decimal(literal)
    except InvalidOperation:
        return literal


_decoder = msgspec.json.Decoder(float_hook=_exact)


def decode(body: bytes) -> object:
    """Any JSON; floats come as the exact ``Decimal`` of their digits.

    Raises:
        MessageInvalid: The body is no JSON, is not UTF-8, or nests or counts beyond reason.
    """
    try:
        return _decoder.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageInvalid(f"the body is not readable JSON: {error}") from error


def named(value: object) -> str:
    """What a value is, in the words of JSON; never the value itself, which may be private."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list) else "a number"


def invalid(path: str, expected: str, found: object) -> MessageInvalid:
    """The error that says where, what was expected and what was there."""
    return MessageInvalid(f"{path}: expected {expected}, found {named(found)}")


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
        return self._first(names, "text", _text)

    def amount(self, *names: str, default: Decimal = ZERO) -> Decimal:
        """The first of these that is a number, exact; below 10^15."""
        found = self._first(names, "a number", _amount)
        return default if found is None else found

    def number(self, *names: str) -> Decimal | None:
        """The same, None when absent."""
        return self._first(names, "a number", _amount)

    def not_negative(self, *names: str) -> Decimal | None:
        """A number of zero or more, None when absent."""
        return self._first(names, "a number of zero or more", _not_negative)

    def whole(self, *names: str) -> int | None:
        """The first of these that is a whole number, None when absent."""
        return self._first(names, "a whole number", _whole)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false, also as 1 or 0 and as text."""
        found = self._first((name,), "true or false", _flag)
        return default if found is None else found

    def moment(self, name: str) -> datetime | None:
        """A time in either of the platform's forms, as aware UTC."""
        return self._first((name,), "a time such as 2026-07-23 17:48:38 UTC", instant)

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


def instant(value: object) -> datetime | None:
    """``2026-07-23 17:48:38 UTC``, with or without milliseconds, or RFC 3339 (contract 6.1); without a zone it is UTC.

    Raises:
        ValueError: It is neither.
    """
    if not isinstance(value, str):
        raise ValueError("not a time")
    text = value.strip()
    if not text:
        return None
    moment = datetime.fromisoformat(text.removesuffix("UTC").rstrip())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time outside the calendar") from error


def _text(value: object) -> str | None:
    if isinstance(value, str):
        # A NUL is legal in JSON and in no database's text.
        return value.replace("\x00", "").strip() or None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("not text")
    if isinstance(value, Decimal):
        value = _bounded(value)
        return f"{value:f}" if value % 1 else f"{value:.0f}"
    return str(value)


def _amount(value: object) -> Decimal | None:
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, str) and len(value) > _MOST_DIGITS:
        raise ValueError("too long for a number")
    return _bounded(decimal_from(value))


def _bounded(number: Decimal) -> Decimal:
    """The number, if writing it out cannot exhaust anything: ``1e999999999`` is one of JSON's too."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, str) or exponent < -_MOST_DIGITS or (number and number.adjusted() >= _AMOUNT_BELOW):
        raise ValueError("beyond reason")
    return number or ZERO


def _not_negative(value: object) -> Decimal | None:
    number = _amount(value)
    if number is not None and number < 0:
        raise ValueError("negative")
    return number


def _whole(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        exact = _amount(value)
        if exact is None:
            return None
        if exact % 1:
            raise ValueError("not whole")
        number = int(exact)
    if not -_WHOLE_BELOW <= number < _WHOLE_BELOW:
        raise ValueError("beyond reason")
    return number


def _flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower() if isinstance(value, str | int) else "?"
    if not text:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError("neither true nor false")


def _is_numbered(value: Mapping[str, object]) -> bool:
    return bool(value) and all(key.isdecimal() for key in value)
