"""Batches: labels or documents of many orders at once, with a result for each; and the orders' sequence for whoever picks the goods."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from despacho_core.errors import BatchEmpty, BatchTooLarge, DomainError, all_errors
from despacho_core.fiscal import Invoice, InvoiceState
from despacho_core.orders import Order
from despacho_core.shipments import Shipment, ShipmentState, ShipmentWish

MOST_ORDERS = 500


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing was asked of a carrier: the refusal's code and its facts, so that anybody can read it in their language."""

    code: str
    facts: dict[str, str | int]

    @classmethod
    def of(cls, error: DomainError) -> Refusal:
        """What a refusal leaves behind."""
        facts = {name: fact if isinstance(fact, str | int) else str(fact) for name, fact in error.facts.items()}
        return cls(code=error.code, facts=facts)

    def text(self, language: str) -> str:
        """The message in ``en``, ``es`` or ``pt``; the code where the refusal is none that we know (any more)."""
        kind = next((one for one in all_errors() if one.code == self.code), None)
        try:
            return self.code if kind is None else kind(**self.facts).text(language)
        except KeyError:  # a later version says it with other facts
            return self.code


class BatchPurpose(enum.StrEnum):
    """What is asked for each order of a batch."""

    LABELS = "labels"
    DOCUMENTS = "documents"


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Many orders asked for together.

    ``key`` is what the caller asked under, unique in the store, and ``fingerprint`` tells whether it is the same request again.
    ``left_over`` is how many more orders were waiting than a batch takes.
    """

    id: str
    store_id: str
    created_at: datetime
    key: str | None = None
    fingerprint: str = ""
    left_over: int = 0
    purpose: BatchPurpose = BatchPurpose.LABELS


class BatchLine(msgspec.Struct, frozen=True, kw_only=True):
    """One order of a batch, in its ``place`` from 1: to be asked for, asked for (``shipment_id``, ``invoice_id``), or refused.

    ``wish`` is of labels alone.
    """

    store_id: str
    batch_id: str
    place: int
    order_number: int
    wish: ShipmentWish = ShipmentWish()
    shipment_id: str | None = None
    invoice_id: str | None = None
    refusal: Refusal | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be asked for."""
        return self.shipment_id is None and self.invoice_id is None and self.refusal is None

    def asked(self, shipment_id: str) -> BatchLine:
        """The line with its shipment."""
        return msgspec.structs.replace(self, shipment_id=shipment_id)

    def asked_document(self, invoice_id: str) -> BatchLine:
        """The line with its document."""
        return msgspec.structs.replace(self, invoice_id=invoice_id)

    def refused(self, error: DomainError) -> BatchLine:
        """The line that cannot be asked for."""
        return msgspec.structs.replace(self, refusal=Refusal.of(error))


class LineState(enum.StrEnum):
    """How far a line is that asks for a label."""

    WAITING = "waiting"
    BOUGHT = "bought"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    VOIDED = "voided"


_STATES = {
    ShipmentState.REQUESTED: LineState.WAITING,
    ShipmentState.UNCERTAIN: LineState.UNCERTAIN,
    ShipmentState.BOUGHT: LineState.BOUGHT,
    ShipmentState.REJECTED: LineState.REJECTED,
    ShipmentState.VOIDING: LineState.VOIDED,
    ShipmentState.VOIDED: LineState.VOIDED,
}


def state_of(line: BatchLine, shipment: Shipment | None) -> LineState:
    """How far the line is, by its shipment as it now is: a batch keeps no state of its own that could disagree."""
    if line.refusal is not None:
        return LineState.REJECTED
    return LineState.WAITING if shipment is None else _STATES[shipment.state]


class DocumentState(enum.StrEnum):
    """How far a line is that asks for a document. ``credited``: nothing is left of it."""

    WAITING = "waiting"
    ISSUED = "issued"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    CREDITED = "credited"


_DOCUMENTS = {
    InvoiceState.REQUESTED: DocumentState.WAITING,
    InvoiceState.UNCERTAIN: DocumentState.UNCERTAIN,
    InvoiceState.ISSUED: DocumentState.ISSUED,
    InvoiceState.REJECTED: DocumentState.REJECTED,
}


def document_state_of(line: BatchLine, document: Invoice | None) -> DocumentState:
    """How far the line is, by the document that its order has now; without one, by what was said when it was asked for."""
    if document is not None:
        return DocumentState.CREDITED if document.credited_at is not None else _DOCUMENTS[document.state]
    return DocumentState.REJECTED if line.refusal is not None else DocumentState.WAITING


class BatchOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to be put into a batch."""

    order_number: int
    wish: ShipmentWish = ShipmentWish()


def check_batch(orders: Sequence[BatchOrder]) -> None:
    """Refuse what is no batch.

    Raises:
        BatchEmpty: No order is named.
        BatchTooLarge: More than 500 are.
    """
    if not orders:
        raise BatchEmpty
    if len(orders) > MOST_ORDERS:
        raise BatchTooLarge(count=len(orders), most=MOST_ORDERS)


class PickingOrder(enum.StrEnum):
    """In which sequence labels and packing slips are printed.

    ``sku`` puts orders of the same product one after the other, and those of a single product before mixed ones, so that a shelf is
    walked to once; products without a code go by their name.
    """

    ASKED = "asked"
    NUMBER = "number"
    SKU = "sku"
    SERVICE = "service"


class Picked(msgspec.Struct, frozen=True, kw_only=True):
    """What the sequence is made of."""

    place: int
    order: Order
    service: str = ""


def in_picking_order(rows: Sequence[Picked], by: PickingOrder) -> list[Picked]:
    """The rows in this sequence; equal ones by their number."""
    if by is PickingOrder.ASKED:
        return sorted(rows, key=lambda row: row.place)
    if by is PickingOrder.NUMBER:
        return sorted(rows, key=lambda row: row.order.number)
    if by is PickingOrder.SERVICE:
        return sorted(rows, key=lambda row: (row.service.casefold(), row.order.number))
    return sorted(rows, key=lambda row: (*_shelf(row.order), row.order.number))


Natural = tuple[tuple[int, int, str], ...]


def _shelf(order: Order) -> tuple[bool, tuple[Natural, ...], int]:
    lines = [line for line in order.lines if line.is_physical]
    codes = tuple(sorted({natural(line.sku or line.name) for line in lines}))
    return len(codes) > 1, codes, sum(line.quantity for line in lines)


def natural(text: str) -> Natural:
    """A key that sorts ``A-9`` before ``A-10``."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text.casefold())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
