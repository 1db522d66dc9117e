"""What accounts can do, what is wrong with a field, why a test failed, and what labels are printed on: in words for the catalogues."""

from __future__ import annotations

from despacho_core.fiscal import DocumentKind
from despacho_http.desk.reading import sentence
from despacho_http.desk.wording import marked
from despacho_ports.carriers import AccountTrouble
from despacho_ports.providers import Provider, ProviderKind
from despacho_ports.settings_checks import FieldProblem, Wrong

CAPABILITIES: dict[str, str] = {
    "QuotesRates": marked("Names prices at the checkout"),
    "BuysShipments": marked("Takes shipments and gives labels"),
    "BuysReturns": marked("Takes parcels back from buyers"),
    "VoidsShipments": marked("Voids labels"),
    "FindsShipments": marked("Finds out what became of a purchase that nobody knows about"),
    "ReprintsLabels": marked("Prints a label again"),
    "ClosesManifests": marked("Closes manifests of its own"),
    "TracksShipments": marked("Says where parcels are"),
    "ReceivesTracking": marked("Tells by itself where parcels are"),
    "ReportsByScan": marked("Drivers say by a link on the label where the parcel is"),
    "ListsPickupPoints": marked("Knows places where buyers can collect"),
    "CoversPlaces": marked("Knows where it delivers"),
    "ListsServices": marked("Has services of its own"),
    "ChecksAccount": marked("Can be tested without buying anything"),
    "IssuesDocuments": marked("Issues receipts and invoices"),
    "CreditsDocuments": marked("Issues credit notes"),
    "FindsDocuments": marked("Finds out what became of a document that nobody knows about"),
    "FetchesDocuments": marked("Gives the PDF of documents"),
}
"""Every port by its name; a test compares the table with the ports that there are."""

KINDS: dict[ProviderKind, str] = {
    ProviderKind.CARRIER: marked("Carriers"),
    ProviderKind.INVOICING: marked("Invoicing systems"),
}

DOCUMENTS: dict[DocumentKind, str] = {
    DocumentKind.RECEIPT: marked("Receipts"),
    DocumentKind.INVOICE: marked("Invoices"),
    DocumentKind.CREDIT_NOTE: marked("Credit notes"),
}

TROUBLES: dict[AccountTrouble, str] = {
    AccountTrouble.CREDENTIALS: marked(
        "The provider does not accept the credentials. Compare each key with the one in the provider's own portal, and save it here again."
    ),
    AccountTrouble.SETTINGS: marked("Something in the settings does not fit. Correct it below and save."),
    AccountTrouble.NOT_INSTALLED: marked(
        "The provider's package is not installed on this hub. Ask whoever runs the hub."
    ),
    AccountTrouble.UNREACHABLE: marked(
        "The provider did not answer, or with something else than was asked for. If its address below is right, it is down at the "
        "moment: try again in a few minutes."
    ),
    AccountTrouble.BUSY: marked("The provider asks for a pause: too many calls. Try again in a minute."),
    AccountTrouble.REFUSED: marked(
        "The provider answered, and says no. Where it knows no such page, its address below is not right. What it said:"
    ),
    AccountTrouble.ADDRESS: marked(
        "This hub does not call the address that stands below: it is not on the internet. Correct it, or ask whoever runs the hub."
    ),
}

WRONGS: dict[Wrong, str] = {
    Wrong.MISSING: marked("This is needed."),
    Wrong.NUMBER: marked("This must be a whole number, within what the provider allows."),
    Wrong.CHOICE: marked("Choose one of the list."),
    Wrong.LENGTH: marked("This is too long."),
    Wrong.ADDRESS: marked(
        "This must be an address such as https://api.example.com/v1, without user and password, and without “?” or “#”."
    ),
    Wrong.AGAIN: marked(
        "An address has changed, and this was given for the one before. Type it again, so that it goes nowhere by mistake."
    ),
    Wrong.FORM: marked("This does not look as it should."),
}

PAPERS: tuple[tuple[str, str], ...] = (
    ("100x150", marked("Label paper of 100 × 150 mm (PDF)")),
    ("a6", marked("A6 (PDF)")),
    ("100x50", marked("Small labels of 100 × 50 mm (PDF)")),
    ("a4", marked("A4 sheets, four labels each (PDF)")),
    ("zpl-203", marked("Label printer with 203 dpi (ZPL)")),
    ("zpl-300", marked("Label printer with 300 dpi (ZPL)")),
    ("zpl-600", marked("Label printer with 600 dpi (ZPL)")),
    ("zpl-203-100x50", marked("Label printer with 203 dpi, small labels (ZPL)")),
    ("zpl-300-100x50", marked("Label printer with 300 dpi, small labels (ZPL)")),
)
"""Choices of label paper as :meth:`despacho_core.labels.LabelChoice.parse` reads them."""


def told(provider: Provider, said: str, language: str) -> str:
    """What a provider says of its settings, as a sentence in a language."""
    return sentence(provider.told(said, language))


def wrong_key(problem: FieldProblem) -> str:
    """The message (English, for the catalogues) of what is wrong with a field."""
    return WRONGS[problem.wrong]
