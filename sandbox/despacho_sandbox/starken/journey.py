"""How an OF travels: by the clock once it is emitted, or by hand through the control API."""

from __future__ import annotations

from datetime import datetime, timedelta

from despacho_sandbox.starken.ledger import Event, Freight
from despacho_sandbox.starken.options import Journey

CREATED = "EN BODEGA CLIENTE"
AT_AGENCY = "RECIBIDO EN AGENCIA DESTINO"
OUT = "EN REPARTO A DOMICILIO"
DELIVERED = "ENTREGADO"

MICRO = {
    CREATED: 1,
    "RECIBIDO EN STARKEN": 3,
    "EN TRANSITO A DESTINO": 5,
    AT_AGENCY: 7,
    OUT: 9,
    "NO ENTREGADO": 11,
    DELIVERED: 13,
    "DEVUELTO AL CLIENTE": 15,
    "ENVIO ANULADO": 17,
}
"""States with their numbers; only the 3 of RECIBIDO EN STARKEN is published."""

BY_NAME = {
    "received": "RECIBIDO EN STARKEN",
    "in_transit": "EN TRANSITO A DESTINO",
    "pickup_available": AT_AGENCY,
    "out_for_delivery": OUT,
    "not_delivered": "NO ENTREGADO",
    "delivered": DELIVERED,
    "returned": "DEVUELTO AL CLIENTE",
    "failed": "ENVIO ANULADO",
}
"""Names that the control API takes beside the carrier's own words."""

_WAY = ("RECIBIDO EN STARKEN", "EN TRANSITO A DESTINO", AT_AGENCY, OUT, DELIVERED)


def due(freight: Freight, journey: Journey | None) -> list[Event]:
    """What lies before an OF by the clock, in order; nothing for one that was moved by hand."""
    if journey is None or freight.by_hand:
        return []
    seconds = dict(
        zip(
            _WAY,
            (journey.received, journey.in_transit, journey.at_agency, journey.out_for_delivery, journey.delivered),
            strict=True,
        )
    )
    if freight.to_agency:
        del seconds[OUT]
    reached = {event.state for event in freight.events}
    return [
        Event(freight.created_at + timedelta(seconds=after), state)
        for state, after in seconds.items()
        if state not in reached
    ]


def follow_clock(freight: Freight, journey: Journey | None, now: datetime) -> list[Event]:
    """Adds the events that have come due, and returns them."""
    new = [event for event in due(freight, journey) if event.at <= now]
    freight.events += new
    return new


def move_by_hand(freight: Freight, state: str, now: datetime) -> list[Event]:
    """Brings an OF to a state now, with those that lie before it; returns what is new."""
    freight.by_hand = True
    reached = {event.state for event in freight.events}
    before = _WAY[: _WAY.index(state)] if state in _WAY else ()
    skipped = {OUT} if freight.to_agency else set()
    states = [one for one in (*before, state) if one == state or one not in reached | skipped]
    # A millisecond apart, so that whoever is told of them can tell their order.
    new = [Event(now + timedelta(milliseconds=place), one) for place, one in enumerate(states)]
    freight.events += new
    return new
