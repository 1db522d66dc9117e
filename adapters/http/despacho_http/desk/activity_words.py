"""What the ledgers' states and kinds are called on the App's pages."""

from __future__ import annotations

from despacho_core.ledgers import EffectState, InboxState
from despacho_http.desk.marks import Mark
from despacho_http.desk.wording import marked

EFFECTS: dict[str, str] = {
    "buy": marked("Label asked of the carrier"),
    "void": marked("Label taken back at the carrier"),
    "fulfil": marked("Shipment told to the store"),
    "push-status": marked("Status told to the store"),
    "tell-void": marked("Void label told to the store"),
    "close": marked("Manifest closed"),
    "issue": marked("Document asked of the invoicing system"),
    "attach": marked("Document attached to the order in the store"),
    "batch": marked("Labels or documents of several orders asked for"),
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
INBOX_STATES: dict[InboxState, Mark] = {
    InboxState.PENDING: (marked("waits"), "light"),
    InboxState.DONE: (marked("done"), "success"),
    InboxState.IGNORED: (marked("needed nothing"), "secondary"),
    InboxState.DEAD: (marked("could not be worked off"), "danger"),
}
