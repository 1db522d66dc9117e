"""What the demo leaves behind: labels, manifests, invoices as files, and ``summary.json``."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from despacho.demo.evidence import Evidence, Order

FOLDER = Path("demo-output")
SUMMARY = "summary.json"

_BEGINNINGS = {"pdf": (b"%PDF-",), "zpl": (b"^XA", b"~"), "html": (b"<!", b"<html")}


class ShipmentFiles(msgspec.Struct, kw_only=True):
    """What was kept of one shipment, as paths relative to the folder; ``shipment_id`` is the hub's."""

    store: str
    order: int
    shipment_id: str
    label_pdf: str | None = None
    label_zpl: str | None = None
    manifest: str | None = None


class ShipmentLine(msgspec.Struct, kw_only=True):
    """One shipment in the summary; its tracking numbers are those that the store shows."""

    tracking_numbers: list[str]
    label_pdf: str | None
    label_zpl: str | None
    manifest: str | None


class DocumentLine(msgspec.Struct, kw_only=True):
    """One fiscal document in the summary, as the store shows it."""

    document_type: int
    public_id: str
    url: str


class OrderLine(msgspec.Struct, kw_only=True):
    """One order in the summary."""

    store: str
    id: int
    shipment_status: str
    shipments: list[ShipmentLine]
    documents: list[DocumentLine]


class WebhookCounts(msgspec.Struct, kw_only=True):
    """Attempts that the stores made."""

    sent: int
    acknowledged: int
    duplicates: int


class CarrierCounts(msgspec.Struct, kw_only=True):
    """What the carrier has; a shipment of two parcels is one."""

    shipments: int


class InvoicingCounts(msgspec.Struct, kw_only=True):
    """What the invoicing system has."""

    documents: int


class Summary(msgspec.Struct, kw_only=True):
    """``summary.json``."""

    orders: list[OrderLine]
    webhooks: WebhookCounts
    at_carrier: CarrierCounts
    at_invoicing: InvoicingCounts
    problems: list[str]


class Output:
    """The folder.

    Args:
        folder: Is cleared; made if it is not there.

    Attributes:
        problems: A sentence for every file that is not what it should be.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.problems: list[str] = []
        if folder.exists():
            shutil.rmtree(folder)
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True)

    def keep(self, name: str, content: bytes) -> str:
        """Write a file and return its path relative to the folder; the ending of the name says how it has to begin.

        What cannot be the document that it claims to be is kept all the same, and noted as a problem.
        """
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if not content.lstrip().startswith(_BEGINNINGS[path.suffix[1:]]):
            self.problems.append(f"{name} is not a {path.suffix[1:].upper()} document.")
        return name

    def write_summary(self, summary: Summary) -> Path:
        """Write ``summary.json``."""
        path = self.folder / SUMMARY
        path.write_bytes(msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n")
        return path


def summarise(evidence: Evidence, files: Sequence[ShipmentFiles], problems: Sequence[str]) -> Summary:
    """The summary of what the outside world says, with the files that belong to it."""
    by_id = {one.shipment_id: one for one in files}
    webhooks = evidence.webhooks
    return Summary(
        orders=[_order_line(order, by_id) for order in evidence.orders],
        webhooks=WebhookCounts(sent=webhooks.sent, acknowledged=webhooks.acknowledged, duplicates=webhooks.duplicates),
        at_carrier=CarrierCounts(shipments=evidence.shipments_at_carrier),
        at_invoicing=InvoicingCounts(documents=len(evidence.issued)),
        problems=list(problems),
    )


def missing_files(evidence: Evidence, files: Sequence[ShipmentFiles]) -> list[str]:
    """A sentence for every shipment in the stores whose label or manifest nobody has."""
    by_id = {one.shipment_id: one for one in files}
    sentences = []
    for order in evidence.orders:
        for fulfillment in order.fulfillments:
            kept = by_id.get(fulfillment.external_id)
            for what in ("label_pdf", "label_zpl", "manifest"):
                if kept is None or getattr(kept, what) is None:
                    numbers = ", ".join(fulfillment.tracking_numbers)
                    sentences.append(f"Shipment {numbers} of order {order.id} of {order.store} has no {what}.")
    return sentences


def _order_line(order: Order, files: Mapping[str, ShipmentFiles]) -> OrderLine:
    shipments = []
    for fulfillment in order.fulfillments:
        kept = files.get(fulfillment.external_id)
        shipments.append(
            ShipmentLine(
                tracking_numbers=list(fulfillment.tracking_numbers),
                label_pdf=kept.label_pdf if kept else None,
                label_zpl=kept.label_zpl if kept else None,
                manifest=kept.manifest if kept else None,
            )
        )
    return OrderLine(
        store=order.store,
        id=order.id,
        shipment_status=order.shipment_status,
        shipments=shipments,
        documents=[
            DocumentLine(document_type=one.document_type, public_id=one.public_id, url=one.url)
            for one in order.documents
        ],
    )
