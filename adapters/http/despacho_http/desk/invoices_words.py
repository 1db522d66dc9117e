"""What fiscal documents are called on the App's pages."""

from __future__ import annotations

from despacho_core.fiscal import DocumentKind, InvoiceState
from despacho_core.waiting import Place, WaitingDocument
from despacho_http.desk.marks import Mark
from despacho_http.desk.wording import marked
from despacho_ports.shipment_lists import InvoiceView

STATES: dict[InvoiceState, Mark] = {
    InvoiceState.REQUESTED: (marked("Being issued"), "info"),
    InvoiceState.UNCERTAIN: (marked("In doubt"), "warning"),
    InvoiceState.ISSUED: (marked("Issued"), "success"),
    InvoiceState.REJECTED: (marked("Refused"), "danger"),
}
KINDS: dict[DocumentKind, str] = {
    DocumentKind.RECEIPT: marked("Receipt"),
    DocumentKind.INVOICE: marked("Invoice"),
    DocumentKind.CREDIT_NOTE: marked("Credit note"),
}
VIEWS: dict[InvoiceView, str] = {
    InvoiceView.ALL: marked("All"),
    InvoiceView.OPEN: marked("Being issued or in doubt"),
    InvoiceView.REFUSED: marked("Refused"),
    InvoiceView.NOT_ATTACHED: marked("Not attached yet"),
}
PLACES: dict[Place, str] = {
    Place.BILLING: marked("Correct the billing data"),
    Place.ORDER: marked("Look at the order"),
    Place.ACCOUNT: marked("To the account"),
    Place.PERSON: marked("Look at it"),
    Place.ITSELF: marked("Look at it"),
}
FIELDS: tuple[tuple[str, str], ...] = (
    ("tax_id", marked("Tax id")),
    ("name", marked("Company or name")),
    ("business_activity", marked("Business activity")),
    ("street", marked("Street and number")),
    ("municipality", marked("Municipality")),
    ("city", marked("City")),
    ("postal_code", marked("Postcode")),
    ("country", marked("Country (two letters)")),
    ("email", marked("E-mail")),
)
"""What may be mended of a buyer, by field."""


def mended_at(waiting: WaitingDocument) -> tuple[str | None, str]:
    """The page where a reason is mended, with the words of the link to it; no page for a credit note that nobody can mend here."""
    words = PLACES[waiting.place]
    if waiting.place is Place.ACCOUNT:
        return account_page(waiting.account_id), words if waiting.account_id else marked("To the accounts")
    if waiting.place is Place.ORDER:
        return f"/app/orders/{waiting.order_number}", words
    return None if waiting.credits_id else f"/app/invoices/waiting/{waiting.order_number}", words


def account_page(account_id: str | None) -> str:
    """The page of an account; of all of them where it is not known which."""
    return f"/app/accounts/{account_id}" if account_id else "/app/accounts"
