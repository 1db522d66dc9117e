"""Fiscal documents: what an invoicing system is asked to issue, to the last peso and cent.

How a document is computed from an order is in :mod:`despacho_core.fiscal_computation`.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal

import msgspec


class DocumentKind(enum.StrEnum):
    """``receipt`` is the boleta of Chile; ``invoice`` the factura, for a named buyer with a tax id."""

    RECEIPT = "receipt"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class PriceBasis(enum.StrEnum):
    """Whether line amounts hold the tax (boleta) or not (factura)."""

    GROSS = "gross"
    NET = "net"


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Who the document is made out to; a final consumer has no ``tax_id``. The tax id is compact: ``12531909-2``."""

    name: str = ""
    tax_id: str | None = None
    business_activity: str | None = None
    street: str | None = None
    municipality: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str = ""
    email: str | None = None


class CreditedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a credit note's line takes back of the original's: its place there from 1, units, and the amount on the original's basis.

    A price taken down without anything coming back takes 0 units.
    """

    line: int
    quantity: Decimal
    amount: Decimal


class FiscalLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line. ``amount`` is what it adds to the document: quantity × unit price − discount, at the currency's minor unit.

    ``tax_rate`` is a percentage; 0 with ``exempt`` set for what bears no tax. ``exemption`` is the country's code for why, where the order
    names it (Portugal's M01 to M99). All amounts follow the document's basis. ``credited`` is there on a credit note for chosen lines.
    """

    name: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    discount: Decimal = Decimal(0)
    sku: str = ""
    tax_rate: Decimal = Decimal(0)
    exempt: bool = False
    exemption: str | None = None
    credited: CreditedLine | None = None


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what was paid for a document; ``method`` is the platform's word for it, None for a gift card."""

    amount: Decimal
    method: str | None = None
    gift_card: bool = False


class FiscalTotals(msgspec.Struct, frozen=True, kw_only=True):
    """``net + tax + exempt == total`` always."""

    net: Decimal
    tax: Decimal
    exempt: Decimal
    total: Decimal


class CreditedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The document that a credit note takes back, as the invoicing system knows it.

    ``whole`` tells that one note takes all of it back; a note for a part, and one for what earlier notes left, does not.
    """

    kind: DocumentKind
    public_id: str
    external_id: str
    folio: str
    issued_on: date
    reason: str
    whole: bool = True


class FiscalDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document's content, computed and final. ``difference`` = what the buyer paid − ``totals.total``; ``notes`` explain it.

    The ``payments`` add up to ``totals.total + difference``; a credit note has none, and its difference is what was asked to be given back
    − ``totals.total``.
    """

    kind: DocumentKind
    order_number: int
    currency: str
    issued_on: date
    basis: PriceBasis
    buyer: Buyer
    lines: tuple[FiscalLine, ...]
    totals: FiscalTotals
    difference: Decimal = Decimal(0)
    notes: tuple[str, ...] = ()
    payment_method: str | None = None
    payments: tuple[Payment, ...] = ()
    credits: CreditedDocument | None = None


class InvoiceState(enum.StrEnum):
    """Where issuing stands."""

    REQUESTED = "requested"
    UNCERTAIN = "uncertain"
    ISSUED = "issued"
    REJECTED = "rejected"


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """A fiscal document of an order on its way through issuing and attaching.

    ``reference`` is ours, sent along; ``public_id`` is the human number and safe for a path (``39-1020``); ``token`` makes its
    address unguessable; ``credits_id`` is the invoice that a credit note takes back. ``credited_at`` is when nothing was left of it: then
    its order may get another document.
    """

    id: str
    store_id: str
    order_number: int
    account_id: str
    reference: str
    token: str
    document: FiscalDocument
    created_at: datetime
    state: InvoiceState = InvoiceState.REQUESTED
    external_id: str | None = None
    public_id: str | None = None
    folio: str | None = None
    issued_at: datetime | None = None
    attached_at: datetime | None = None
    document_id: str | None = None
    credits_id: str | None = None
    problem: str | None = None
    credited_at: datetime | None = None

    @property
    def kind(self) -> DocumentKind:
        """Receipt, invoice or credit note."""
        return self.document.kind

    def issued(
        self, at: datetime, *, external_id: str, public_id: str, folio: str, problem: str | None = None
    ) -> Invoice:
        """The invoicing system has issued it."""
        return msgspec.structs.replace(
            self,
            state=InvoiceState.ISSUED,
            issued_at=at,
            external_id=external_id,
            public_id=public_id,
            folio=folio,
            problem=problem,
        )

    def rejected(self, message: str) -> Invoice:
        """The invoicing system said no."""
        return msgspec.structs.replace(self, state=InvoiceState.REJECTED, problem=message)

    def uncertain(self, message: str) -> Invoice:
        """Nobody knows whether it was issued."""
        return msgspec.structs.replace(self, state=InvoiceState.UNCERTAIN, problem=message)

    def retried(self) -> Invoice:
        """Certainly not issued: asked for once more."""
        return msgspec.structs.replace(self, state=InvoiceState.REQUESTED, problem=None)
