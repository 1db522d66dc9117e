"""Form bodies as nested objects: ``request[to][city]=Santiago``, urlencoded or multipart.

Which of these the platform sends is not documented; implementers read all of them (contract/jumpseller.md 1.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from despacho_ports.storefront import MessageInvalid

Nested = dict[str, object]

_MOST_FIELDS = 5_000
_DEEPEST = 8
_KEY = re.compile(r"\[([^\[\]]*)\]")
_PART_NAME = re.compile(rb'name="([^"]*)"', re.IGNORECASE)
_BOUNDARY = re.compile(r'boundary="?([^";,]+)"?', re.IGNORECASE)


def urlencoded(body: bytes) -> Nested:
    """The fields of ``application/x-www-form-urlencoded``.

    Raises:
        MessageInvalid: There are more than 5000 fields, or they contradict each other.
    """
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise MessageInvalid(f"the form is not readable: {error}") from error
    return nested(pairs)


def multipart(body: bytes, content_type: str) -> Nested:
    """The text fields of ``multipart/form-data``.

    Raises:
        MessageInvalid: The boundary is missing, or the fields contradict each other.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise MessageInvalid("the form is not readable: its content type names no boundary")
    parts = body.split(b"--" + boundary[1].strip().encode(), _MOST_FIELDS)
    return nested(filter(None, map(_part, parts)))


def nested(pairs: Iterable[tuple[str, str]]) -> Nested:
    """Fields by their bracketed names, one level for each bracket; ``[]`` begins a further element of a list.

    Raises:
        MessageInvalid: A name is both a value and an object, or nests more than eight levels deep.
    """
    form: Nested = {}
    for name, value in pairs:
        head = name.partition("[")[0]
        keys = [head, *_KEY.findall(name[len(head) :])]
        if len(keys) > _DEEPEST:
            raise MessageInvalid(f"{head}: expected at most {_DEEPEST} levels of fields")
        _put(form, keys, value)
    return form


def _put(form: Nested, keys: list[str], value: str) -> None:
    place = form
    for depth, key in enumerate(keys[:-1]):
        name = key or _element(place, keys[depth + 1])
        inner = place.setdefault(name, {})
        if not isinstance(inner, dict):
            raise MessageInvalid(f"{'.'.join(keys[: depth + 1])}: expected an object, found text")
        place = inner
    place[keys[-1] or str(len(place))] = value


def _element(place: Nested, following: str) -> str:
    """Which element of a list ``[]`` means: the last one, until a field comes again."""
    last = str(len(place) - 1)
    element = place.get(last)
    if isinstance(element, dict) and following and following not in element:
        return last
    return str(len(place))


def _part(part: bytes) -> tuple[str, str] | None:
    head, separator, content = part.lstrip(b"\r\n").partition(b"\r\n\r\n")
    name = _PART_NAME.search(head)
    if not separator or name is None:
        return None
    return name[1].decode("utf-8", "replace"), content.removesuffix(b"\r\n").decode("utf-8", "replace")
