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

_ODD_VALUES: tuple[object, ...] = (
    None, True, -1, 0, 10**30, 1.5e300, "", "NaN", "\u0000", "x" * 5_000, [], {}, [[]], [None], {"a": None}, "2026-99-99T99:99",
)  # fmt: skip
_XML_TEXT = re.compile(rb">([^<>]+)<")
_ODD_TEXTS = (b"", b"-1", b"NaN", b"x" * 5_000, b"2026-99-99T99:99", b"&#x20;", b"&bogus;", b"<a/>", b"1e300")


def odd_address(sample: Address, texts: Mapping[str, str]) -> Address:
    """The address with some fields replaced."""
    return msgspec.structs.replace(sample, **texts)


def odd_document(sample: FiscalDocument, texts: Mapping[str, str], line: str) -> FiscalDocument:
    """The document for an odd buyer, with an odd first line and note."""
    buyer = msgspec.structs.replace(sample.buyer, **texts)
    first = msgspec.structs.replace(sample.lines[0], name=line, sku=line)
    return msgspec.structs.replace(sample, buyer=buyer, lines=(first, *sample.lines[1:]), notes=(line,))


def mangled(body: bytes, random: Random) -> bytes:
    """An answer with one value changed, left out or doubled, or cut off somewhere; JSON and XML by their structure."""
    if random.random() < 0.1:
        return body[: random.randrange(len(body) + 1)]
    try:
        root = [msgspec.json.decode(body)]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _mangled_text(body, random)
    _mangle(root, random)
    return msgspec.json.encode(root[0]) if root else b""


def _mangle(root: list[Any], random: Random) -> None:
    """Change one place below the root, each of them as likely as any other."""
    places: list[tuple[Any, Any]] = []
    waiting: list[Any] = [root]
    while waiting:
        holder = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            places.append((holder, key))
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])
    holder, key = random.choice(places)
    match random.randrange(4):
        case 0:
            del holder[key]
        case 1:
            holder[key] = [holder[key], holder[key]]
        case _:
            holder[key] = random.choice(_ODD_VALUES)


def _mangled_text(body: bytes, random: Random) -> bytes:
    texts = list(_XML_TEXT.finditer(body))
    if not texts:
        place = random.randrange(len(body) + 1)
        return body[:place] + random.choice(_ODD_TEXTS) + body[place + random.randrange(20) :]
    found = random.choice(texts)
    return body[: found.start(1)] + random.choice(_ODD_TEXTS) + body[found.end(1) :]
