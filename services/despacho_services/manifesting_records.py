"""What stands on a manifest: taken down once when it is closed, and drawn from there ever after.

Names and addresses of the store may change between closing and signing; what both parties sign may not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from despacho_core.addresses import Address
from despacho_core.manifest_records import (
    VERSION,
    ManifestRecord,
    RecordedLabel,
    RecordedParty,
    RecordedSignature,
)
from despacho_core.manifests import Manifest, Party
from despacho_core.shipments import Label, Shipment
from despacho_core.stores import Account, Store
from despacho_ports.documents import ManifestForm, ManifestLine, SignatureBox

_BOXES = {
    "es": {Party.MERCHANT: "Comercio", Party.CARRIER: "Transportista"},
    "pt": {Party.MERCHANT: "Comerciante", Party.CARRIER: "Transportadora"},
    "en": {Party.MERCHANT: "Merchant", Party.CARRIER: "Carrier"},
}
_TAX_IDS = {"CL": "RUT", "PT": "NIF"}

Pairs = Sequence[tuple[Label, Shipment]]


def taken_down(
    store: Store,
    account: Account,
    carrier: str,
    manifest: Manifest,
    pairs: Pairs,
    *,
    closed_at: datetime,
    carrier_references: Sequence[str],
    carrier_pages: str | None,
) -> ManifestRecord:
    """The manifest as it is closed, without signatures. ``carrier`` is the carrier's name."""
    origin = store.settings.origin
    return ManifestRecord(
        version=VERSION,
        reference=manifest.id.upper(),
        number=manifest.number,
        language=store.language,
        merchant=_merchant(store),
        carrier=_carrier(account, carrier, store.country),
        account=account.name,
        place=origin.place if origin else "",
        timezone=store.timezone,
        closed_at=closed_at,
        carrier_references=tuple(carrier_references),
        carrier_pages=carrier_pages,
        labels=tuple(_label(label, shipment) for label, shipment in pairs),
        signatures=(),
        scan=None,
    )


def with_signatures(record: ManifestRecord, manifest: Manifest, digests: Mapping[str, str]) -> ManifestRecord:
    """The record with the manifest's signatures; ``digests`` are those of its stored drawings and scan, by their ids."""
    signatures = tuple(
        RecordedSignature(
            party=one.party,
            name=one.name,
            role=one.role,
            signed_at=one.signed_at,
            drawing=digests[one.image] if one.image else None,
            on_paper=one.on_paper,
        )
        for one in manifest.signatures
    )
    scan = digests[manifest.scan_id] if manifest.scan_id else None
    return msgspec.structs.replace(record, signatures=signatures, scan=scan)


def form_of(
    record: ManifestRecord,
    *,
    link: str,
    drawings: Mapping[Party, bytes] | None = None,
    content: bytes = b"",
    digest: str = "",
) -> ManifestForm:
    """What is drawn. ``content`` and ``digest`` are those of the whole record, once it is signed."""
    zone = ZoneInfo(record.timezone)
    return ManifestForm(
        number=record.number,
        reference=record.reference,
        merchant=record.merchant.name,
        merchant_details=_details(record.merchant),
        carrier=record.carrier.name,
        carrier_details=_details(record.carrier),
        account=record.account,
        carrier_references=record.carrier_references,
        place=record.place,
        closed_at=record.closed_at.astimezone(zone),
        lines=tuple(_line(label) for label in record.labels),
        boxes=tuple(_box(record, party, zone, (drawings or {}).get(party)) for party in Party),
        language=record.language,
        link=link,
        digest=digest,
        record=content,
    )


def _merchant(store: Store) -> RecordedParty:
    """The store under its own name, and its company's where that is another."""
    origin = store.settings.origin or Address()
    name = _both(store.name, origin.company or "")
    return RecordedParty(name=name, tax_id=_tax_id(origin.tax_id or "", store.country), address=_one_line(origin))


def _carrier(account: Account, name: str, country: str) -> RecordedParty:
    """The carrier under the name that people know, and its company's as the merchant has given it."""
    company = account.company
    return RecordedParty(
        name=_both(name, company.name), tax_id=_tax_id(company.tax_id, country), address=company.address
    )


def _both(name: str, company: str) -> str:
    return f"{name} · {company}" if company and company != name else name


def _tax_id(tax_id: str, country: str) -> str:
    return f"{_TAX_IDS.get(country, '')} {tax_id}".strip() if tax_id else ""


def _one_line(address: Address) -> str:
    street = " ".join(part for part in (address.street, address.street_number, address.complement) if part)
    parts = (street, address.postal_code, address.place, address.region)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _details(party: RecordedParty) -> tuple[str, ...]:
    return tuple(line for line in (party.tax_id, party.address) if line)


def _label(label: Label, shipment: Shipment) -> RecordedLabel:
    parcels = shipment.parcels
    return RecordedLabel(
        tracking_number=label.tracking_number,
        barcode=label.barcode or label.tracking_number,
        order=label.order_number,
        piece=label.piece,
        pieces=label.pieces,
        service=shipment.service_name,
        receiver=shipment.destination.name or shipment.destination.company or "",
        place=shipment.destination.place,
        weight_g=parcels[label.piece - 1].weight_g if label.piece <= len(parcels) else 0,
    )


def _line(label: RecordedLabel) -> ManifestLine:
    return ManifestLine(
        tracking_number=label.tracking_number,
        barcode=label.barcode,
        order_number=label.order,
        piece=label.piece,
        pieces=label.pieces,
        service=label.service,
        receiver=label.receiver,
        place=label.place,
        weight_g=label.weight_g,
    )


def _box(record: ManifestRecord, party: Party, zone: ZoneInfo, drawing: bytes | None) -> SignatureBox:
    title = _BOXES[record.language][party]
    signature = next((one for one in record.signatures if one.party is party), None)
    if signature is None:
        return SignatureBox(title=title)
    return SignatureBox(
        title=title,
        name=signature.name,
        role=signature.role,
        signed_at=signature.signed_at.astimezone(zone),
        image=drawing,
        on_paper=signature.on_paper,
    )
