"""The words for what people did: the name of each handler that changes something, of the App and of the API, in all languages.

Whoever adds a handler adds its words here; a test compares this table with all routes that there are. What is recorded under a name that
is no longer here is shown by that name.
"""

from __future__ import annotations

from despacho_http.desk.wording import catalogue, marked

DOINGS: dict[str, str] = {
    "add_account": marked("Added an account"),
    "add_labels": marked("Put labels on a manifest"),
    "add_practice": marked("Added accounts of the sandbox"),
    "ask_for_documents": marked("Asked for documents of several orders"),
    "attach_again": marked("Had a document attached once more"),
    "buy_label": marked("Asked for a label"),
    "buy_labels": marked("Asked for labels of several orders"),
    "buy_return": marked("Asked for a return label"),
    "change_account": marked("Changed an account"),
    "change_account_terms": marked("Changed the terms of an account"),
    "change_automation": marked("Changed what happens by itself"),
    "change_documents": marked("Changed the rules of documents"),
    "change_origin": marked("Changed where parcels leave from"),
    "change_parcel": marked("Changed the usual parcel"),
    "change_parcels": marked("Changed how parcels without a box are made"),
    "change_terms": marked("Changed handling days and cut-off hour"),
    "choose_paper": marked("Chose what an account's labels are printed on"),
    "close_manifest": marked("Closed a manifest"),
    "correct_tracking": marked("Said where a parcel is"),
    "create_batch": marked("Asked for labels of several orders"),
    "create_document_batch": marked("Asked for documents of several orders"),
    "create_invoice": marked("Asked for the order's document"),
    "create_manifest": marked("Opened a manifest"),
    "create_return": marked("Asked for a return label"),
    "create_shipment": marked("Asked for a label"),
    "create_token": marked("Created an API token"),
    "credit_invoice": marked("Asked for a credit note"),
    "discard_manifest": marked("Discarded a manifest"),
    "dismiss_start": marked("Put the guided start away, or fetched it back"),
    "dismiss_waiting": marked("Dismissed a document that was waiting"),
    "forget_order_view": marked("Forgot a view of orders"),
    "import_tariff": marked("Replaced the tariff by a spreadsheet"),
    "issue_document": marked("Asked for the order's document"),
    "keep_order_view": marked("Kept a view of orders"),
    "list_on_manifests": marked("Put labels of several orders on manifests"),
    "mend_billing": marked("Changed the buyer's billing data"),
    "mend_delivery": marked("Changed where an order goes"),
    "move_rule": marked("Changed the order of rules or preselections"),
    "name_carrier": marked("Named the carrier on manifests"),
    "put_plan": marked("Changed tariff and rules"),
    "remove_account": marked("Removed an account"),
    "remove_row": marked("Removed a box, a row of the tariff, a rule or a preselection"),
    "repair_store": marked("Had the platform's side repaired"),
    "replay_inbox": marked("Had messages worked off again"),
    "resolve_effect": marked("Settled what nobody knew"),
    "retry_effect": marked("Had something tried again"),
    "revoke_token": marked("Revoked an API token"),
    "save_row": marked("Changed boxes, tariff, rules or preselections"),
    "scope_account": marked("Changed which documents an account issues"),
    "settle_document": marked("Settled what nobody knew of a document"),
    "settle_shipment": marked("Settled what nobody knew of a label"),
    "sign_manifest": marked("Signed a manifest"),
    "sign_on_paper": marked("Took in a manifest signed on paper"),
    "skip_step": marked("Skipped a step of the guided start, or took it up again"),
    "sync_tracking": marked("Had carriers asked where parcels are"),
    "take_label_off": marked("Took a label off a manifest"),
    "try_account": marked("Tested an account"),
    "try_quote": marked("Tried a price in the guided start"),
    "void_shipment": marked("Voided a label"),
}


def doing(action: str, language: str) -> str:
    """The words for an action in a language."""
    words = DOINGS.get(action)
    return action.replace("_", " ") if words is None else catalogue(language).gettext(words)
