"""What the list and the page of an order say of things: views, effects, ways in which a place was found."""

from __future__ import annotations

from despacho_core.batches import PickingOrder
from despacho_core.fiscal import DocumentKind, InvoiceState
from despacho_core.ledgers import EffectState
from despacho_core.places import MatchedBy
from despacho_core.quotes import RateSource
from despacho_core.shipments import ShipmentState
from despacho_http.desk.marks import Mark
from despacho_http.desk.wording import marked
from despacho_services.label_printing import Reason
from despacho_services.preselection import ChosenBy

VIEWS: tuple[tuple[str, str], ...] = (
    (marked("All orders"), ""),
    (marked("To ship today"), "status=paid&shipping=missing"),
    (marked("Label problems"), "shipping=problem"),
    (marked("Document problems"), "invoice=problem"),
    (marked("On the way"), "shipping=moving"),
    (marked("Failed"), "shipping=failed"),
)
"""Views that every store has: the words, and what stands behind the question mark."""

SHIPMENTS: dict[ShipmentState, Mark] = {
    ShipmentState.REQUESTED: (marked("Being bought"), "info"),
    ShipmentState.UNCERTAIN: (marked("In doubt"), "warning"),
    ShipmentState.BOUGHT: (marked("Bought"), "success"),
    ShipmentState.REJECTED: (marked("Refused"), "danger"),
    ShipmentState.VOIDING: (marked("Being voided"), "info"),
    ShipmentState.VOIDED: (marked("Void"), "secondary"),
}
EFFECTS: dict[str, str] = {
    "buy": marked("Label asked of the carrier"),
    "void": marked("Label taken back at the carrier"),
    "fulfil": marked("Shipment told to the store"),
    "push-status": marked("Status told to the store"),
    "tell-void": marked("Void label told to the store"),
    "close": marked("Manifest closed"),
    "issue": marked("Document asked of the invoicing system"),
    "attach": marked("Document attached to the order in the store"),
}
EFFECT_STATES: dict[EffectState, Mark] = {
    EffectState.PENDING: (marked("waits"), "light"),
    EffectState.RUNNING: (marked("runs"), "info"),
    EffectState.DONE: (marked("done"), "success"),
    EffectState.REJECTED: (marked("refused"), "danger"),
    EffectState.UNCERTAIN: (marked("in doubt"), "warning"),
    EffectState.DEAD: (marked("given up"), "danger"),
}
MESSAGES: dict[str, str] = {
    "order_created": marked("The order was placed"),
    "order_updated": marked("The order was changed"),
    "order_paid": marked("The order was paid"),
    "order_pending_payment": marked("The order waits for payment"),
    "order_shipped": marked("The store says that it was sent"),
    "order_pickup_available": marked("The store says that it can be collected"),
    "order_delivered": marked("The store says that it was delivered"),
    "order_canceled": marked("The order was cancelled"),
    "order_abandoned": marked("The order was abandoned"),
}
FOUND: dict[MatchedBy, Mark] = {
    MatchedBy.EXACT: (marked("Place found"), "success"),
    MatchedBy.ALIAS: (marked("Place found"), "success"),
    MatchedBy.CODE: (marked("Place found by its code"), "success"),
    MatchedBy.FUZZY: (marked("Place guessed"), "warning"),
    MatchedBy.AMBIGUOUS: (marked("Several places have this name"), "danger"),
    MatchedBy.UNKNOWN: (marked("No such place"), "danger"),
}
SOURCES: dict[RateSource, str] = {
    RateSource.CARRIER: marked("asked now"),
    RateSource.CACHE: marked("asked a few minutes ago"),
    RateSource.STALE: marked("asked within the last day"),
    RateSource.TARIFF: marked("your tariff"),
}
CHOSEN: dict[ChosenBy, str] = {
    ChosenBy.QUOTE: marked("as the buyer chose"),
    ChosenBy.RATE_ID: marked("as the buyer chose"),
    ChosenBy.SERVICE: marked("as the order says"),
    ChosenBy.RULE: marked("by your rules"),
}
KINDS: dict[DocumentKind, str] = {
    DocumentKind.RECEIPT: marked("Receipt"),
    DocumentKind.INVOICE: marked("Invoice"),
    DocumentKind.CREDIT_NOTE: marked("Credit note"),
}
DOCUMENTS: dict[InvoiceState, Mark] = {
    InvoiceState.REQUESTED: (marked("Being issued"), "info"),
    InvoiceState.UNCERTAIN: (marked("In doubt"), "warning"),
    InvoiceState.ISSUED: (marked("Issued"), "success"),
    InvoiceState.REJECTED: (marked("Refused"), "danger"),
}
UNPRINTED: dict[Reason, str] = {
    Reason.VOIDED: marked("Its label is void: it is not printed again."),
    Reason.NOT_BOUGHT: marked("Its label is not bought (yet)."),
    Reason.NOT_PRINTABLE: marked("Its label cannot be printed."),
    Reason.ACCOUNT_GONE: marked("Its carrier's account was removed."),
}
"""Why an order's label is not on the paper."""

SEQUENCES: dict[PickingOrder, str] = {
    PickingOrder.ASKED: marked("as chosen"),
    PickingOrder.NUMBER: marked("by order number"),
    PickingOrder.SKU: marked("by product, for picking"),
    PickingOrder.SERVICE: marked("by carrier's service"),
}
