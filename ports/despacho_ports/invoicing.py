"""What an invoicing system can offer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

import msgspec

from despacho_core.fiscal import FiscalDocument


class IssueRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A document to issue. ``reference`` is ours, at most 40 characters of ``A-Z a-z 0-9 -``, unique for ever."""

    reference: str
    document: FiscalDocument


class IssuedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The document as issued. ``public_id`` is safe in a path; ``folio`` is the legal number alone.

    ``total`` is what the system says the document amounts to, where it says so. ``warning`` is for the merchant.
    """

    external_id: str
    public_id: str
    folio: str
    issued_at: datetime | None = None
    total: Decimal | None = None
    pdf: bytes | None = None
    warning: str | None = None


@runtime_checkable
class IssuesDocuments(Protocol):
    """Issues receipts and invoices."""

    async def issue_document(self, request: IssueRequest) -> IssuedDocument:
        """Issue once, or return what was issued under the same reference. ``Uncertain`` whenever it may have acted."""
        ...


@runtime_checkable
class CreditsDocuments(Protocol):
    """Issues credit notes: ``request.document.credits`` names the document taken back."""

    async def credit_document(self, request: IssueRequest) -> IssuedDocument:
        """As :meth:`IssuesDocuments.issue_document`, for a credit note."""
        ...


@runtime_checkable
class FindsDocuments(Protocol):
    """Can be asked for our reference."""

    async def find_document(self, request: IssueRequest) -> IssuedDocument | None:
        """What was issued under the request's reference; None if certainly nothing."""
        ...


@runtime_checkable
class FetchesDocuments(Protocol):
    """Gives the document's PDF."""

    async def fetch_pdf(self, external_id: str) -> bytes:
        """The PDF. ``Unavailable`` while it is still being made."""
        ...
