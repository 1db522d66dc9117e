"""The marks of orders, said as conditions on rows: what a list is filtered by."""

from __future__ import annotations

import sqlalchemy as sa

from despacho_core.fiscal import DocumentKind, InvoiceState
from despacho_core.order_overview import InvoiceMark, ShippingMark
from despacho_core.shipments import Direction, ShipmentState
from despacho_core.tracking import TrackingStatus
from despacho_core.waiting import SALE, UNLISTED
from despacho_database.tables import invoices, orders, shipments, waiting_documents

Condition = sa.ColumnElement[bool]


def _shipment_exists(*conditions: Condition) -> Condition:
    theirs = (shipments.c.store_id == orders.c.store_id, shipments.c.order_number == orders.c.number)
    return sa.exists().where(*theirs, shipments.c.direction == Direction.OUTBOUND, *conditions)


_COUNTS = shipments.c.state != ShipmentState.VOIDED
_UNSETTLED = shipments.c.state.in_([ShipmentState.REJECTED, ShipmentState.UNCERTAIN])
_SETTLED = shipments.c.state.not_in([ShipmentState.REJECTED, ShipmentState.UNCERTAIN, ShipmentState.VOIDED])
_NEEDED = orders.c.rest.not_like('%"shipping_required":false%')


def shipping_is(mark: ShippingMark | None) -> list[Condition]:
    """The same as :func:`despacho_core.order_overview.shipping_mark`, said of rows; a test holds them together."""
    if mark is None:
        return []
    if mark is ShippingMark.NOT_NEEDED:
        return [~_NEEDED, ~_shipment_exists(_COUNTS)]
    if mark is ShippingMark.MISSING:
        return [_NEEDED, ~_shipment_exists(_COUNTS)]
    if mark is ShippingMark.PROBLEM:
        return [_shipment_exists(_UNSETTLED), ~_shipment_exists(_SETTLED)]
    return [_newest(mark)]


_STATUSES = {
    ShippingMark.READY: (TrackingStatus.REQUESTED,),
    ShippingMark.MOVING: (
        TrackingStatus.IN_TRANSIT,
        TrackingStatus.OUT_FOR_DELIVERY,
        TrackingStatus.PICKUP_AVAILABLE,
    ),
    ShippingMark.FAILED: (TrackingStatus.FAILED, TrackingStatus.RETURNED),
    ShippingMark.DELIVERED: (TrackingStatus.DELIVERED,),
}


def _newest(mark: ShippingMark) -> Condition:
    """That the newest shipment that counts stands so."""
    later = shipments.alias("later")
    no_later = ~sa.exists().where(
        later.c.store_id == shipments.c.store_id,
        later.c.order_number == shipments.c.order_number,
        later.c.ordinal > shipments.c.ordinal,
        later.c.direction == Direction.OUTBOUND,
        later.c.state.not_in([ShipmentState.REJECTED, ShipmentState.UNCERTAIN, ShipmentState.VOIDED]),
    )
    if mark is ShippingMark.WAITING:
        return _shipment_exists(shipments.c.state == ShipmentState.REQUESTED, no_later)
    said = shipments.c.tracking_status.in_(_STATUSES[mark])
    return _shipment_exists(_SETTLED, shipments.c.state != ShipmentState.REQUESTED, said, no_later)


def _invoice_exists(*conditions: Condition) -> Condition:
    theirs = (invoices.c.store_id == orders.c.store_id, invoices.c.order_number == orders.c.number)
    return sa.exists().where(*theirs, invoices.c.kind != DocumentKind.CREDIT_NOTE, *conditions)


_STANDING = invoices.c.credited_at.is_(None)
_ISSUED = _invoice_exists(_STANDING, invoices.c.state == InvoiceState.ISSUED)
_UNDER_WAY = _invoice_exists(_STANDING, invoices.c.state == InvoiceState.REQUESTED)
_IN_DOUBT = _invoice_exists(_STANDING, invoices.c.state == InvoiceState.UNCERTAIN)
_REFUSED = _invoice_exists(_STANDING, invoices.c.state == InvoiceState.REJECTED)
_WAITS = sa.exists().where(
    waiting_documents.c.store_id == orders.c.store_id,
    waiting_documents.c.order_number == orders.c.number,
    waiting_documents.c.purpose == SALE,
    waiting_documents.c.code.not_in(sorted(UNLISTED)),
)
_PROBLEM = sa.or_(_WAITS, _IN_DOUBT, sa.and_(_REFUSED, ~_UNDER_WAY))
_CREDITED = _invoice_exists(~_STANDING, invoices.c.state == InvoiceState.ISSUED)


def invoice_is(mark: InvoiceMark | None) -> list[Condition]:
    """The same as :func:`despacho_core.order_overview.invoice_mark`, said of rows."""
    conditions: dict[InvoiceMark | None, list[Condition]] = {
        None: [],
        InvoiceMark.ISSUED: [_ISSUED],
        InvoiceMark.PROBLEM: [~_ISSUED, _PROBLEM],
        InvoiceMark.WAITING: [~_ISSUED, ~_PROBLEM, _UNDER_WAY],
        InvoiceMark.CREDITED: [~_ISSUED, ~_PROBLEM, ~_UNDER_WAY, _CREDITED],
        InvoiceMark.MISSING: [~_ISSUED, ~_PROBLEM, ~_UNDER_WAY, ~_CREDITED],
    }
    return conditions[mark]
