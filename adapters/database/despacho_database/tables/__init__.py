"""The tables. What is queried, constrained or sorted has a column; the rest of a Struct is JSON in ``rest``.

Why is told in docs/decisions/0003-columns-and-documents.md. Every table of a tenant begins its key with ``store_id``, so
that a query that forgets the store cannot use it, and everything goes when the store goes.
"""

from __future__ import annotations

from despacho_database.tables.base import metadata
from despacho_database.tables.batches import batch_lines, batches
from despacho_database.tables.ledgers import (
    inbox,
    inbox_is_about,
    inbox_is_dead,
    inbox_is_over,
    inbox_is_pending,
    outbox,
    outbox_is_open,
    outbox_is_pending,
    outbox_is_running,
    outbox_is_uncertain,
)
from despacho_database.tables.people import activity, activity_orders, order_views
from despacho_database.tables.sales import (
    invoice_has_folio,
    invoice_has_number,
    invoice_has_token,
    invoice_is_not_attached,
    invoice_is_open,
    invoice_is_refused,
    invoices,
    order_words,
    orders,
    quotes,
    waiting_documents,
    waiting_is_listed,
)
from despacho_database.tables.shipping import (
    label_is_free,
    label_is_listed,
    label_is_scanned,
    labels,
    manifest_has_token,
    manifest_is_unfinished,
    manifests,
    shipment_has_token,
    shipment_is_bought,
    shipment_is_counted,
    shipment_is_followed,
    shipment_is_return,
    shipment_is_unsettled,
    shipments,
    tracking_events,
    unknown_codes,
)
from despacho_database.tables.storage import documents, leases
from despacho_database.tables.tenants import accounts, answers, api_tokens, consents, sessions, shipping_plans, stores

__all__ = [
    "accounts",
    "activity",
    "activity_orders",
    "answers",
    "api_tokens",
    "batch_lines",
    "batches",
    "consents",
    "documents",
    "inbox",
    "inbox_is_about",
    "inbox_is_dead",
    "inbox_is_over",
    "inbox_is_pending",
    "invoice_has_folio",
    "invoice_has_number",
    "invoice_has_token",
    "invoice_is_not_attached",
    "invoice_is_open",
    "invoice_is_refused",
    "invoices",
    "label_is_free",
    "label_is_listed",
    "label_is_scanned",
    "labels",
    "leases",
    "manifest_has_token",
    "manifest_is_unfinished",
    "manifests",
    "metadata",
    "order_views",
    "order_words",
    "orders",
    "outbox",
    "outbox_is_open",
    "outbox_is_pending",
    "outbox_is_running",
    "outbox_is_uncertain",
    "quotes",
    "sessions",
    "shipment_has_token",
    "shipment_is_bought",
    "shipment_is_counted",
    "shipment_is_followed",
    "shipment_is_return",
    "shipment_is_unsettled",
    "shipments",
    "shipping_plans",
    "stores",
    "tracking_events",
    "unknown_codes",
    "waiting_documents",
    "waiting_is_listed",
]
