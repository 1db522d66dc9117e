"""What InvoiceXpress remembers: documents, the numbers of each series, and the `proprietary_uid` under which they were made."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from hashlib import sha256

import msgspec

from despacho_sandbox.invoicexpress.arithmetic import Line, Sums

PREFIXES = {
    "Invoice": "FT",
    "InvoiceReceipt": "FR",
    "SimplifiedInvoice": "FS",
    "CreditNote": "NC",
    "DebitNote": "ND",
}
"""The tax authority's word for each type; it stands before the number (contract/invoicing.md 8.4 and 9.2)."""

KINDS = {
    "invoices": "Invoice",
    "invoice_receipts": "InvoiceReceipt",
    "simplified_invoices": "SimplifiedInvoice",
    "credit_notes": "CreditNote",
    "debit_notes": "DebitNote",
}
FIRST_ID = 2_137_287


class Document(msgspec.Struct, kw_only=True):
    """One document.

    Attributes:
        path: Its type as paths write it: `invoice_receipts`.
        kind: Its type as answers write it: `InvoiceReceipt`.
        status: draft, final, settled, canceled or deleted.
        number: Given when it is finalised, together with `atcud` and `saft_hash`.
        pdf_asked: How often its PDF was asked for, and `qr_asked` its QR code.
        states: Every state it was in, in order.
    """

    id: int
    account: str
    path: str
    kind: str
    series_id: int
    date: dt.date
    due_date: dt.date
    reference: str
    observations: str
    tax_exemption: str
    retention: str
    client_id: int
    lines: list[Line]
    sums: Sums
    global_discount: dict[str, object] | None = None
    owner_id: int | None = None
    proprietary_uid: str | None = None
    status: str = "draft"
    number: int | None = None
    serie: str = ""
    atcud: str = "N/D"
    saft_hash: str | None = None
    cancel_message: str = ""
    pdf_asked: int = 0
    qr_asked: int = 0
    states: tuple[str, ...] = ("draft",)

    @property
    def issued(self) -> bool:
        """Whether it has, or had, legal force."""
        return self.number is not None

    @property
    def legal_number(self) -> str:
        """`FR G/6`; empty for a draft."""
        return f"{PREFIXES[self.kind]} {self.serie}/{self.number}" if self.issued else ""

    @property
    def token(self) -> str:
        """Makes the addresses of its papers unguessable."""
        return sha256(f"{self.account}:{self.id}".encode()).hexdigest()

    def becomes(self, status: str) -> None:
        """Changes its state."""
        self.status = status
        self.states = (*self.states, status)


class Ledger:
    """All documents of all accounts."""

    def __init__(self) -> None:
        self.documents: dict[int, Document] = {}
        self._by_uid: dict[tuple[str, str], Document] = {}
        self._last: Counter[tuple[str, int, str]] = Counter()
        self._last_date: dict[tuple[str, int, str], dt.date] = {}

    def clear(self) -> None:
        """Forgets everything; numbers start again."""
        self.documents.clear()
        self._by_uid.clear()
        self._last.clear()
        self._last_date.clear()

    def next_id(self) -> int:
        """The id that the next document gets."""
        return FIRST_ID + len(self.documents)

    def add(self, document: Document) -> None:
        """Keeps a document, and the uid it came under."""
        self.documents[document.id] = document
        if document.proprietary_uid:
            self._by_uid[document.account, document.proprietary_uid] = document

    def under_uid(self, account: str, uid: str) -> Document | None:
        """What an account made under a uid, whatever became of it."""
        return self._by_uid.get((account, uid))

    def of(self, account: str) -> list[Document]:
        """An account's documents, the newest first."""
        return [document for document in reversed(self.documents.values()) if document.account == account]

    def get(self, account: str, document_id: str, path: str | None = None) -> Document | None:
        """An account's document by its id, and by its type where one is named."""
        found = self.documents.get(int(document_id)) if document_id.isdecimal() and len(document_id) < 12 else None
        if found is None or found.account != account or path not in (None, found.path):
            return None
        return found

    def by_token(self, token: str) -> Document | None:
        """The document whose papers lie at an address."""
        return next((document for document in self.documents.values() if document.token == token), None)

    def last_date(self, document: Document) -> dt.date | None:
        """The date of the last document that was finalised in its series."""
        return self._last_date.get((document.account, document.series_id, document.kind))

    def give_number(self, document: Document) -> None:
        """The next number of its series and type."""
        key = (document.account, document.series_id, document.kind)
        self._last[key] += 1
        self._last_date[key] = document.date
        document.number = self._last[key]

    def credited(self, owner_id: int) -> Decimal:
        """What credit notes in force have taken back of a document."""
        return sum(
            (
                one.sums.total
                for one in self.documents.values()
                if one.owner_id == owner_id and one.kind == "CreditNote" and one.status in ("final", "settled")
            ),
            Decimal(0),
        )

    def for_reference(self, reference: str) -> list[Document]:
        """Every document with a reference, whatever its state, oldest first: what a test counts."""
        return [document for document in self.documents.values() if document.reference == reference]
