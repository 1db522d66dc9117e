"""What people type and servers send: odd texts put into good requests, and good answers with one value gone odd."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any

import msgspec

from despacho_core.addresses import Address
from despacho_core.fiscal import FiscalDocument

HOSTILE = (
    "",
    " ",
    "Ñuñoa, Ⅷ Región 🚚",
    'O\'Higgins & <b>Cía.</b> "Ltda" ]]>',
    "São João\u0000\u001f\r\n^XZ^XA",
    "é" * 300,
    "\u202eRTL \ufeff\u2028",
    "{0} %s ${x}",
    "-1",
)
"""Texts that have broken mappings before."""
ADDRESS_FIELDS = (
    "region", "municipality", "city", "postal_code", "street", "street_number", "complement", "name", "company", "email",
    "phone", "tax_id",
)  # fmt: skip
BUYER_FIELDS = ("name", "business_activity", "street", "municipality", "city", "postal_code", "email")

_ODD_TEXTS = ("", " ", "NaN", "\u0000", "-1", "x" * 5_000, "2026-99-99T99:99", "é" * 50, "1e300")
_ODD_NUMBERS = (-1, 0, 10**30, 1.5e300, -0.1)
_ODD_VALUES: tuple[object, ...] = (*_ODD_TEXTS, *_ODD_NUMBERS, None, True, [], {}, [[]], [None], {"a": None})
_XML_TEXT = re.compile(rb">([^<>]+)<")
_ODD_MARKUP = (b"", b"-1", b"NaN", b"x" * 5_000, b"2026-99-99T99:99", b"&#x20;", b"&bogus;", b"<a/>", b"1e300")


def odd_address(sample: Address, texts: Mapping[str, str]) -> Address:
    """The address with some fields replaced."""
    return msgspec.structs.replace(sample, **texts)


def odd_document(sample: FiscalDocument, texts: Mapping[str, str], line: str) -> FiscalDocument:
    """The document for an odd buyer, with an odd first line and note."""
    buyer = msgspec.structs.replace(sample.buyer, **texts)
    first = msgspec.structs.replace(sample.lines[0], name=line, sku=line)
    return msgspec.structs.replace(sample, buyer=buyer, lines=(first, *sample.lines[1:]), notes=(line,))


def mangled(body: bytes, random: Random) -> bytes:
    """An answer with one value changed or doubled, or cut off somewhere; JSON and XML by their structure."""
    if random.random() < 0.1:
        return body[: random.randrange(len(body) + 1)]
    try:
        root = [msgspec.json.decode(body)]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _mangled_text(body, random)
    _mangle(root, random)
    return msgspec.json.encode(root[0])


def _mangle(root: list[Any], random: Random) -> None:
    """Change what stands under one name: everywhere, or in one place."""
    places: dict[str, list[tuple[Any, Any]]] = {}
    waiting: list[Any] = [root]
    while waiting:
        holder = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            places.setdefault(key if isinstance(key, str) else "", []).append((holder, key))
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])
    found = places[random.choice(sorted(places))]
    way, odd = random.randrange(6), random.randrange(1_000)
    for holder, key in found if random.random() < 0.5 else [random.choice(found)]:
        holder[key] = _changed(holder[key], way, odd)


def _changed(value: object, way: int, odd: int) -> object:
    """The value doubled, of another type, or odd within its type."""
    if way == 0:
        return [value, value]
    fitting: dict[type, tuple[object, ...]] = {str: _ODD_TEXTS, int: _ODD_NUMBERS, float: _ODD_NUMBERS}
    choice = fitting.get(type(value), _ODD_VALUES) if way > 2 else _ODD_VALUES
    return choice[odd % len(choice)]


def _mangled_text(body: bytes, random: Random) -> bytes:
    texts = list(_XML_TEXT.finditer(body))
    if not texts:
        place = random.randrange(len(body) + 1)
        return body[:place] + random.choice(_ODD_MARKUP) + body[place + random.randrange(20) :]
    found = random.choice(texts)
    return body[: found.start(1)] + random.choice(_ODD_MARKUP) + body[found.end(1) :]
