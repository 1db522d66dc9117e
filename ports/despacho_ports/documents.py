"""Documents: where their bytes lie, and who draws them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from despacho_core.addresses import Address
from despacho_core.fiscal import FiscalDocument
from despacho_core.parcels import Parcel
from despacho_ports.carriers import LabelFormat


class StoredDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document's bytes with what is needed to serve them."""

    id: str
    store_id: str
    media_type: str
    filename: str
    content: bytes
    created_at: datetime


class DocumentStore(Protocol):
    """Keeps documents, by default in the database; scoped by store."""

    async def put(self, document: StoredDocument) -> None:
        """Keep it; an id that is kept already stays as it is."""
        ...

    async def get(self, store_id: str, document_id: str) -> StoredDocument | None:
        """The document, or None."""
        ...


class LabelForm(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that our own label shows."""

    carrier: str
    service: str
    order_number: int
    reference: str
    piece: int
    pieces: int
    tracking_number: str
    barcode: str
    sender: Address
    receiver: Address
    parcel: Parcel | None = None
    routing: tuple[str, ...] = ()
    notes: str = ""
    language: str = "es"


class ManifestLine(msgspec.Struct, frozen=True, kw_only=True):
    """One label on a manifest."""

    tracking_number: str
    barcode: str
    order_number: int
    piece: int
    pieces: int
    service: str
    receiver: str
    place: str
    weight_g: int


class SignatureBox(msgspec.Struct, frozen=True, kw_only=True):
    """One party's box; empty until it has signed. ``signed_at`` is local time."""

    title: str
    name: str = ""
    role: str = ""
    signed_at: datetime | None = None
    image: bytes | None = None


class ManifestForm(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that our own manifest shows. ``closed_at`` is in the store's own time zone."""

    number: int
    reference: str
    merchant: str
    carrier: str
    account: str
    carrier_references: tuple[str, ...]
    place: str
    closed_at: datetime
    lines: tuple[ManifestLine, ...]
    boxes: tuple[SignatureBox, ...]
    language: str = "es"


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """Whose paper it is, written as the merchant wants it."""

    name: str
    tax_id: str = ""
    address: tuple[str, ...] = ()


class InvoiceForm(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that our own plain invoice, receipt or credit note shows.

    That it is not a fiscal document is no field: nothing that we draw is one, and every page says so. ``footer`` is the merchant's
    own closing words; ``language`` is ``es``, ``pt`` or ``en``.
    """

    number: str
    reference: str
    issuer: Issuer
    document: FiscalDocument
    footer: str = ""
    language: str = "es"


class Renderer(Protocol):
    """Draws labels, manifests and forms. Pure and quick; no network."""

    def label(self, form: LabelForm, wanted: LabelFormat) -> bytes:
        """One label as PDF or ZPL."""
        ...

    def manifest(self, form: ManifestForm, *, appended: Sequence[bytes] = ()) -> bytes:
        """The manifest as PDF, followed by the carrier's own pages."""
        ...

    def invoice(self, form: InvoiceForm) -> bytes:
        """The plain invoice as PDF; the same form is always the same file."""
        ...

    def merged(self, documents: Sequence[bytes]) -> bytes:
        """Several PDFs as one, in order."""
        ...
