"""How an object travels: by the clock once it is closed, or by hand through the control API."""

from __future__ import annotations

from datetime import datetime, timedelta

from despacho_sandbox.ctt.ledger import Event, Parcel
from despacho_sandbox.ctt.options import Journey

WORDS = {
    "EMO": "Envio criado",
    "EMP": "Recolhido",
    "EMA": "Aceitação",
    "EMF": "Expedição nacional",
    "EMG": "Receção no centro de distribuição",
    "EMZ": "Em distribuição",
    "EMH": "Entrega não conseguida",
    "EMW": "Disponível para levantamento",
    "EMI": "Entrega conseguida",
    "EMV": "Em devolução",
    "EMM": "Devolvido ao remetente",
    "EDX": "Cancelado",
}
"""What the carrier says of an event (contract/carriers.md 2.5)."""

BY_NAME = {
    "collected": "EMP",
    "accepted": "EMA",
    "in_transit": "EMF",
    "out_for_delivery": "EMZ",
    "pickup_available": "EMW",
    "delivered": "EMI",
    "returned": "EMM",
    "failed": "EDX",
}
"""Names that the control API takes beside codes."""

_BEFORE = {
    "EMA": ("EMP",),
    "EMF": ("EMP", "EMA"),
    "EMG": ("EMP", "EMA", "EMF"),
    "EMZ": ("EMP", "EMA", "EMF", "EMG"),
    "EMH": ("EMP", "EMA", "EMF", "EMG", "EMZ"),
    "EMW": ("EMP", "EMA", "EMF", "EMG"),
    "EMI": ("EMP", "EMA", "EMF", "EMG", "EMZ"),
    "EMM": ("EMP", "EMA", "EMF", "EMG", "EMV"),
}


def created(parcel: Parcel) -> Event:
    """The event of an object that has just been made."""
    return Event(parcel.created_at, "EMO", WORDS["EMO"])


def follow_clock(parcel: Parcel, journey: Journey | None, now: datetime) -> None:
    """Adds the events that have come due. What is not closed, or was moved by hand, stays where it is."""
    if journey is None or parcel.by_hand or parcel.closed_at is None:
        return
    due = {
        "EMP": journey.collected,
        "EMA": journey.accepted,
        "EMF": journey.dispatched,
        "EMG": journey.arrived,
        "EMZ": journey.out_for_delivery,
        "EMI": journey.delivered,
    }
    reached = {one.code for one in parcel.events}
    for code, seconds in due.items():
        at = parcel.closed_at + timedelta(seconds=seconds)
        if at <= now and code not in reached:
            parcel.events.append(_event(parcel, code, at))


def move_by_hand(
    parcel: Parcel, code: str, now: datetime, *, reason: str = "", situation: str = "", text: str | None = None
) -> None:
    """Brings an object to an event now, with those that lie before it."""
    parcel.by_hand = True
    reached = {one.code for one in parcel.events}
    parcel.events += [_event(parcel, before, now) for before in _BEFORE.get(code, ()) if before not in reached]
    words = WORDS.get(code, "") if text is None else text
    parcel.events.append(Event(now, code, words, reason=reason, situation=situation, place=parcel.town))


def _event(parcel: Parcel, code: str, at: datetime) -> Event:
    return Event(at, code, WORDS[code], place=parcel.town if code in {"EMG", "EMZ", "EMI"} else "")
