"""Tracking: the questions, single and in bulk, and the events in the answers (contract/carriers.md 1.6)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from despacho_chilexpress.amounts import carrier_number
from despacho_chilexpress.answers import NOTHING, many, text_of
from despacho_chilexpress.moments import moment
from despacho_chilexpress.statuses import status_of, why
from despacho_core.tracking import TrackingEvent
from despacho_ports.calls import lenient
from despacho_ports.carriers import LabelHandle, TrackingReport


class Followed(msgspec.Struct, frozen=True):
    """What the carrier knows of one order: its numbers, our reference, its events oldest first, and how many had no date."""

    number: str | None
    reference: str
    certificate: str | None
    events: tuple[TrackingEvent, ...] = ()
    undated: int = 0


class _Tracked(msgspec.Struct, rename="camel"):
    transport_order_data: msgspec.Raw = NOTHING
    tracking_events: msgspec.Raw = NOTHING


class _Order(msgspec.Struct, rename="camel"):
    transport_order_number: object = None
    certificate_number: object = None
    reference: object = None


class _Code(msgspec.Struct, rename="camel"):
    event_code: object = None
    client_event_code: object = None
    client_event_description: object = None


class _Event(msgspec.Struct, rename="camel"):
    event_date: object = None
    event_hour: object = None
    event_date_time: object = None
    description: object = None
    location: object = None
    motive: object = None
    code: msgspec.Raw = NOTHING


def single_request(company: int, *, number: str = "0", reference: str = "") -> bytes:
    """The question for one order, by its number, or by our reference with number 0."""
    return msgspec.json.encode(
        {"reference": reference, "transportOrderNumber": int(number), "rut": company, "showTrackingEvents": 1}
    )


def bulk_request(company: int, labels: Iterable[LabelHandle]) -> bytes:
    """The question for many orders at once."""
    asked = [{"transportOrderNumber": int(one.tracking_number), "reference": one.reference} for one in labels]
    return msgspec.json.encode({"rut": company, "showTrackingEvents": True, "trackingInput": asked})


def read_followed(data: msgspec.Raw) -> list[Followed]:
    """Every order in an answer's ``data``: an object for one, an array for many. Unreadable ones are left out."""
    return [followed for raw in many(data) if (followed := _followed(raw)) is not None]


def report(label: LabelHandle, followed: Followed | None) -> TrackingReport:
    """What is told of one label; its events bear the label's own number."""
    if followed is None:
        return TrackingReport(tracking_number=label.tracking_number)
    problem = f"{followed.undated} events have no readable date." if followed.undated else None
    events = tuple(msgspec.structs.replace(event, tracking_number=label.tracking_number) for event in followed.events)
    return TrackingReport(tracking_number=label.tracking_number, events=events, problem=problem)


def _followed(raw: msgspec.Raw) -> Followed | None:
    tracked = lenient(raw, _Tracked)
    order = lenient(tracked.transport_order_data, _Order) if tracked else None
    if tracked is None or order is None:
        return None
    found = [lenient(event, _Event) for event in many(tracked.tracking_events)]
    number = carrier_number(order.transport_order_number)
    # They come newest first (contract/carriers.md 1.6), which decides between events of the same moment.
    events = [_event(event, number or "") for event in reversed(found) if event is not None]
    dated = sorted((event for event in events if event is not None), key=lambda event: event.occurred_at)
    return Followed(
        number=number,
        reference=text_of(order.reference),
        certificate=carrier_number(order.certificate_number),
        events=tuple(dated),
        undated=len(found) - len(dated),
    )


def _event(event: _Event, number: str) -> TrackingEvent | None:
    """The event, None without a readable date: an invented one would look new at every look."""
    occurred_at = moment(text_of(event.event_date_time), text_of(event.event_date), text_of(event.event_hour))
    if occurred_at is None:
        return None
    code = lenient(event.code, _Code) or _Code()
    description, client_text = text_of(event.description), text_of(code.client_event_description)
    motive = text_of(event.motive)
    words = description or client_text
    return TrackingEvent(
        tracking_number=number,
        occurred_at=occurred_at,
        description=f"{words} ({motive})" if words and motive else words or motive,
        code=text_of(code.event_code) or text_of(code.client_event_code),
        status=status_of(description, client_text, motive),
        location=text_of(event.location) or None,
        reason=why(description, client_text, motive),
    )
