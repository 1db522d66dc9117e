"""The words for what people did: the name of each handler that changes something, of the App and of the API, in all languages.

Whoever adds a handler adds its words here; a test compares this table with all routes that there are. What is recorded under a name that
is no longer here is shown by that name.
"""

from __future__ import annotations

from despacho_http.desk.wording import catalogue, marked

DOINGS: dict[str, str] = {
    "add_labels": marked("Put labels on a manifest"),
    "attach_again": marked("Had a document attached once more"),
    "buy_labels": marked("Asked for labels of several orders"),
    "change_account": marked("Changed an account"),
    "close_manifest": marked("Closed a manifest"),
    "correct_tracking": marked("Said where a parcel is"),
    "create_batch": marked("Asked for labels of several orders"),
    "create_invoice": marked("Asked for the order's document"),
    "create_manifest": marked("Opened a manifest"),
    "create_return": marked("Asked for a return label"),
    "create_shipment": marked("Asked for a label"),
    "credit_invoice": marked("Asked for a credit note"),
    "discard_manifest": marked("Discarded a manifest"),
    "dismiss_waiting": marked("Dismissed a document that was waiting"),
    "mend_billing": marked("Changed the buyer's billing data"),
    "put_plan": marked("Changed tariff and rules"),
    "replay_inbox": marked("Had messages worked off again"),
    "resolve_effect": marked("Settled what nobody knew"),
    "retry_effect": marked("Had something tried again"),
    "scope_account": marked("Changed which documents an account issues"),
    "settle_document": marked("Settled what nobody knew of a document"),
    "settle_shipment": marked("Settled what nobody knew of a label"),
    "sign_manifest": marked("Signed a manifest"),
    "sign_on_paper": marked("Took in a manifest signed on paper"),
    "sync_tracking": marked("Had carriers asked where parcels are"),
    "take_label_off": marked("Took a label off a manifest"),
    "void_shipment": marked("Voided a label"),
}


def doing(action: str, language: str) -> str:
    """The words for an action in a language."""
    words = DOINGS.get(action)
    return action.replace("_", " ") if words is None else catalogue(language).gettext(words)
