"""From a request to a draft: checks in the service's order, then client, items and taxes (contract/invoicing.md 9.2 and 9.3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec
from stdnum.pt import nif

from despacho_sandbox.invoicexpress.accounts import Account, Client, Series
from despacho_sandbox.invoicexpress.arithmetic import Line, sums
from despacho_sandbox.invoicexpress.countries import COUNTRIES
from despacho_sandbox.invoicexpress.ledger import KINDS, Document, Ledger
from despacho_sandbox.invoicexpress.options import InvoiceXpressOptions
from despacho_sandbox.invoicexpress.shapes import DOCUMENT, TYPES, check
from despacho_sandbox.invoicexpress.wire import OngoingCreation, Refused

MOST = Decimal(10) ** 12
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_NOTES = ("credit_notes", "debit_notes")


class Drafting:
    """Makes documents.

    Args:
        ledger: Where they go.
        options: Reads the switches of the moment.
    """

    def __init__(self, ledger: Ledger, options: Callable[[], InvoiceXpressOptions]) -> None:
        self._ledger = ledger
        self._options = options

    def create(self, account: Account, path: str, body: bytes) -> Document:
        """Keeps a new draft.

        Raises:
            Refused: For whatever is wrong with it, or because its uid was used before.
        """
        envelope = decoded(body)
        uid = envelope.get("proprietary_uid")
        if uid is not None and not isinstance(uid, str):
            raise Refused("Proprietary uid must be a string", field="proprietary_uid")
        before = self._ledger.under_uid(account.name, uid) if uid else None
        if before is not None and self._options().uid_repeat == "conflict":
            raise OngoingCreation(uid or "")
        if before is not None and self._options().uid_repeat == "existing":
            return before
        document = self._made(account, path, envelope, self._ledger.next_id())
        document.proprietary_uid = uid or None
        self._ledger.add(document)
        return document

    def update(self, account: Account, document: Document, body: bytes) -> None:
        """Replaces a draft's content.

        Raises:
            Refused: If it is no draft any more, or for whatever is wrong with the request.
        """
        if document.status != "draft":
            raise Refused("Invalid state", field="state")
        made = self._made(account, document.path, decoded(body), document.id)
        made.proprietary_uid = document.proprietary_uid
        for name in document.__struct_fields__:
            setattr(document, name, getattr(made, name))

    def _made(self, account: Account, path: str, envelope: dict[str, Any], number: int) -> Document:
        asked = inner(envelope, path)
        check(asked, DOCUMENT)
        issued_on, due = _day(asked["date"], "date"), _day(asked["due_date"], "due_date")
        if due < issued_on:
            raise Refused("Due date must be later than date", field="due_date")
        if not asked["items"]:
            raise Refused("Items can't be blank", field="items")
        series = _series(account, asked.get("sequence_id"))
        owner = self._owner(account, path, asked, envelope)
        lines = [self._line(account, item) for item in asked["items"]]
        client = self._client(account, asked["client"])
        self._keep_items(account, lines)
        return Document(
            id=number,
            account=account.name,
            path=path,
            kind=KINDS[path],
            series_id=series.id,
            serie=series.serie,
            date=issued_on,
            due_date=due,
            reference=asked.get("reference") or "",
            observations=asked.get("observations") or "",
            tax_exemption=asked.get("tax_exemption") or asked.get("tax_exemption_reason") or "M00",
            retention=asked.get("retention") or "0",
            client_id=client.id,
            lines=lines,
            sums=sums(lines, rounding=self._options().rounding, global_discount=asked.get("global_discount")),
            global_discount=asked.get("global_discount"),
            owner_id=owner,
        )

    def _owner(self, account: Account, path: str, asked: dict[str, Any], envelope: dict[str, Any]) -> int | None:
        """What a note is about. That it must be named, and be in force, follows from the law; the refusals' words are ours."""
        if path not in _NOTES:
            return None
        wanted = asked.get("owner_invoice_id")
        if wanted is None:
            if isinstance(envelope.get("raw_owner_invoice"), str):
                return None
            raise Refused("Owner invoice can't be blank", field="owner_invoice_id")
        owner = self._ledger.get(account.name, str(wanted))
        if owner is None or owner.status not in ("final", "settled") or owner.path in _NOTES:
            raise Refused("Owner invoice is invalid", field="owner_invoice_id")
        return owner.id

    def _line(self, account: Account, item: dict[str, Any]) -> Line:
        price, quantity, off = (Decimal(item.get(name) or 0) for name in ("unit_price", "quantity", "discount"))
        if not (0 <= price < MOST and 0 < quantity < MOST and 0 <= off <= 100):
            raise Refused("Items is invalid", field="items")
        tax = account.tax_named((item.get("tax") or {}).get("name"))
        unit = Decimal(1).scaleb(-self._options().price_decimals)
        return Line(
            name=item["name"],
            description=item["description"],
            unit_price=price.quantize(unit, ROUND_HALF_UP),
            quantity=quantity,
            unit=item.get("unit") or "unit",
            discount=off,
            tax_id=tax.id,
            tax_name=tax.name,
            rate=tax.value,
            region=tax.region,
        )

    def _client(self, account: Account, asked: dict[str, Any]) -> Client:
        """The client that the document names, or a new one. One that is known keeps its own data."""
        known = account.client(code=asked["code"]) if self._options().client_matching == "code" else None
        known = known or account.client(name=asked["name"])
        if known is not None:
            return known
        check_client(asked)
        return account.add_client(asked)

    def _keep_items(self, account: Account, lines: list[Line]) -> None:
        for line in lines:
            account.items[line.name] = {
                "name": line.name,
                "description": line.description,
                "unit_price": line.unit_price,
                "unit": line.unit,
                "tax": {"id": line.tax_id, "name": line.tax_name, "value": line.rate},
            }


def decoded(body: bytes) -> dict[str, Any]:
    """A request's JSON.

    Raises:
        Refused: If it is no object.
    """
    try:
        value = _DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(str(error), status=400) from error
    if not isinstance(value, dict):
        raise Refused("Body element should be of type object", status=400)
    return value


def inner(envelope: dict[str, Any], path: str) -> dict[str, Any]:
    """What stands under `invoice`, or under the singular type, which works too.

    Raises:
        Refused: If neither is there.
    """
    found = envelope.get("invoice", envelope.get(TYPES[path]))
    if not isinstance(found, dict):
        raise Refused("Elemento invoice não fornecido", field="invoice")
    return found


def check_client(asked: dict[str, Any]) -> None:
    """Returns if a client's data can be.

    Raises:
        Refused: For a country out of the list, a wrong NIF or a name too long.
    """
    country = asked.get("country")
    if country and country not in COUNTRIES:
        raise Refused(f"Country {country} was not found", field="country")
    fiscal_id = asked.get("fiscal_id")
    portuguese = country in (None, "", "Portugal")
    if (fiscal_id and portuguese and not nif.is_valid(fiscal_id)) or len(asked["name"]) > 100:
        raise Refused("Client is invalid", field="client")


def _series(account: Account, wanted: str | None) -> Series:
    if not wanted:
        return account.series[0]
    found = next((one for one in account.series if str(one.id) == wanted), None)
    if found is None:
        raise Refused("Sequence was not found", field="sequence_id")
    return found


def _day(text: str, field: str) -> date:
    found = re.fullmatch(r"([0-9]{2})/([0-9]{2})/([0-9]{4})", text)
    try:
        if found is not None:
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise Refused(f"{field.replace('_', ' ').capitalize()} is invalid", field=field)
