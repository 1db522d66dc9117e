"""Where parcels are (contract/carriers.md 1.6).

Times are written in Chilean local time without an offset: the sources show no zone, and a carrier's screens do so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from despacho_sandbox.chilexpress.asked import Text, text
from despacho_sandbox.chilexpress.journey import STATUS, follow_clock, reached
from despacho_sandbox.chilexpress.ledger import Event, Ledger, Milestone, TransportOrder
from despacho_sandbox.chilexpress.options import ChilexpressOptions
from despacho_sandbox.chilexpress.wire import WRONG_RUT, Refused, decoded, wrapped
from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.kit.clock import SandboxClock

CHILE = ZoneInfo("America/Santiago")
NOT_FOUND = "No existe información para la orden de transporte consultada"


class TrackRequest(msgspec.Struct, rename="camel"):
    """One parcel, by its number, or by the sender's reference where the number is absent or 0."""

    rut: int
    transport_order_number: int | None = None
    reference: Text = None
    show_tracking_events: int | bool = 0


class TrackInput(msgspec.Struct, rename="camel"):
    """One parcel of a bulk request."""

    transport_order_number: int | None = None
    reference: Text = None


class BulkRequest(msgspec.Struct, rename="camel"):
    """Many parcels of one company."""

    rut: int
    tracking_input: list[TrackInput]
    show_tracking_events: int | bool = 0


class Tracking:
    """Answers both tracking calls.

    Args:
        ledger: Where the orders are.
        clock: The sandbox's clock.
        options: Reads the switches of the moment.
    """

    def __init__(self, ledger: Ledger, clock: SandboxClock, options: Callable[[], ChilexpressOptions]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._options = options

    async def single(self, request: Request) -> Reply:
        """One parcel.

        Raises:
            Refused: If nothing is known of it (yet), or it belongs to another company.
        """
        asked = decoded(request.body, TrackRequest)
        order = self._find(asked.transport_order_number, text(asked.reference), asked.rut)
        return wrapped(self._row(order, with_events=bool(asked.show_tracking_events)))

    async def bulk(self, request: Request) -> Reply:
        """Many parcels; those of which nothing is known are left out, which is our reading of silence."""
        asked = decoded(request.body, BulkRequest)
        rows: list[dict[str, object]] = []
        for one in asked.tracking_input:
            try:
                order = self._find(one.transport_order_number, text(one.reference), asked.rut)
            except Refused:
                continue
            rows.append(self._row(order, with_events=bool(asked.show_tracking_events)))
        return wrapped(rows)

    def follow(self) -> None:
        """Brings every parcel to where the clock says it is."""
        for order in self._ledger.orders.values():
            follow_clock(order, self._options().journey, self._clock.now())

    def _find(self, number: int | None, reference: str, rut: int) -> TransportOrder:
        ledger = self._ledger
        order = ledger.orders.get(number) if number else ledger.newest_with_reference(rut, reference)
        visible_from = self._clock.now() - timedelta(seconds=self._options().tracking_lag)
        if order is None or order.created_at > visible_from:
            raise Refused(NOT_FOUND)
        if order.rut != rut:
            raise Refused(WRONG_RUT)
        return order

    def _row(self, order: TransportOrder, *, with_events: bool) -> dict[str, object]:
        follow_clock(order, self._options().journey, self._clock.now())
        shown = [_event_row(one) for one in sorted(order.events, key=lambda one: one.at)] if with_events else []
        # Newest first: of events at one moment the one added last.
        shown.reverse()
        where = reached(order)
        height, width, length = order.sides_cm
        return {
            "transportOrderData": {
                "transportOrderNumber": str(order.number),
                "certificateNumber": str(order.certificate),
                "reference": order.reference,
                "product": "DOCUMENTO" if order.document else "ENCOMIENDA",
                "service": order.service.short,
                "dimensions": f"{height:f}x{width:f}x{length:f}",
                "weight": f"{order.weight_kg:.2f}",
                "status": STATUS[where],
                "locationStatus": order.events[-1].location if order.events else "",
            },
            "addressData": {
                "address": order.address,
                "destinationCoverageCode": order.destination.code,
                "originCoverageCode": order.origin.code,
                "latitude": "",
                "longitude": "",
            },
            "deliveryData": _delivery(order) if where is Milestone.DELIVERED else None,
            "trackingEvents": shown or (None if self._options().no_events == "null" else []),
        }


def _delivery(order: TransportOrder) -> dict[str, object]:
    at = order.events[-1].at.astimezone(CHILE)
    return {
        "receptorRut": "12531909-2",
        "receptorName": order.recipient,
        "deliveryDate": at.strftime("%d/%m/%Y"),
        "deliveryHour": at.strftime("%H:%M"),
        "deliveryDateTime": at.strftime("%Y-%m-%dT%H:%M:%S"),
    }


def _event_row(event: Event) -> dict[str, object]:
    at = event.at.astimezone(CHILE)
    delivered = event.milestone is Milestone.DELIVERED
    return {
        "eventDate": at.strftime("%d/%m/%Y"),
        "eventHour": at.strftime("%H:%M"),
        "eventDateTime": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "description": event.text,
        "location": event.location,
        "motive": "",
        "latitude": "",
        "longitude": "",
        "officeId": "",
        "certificadoEntrega": "",
        # Nobody published the codes. Clients must live without them, so here is text where a code was expected.
        "code": {
            "eventCode": "" if event.milestone is Milestone.RECEIVED else event.text[:20].upper(),
            "compEventCode": None,
            "clientEventCode": "PIEZA",
            "clientCompEventCode": "",
            "clientEventDescription": "ENTREGADO" if delivered else "",
        },
    }
