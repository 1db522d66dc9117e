"""What the API shows of orders, shipments, manifests and documents. Amounts are text, times ISO 8601 in UTC.

These Structs are the API's promise: the domain may change behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.fiscal_credits import Remaining
from despacho_core.orders import Order, OrderStatus
from despacho_core.parcels import Parcel
from despacho_core.shipments import Direction, Label, LabelState, Shipment, ShipmentState
from despacho_core.tracking import TrackingEvent, TrackingStatus
from despacho_http.api.places import PlaceView
from despacho_ports.records import OrderRecord
from despacho_services.office import Links
from despacho_services.preselection import ChosenBy, Preselected

T = TypeVar("T")
Row = TypeVar("Row")


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list, newest first. ``next`` is the value of ``before`` for the following page; null on the last one."""

    items: list[T]
    next: str | None = None


def page(rows: Sequence[Row], view: Callable[[Row], T], *, limit: int, key: Callable[[Row], object]) -> Page[T]:
    """A page of rows; there is more when it is full."""
    following = key(rows[-1]) if len(rows) >= limit else None
    # "Z" and not "+00:00": a plus sign in an address means a space.
    text = f"{following:%Y-%m-%dT%H:%M:%S.%fZ}" if isinstance(following, datetime) else following
    return Page(items=[view(row) for row in rows], next=None if text is None else str(text))


class MoneyView(msgspec.Struct, frozen=True, kw_only=True):
    """An amount at the currency's minor unit, as text."""

    amount: str
    currency: str


class LabelView(msgspec.Struct, frozen=True, kw_only=True):
    """One label of a shipment. ``problem`` tells why it is printed as we draw it, and not as the carrier gave it."""

    id: str
    piece: int
    pieces: int
    tracking_number: str
    state: LabelState
    tracking_status: TrackingStatus
    manifest_id: str | None
    problem: str | None


class ShipmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment with its labels. ``problem`` holds the carrier's words or ours; ``track_url`` is for the buyer."""

    id: str
    order: int
    account_id: str
    service_code: str
    service_name: str
    reference: str
    state: ShipmentState
    direction: Direction
    tracking_status: TrackingStatus
    parcels: tuple[Parcel, ...]
    price: MoneyView | None
    created_at: datetime
    bought_at: datetime | None
    fulfillment_id: str | None
    problem: str | None
    track_url: str
    labels: list[LabelView]


class InvoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """A fiscal document. ``url`` opens it in a browser once it is issued; ``credits_id`` is the document that a note takes back.

    ``credited_at`` is when nothing was left of it. ``difference`` is what was paid (of a note: what was asked back) less the total, and
    ``notes`` explain it.
    """

    id: str
    order: int
    account_id: str
    kind: DocumentKind
    state: InvoiceState
    reference: str
    public_id: str | None
    folio: str | None
    total: MoneyView
    difference: MoneyView
    notes: tuple[str, ...]
    created_at: datetime
    issued_at: datetime | None
    attached_at: datetime | None
    credits_id: str | None
    credited_at: datetime | None
    problem: str | None
    url: str | None


class RemainingLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of a line: units, and what they come to with tax."""

    line: int
    name: str
    quantity: str
    amount: str


class RemainingView(msgspec.Struct, frozen=True, kw_only=True):
    """What no credit note has taken back of a document; notes that are on their way count as taken."""

    currency: str
    total: str
    lines: list[RemainingLine]


class OrderSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list."""

    order: int
    status: OrderStatus
    total: Decimal
    currency: str
    customer_name: str | None
    shipment_status: str | None
    created_at: datetime | None
    read_at: datetime


class PreselectedView(msgspec.Struct, frozen=True, kw_only=True):
    """Account and service that take the order unless somebody says otherwise. ``by`` says what decided."""

    by: ChosenBy
    account_id: str
    account_name: str
    service_code: str
    service_name: str
    quote_id: str | None
    price: MoneyView | None


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An order as last read from the store, with all that became of it; ``place`` is where it goes, if it goes anywhere."""

    order: Order
    read_at: datetime
    shipments: list[ShipmentView]
    invoices: list[InvoiceView]
    preselected: PreselectedView | None = None
    place: PlaceView | None = None


class TrackingView(msgspec.Struct, frozen=True, kw_only=True):
    """How far a shipment is, and all that its carrier reported, oldest first."""

    shipment_id: str
    status: TrackingStatus
    next_check_at: datetime | None
    events: tuple[TrackingEvent, ...]


def label_view(label: Label) -> LabelView:
    """A label as the API shows it."""
    return LabelView(
        id=label.id,
        piece=label.piece,
        pieces=label.pieces,
        tracking_number=label.tracking_number,
        state=label.state,
        tracking_status=label.tracking_status,
        manifest_id=label.manifest_id,
        problem=label.problem,
    )


def shipment_view(shipment: Shipment, labels: Sequence[Label], links: Links) -> ShipmentView:
    """A shipment as the API shows it."""
    price = shipment.price
    return ShipmentView(
        id=shipment.id,
        order=shipment.order_number,
        account_id=shipment.account_id,
        service_code=shipment.service_code,
        service_name=shipment.service_name,
        reference=shipment.reference,
        state=shipment.state,
        direction=shipment.direction,
        tracking_status=shipment.tracking_status,
        parcels=shipment.parcels,
        price=MoneyView(amount=price.plain(), currency=price.currency) if price is not None else None,
        created_at=shipment.created_at,
        bought_at=shipment.bought_at,
        fulfillment_id=shipment.fulfillment_id,
        problem=shipment.problem,
        track_url=links.track(shipment.track_token),
        labels=[label_view(label) for label in labels],
    )


def invoice_view(invoice: Invoice, links: Links) -> InvoiceView:
    """A fiscal document as the API shows it."""
    document = invoice.document
    return InvoiceView(
        id=invoice.id,
        order=invoice.order_number,
        account_id=invoice.account_id,
        kind=invoice.kind,
        state=invoice.state,
        reference=invoice.reference,
        public_id=invoice.public_id,
        folio=invoice.folio,
        total=MoneyView(amount=format(document.totals.total, "f"), currency=document.currency),
        difference=MoneyView(amount=format(document.difference, "f"), currency=document.currency),
        notes=document.notes,
        created_at=invoice.created_at,
        issued_at=invoice.issued_at,
        attached_at=invoice.attached_at,
        credits_id=invoice.credits_id,
        credited_at=invoice.credited_at,
        problem=invoice.problem,
        url=links.document(invoice.token) if invoice.state is InvoiceState.ISSUED else None,
    )


def remaining_view(invoice: Invoice, left: Remaining) -> RemainingView:
    """What is left of a document as the API shows it."""
    return RemainingView(
        currency=invoice.document.currency,
        total=format(left.totals.total, "f"),
        lines=[
            RemainingLine(
                line=one.line, name=one.name, quantity=format(one.quantity, "f"), amount=format(one.gross, "f")
            )
            for one in left.lines
        ],
    )


def preselected_view(chosen: Preselected) -> PreselectedView:
    """What takes an order, as the API shows it."""
    price = chosen.quote.rate.price if chosen.quote is not None else None
    return PreselectedView(
        by=chosen.by,
        account_id=chosen.account.id,
        account_name=chosen.account.name,
        service_code=chosen.service_code,
        service_name=chosen.service_name,
        quote_id=chosen.quote.id if chosen.quote is not None else None,
        price=MoneyView(amount=price.plain(), currency=price.currency) if price is not None else None,
    )


def order_summary(record: OrderRecord) -> OrderSummary:
    """An order as a list shows it."""
    order = record.order
    return OrderSummary(
        order=order.number,
        status=order.status,
        total=order.total,
        currency=order.currency,
        customer_name=order.customer_name,
        shipment_status=order.shipment_status,
        created_at=order.created_at,
        read_at=record.read_at,
    )
