"""What the list and the page of an order say of things: views, effects, ways in which a place was found."""

from __future__ import annotations

from despacho_core.batches import PickingOrder
from despacho_core.places import MatchedBy
from despacho_core.quotes import RateSource
from despacho_http.desk import activity_words, invoices_words, shipments_words
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

SHIPMENTS = shipments_words.STATES
DOCUMENTS = invoices_words.STATES
KINDS = invoices_words.KINDS
EFFECTS = activity_words.EFFECTS
EFFECT_STATES = activity_words.EFFECT_STATES
MESSAGES = activity_words.MESSAGES
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
