"""What manifests are called on the App's pages."""

from __future__ import annotations

from despacho_core.manifests import ManifestState, Party, Reason
from despacho_http.desk.marks import Mark
from despacho_http.desk.wording import marked

STATES: dict[ManifestState, Mark] = {
    ManifestState.OPEN: (marked("Open"), "info"),
    ManifestState.CLOSING: (marked("Being closed"), "info"),
    ManifestState.CLOSED: (marked("To be signed"), "warning"),
    ManifestState.SIGNED: (marked("Signed"), "success"),
    ManifestState.DISCARDED: (marked("Discarded"), "secondary"),
}
PARTIES: dict[Party, str] = {
    Party.MERCHANT: marked("Merchant"),
    Party.CARRIER: marked("Carrier"),
}
SIGNS: dict[Party, str] = {
    Party.MERCHANT: marked("Sign for the store"),
    Party.CARRIER: marked("Sign for the carrier"),
}
REASONS: dict[Reason, str] = {
    Reason.UNKNOWN: marked("There is no such label."),
    Reason.OTHER_ACCOUNT: marked("It belongs to another account."),
    Reason.VOIDED: marked("It is void: do not hand the parcel over."),
    Reason.BEING_VOIDED: marked("It is being voided: do not hand the parcel over."),
    Reason.RETURN: marked("It is a return: the buyer hands it over."),
    Reason.OTHER_MANIFEST: marked("It is on another manifest."),
    Reason.NO_ROOM: marked("The manifest is full: open another one for it."),
    Reason.BOUGHT_LATER: marked("It was bought after this manifest was opened: it goes on the next one."),
    Reason.NOT_CHOSEN: marked("It was not chosen: it goes on the next one."),
}
