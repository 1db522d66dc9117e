"""Tracking by asking: the current state of one OF, without its history (contract/carriers.md 3A).

Most states come without a time of their own. Such a state is told as observed: it happened at the latest when it was first seen, and seeing
it again is not news. Pushes tell the whole history with its times.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from despacho_core.tracking import TrackingEvent, TrackingStatus
from despacho_ports.calls import Answer
from despacho_ports.carriers import LabelHandle, TrackingReport
from despacho_ports.errors import Rejected, Unavailable
from despacho_starken.answers import Reply, checked, declined, lenient, text_of
from despacho_starken.moments import moment
from despacho_starken.numbers import NOTHING, whole
from despacho_starken.statuses import AT_AGENCY, is_agency, reason_of, status_of
from despacho_starken.words import plain

OPERATION = "getDetalleSeguimientoNuevo"


class State(msgspec.Struct, frozen=True):
    """Where an OF is; ``problem`` where the carrier would not say."""

    event: TrackingEvent | None = None
    problem: str | None = None


class _Detail(msgspec.Struct, rename="camel"):
    orden_flete: msgspec.Raw = NOTHING
    estado_flete: object = None
    codigo_estado_homologado: object = None
    estado_homologado: object = None
    desc_estado_homologado: object = None
    fecha_emision: object = None
    fecha_entrega: object = None
    descripcion_agencia_destino: object = None
    tipo_entrega: object = None

    @property
    def texts(self) -> tuple[str, ...]:
        """What it says of the state, the most exact first."""
        said = (self.estado_flete, self.estado_homologado, self.desc_estado_homologado)
        return tuple(text for text in map(text_of, said) if text)


def detail_request(order: str) -> bytes:
    """The question for one OF."""
    return msgspec.json.encode({"ordenFlete": int(order)})


def read_state(answer: Answer, order: str, now: datetime) -> State:
    """The state in an answer; none for an OF that the carrier does not know (yet).

    Raises:
        ProviderError: Any refusal but one about this OF; ``Unavailable`` for what cannot be read.
    """
    body = checked(answer, acting=False)
    detail, reply = lenient(body, _Detail), lenient(body, Reply)
    if detail is None or reply is None:
        raise Unavailable("Starken answered the question for an OF with what cannot be read.")
    if not detail.texts:
        return _nothing_told(detail, reply, order)
    if whole(detail.orden_flete) not in {None, int(order)}:
        raise Unavailable(f"Starken answered the question for OF {order} with another one.")
    return State(_event(detail, order, now))


def report(label: LabelHandle, state: State) -> TrackingReport:
    """What is told of one label; the event bears the label's own number."""
    events: Sequence[TrackingEvent] = ()
    if state.event is not None:
        events = (msgspec.structs.replace(state.event, tracking_number=label.tracking_number),)
    return TrackingReport(tracking_number=label.tracking_number, events=tuple(events), problem=state.problem)


def _nothing_told(detail: _Detail, reply: Reply, order: str) -> State:
    if reply.code in {None, 1} or (reply.code == 0 and not reply.text):
        if reply.code is None and whole(detail.orden_flete) is None:
            raise Unavailable(f"Starken's answer says nothing about OF {order}.")
        return State()
    error = declined(reply)
    if isinstance(error, Rejected):
        return State(problem=error.message)
    raise error


def _event(detail: _Detail, order: str, now: datetime) -> TrackingEvent:
    text = detail.texts[0]
    to_agency = is_agency(text_of(detail.tipo_entrega))
    status = status_of(*detail.texts, to_agency=to_agency)
    own_time = {TrackingStatus.REQUESTED: detail.fecha_emision, TrackingStatus.DELIVERED: detail.fecha_entrega}
    at = moment(text_of(own_time.get(status))) if status is not None else None
    timed = at is not None and at <= now
    place = text_of(detail.descripcion_agencia_destino) if plain(text) == AT_AGENCY else ""
    return TrackingEvent(
        tracking_number=order,
        occurred_at=at if at is not None and timed else now,
        description=text,
        code=text_of(detail.codigo_estado_homologado),
        status=status,
        location=place or None,
        reason=reason_of(*detail.texts),
        observed=not timed,
    )
