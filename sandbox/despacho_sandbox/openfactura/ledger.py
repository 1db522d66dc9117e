"""What OpenFactura remembers: documents, their folios and the keys under which they were asked for."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import msgspec

from despacho_sandbox.openfactura.companies import Company

KEY_LIFETIME = timedelta(hours=24)
"""How long an `Idempotency-Key` protects (contract/invoicing.md 2.4)."""

ORDER_REFERENCE = "801"
"""`TpoDocRef` of a purchase order: where a store's order number stands."""


class Document(msgspec.Struct, kw_only=True):
    """One issued document.

    Attributes:
        dte: As sent, with the folio that was given.
        verdict: What the tax authority says from `judged_at` on.
        orders: Order numbers found in its references.
        page: Format of its PDF, `LETTER` or `80MM`.
        annulled_by: Folio of the credit note with CodRef 1.
        taken_back: What credit notes with CodRef 1 or 3 have taken back of it, in pesos.
    """

    token: str
    rut: str
    kind: int
    folio: int
    total: int
    dte: dict[str, Any]
    issued_at: datetime
    verdict: str
    judged_at: datetime
    page: str
    orders: list[str]
    idempotency_key: str | None = None
    send_email: dict[str, Any] | None = None
    custom: dict[str, Any] | None = None
    annulled_by: int | None = None
    taken_back: int = 0

    def status(self, now: datetime) -> str:
        """`Pendiente` until the tax authority has spoken."""
        return self.verdict if now >= self.judged_at else "Pendiente"


class Ledger:
    """All documents."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self._by_folio: dict[tuple[str, int, int], Document] = {}
        self._by_key: dict[tuple[str, str], tuple[datetime, str]] = {}
        self._last_folio: Counter[tuple[str, int]] = Counter()

    def clear(self) -> None:
        """Forgets everything; folios start again."""
        self.documents.clear()
        self._by_folio.clear()
        self._by_key.clear()
        self._last_folio.clear()

    def take_folio(self, company: Company, kind: int) -> int | None:
        """The next number of a company and type, None if its stock is used up."""
        if company.folios.get(kind, 0) < 1:
            return None
        company.folios[kind] -= 1
        self._last_folio[company.rut, kind] += 1
        return self._last_folio[company.rut, kind]

    def add(self, document: Document) -> None:
        """Keeps a document, and the key it came under."""
        self.documents[document.token] = document
        self._by_folio[document.rut, document.kind, document.folio] = document
        if document.idempotency_key:
            self._by_key[document.rut, document.idempotency_key] = (document.issued_at, document.token)

    def under_key(self, rut: str, key: str, now: datetime) -> str | None:
        """Token of what a company issued under a key within the last 24 hours."""
        found = self._by_key.get((rut, key))
        return found[1] if found and now - found[0] < KEY_LIFETIME else None

    def numbered(self, rut: str, kind: int, folio: int) -> Document | None:
        """The document of a company, type and number."""
        return self._by_folio.get((rut, kind, folio))

    def of_company(self, rut: str) -> list[Document]:
        """A company's documents, the newest first."""
        return [document for document in reversed(self.documents.values()) if document.rut == rut]

    def for_order(self, order: str) -> list[Document]:
        """Documents that refer to a store's order, whoever issued them: what a test counts."""
        return [document for document in self.documents.values() if order in document.orders]

    def per_order(self) -> dict[str, dict[str, dict[str, int]]]:
        """Company, order number, type: how many documents."""
        counted: dict[str, dict[str, Counter[str]]] = {}
        for document in self.documents.values():
            for order in document.orders:
                counted.setdefault(document.rut, {}).setdefault(order, Counter())[str(document.kind)] += 1
        return {rut: {order: dict(kinds) for order, kinds in orders.items()} for rut, orders in counted.items()}

    def per_key(self) -> dict[str, dict[str, int]]:
        """Company, idempotency key: how many documents."""
        counted: dict[str, Counter[str]] = {}
        for document in self.documents.values():
            if document.idempotency_key:
                counted.setdefault(document.rut, Counter())[document.idempotency_key] += 1
        return {rut: dict(keys) for rut, keys in counted.items()}
