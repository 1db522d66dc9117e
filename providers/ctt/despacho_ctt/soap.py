"""SOAP 1.1 as WCF speaks it: envelopes written member by member in the order that it wants, answers read leniently.

A WCF data contract takes its members in alphabetical order, by code point, and silently loses those that come too late
(contract/carriers.md 2.1). :class:`Contract` therefore sorts, and nobody else has to think of it. In answers namespaces are ignored,
since the sources differ; a document type declaration is refused, as SOAP 1.1 does, so that no entity is ever expanded.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping

import msgspec

from despacho_ctt.words import tidy

_MODELS = "http://schemas.datacontract.org/2004/07/CTTExpressoWS"
NAMESPACES = {
    "soapenv": "http://schemas.xmlsoap.org/soap/envelope/",
    "tem": "http://tempuri.org/",
    "ctt": _MODELS,
    "ctt1": f"{_MODELS}.Models.ShipmentProvider",
    "ctt2": f"{_MODELS}.Models.ShipmentProvider.SEPs",
    "arr": "http://schemas.microsoft.com/2003/10/Serialization/Arrays",
}
_ESCAPED_NAME = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Contract(msgspec.Struct, frozen=True):
    """A data contract: members of one namespace. Members that are empty are left out, the rest is put in order."""

    prefix: str
    members: Mapping[str, str | Contract | Many]


class Many(msgspec.Struct, frozen=True):
    """A list: every item under the same name, in the order given."""

    prefix: str
    name: str
    items: tuple[str | Contract, ...]


Member = str | Contract | Many


def envelope(operation: str, **parameters: Member) -> bytes:
    """The request of an operation. Its own parameters keep their order; whatever is inside them is sorted."""
    declared = {f"xmlns:{prefix}": address for prefix, address in NAMESPACES.items()}
    root = ET.Element("soapenv:Envelope", declared)
    called = ET.SubElement(ET.SubElement(root, "soapenv:Body"), f"tem:{operation}")
    for name, value in parameters.items():
        _write(called, f"tem:{name}", value)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()


def _write(parent: ET.Element, tag: str, value: Member) -> None:
    element = ET.SubElement(parent, tag)
    if isinstance(value, str):
        element.text = value
    elif isinstance(value, Many):
        for item in value.items:
            _write(element, f"{value.prefix}:{value.name}", item)
    else:
        for name in sorted(value.members):
            member = value.members[name]
            if not _is_empty(member):
                _write(element, f"{value.prefix}:{name}", member)


def _is_empty(member: Member) -> bool:
    return member == "" or (isinstance(member, Many) and not member.items)


def parsed(body: bytes) -> ET.Element | None:
    """The root of an answer; None for what is no XML, or has a document type declaration."""
    text = body.decode("utf-8-sig", "replace")
    # A NUL makes the parser guess at UTF-16, in which a declaration would not have been seen here.
    if "<!DOCTYPE" in text or "\0" in text:
        return None
    parser = ET.XMLParser()  # noqa: S314 - fed with text, so that it believes no declared encoding, and without a document type
    try:
        parser.feed(text)
        return parser.close()
    except (ET.ParseError, ValueError):
        return None


def local_name(element: ET.Element) -> str:
    """The name without namespace, and with the letters that .NET wrote as ``_x0020_``."""
    name = element.tag.rpartition("}")[2]
    return _ESCAPED_NAME.sub(lambda found: chr(int(found[1], 16)), name) if "_x" in name else name


def found(element: ET.Element | None, name: str) -> ET.Element | None:
    """The first element of this name below, however deep."""
    if element is None:
        return None
    return next((one for one in element.iter() if one is not element and local_name(one) == name), None)


def child(element: ET.Element | None, *path: str) -> ET.Element | None:
    """The first child of each name in turn."""
    for name in path:
        element = next(iter(children(element, name)), None)
    return element


def children(element: ET.Element | None, name: str) -> list[ET.Element]:
    """All children of this name."""
    return [] if element is None else [one for one in element if local_name(one) == name]


def text_of(element: ET.Element | None, *path: str) -> str:
    """One line of text at the end of a path; empty where there is none."""
    return tidy(raw_of(element, *path))


def raw_of(element: ET.Element | None, *path: str) -> str:
    """The text at the end of a path as it stands, line breaks and all."""
    at = child(element, *path)
    return (at.text or "") if at is not None else ""
