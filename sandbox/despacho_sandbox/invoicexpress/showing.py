"""A document, a client, a series as the answers show them (contract/invoicing.md 9.2 and 9.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from despacho_sandbox.invoicexpress.accounts import Account, Client, Series
from despacho_sandbox.invoicexpress.arithmetic import Line, cents
from despacho_sandbox.invoicexpress.ledger import Document

_TRIPLES = ("invoice", "invoice_receipt", "simplified_invoice", "credit_note", "debit_note", "receipt")


def shown(document: Document, account: Account, base_url: str) -> dict[str, Any]:
    """The whole document. What a draft's number looks like is reported, not documented."""
    numbered = document.issued
    client = next(one for one in account.clients if one.id == document.client_id)
    body: dict[str, Any] = {
        "id": document.id,
        "status": document.status,
        "archived": False,
        "type": document.kind,
        "sequence_number": f"{document.number}/{document.serie}" if numbered else "rascunho",
        "inverted_sequence_number": f"{document.serie}/{document.number}" if numbered else "rascunho",
        "atcud": document.atcud,
        "sequence_id": str(document.series_id),
        "tax_exemption": document.tax_exemption,
        "date": _day(document.date),
        "due_date": _day(document.due_date),
        "reference": document.reference,
        "observations": document.observations,
        "retention": document.retention,
        "permalink": f"{base_url}/documents/{document.token}",
        "saft_hash": document.saft_hash,
        "sum": document.sums.sum,
        "discount": document.sums.discount,
        "before_taxes": document.sums.before_taxes,
        "taxes": document.sums.taxes,
        "total": document.sums.total,
        "currency": "Euro",
        "client": _client_of(client),
        "items": [_item(line) for line in document.lines],
    }
    if document.global_discount:
        body["global_discount"] = document.global_discount
    return body


def shown_client(client: Client) -> dict[str, Any]:
    """A client as its own calls show it, tax id and all; its id is text there."""
    return {
        **client.details,
        "id": str(client.id),
        "name": client.name,
        "code": client.code,
        "fiscal_id": client.fiscal_id,
        "country": client.country,
    }


def shown_series(series: Series, *, default: bool) -> dict[str, Any]:
    """A series with a triple for each type; its counters are left out."""
    row: dict[str, Any] = {"id": series.id, "serie": series.serie, "default_sequence": int(default)}
    for kind in _TRIPLES:
        row[f"current_{kind}_sequence_id"] = series.id
        row[f"current_{kind}_validation_code"] = series.validation_code
    return row


def _client_of(client: Client) -> dict[str, Any]:
    body: dict[str, Any] = {"id": client.id, "name": client.name, "code": client.code, "country": client.country}
    return body | ({"email": client.details["email"]} if client.details.get("email") else {})


def _item(line: Line) -> dict[str, Any]:
    """Unit price and quantity come as text here, and as numbers elsewhere (contract/invoicing.md 9.2)."""
    subtotal = cents(line.subtotal)
    total = cents(line.subtotal * (100 + line.rate) / 100)
    return {
        "name": line.name,
        "description": line.description,
        "unit_price": f"{line.unit_price.normalize():f}",
        "unit": line.unit,
        "quantity": f"{line.quantity:f}",
        "discount": line.discount,
        "subtotal": subtotal,
        "tax_amount": total - subtotal,
        "discount_amount": cents(line.before) - subtotal,
        "total": total,
        "tax": {"id": line.tax_id, "name": line.tax_name, "value": line.rate},
    }


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
