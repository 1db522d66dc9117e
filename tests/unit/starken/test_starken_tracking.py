"""States and pushes, read into the common vocabulary; and what is believed of whom."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.tracking import Reason, TrackingStatus, status_after
from despacho_ports.calls import Answer
from despacho_ports.carriers import LabelHandle
from despacho_ports.errors import ProviderError, Rejected, Unauthorized, Unavailable
from despacho_starken.following import State, detail_request, read_state, report
from despacho_starken.moments import moment
from despacho_starken.pushes import check_token, read_push
from despacho_starken.statuses import AT_AGENCY, REASONS, STATUS_TABLE, is_agency, reason_of, status_of
from despacho_starken.words import plain

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DETAIL: dict[str, object] = {
    "ordenFlete": 222582291, "estadoFlete": "EN TRANSITO A DESTINO", "codigoEstadoHomologado": 5, "estadoHomologado": "EN TRANSITO",
    "descEstadoHomologado": "En tránsito", "fechaEmision": "2026-11-20T10:00:00", "fechaEntrega": None, "tipoEntrega": "DOMICILIO",
    "descripcionAgenciaDestino": "NUNOA IRARRAZAVAL",
}  # fmt: skip
PUSH: dict[str, object] = {
    "codigo": 1, "numeroOrdenFlete": 222582291, "estadoMicro": 3, "estadoMacro": 2, "nombreEstadoHomologado": "RECIBIDO EN STARKEN",
    "codigoEstadoHomologado": "RECIBIDO EN STARKEN", "descripcionEstado": "Recibido en agencia", "codigoInternoEstado": "R3",
    "ciudadDestino": "SANTIAGO", "fechaHoraEvento": 1795176000000, "nombreRecibe": "Ana", "rutRecibe": 12531909, "encargosTotales": 2,
}  # fmt: skip
TOKEN = "token-of-pushes-0001"


def state(*, now: datetime = NOW, **change: object) -> State:
    return read_state(Answer(200, msgspec.json.encode({**DETAIL, **change})), "222582291", now)


def pushed(**change: object) -> bytes:
    return msgspec.json.encode({**PUSH, **change})


def basic(password: str) -> str:
    return f"Basic {base64.b64encode(f'starken:{password}'.encode()).decode()}"


@pytest.mark.parametrize("text", STATUS_TABLE)
def test_every_text_of_the_table_is_understood_however_it_is_written(text: str) -> None:
    assert plain(text) == text
    assert status_of(text.lower(), to_agency=False) is STATUS_TABLE[text]
    assert status_of(f"  {text.title()}. ", to_agency=True) is STATUS_TABLE[text]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("ENTREGADO", TrackingStatus.DELIVERED),
        ("NO ENTREGADO", TrackingStatus.IN_TRANSIT),
        ("EN REPARTO A DOMICILIO", TrackingStatus.OUT_FOR_DELIVERY),
        ("DEVUELTO AL CLIENTE", TrackingStatus.RETURNED),
        ("Carga decomisada por incumplimiento de reglamento", TrackingStatus.FAILED),
        ("EN TRÁNSITO", TrackingStatus.IN_TRANSIT),
        ("EN LA LUNA", None),
        ("", None),
    ],
)
def test_what_the_carrier_says_is_what_the_store_is_told(text: str, status: TrackingStatus | None) -> None:
    assert status_of(text, to_agency=False) is status


def test_an_agency_is_the_goal_of_some_and_a_stop_for_others() -> None:
    assert status_of(AT_AGENCY, to_agency=True) is TrackingStatus.PICKUP_AVAILABLE
    assert status_of(AT_AGENCY, to_agency=False) is TrackingStatus.IN_TRANSIT
    assert [is_agency(text) for text in ("AGENCIA", "agencia", "1", "DOMICILIO", "2", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_reasons_are_told_where_the_text_says_them() -> None:
    assert set(REASONS) <= set(STATUS_TABLE)
    assert reason_of("CARGA REMATADA POR ABANDONO") is Reason.UNCLAIMED
    assert reason_of("EN TRANSITO", "Envío anulado") is Reason.CANCELLED
    assert reason_of("NO ENTREGADO") is None


def test_one_order_is_asked_about_by_its_number() -> None:
    assert msgspec.json.decode(detail_request("222582291")) == {"ordenFlete": 222582291}


def test_a_state_without_a_time_is_told_as_seen_now_and_is_no_news_the_next_time() -> None:
    first, later = state().event, state(now=NOW + timedelta(hours=3)).event
    assert first is not None
    assert later is not None
    assert (first.occurred_at, first.observed, first.code) == (NOW, True, "5")
    assert (first.description, first.status) == ("EN TRANSITO A DESTINO", TrackingStatus.IN_TRANSIT)
    assert first.fingerprint == later.fingerprint
    other = state(estadoFlete="EN REPARTO").event
    assert other is not None
    assert other.fingerprint != first.fingerprint


def test_a_delivery_has_its_own_time() -> None:
    event = state(estadoFlete="ENTREGADO", fechaEntrega="21/11/2026 08:15:00").event
    assert event is not None
    assert (event.occurred_at, event.observed) == (datetime(2026, 11, 21, 11, 15, tzinfo=UTC), False)
    for odd in ("", None, "mañana", "2026-12-24T10:00:00", 17):
        event = state(estadoFlete="ENTREGADO", fechaEntrega=odd).event
        assert event is not None
        assert (event.occurred_at, event.observed, event.status) == (NOW, True, TrackingStatus.DELIVERED)


def test_what_waits_at_an_agency_says_at_which() -> None:
    event = state(estadoFlete=AT_AGENCY, tipoEntrega="AGENCIA").event
    assert event is not None
    assert (event.status, event.location) == (TrackingStatus.PICKUP_AVAILABLE, "NUNOA IRARRAZAVAL")


def test_an_unknown_state_is_kept_and_moves_nothing() -> None:
    event = state(estadoFlete="EN LA LUNA", estadoHomologado="", descEstadoHomologado=None).event
    assert event is not None
    assert (event.status, event.description) == (None, "EN LA LUNA")
    assert status_after(TrackingStatus.IN_TRANSIT, [event]) is TrackingStatus.IN_TRANSIT


@pytest.mark.parametrize(
    "body",
    [
        b'{"codigoRespuesta": 0, "mensajeRespuesta": ""}',
        b'{"codigoRespuesta": 1, "ordenFlete": 222582291}',
        b'{"ordenFlete": 0, "estadoFlete": null}',
    ],
)
def test_an_order_that_the_carrier_does_not_know_yet_has_no_events(body: bytes) -> None:
    assert read_state(Answer(200, body), "222582291", NOW) == State()


def test_a_refusal_about_one_order_is_its_problem_alone() -> None:
    body = b'{"codigoRespuesta": 4, "mensajeRespuesta": "Orden de flete fuera de rango"}'
    told = read_state(Answer(200, body), "222582291", NOW)
    assert told.problem == "Orden de flete fuera de rango"
    handle = LabelHandle(tracking_number="222582291-2", reference="R-2")
    assert report(handle, told).problem == told.problem
    [event] = report(handle, state()).events
    assert event.tracking_number == "222582291-2"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(200, b'{"codigoRespuesta": 2, "mensajeRespuesta": "Clave incorrecta"}'), Unauthorized),
        (Answer(200, b'{"codigoRespuesta": -1, "mensajeRespuesta": "Servicio no disponible"}'), Unavailable),
        (Answer(200, msgspec.json.encode({**DETAIL, "ordenFlete": 1})), Unavailable),
        (Answer(200, b"{}"), Unavailable),
        (Answer(200, b"[]"), Unavailable),
        (Answer(503, b""), Unavailable),
        (Answer(401, b""), Unauthorized),
    ],
)
def test_whatever_else_is_wrong_is_not_the_orders_fault(answer: Answer, error: type[ProviderError]) -> None:
    with pytest.raises(error):
        read_state(answer, "222582291", NOW)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("1795176000000", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("2026-11-20T09:00:00", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("2026-11-20T09:00:00-03:00", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("20-11-2026 09:00", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("20/07/2026", datetime(2026, 7, 20, 4, tzinfo=UTC)),
        ("0001-01-01T00:00:00", None),
        ("99/99/2026", None),
        ("", None),
        ("ayer", None),
    ],
)
def test_times_are_understood_in_every_form(written: str, at: datetime | None) -> None:
    assert moment(written) == at


@pytest.mark.parametrize(
    "headers",
    [{"authorization": basic(TOKEN)}, {"authorization": f"Bearer {TOKEN}"}, {"authorization": f"bearer  {TOKEN}"}, {"clave": TOKEN}],
)  # fmt: skip
def test_the_token_may_come_in_any_of_the_usual_ways(headers: Mapping[str, str]) -> None:
    check_token(headers, TOKEN)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": TOKEN},
        {"authorization": basic("")},
        {"authorization": basic(TOKEN[:-1])},
        {"authorization": "Basic !!!"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer ñandú"},
        {"clave": f"{TOKEN}x"},
        {"cookie": TOKEN},
    ],
)
def test_everything_else_is_forged(headers: Mapping[str, str]) -> None:
    with pytest.raises(Unauthorized):
        check_token(headers, TOKEN)


@pytest.mark.parametrize("headers", [{}, {"clave": ""}, {"authorization": basic("")}, {"authorization": "Bearer "}])
def test_without_a_token_in_the_settings_nobody_is_believed(headers: Mapping[str, str]) -> None:
    with pytest.raises(Unauthorized):
        check_token(headers, "")


@given(st.dictionaries(st.sampled_from(["authorization", "clave"]), st.text(max_size=40)))
def test_no_header_raises_anything_else(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthorized):
        check_token(headers, TOKEN)


def test_a_push_holds_for_every_package_and_tells_nothing_of_who_received_it() -> None:
    first, second = read_push(pushed())
    assert (first.tracking_number, second.tracking_number) == ("222582291", "222582291-2")
    assert first.occurred_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert (first.status, first.code, first.location) == (TrackingStatus.IN_TRANSIT, "R3", "SANTIAGO")
    assert first.description == "RECIBIDO EN STARKEN (Recibido en agencia)"
    assert "Ana" not in repr(first)
    assert not first.observed


@pytest.mark.parametrize("number", ["2.22582291E8", "222582291", 222582291, 222582291.0])
def test_the_number_of_a_push_is_exact_in_every_notation(number: object) -> None:
    assert read_push(pushed(numeroOrdenFlete=number))[0].tracking_number == "222582291"


@pytest.mark.parametrize(("count", "packages"), [(None, 1), (0, 1), (-3, 1), ("x", 1), (3, 3), (10**9, 99)])
def test_the_count_of_packages_is_believed_within_reason(count: object, packages: int) -> None:
    assert len(read_push(pushed(encargosTotales=count))) == packages


def test_several_events_may_come_at_once_and_odd_ones_are_left_out() -> None:
    late = {**PUSH, "nombreEstadoHomologado": "ENTREGADO", "descripcionEstado": "", "encargosTotales": 1}
    body = msgspec.json.encode([PUSH, 17, {**PUSH, "fechaHoraEvento": None}, {"numeroOrdenFlete": 1}, late])
    assert [event.description for event in read_push(body)][2:] == ["ENTREGADO"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b"null", b"17", b"\xff", b"[" * 50_000, pushed(numeroOrdenFlete="x")]
)
def test_a_push_that_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected):
        read_push(body)


@given(
    st.sampled_from(sorted(PUSH)),
    st.recursive(st.none() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=3),
)
def test_no_odd_value_in_a_push_raises_anything_else(name: str, value: object) -> None:
    try:
        events = read_push(pushed(**{name: value}))
    except Rejected:
        return
    assert all(event.occurred_at.tzinfo is UTC and event.tracking_number for event in events)
