"""The "Create invoice" button of an order (contract 5.2, 5.3 and the platform's guide).

What the platform really sends is open (7.21): the guide's reduced shape is the default, the whole order a switch. The guide lists
`Jumpseller-Store-Code` and `Jumpseller-Hmac-Sha256` as required headers; leaving them out is a switch too.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.store.delivery import signature
from despacho_sandbox.store.documents_api import INVOICE
from despacho_sandbox.store.model import Document, Store
from despacho_sandbox.store.order import Order, totals
from despacho_sandbox.store.order_view import amount, order_object
from despacho_sandbox.store.outgoing import ask
from despacho_sandbox.store.records import InvoiceCall
from despacho_sandbox.store.web import ApiError, encode_json

LIMIT_SECONDS = 15.0


async def create_invoice(store: Store, order: Order, clock: SandboxClock) -> InvoiceCall:
    """Presses the button: asks the store's invoicing service and attaches the document that it names.

    Raises:
        ApiError: 400 if the store has no invoices URL.
    """
    if not store.invoices_url:
        raise ApiError(400, {"message": "the store has no invoices URL"})
    shown = order_object(order, store) if store.quirks.invoice_shape == "full" else light_order(order, store)
    body = encode_json({"order": shown})
    at = clock.now()
    outcome = await ask("POST", store.invoices_url, seconds=LIMIT_SECONDS, body=body, headers=_headers(store, body))
    call = InvoiceCall(
        order_id=order.id,
        at=at,
        took_ms=outcome.took_ms,
        status=outcome.status,
        answer=outcome.answer,
        error=outcome.error,
    )
    store.invoice_calls.append(call)
    _attach(store, order, call)
    return call


def light_order(order: Order, store: Store) -> dict[str, Any]:
    """The reduced order of the guide, with its own names (contract 5.2)."""
    sums = totals(order, nets_included_tax=store.quirks.nets_included_tax)
    billing = order.billing_address
    return {
        "id": order.id,
        "created_at": order.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "currency": order.currency,
        "subtotal": amount(sums.subtotal),
        "total": amount(sums.total),
        "status": order.status.value,
        "customer": {
            "email": order.customer.email,
            "fullname": order.customer.fullname,
            "tax_id": billing.taxid if billing else None,
        },
        "products": [
            {"name": line.name, "price": amount(line.price), "quantity": line.qty, "sku": line.sku}
            for line in order.lines
        ],
        "billing_address": {
            "country": billing.country_code if billing else None,
            "zip": billing.postal if billing else None,
        },
    }


def _headers(store: Store, body: bytes) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if store.quirks.signs_invoices:
        headers["Jumpseller-Store-Code"] = store.code
        headers["Jumpseller-Hmac-Sha256"] = signature(store.hooks_token, body)
    return headers


def _attach(store: Store, order: Order, call: InvoiceCall) -> None:
    answer = call.answer
    if call.status != 200 or not isinstance(answer, dict):
        return
    url, public_id = answer.get("url"), answer.get("public_id")
    if not isinstance(url, str) or not isinstance(public_id, str) or not url or not public_id:
        call.error = "the answer lacks url or public_id"
        return
    call.attached = True
    known = any(one.order_id == order.id and one.public_id == public_id for one in store.documents)
    if not known:
        store.documents.append(Document(order_id=order.id, document_type=INVOICE, public_id=public_id, url=url))
