"""Everything that is known of a store, for the state endpoint."""

from __future__ import annotations

from collections import Counter

import msgspec

from despacho_sandbox.store.delivery import count
from despacho_sandbox.store.gate import Gate
from despacho_sandbox.store.hooks import WebhookSender
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.order_view import order_object
from despacho_sandbox.store.web import encode_json


def store_state(store: Store, sender: WebhookSender, gate: Gate) -> dict[str, object]:
    """A store with its orders as the API shows them, and what was recorded about it."""
    deliveries = sender.of_store(store)
    return {
        "code": store.code,
        "name": store.name,
        "credentials": {"login": store.login, "authtoken": store.authtoken, "hooks_token": store.hooks_token},
        "installed": store.installed,
        "invoices_url": store.invoices_url,
        "quirks": store.quirks,
        "limits": store.limits,
        "products": store.products,
        "locations": store.locations,
        "hooks": list(store.hooks.values()),
        "shipping_methods": list(store.shipping_methods.values()),
        # As whoever reads them from the API decodes them, because the kit would write amounts as texts.
        "orders": msgspec.json.decode(encode_json([order_object(order, store) for order in store.orders.values()])),
        "fulfillments": list(store.fulfillments.values()),
        "documents": store.documents,
        "history": store.history,
        "mails": store.mails,
        "rate_calls": store.rate_calls,
        "invoice_calls": store.invoice_calls,
        "webhooks": {"counts": count(deliveries), "deliveries": [delivery.summary() for delivery in deliveries]},
        "api": {"limits": gate.limiter(store).counts, "calls": dict(gate.calls.get(store.code, Counter()))},
    }
