"""How a parcel travels: by the clock, or by hand through the control API."""

from __future__ import annotations

from datetime import datetime, timedelta

from despacho_sandbox.chilexpress.ledger import Event, Milestone, TransportOrder
from despacho_sandbox.chilexpress.options import Journey

STATUS = {
    Milestone.REQUESTED: "OT emitida",
    Milestone.RECEIVED: "Pieza recibida en Chilexpress",
    Milestone.IN_TRANSIT: "EN TRANSITO A DESTINO",
    Milestone.OUT_FOR_DELIVERY: "Pieza en ruta al DESTINATARIO",
    Milestone.PICKUP_AVAILABLE: "DISPONIBLE PARA RETIRO EN SUCURSAL",
    Milestone.DELIVERED: "ENTREGADO",
    Milestone.FAILED: "EN DEVOLUCION",
}
"""`transportOrderData.status`. Only the delivered one is known from a sample."""

_BEFORE = {
    Milestone.REQUESTED: (),
    Milestone.RECEIVED: (),
    Milestone.IN_TRANSIT: (Milestone.RECEIVED,),
    Milestone.OUT_FOR_DELIVERY: (Milestone.RECEIVED, Milestone.IN_TRANSIT),
    Milestone.PICKUP_AVAILABLE: (Milestone.RECEIVED, Milestone.IN_TRANSIT),
    Milestone.DELIVERED: (Milestone.RECEIVED, Milestone.IN_TRANSIT, Milestone.OUT_FOR_DELIVERY),
    Milestone.FAILED: (Milestone.RECEIVED, Milestone.IN_TRANSIT),
}


def event(order: TransportOrder, milestone: Milestone, at: datetime, text: str | None = None) -> Event:
    """What the carrier says when a parcel gets somewhere; texts as seen in public samples (contract 1.6)."""
    texts = {
        Milestone.RECEIVED: "Pieza recibida en Chilexpress",
        Milestone.IN_TRANSIT: f"Pieza en tránsito al destino {order.destination.county}",
        Milestone.OUT_FOR_DELIVERY: "Pieza en ruta al DESTINATARIO",
        Milestone.PICKUP_AVAILABLE: "PIEZA DISPONIBLE PARA RETIRO EN SUCURSAL",
        Milestone.DELIVERED: "PIEZA ENTREGADA A DESTINATARIO",
        Milestone.FAILED: "PIEZA EN DEVOLUCION AL REMITENTE",
    }
    return Event(at, milestone, text or texts.get(milestone, STATUS[milestone]), order.destination.county)


def follow_clock(order: TransportOrder, journey: Journey | None, now: datetime) -> None:
    """Adds the events that have come due. Once a parcel was moved by hand, the clock leaves it alone."""
    if journey is None or order.by_hand:
        return
    due = {
        Milestone.RECEIVED: journey.received,
        Milestone.IN_TRANSIT: journey.in_transit,
        Milestone.PICKUP_AVAILABLE if order.office else Milestone.OUT_FOR_DELIVERY: journey.out_for_delivery,
        Milestone.DELIVERED: journey.delivered,
    }
    reached = {one.milestone for one in order.events}
    for milestone, seconds in due.items():
        at = order.created_at + timedelta(seconds=seconds)
        if at <= now and milestone not in reached:
            order.events.append(event(order, milestone, at))


def move_by_hand(order: TransportOrder, to: Milestone, now: datetime, text: str | None = None) -> None:
    """Brings a parcel to a milestone now, with the events that lie before it; `requested` takes all events back."""
    order.by_hand = True
    if to is Milestone.REQUESTED:
        order.events.clear()
        return
    reached = {one.milestone for one in order.events}
    order.events += [event(order, before, now) for before in _BEFORE[to] if before not in reached]
    order.events.append(event(order, to, now, text))


def reached(order: TransportOrder) -> Milestone:
    """Where a parcel is."""
    return order.events[-1].milestone if order.events else Milestone.REQUESTED
