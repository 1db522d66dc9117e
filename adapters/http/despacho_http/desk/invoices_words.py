"""What fiscal documents are called on the App's pages."""

from __future__ import annotations

from despacho_core.fiscal import DocumentKind, InvoiceState
from despacho_core.waiting import Place
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
    Place.ACCOUNT: marked("To the accounts"),
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
