"""Single values of the platform's JSON, read by what they mean and not by how they are written.

Each reader gives None for what says nothing (null is the caller's matter, empty text is not) and raises ``ValueError`` for what
cannot be read. Amounts keep the digits that were sent; no number passes through binary.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import msgspec

from despacho_core.money import decimal_from
from despacho_ports.storefront import MessageInvalid

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


def text(value: object) -> str | None:
    """Trimmed text; numbers are written out, whole ones without decimals (``4000.0`` is a street number too)."""
    if isinstance(value, str):
        # A NUL is legal in JSON and in no database's text.
        return value.replace("\x00", "").strip() or None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise ValueError("not text")
    if isinstance(value, Decimal):
        value = _bounded(value)
        return f"{value:f}" if value % 1 else f"{value:.0f}"
    return str(value)


def amount(value: object) -> Decimal | None:
    """An exact number below 10^15."""
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


def not_negative(value: object) -> Decimal | None:
    """The same, of zero or more."""
    number = amount(value)
    if number is not None and number < 0:
        raise ValueError("negative")
    return number


def whole(value: object) -> int | None:
    """A whole number that fits into 64 bits, however it is written (``1``, ``1.0``, ``"1"``)."""
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    else:
        exact = amount(value)
        if exact is None:
            return None
        if exact % 1:
            raise ValueError("not whole")
        number = int(exact)
    if not -_WHOLE_BELOW <= number < _WHOLE_BELOW:
        raise ValueError("beyond reason")
    return number


def flag(value: object) -> bool | None:
    """True or false, also as 1 or 0 and as text."""
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
