"""Messages as people may look at them: what they are about, and nothing of whom.

Listings never show a body, which is about people (names, addresses, telephones). Whoever looks at one message sees its shape: every
name of a field, every number and flag, and those texts that are codes, times and ids; any other text is replaced by dots.
"""

from __future__ import annotations

import re

import msgspec

HIDDEN = "••••"
LONGEST = 20_000
"""Letters of a body that are shown."""

_OPEN = frozenset(
    {
        "carrier",
        "code",
        "currency",
        "event",
        "kind",
        "locale",
        "public_id",
        "shipment_status",
        "shipment_status_enum",
        "sku",
        "source",
        "state",
        "status",
        "status_enum",
        "topic",
        "tracking_company",
        "tracking_number",
        "type",
    }
)
"""Fields whose texts say what happened and not to whom."""

_NUMBERS_OF_PEOPLE = re.compile(r"phone|tax|rut|card|account|document|token|key|secret|latitude|longitude|zip|postal")
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(\.\d+)?( ?(UTC|Z|[+-]\d\d:?\d\d))?)?")
_AMOUNT = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,60}")


def shape_of(body: bytes) -> str | None:
    """A JSON body, indented, without what is about people; None for anything else."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    shown = msgspec.json.format(msgspec.json.encode(_shape(said, "")), indent=2).decode()
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}\n…"


def _shape(value: object, name: str) -> object:
    if isinstance(value, dict):
        return {str(key): _shape(one, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [_shape(one, name) for one in value]
    if value is None or isinstance(value, bool):
        return value
    personal = _NUMBERS_OF_PEOPLE.search(name.casefold()) is not None
    if not isinstance(value, str):
        return HIDDEN if personal else value
    return value if not value or _is_open(value, name, personal=personal) else HIDDEN


def _is_open(text: str, name: str, *, personal: bool) -> bool:
    if personal:
        return False
    if _TIME.fullmatch(text) or _AMOUNT.fullmatch(text):
        return True
    return name in _OPEN and _WORD.fullmatch(text) is not None
