"""Tracking: the question for many objects, and the events in the answer (contract/carriers.md 2.5)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence

from despacho_core.tracking import TrackingEvent
from despacho_ctt.moments import moment
from despacho_ctt.refusals import speaks_of_credentials
from despacho_ctt.s10 import numbers_in
from despacho_ctt.soap import Many, child, children, envelope, local_name, text_of
from despacho_ctt.statuses import reason_of, status_of, why, words_of
from despacho_ports.carriers import LabelHandle, TrackingReport
from despacho_ports.errors import Unauthorized

_OBJECT, _EVENT = "DadosObjectos_V3BE", "DadosEventos_V3BE"
_RETRACTED = frozenset({"false", "0", "n", "nao", "não"})


def events_request(authentication_id: str, numbers: Iterable[str]) -> bytes:
    """The question for the events of some objects."""
    return envelope("GetEventosObjectos_V3", ID=authentication_id, NObjectos=Many("arr", "string", tuple(numbers)))


def read_reports(result: ET.Element, labels: Sequence[LabelHandle]) -> list[TrackingReport]:
    """What the answer says of each label. One that it does not speak of has no events: the carrier does not know it (yet).

    A complaint that names objects is the problem of those; one that names none counts for those that the answer says nothing else of.

    Raises:
        Unauthorized: It complains of the credentials.
    """
    complaints = [text_of(one) for one in children(child(result, "_erros"), "string")]
    complaints = [text for text in complaints if text]
    events = _events_by_number(result)
    if not events and any(speaks_of_credentials(text) for text in complaints):
        raise Unauthorized("; ".join(complaints))
    return [_report(label, events.get(label.tracking_number), complaints) for label in labels]


def _report(label: LabelHandle, events: list[ET.Element] | None, complaints: Sequence[str]) -> TrackingReport:
    number = label.tracking_number
    said = [text for text in complaints if number in text or (events is None and not numbers_in(text))]
    valid = [one for one in events or [] if text_of(one, "_Valido").lower() not in _RETRACTED]
    dated = [event for one in valid if (event := _event(one, number)) is not None]
    if len(dated) < len(valid):
        said.append(f"{len(valid) - len(dated)} events have no readable date.")
    dated.sort(key=lambda event: event.occurred_at)
    return TrackingReport(tracking_number=number, events=tuple(dated), problem="; ".join(said) or None)


def _events_by_number(result: ET.Element) -> dict[str, list[ET.Element]]:
    """The events of every object, also of those whose last mile another company reports from inside (Spain)."""
    events: dict[str, list[ET.Element]] = {}
    for one in children(child(result, "_Objectos"), _OBJECT):
        inside = [event for event in one.iter() if local_name(event) == _EVENT]
        for name in ("_NObjecto", "_NRelable"):
            number = text_of(one, name).upper()
            if number:
                events.setdefault(number, []).extend(inside)
    return events


def _event(event: ET.Element, number: str) -> TrackingEvent | None:
    """One event, None without a readable date: an invented one would look new at every look."""
    occurred_at = moment(text_of(event, "_DataEvento"))
    if occurred_at is None:
        return None
    code, reason = text_of(event, "_CodigoEvento").upper(), text_of(event, "_CodigoMotivo").lstrip("0")
    words, because = text_of(event, "_DescricaoEvento"), reason_of(code, reason)
    return TrackingEvent(
        tracking_number=number,
        occurred_at=occurred_at,
        description=(f"{words} ({because})" if because else words) if words else words_of(code, reason),
        code=code,
        status=status_of(code, reason, text_of(event, "_CodigoSituacao").upper()),
        location=text_of(event, "_DescricaoNoEvento") or None,
        reason=why(code, reason),
    )
