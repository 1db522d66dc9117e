"""The kinds of documents at InvoiceXpress, and which of them a document becomes (contract/invoicing.md 8.4 and 9.2)."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from despacho_core.fiscal import DocumentKind, FiscalDocument
from despacho_invoicexpress.settings import InvoiceXpressSettings

SIMPLIFIED_UP_TO = Decimal(1000)
"""Euros: a simplified invoice to a consumer ends here (CIVA, article 40)."""


class Kind(msgspec.Struct, frozen=True):
    """One kind: how paths, answers and lists call it, and what stands before its number."""

    path: str
    key: str
    type: str
    prefix: str


INVOICE = Kind("invoices", "invoice", "Invoice", "FT")
INVOICE_RECEIPT = Kind("invoice_receipts", "invoice_receipt", "InvoiceReceipt", "FR")
SIMPLIFIED = Kind("simplified_invoices", "simplified_invoice", "SimplifiedInvoice", "FS")
CREDIT_NOTE = Kind("credit_notes", "credit_note", "CreditNote", "NC")
_ALL = (INVOICE, INVOICE_RECEIPT, SIMPLIFIED, CREDIT_NOTE)


def kind_of(settings: InvoiceXpressSettings, document: FiscalDocument) -> Kind:
    """What the document is issued as. A simplified invoice above its limit becomes a fatura-recibo."""
    if document.kind is DocumentKind.CREDIT_NOTE:
        return CREDIT_NOTE
    if document.kind is DocumentKind.INVOICE:
        return INVOICE if settings.invoice_as == "invoice" else INVOICE_RECEIPT
    simplified = settings.receipt_as == "simplified_invoice" and document.totals.total <= SIMPLIFIED_UP_TO
    return SIMPLIFIED if simplified else INVOICE_RECEIPT


def searched_kinds(settings: InvoiceXpressSettings, document: FiscalDocument) -> tuple[Kind, ...]:
    """Every kind that the document may have been issued as, whatever the settings were then.

    Simplified invoices are asked for only where they are in use: the official list of types forgets them.
    """
    if document.kind is DocumentKind.CREDIT_NOTE:
        return (CREDIT_NOTE,)
    simplified = (SIMPLIFIED,) if settings.receipt_as == "simplified_invoice" else ()
    return (INVOICE, INVOICE_RECEIPT, *simplified)


def kind_named(type_name: object) -> Kind | None:
    """The kind of an answer's ``type``."""
    return next((kind for kind in _ALL if kind.type == type_name), None)
