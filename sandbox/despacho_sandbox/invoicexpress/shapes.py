"""What the official OpenAPI document says about requests: names, types, what must be there, and the values of lists.

A test compares each of these shapes with the document itself. Other fields are let through, as the document forbids none.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from despacho_sandbox.invoicexpress.wire import Refused

TYPES = {
    "invoices": "invoice",
    "invoice_receipts": "invoice_receipt",
    "simplified_invoices": "simplified_invoice",
    "credit_notes": "credit_note",
    "debit_notes": "debit_note",
}
"""A path's type, and the key under which a document of it is answered."""

STATES = ("finalized", "canceled", "deleted", "accepted", "refused", "settled")
LISTED_TYPES = ("Invoice", "InvoiceReceipt", "CreditNote", "DebitNote", "Receipt", "CashInvoice")
LISTED_STATUSES = ("draft", "sent", "settled", "canceled", "second_copy", "deleted")
LIST_REQUIRES = ("type[]", "status[]", "non_archived")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One property: `kind` is `string`, `number`, `integer`, `object` or `array`; `shape` that of the object or of each element."""

    kind: str = "string"
    required: bool = False
    choices: tuple[str, ...] = ()
    shape: Mapping[str, Field] | None = None


Shape = Mapping[str, Field]

_TEXT = Field()
_NUMBER = Field(kind="number")
CLIENT: Shape = {
    "name": Field(required=True),
    "code": Field(required=True),
    **dict.fromkeys(
        ("email", "address", "city", "postal_code", "fiscal_id", "country", "website", "phone", "fax", "observations"),
        _TEXT,
    ),
}
ITEM: Shape = {
    "name": Field(required=True),
    "description": Field(required=True),
    "unit_price": Field(kind="number", required=True),
    "quantity": Field(kind="number", required=True),
    "unit": _TEXT,
    "discount": _NUMBER,
    "tax": Field(kind="object", shape={"name": _TEXT}),
}
GLOBAL_DISCOUNT: Shape = {"value_type": Field(choices=("percentage", "absolute")), "value": _NUMBER}
DOCUMENT: Shape = {
    "date": Field(required=True),
    "due_date": Field(required=True),
    "client": Field(kind="object", required=True, shape=CLIENT),
    "items": Field(kind="array", required=True, shape=ITEM),
    "mb_reference": Field(choices=("0", "1")),
    "owner_invoice_id": Field(kind="integer"),
    "global_discount": Field(kind="object", shape=GLOBAL_DISCOUNT),
    **dict.fromkeys(
        (
            "reference", "observations", "retention", "tax_exemption", "tax_exemption_reason", "sequence_id",
            "manual_sequence_number", "currency_code", "rate", "plugin_id",
        ),
        _TEXT,
    ),
}  # fmt: skip
CHANGE: Shape = {"state": Field(required=True, choices=STATES), "message": _TEXT}
NEW_CLIENT: Shape = {
    **CLIENT,
    "language": Field(choices=("en", "pt", "es")),
    "send_options": Field(choices=("1", "2", "3")),
    "preferred_contact": Field(kind="object"),
}


def check(value: object, shape: Shape, where: str = "") -> None:
    """Returns if a request's object is as the document says.

    Raises:
        Refused: With the first thing that is wrong, in the service's own words where they are known.
    """
    if not isinstance(value, Mapping):
        raise Refused(f"{_words(where) or 'Body'} element should be of type object", field=where)
    for name, field in shape.items():
        given = value.get(name)
        if given is None or given == "":
            if field.required:
                raise Refused(f"{_words(name)} can't be blank", field=name)
            continue
        _check_value(given, field, name)


def _check_value(value: Any, field: Field, name: str) -> None:
    if field.kind == "array":
        if not isinstance(value, list):
            raise Refused(f"{_words(name)} element should be of type array", field=name)
        for one in value:
            check(one, field.shape or {}, name)
    elif field.kind == "object":
        check(value, field.shape or {}, name)
    elif field.kind == "string" and not isinstance(value, str):
        # The service is written in Ruby, and lets its own words through (contract/invoicing.md 9.7).
        raise Refused(f"undefined method `match' for {value}:Integer", field=name)
    elif field.kind in ("number", "integer") and not _is_number(value, whole=field.kind == "integer"):
        raise Refused(f"{_words(name)} must be a number", field=name)
    elif field.choices and value not in field.choices:
        raise Refused(f"{_words(name)} is not included in the list", field=name)


def _is_number(value: object, *, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    return isinstance(value, int) or not whole


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
