"""Lists of documents: which parameters there must be, what they mean, and the pages (contract/invoicing.md 9.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from despacho_sandbox.invoicexpress.ledger import Document
from despacho_sandbox.invoicexpress.shapes import LIST_REQUIRES, LISTED_STATUSES, LISTED_TYPES
from despacho_sandbox.invoicexpress.wire import Refused
from despacho_sandbox.kit.asgi import Request

_SAME = {"sent": "final"}
"""The enumeration says "sent" of what the documents themselves call "final"."""


class Page(msgspec.Struct, frozen=True):
    """One page of a list."""

    documents: Sequence[Document]
    pagination: dict[str, int]


def page_of(documents: Sequence[Document], request: Request, *, strict: bool) -> Page:
    """The documents that a list asks for, as many as a page holds.

    Args:
        documents: All of the account, the newest first.
        request: With its parameters.
        strict: Whether types and statuses out of the official enumerations are refused.

    Raises:
        Refused: For a parameter that is missing or cannot be read.
    """
    asked = _parameters(request)
    for name in LIST_REQUIRES:
        if not asked.get(name):
            raise Refused(f"{name} is missing", field=name)
    if strict:
        _check_enumerated(asked["type[]"], LISTED_TYPES, "type[]")
        _check_enumerated(asked["status[]"], LISTED_STATUSES, "status[]")
    statuses = {_SAME.get(status, status) for status in asked["status[]"]}
    since, until = _day(asked, "date[from]", date.min), _day(asked, "date[to]", date.max)
    found = [
        one
        for one in documents
        if one.kind in asked["type[]"] and one.status in statuses and since <= one.date <= until and _passes(one, asked)
    ]
    number, size = _number(asked, "page", 1, most=10**6), _number(asked, "per_page", 10, most=30)
    pagination = {
        "total_entries": len(found),
        "per_page": size,
        "current_page": number,
        "total_pages": max(1, -(-len(found) // size)),
    }
    return Page(found[(number - 1) * size : number * size], pagination)


def _passes(document: Document, asked: Mapping[str, list[str]]) -> bool:
    """Reference and text. Whether a reference is compared whole is not published; a part of it counts here."""
    reference = asked.get("reference", [""])[0]
    text = asked.get("text", [""])[0].casefold()
    return reference in document.reference and text in f"{document.reference} {document.observations}".casefold()


def _parameters(request: Request) -> dict[str, list[str]]:
    """Every value of every parameter: lists repeat their name."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.scope["query_string"].decode("latin-1")):
        values.setdefault(name, []).append(value)
    return values


def _check_enumerated(given: Sequence[str], known: Sequence[str], name: str) -> None:
    if not set(given) <= set(known):
        raise Refused(f"{name} is not included in the list", field=name)


def _number(asked: Mapping[str, list[str]], name: str, default: int, *, most: int) -> int:
    text = asked.get(name, [str(default)])[0]
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise Refused(f"{name} must be a number", field=name)
    return min(int(text), most)


def _day(asked: Mapping[str, list[str]], name: str, default: date) -> date:
    given: Any = asked.get(name)
    if given is None:
        return default
    try:
        return datetime.strptime(given[0], "%d/%m/%Y").date()  # noqa: DTZ007 - a day without a time of day
    except ValueError as error:
        raise Refused(f"{name} is invalid", field=name) from error
