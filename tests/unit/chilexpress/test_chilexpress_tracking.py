"""Where parcels are, read from the carrier's words and dates (contract/carriers.md 1.6)."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_chilexpress.following import bulk_request, read_followed, report, single_request
from despacho_chilexpress.moments import moment
from despacho_chilexpress.statuses import REASON_TABLE, status_of, why
from despacho_core.tracking import Reason, TrackingStatus
from despacho_ports.carriers import LabelHandle

LABEL = LabelHandle(tracking_number="99726299584", reference="DSP-1-1")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        # Seen literally in public samples.
        ("Pieza recibida en Chilexpress", "in_transit"),
        ("Pieza en tránsito al destino CENTRO DE DISTRIBUCIÓN SANTIAGO", "in_transit"),
        ("Pieza en tránsito al destino ANTOFAGASTA BAQUEDANO", "in_transit"),
        ("Pieza en ruta al DESTINATARIO", "out_for_delivery"),
        ("En Proceso De Despacho", "in_transit"),
        ("DESCARGADA", "in_transit"),
        ("PIEZA ENTREGADA A DESTINATARIO", "delivered"),
        ("ENTREGADO", "delivered"),
        # The rows of the contract's table.
        ("Envío entregada en portería", "delivered"),
        ("En proceso de devolución", "returned"),
        ("Pieza devuelta", "returned"),
        ("Rechazado por destinatario", "failed"),
        ("Siniestrada", "failed"),
        ("Pieza extraviada", "failed"),
        ("OT anulada", "failed"),
        ("Disponible para retiro", "pickup_available"),
        ("Lista para retiro", "pickup_available"),
        ("En oficina en espera de retiro", "pickup_available"),
        ("Retiro en sucursal", "pickup_available"),
        ("Pieza no entregada", "in_transit"),
        ("NO ENTREGADO: SIN MORADORES", "in_transit"),
        ("No fue posible: no pudo ser entregado", "in_transit"),
        ("Sin moradores", "in_transit"),
        ("Dirección incorrecta", "in_transit"),
        ("Segundo intento de entrega", "in_transit"),
        ("En reparto", "out_for_delivery"),
        ("Orden de transporte emitida", "requested"),
        ("OT creada", "requested"),
        # What would otherwise end as delivered.
        ("DEVOLUCION ENTREGADA", "returned"),
        ("Pieza entregada a remitente", "returned"),
        ("Destinatario no disponible", None),
        ("Novedad", None),
        ("", None),
    ],
)
def test_words_in_place_of_codes(text: str, status: str | None) -> None:
    assert status_of(text) == (TrackingStatus(status) if status else None)
    assert status_of(text.upper()) == status_of(text.lower()) == status_of(text)


def test_the_first_text_that_means_something_counts() -> None:
    assert status_of("Novedad", "ENTREGADO") is TrackingStatus.DELIVERED
    assert status_of("Pieza en ruta al destinatario", "ENTREGADO") is TrackingStatus.OUT_FOR_DELIVERY


SUMMER = datetime(2026, 1, 15, 14, 24, tzinfo=UTC)
WINTER = datetime(2026, 7, 15, 15, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("whole", "date", "hour", "read"),
    [
        ("2026-01-15T11:24:00", "", "", SUMMER),
        ("2026-07-15T11:24:00", "", "", WINTER),
        ("2026-01-15T14:24:00Z", "", "", SUMMER),
        ("2026-01-15T11:24:00-03:00", "", "", SUMMER),
        ("2026-01-15T11:24:00.0000000-03:00", "", "", SUMMER),
        ("15/01/2026 11:24", "", "", SUMMER),
        ("15-01-2026 11:24:00", "", "", SUMMER),
        ("", "15/01/2026", "11:24", SUMMER),
        ("", "15/01/2026", "11:24:00", SUMMER),
        ("", "2026-01-15", "11:24", SUMMER),
        ("0001-01-01T00:00:00", "15/01/2026", "11:24", SUMMER),
        ("sin fecha", "15/07/2026", "11:24", WINTER),
        ("", "15/07/2026", "", datetime(2026, 7, 15, 4, 0, tzinfo=UTC)),
        ("", "", "", None),
        ("", "31/02/2026", "11:24", None),
        ("", "", "11:24", None),
        ("9999-12-31T23:59:59", "", "", None),
        ("0001-01-01T00:00:00", "", "", None),
    ],
)
def test_dates_in_every_form_are_utc(whole: str, date: str, hour: str, read: datetime | None) -> None:
    assert moment(whole, date, hour) == read


@given(st.text(max_size=30), st.text(max_size=12), st.text(max_size=12))
def test_any_text_is_a_date_or_none(whole: str, date: str, hour: str) -> None:
    found = moment(whole, date, hour)
    assert found is None or found.tzinfo is UTC


@given(st.integers(1_000_000_000, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_every_moment_survives_being_written(at: datetime) -> None:
    assert moment(at.isoformat()) == at


def tracked(*events: object, number: object = "99726299584", **order: object) -> dict[str, object]:
    """An answer's data in the portal's form."""
    return {
        "transportOrderData": {
            "transportOrderNumber": number,
            "certificateNumber": "712100832940",
            "reference": "DSP-1-1",
            "status": "ENTREGADO",
            **order,
        },
        "deliveryData": {"deliveryDate": "30/07/2015", "deliveryHour": "11:24"},
        "trackingEvents": list(events) or None,
    }


def event(text: object, date: object = "15/01/2026", hour: object = "11:24", **more: object) -> dict[str, object]:
    return {"eventDate": date, "eventHour": hour, "eventDateTime": None, "description": text, "location": None, **more}


def raw(data: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(data))


def test_events_are_told_oldest_first_with_the_carriers_words() -> None:
    newest = event(
        "PIEZA ENTREGADA A DESTINATARIO",
        hour="18:00",
        location="PROVIDENCIA",
        motive="",
        code={"eventCode": "PE", "clientEventCode": "PIEZA", "clientEventDescription": "ENTREGADO"},
    )
    (followed,) = read_followed(raw(tracked(newest, event("Pieza recibida en Chilexpress"))))
    told = report(LABEL, followed)
    assert [(one.occurred_at, one.description, one.status, one.code, one.location) for one in told.events] == [
        (SUMMER, "Pieza recibida en Chilexpress", TrackingStatus.IN_TRANSIT, "", None),
        (
            datetime(2026, 1, 15, 21, 0, tzinfo=UTC),
            "PIEZA ENTREGADA A DESTINATARIO",
            TrackingStatus.DELIVERED,
            "PE",
            "PROVIDENCIA",
        ),
    ]
    assert {one.tracking_number for one in told.events} == {told.tracking_number} == {"99726299584"}
    assert (followed.certificate, followed.reference, told.problem) == ("712100832940", "DSP-1-1", None)


def test_of_events_in_one_moment_the_one_told_first_is_the_newest() -> None:
    (followed,) = read_followed(raw(tracked(event("Pieza entregada"), event("En reparto"), event("Pieza recibida"))))
    assert [one.description for one in followed.events] == ["Pieza recibida", "En reparto", "Pieza entregada"]


def test_the_motive_stands_beside_the_words_and_may_be_all_there_is() -> None:
    told = read_followed(
        raw(tracked(event(None, motive="En reparto"), event("Pieza no entregada", motive="SIN MORADORES")))
    )
    assert [(one.description, one.status) for one in told[0].events] == [
        ("Pieza no entregada (SIN MORADORES)", TrackingStatus.IN_TRANSIT),
        ("En reparto", TrackingStatus.OUT_FOR_DELIVERY),
    ]


def test_unknown_words_are_kept_and_move_nothing() -> None:
    (followed,) = read_followed(raw(tracked(event("Novedad", code=None))))
    assert [(one.description, one.status) for one in followed.events] == [("Novedad", None)]


def test_no_events_are_no_events() -> None:
    (followed,) = read_followed(raw(tracked()))
    assert report(LABEL, followed).events == ()
    assert report(LABEL, None).events == ()


def test_an_event_without_a_date_is_told_of_but_not_dated_by_us() -> None:
    (followed,) = read_followed(raw(tracked(event("En reparto", date="pronto"), event("En reparto"), 7)))
    told = report(LABEL, followed)
    assert len(told.events) == 1
    assert told.problem is not None
    assert "2 events" in told.problem


def test_questions_bear_numbers_and_the_company() -> None:
    assert msgspec.json.decode(single_request(96756430, number="99726299584", reference="DSP-1-1")) == {
        "reference": "DSP-1-1",
        "transportOrderNumber": 99726299584,
        "rut": 96756430,
        "showTrackingEvents": 1,
    }
    assert msgspec.json.decode(bulk_request(96756430, [LABEL])) == {
        "rut": 96756430,
        "showTrackingEvents": True,
        "trackingInput": [{"transportOrderNumber": 99726299584, "reference": "DSP-1-1"}],
    }


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=15),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(["eventDate", "eventHour", "eventDateTime", "description", "location", "motive", "code"])


@given(
    st.lists(st.dictionaries(FIELDS, ODD | st.sampled_from(["15/01/2026", "11:24", "2026-01-15"])) | ODD, max_size=4),
    ODD,
)
def test_any_events_can_be_looked_at(events: list[object], number: object) -> None:
    for followed in read_followed(raw(tracked(*events, number=number))):
        moments = [one.occurred_at for one in report(LABEL, followed).events]
        assert moments == sorted(moments)
        assert all(at.tzinfo is UTC for at in moments)


@given(ODD)
def test_any_data_can_be_looked_at(data: object) -> None:
    assert isinstance(read_followed(raw(data)), list)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (("PIEZA NO ENTREGADA", "SIN MORADORES"), Reason.RECIPIENT_ABSENT),
        (("Dirección errónea",), Reason.ADDRESS_WRONG),
        (("Rechazado por destinatario",), Reason.REFUSED),
        (("Siniestro",), Reason.DAMAGED),
        (("Pieza extraviada",), Reason.LOST),
        (("PIEZA ENTREGADA A DESTINATARIO", "SIN MORADORES"), None),
        (("En tránsito",), None),
        (("",), None),
    ],
)
def test_why_it_came_no_further(texts: tuple[str, ...], reason: Reason | None) -> None:
    assert why(*texts) is reason


@given(st.text(max_size=60))
def test_any_words_have_a_known_reason_or_none(text: str) -> None:
    assert why(text) in {None, *(reason for _, reason in REASON_TABLE)}
