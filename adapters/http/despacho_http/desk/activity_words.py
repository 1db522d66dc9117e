"""What the ledgers' states and kinds are called on the App's pages."""

from __future__ import annotations

from despacho_core.ledgers import InboxState
from despacho_http.desk import orders_words
from despacho_http.desk.marks import Mark
from despacho_http.desk.wording import marked

EFFECT_STATES = orders_words.EFFECT_STATES
EFFECTS: dict[str, str] = {**orders_words.EFFECTS, "batch": marked("Labels of several orders asked for")}
MESSAGES = orders_words.MESSAGES
INBOX_STATES: dict[InboxState, Mark] = {
    InboxState.PENDING: (marked("waits"), "light"),
    InboxState.DONE: (marked("done"), "success"),
    InboxState.IGNORED: (marked("needed nothing"), "secondary"),
    InboxState.DEAD: (marked("could not be worked off"), "danger"),
}
