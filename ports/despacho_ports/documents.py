"""Documents: where their bytes lie, and who draws them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO, Protocol

import msgspec

from despacho_core.addresses import Address
from despacho_core.fiscal import FiscalDocument
from despacho_core.labels import LabelChoice, LabelPaper, Matrix
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
    """Everything that our own label shows.

    ``matrix`` is the carrier's own two-dimensional code; ``link`` is where whoever scans the label is led, drawn as a QR code.
    ``returning`` marks the label of a parcel on its way back to the merchant.
    """

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
    matrix: Matrix | None = None
    link: str = ""
    returning: bool = False
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
    """One party's box; empty until it has signed. ``signed_at`` is local time; an ``on_paper`` signature is on the scan."""

    title: str
    name: str = ""
    role: str = ""
    signed_at: datetime | None = None
    image: bytes | None = None
    on_paper: bool = False


class ManifestForm(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that our own manifest shows. ``closed_at`` is in the store's own time zone.

    ``merchant_details`` and ``carrier_details`` are further lines about the parties: tax id, address. ``link`` leads to the page that
    confirms the manifest, as a QR code; ``digest`` is printed on a signed one, and ``record``, whose SHA-256 it is, attached to it.
    """

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
    merchant_details: tuple[str, ...] = ()
    carrier_details: tuple[str, ...] = ()
    link: str = ""
    digest: str = ""
    record: bytes = b""


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


class PackingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One product to pick."""

    sku: str
    name: str
    quantity: int


class PackingForm(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a packing slip shows. ``notes`` are the buyer's wishes; ``parcels`` tells how it was packed, piece by piece."""

    merchant: str
    order_number: int
    buyer: Address
    lines: tuple[PackingLine, ...]
    service: str = ""
    notes: tuple[str, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    language: str = "es"


class SlipPaper(enum.StrEnum):
    """The papers that packing slips are printed on."""

    A4 = "a4"
    THERMAL = "100x150"


class LabelBook(Protocol):
    """Labels for many parcels, written to a file one after the other as they come, so that a thousand take no more memory than ten."""

    def add(self, document: bytes) -> None:
        """The pages of a carrier's PDF, as they are.

        Raises:
            ValueError: It is no readable PDF. Nothing of it is in the book, and the next one can be added.
        """
        ...

    def draw(self, forms: Sequence[LabelForm]) -> None:
        """Labels of our own. Raises ``ValueError`` for a barcode that fits on no label; then none of these is in the book."""
        ...

    def finish(self) -> int:
        """End the file; returns how many pages it has. Raises ``ValueError`` for a book without a page."""
        ...


class Renderer(Protocol):
    """Draws labels, manifests and forms. Pure and quick; no network."""

    def label(self, form: LabelForm, wanted: LabelFormat, choice: LabelChoice | None = None) -> bytes:
        """One label as PDF or ZPL, on the paper and for the resolution of the choice; 100 by 150 mm and 203 dpi unless said."""
        ...

    def book(self, file: BinaryIO, paper: LabelPaper, *, start: int = 1) -> LabelBook:
        """Begin a PDF of many labels. On A4 the first one stands in place ``start`` of four, so that a half-used sheet is not lost."""
        ...

    def packing_slips(self, forms: Sequence[PackingForm], paper: SlipPaper) -> bytes:
        """Packing slips as one PDF, each beginning on a page of its own."""
        ...

    def manifest(self, form: ManifestForm, *, appended: Sequence[bytes] = (), scan: bytes | None = None) -> bytes:
        """The manifest as PDF, followed by the carrier's own pages and the signed paper."""
        ...

    def drawing(self, content: bytes) -> bytes:
        """A signature drawn on a screen as a small PNG of our own making. ``ValueError`` says why it is none."""
        ...

    def scan(self, content: bytes) -> bytes:
        """A scan of signed paper (PDF, PNG, JPEG) as a PDF of pages alone. ``ValueError`` says why it is none."""
        ...

    def invoice(self, form: InvoiceForm) -> bytes:
        """The plain invoice as PDF; the same form is always the same file."""
        ...

    def strips(self, matrix: Matrix) -> tuple[int, Sequence[tuple[int, int, int]]]:
        """A two-dimensional code for a screen: the length of its side with the white around, and its dark strips (column, row, width).

        All in modules. ``ValueError`` where it holds nothing, or too much.
        """
        ...

    def check(self, document: bytes) -> None:
        """Look whether a PDF can be printed. Raises ``ValueError`` for one that cannot be read, or is blank."""
        ...

    def merged(self, documents: Sequence[bytes]) -> bytes:
        """Several PDFs as one, in order."""
        ...
