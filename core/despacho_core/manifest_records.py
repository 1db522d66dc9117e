"""What stands on a manifest, word for word, so that anybody can check later that nothing was changed.

The record is JSON in one form alone (RFC 8785: keys sorted, no white space, UTF-8, whole numbers, no nulls left away), so that its
SHA-256 can be computed again by anybody who holds it. It travels inside the signed document as an attached file;
docs/manifests.md says how it is checked.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from despacho_core.manifests import Party

VERSION = 1
FILE_NAME = "manifest.json"
"""What the record is called inside the signed document."""


class RecordedParty(msgspec.Struct, frozen=True, kw_only=True):
    """Merchant or carrier, as far as they are known. ``address`` is one line."""

    name: str
    tax_id: str = ""
    address: str = ""


class RecordedLabel(msgspec.Struct, frozen=True, kw_only=True):
    """One label. ``barcode`` is the text of the carrier's barcode; ``weight_g`` are grams."""

    tracking_number: str
    barcode: str
    order: int
    piece: int
    pieces: int
    service: str
    receiver: str
    place: str
    weight_g: int


class RecordedSignature(msgspec.Struct, frozen=True, kw_only=True):
    """One party's signature. ``drawing`` is the SHA-256 of the drawing as it was kept, null where nothing was drawn."""

    party: Party
    name: str
    role: str
    signed_at: datetime
    drawing: str | None
    on_paper: bool


class ManifestRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The whole manifest. Times are UTC; ``timezone`` and ``language`` are those of the document.

    ``carrier_pages`` and ``scan`` are the SHA-256 of the carrier's own pages and of the signed paper, as they were kept.
    """

    version: int
    reference: str
    number: int
    language: str
    merchant: RecordedParty
    carrier: RecordedParty
    account: str
    place: str
    timezone: str
    closed_at: datetime
    carrier_references: tuple[str, ...]
    carrier_pages: str | None
    labels: tuple[RecordedLabel, ...]
    signatures: tuple[RecordedSignature, ...]
    scan: str | None


def canonical(record: ManifestRecord) -> bytes:
    """The record as the octets that are digested."""
    return msgspec.json.encode(record, order="sorted")


def read_record(content: bytes) -> ManifestRecord:
    """The record in these octets.

    Raises:
        ValueError: It is none, or of a version that is not known.
    """
    record = msgspec.json.decode(content, type=ManifestRecord)
    if record.version != VERSION:
        raise ValueError(f"a record of version {record.version} is not known")
    return record


def digest_of(content: bytes) -> str:
    """The SHA-256 of some octets in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
