"""Where parcels are: the carrier's codes in one table, its times in Lisbon, its answers in any shape."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.tracking import Reason, TrackingStatus, status_after
from despacho_ctt.following import read_reports
from despacho_ctt.moments import moment
from despacho_ctt.s10 import object_number
from despacho_ctt.soap import parsed
from despacho_ctt.statuses import (
    HELD_FOR,
    HELD_REASONS,
    NOT_DELIVERED_FOR,
    REASONS,
    STATUS_TABLE,
    status_of,
    why,
    words_of,
)
from despacho_ports.carriers import LabelHandle, TrackingReport
from despacho_ports.errors import Unauthorized

ONE, TWO = object_number("DD", 1), object_number("DD", 2)
LABELS = [LabelHandle(tracking_number=number, reference="") for number in (ONE, TWO)]


def event(code: str = "EMI", at: str = "21-11-2026 10:00:00", **more: str) -> str:
    fields = {"_CodigoEvento": code, "_DataEvento": at, **more}
    return (
        f"<DadosEventos_V3BE>{''.join(f'<{name}>{text}</{name}>' for name, text in fields.items())}</DadosEventos_V3BE>"
    )


def objects(number: str, *events: str, nested: bool = False, name: str = "_NObjecto") -> str:
    inside = f"<_Eventos>{''.join(events)}</_Eventos>"
    inside = f"<_Eventos><DadosObjectos_V3BE>{inside}</DadosObjectos_V3BE></_Eventos>" if nested else inside
    return f"<DadosObjectos_V3BE>{inside}<{name}>{number}</{name}></DadosObjectos_V3BE>"


def reports(*known: str, errors: tuple[str, ...] = ()) -> list[TrackingReport]:
    told = "".join(f"<string>{text}</string>" for text in errors)
    result = parsed(f"<R><_Objectos>{''.join(known)}</_Objectos><_erros>{told}</_erros></R>".encode())
    assert result is not None
    return read_reports(result, LABELS)


def test_every_code_of_the_contracts_table_is_in_ours() -> None:
    contract = Path(__file__).resolve().parents[4] / "shared" / "contract" / "carriers.md"
    if not contract.exists():
        pytest.skip("the contract's text is not beside this checkout")
    text = contract.read_text("utf-8").partition("### 2.5")[2].partition("### 2.6")[0]
    rows = re.findall(r"^\| (requested|in_transit|pickup_available|delivered|failed) \| (.+) \|$", text, re.MULTILINE)
    codes = {
        code: state for state, cell in rows for code in re.findall(r"\b([EOTC][A-Z]{2})\b", cell.partition("also")[0])
    }
    assert len(codes) > 30
    for code, state in codes.items():
        status = status_of(code)
        assert status is not None, code
        assert status.for_store == state, code
    assert set(STATUS_TABLE) == set(codes)


@pytest.mark.parametrize(
    ("code", "reason", "situation", "status"),
    [
        ("EMH", "11", "", TrackingStatus.IN_TRANSIT),
        ("EMH", "11", "B", TrackingStatus.IN_TRANSIT),
        ("EMH", "11", "D", TrackingStatus.PICKUP_AVAILABLE),
        ("EMH", "", "J", TrackingStatus.PICKUP_AVAILABLE),
        ("EMH", "25", "", TrackingStatus.PICKUP_AVAILABLE),
        ("EMH", "29", "A", TrackingStatus.PICKUP_AVAILABLE),
        ("EMG", "25", "D", TrackingStatus.IN_TRANSIT),
        ("QQQ", "25", "D", None),
        ("", "", "", None),
    ],
)
def test_a_failed_delivery_may_mean_that_the_buyer_can_collect(
    code: str, reason: str, situation: str, status: TrackingStatus | None
) -> None:
    assert status_of(code, reason, situation) is status


def test_words_and_reasons_are_told() -> None:
    assert words_of("EMH", "11") == "Entrega não conseguida (ausente ou encerrado)"
    assert words_of("EDF", "11") == "Em espera (morada em averiguação)"
    assert words_of("EMI", "11") == "Entrega conseguida"
    assert words_of("QQQ") == "QQQ"
    assert all(key.isdigit() and text for table in (REASONS, HELD_REASONS) for key, text in table.items())


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("21-11-2026 10:00:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("21-07-2026 10:00:00", datetime(2026, 7, 21, 9, tzinfo=UTC)),
        ("1/7/2026 9:05", datetime(2026, 7, 1, 8, 5, tzinfo=UTC)),
        ("21-11-2026", datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-07-21T10:00:00", datetime(2026, 7, 21, 9, tzinfo=UTC)),
        ("2026-07-21T10:00:00+00:00", datetime(2026, 7, 21, 10, tzinfo=UTC)),
        ("01-01-0001 00:00:00", None),
        ("31-02-2026 10:00:00", None),
        ("21-11-2026 25:00:00", None),
        ("", None),
        ("hoje", None),
    ],
)
def test_times_are_lisbons(text: str, at: datetime | None) -> None:
    assert moment(text) == at


@given(st.integers(978_307_200, 7_000_000_000))
def test_any_time_that_the_carrier_writes_is_read(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    read = moment(f"{at.astimezone(ZoneInfo('Europe/Lisbon')):%d-%m-%Y %H:%M:%S}")
    assert read is not None
    # The hour that autumn repeats is told without saying which of the two it is.
    assert read in {at, at - timedelta(hours=1)}


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_none(text: str) -> None:
    read = moment(text)
    assert read is None or read.tzinfo is UTC


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("name", ["_NObjecto", "_NRelable"])
def test_events_are_told_oldest_first_wherever_they_stand(nested: bool, name: str) -> None:
    late, early = event("EMI", "21-11-2026 18:00:00"), event("EMZ", "21-11-2026 08:30:00", _DescricaoNoEvento="PORTO")
    first, second = reports(objects(ONE.lower(), late, early, nested=nested, name=name))
    assert [(one.code, one.status) for one in first.events] == [
        ("EMZ", TrackingStatus.OUT_FOR_DELIVERY),
        ("EMI", TrackingStatus.DELIVERED),
    ]
    assert (first.events[0].location, first.events[1].location) == ("PORTO", None)
    assert {one.tracking_number for one in first.events} == {ONE}
    assert (second.events, second.problem) == ((), None)


def test_the_carriers_words_come_first_and_the_reason_behind_them() -> None:
    (first, _) = reports(objects(ONE, event("emh", _CodigoMotivo="011", _DescricaoEvento="Não entregue"), event("QQQ")))
    assert [one.description for one in first.events] == ["Não entregue (ausente ou encerrado)", "QQQ"]
    assert [one.code for one in first.events] == ["EMH", "QQQ"]


def test_an_event_that_the_carrier_took_back_is_not_told() -> None:
    (first, _) = reports(
        objects(ONE, event("EMI", _Valido="false"), event("EMZ", _Valido="true"), event("EMG", _Valido=""))
    )
    assert {one.code for one in first.events} == {"EMZ", "EMG"}


def test_an_event_without_a_date_is_a_problem_and_not_dated_by_us() -> None:
    (first, _) = reports(objects(ONE, event(at="amanhã"), event("EMZ")))
    assert [one.code for one in first.events] == ["EMZ"]
    assert first.problem == "1 events have no readable date."


def test_complaints_go_to_those_they_speak_of() -> None:
    known = objects(ONE, event())
    assert [one.problem for one in reports(known, errors=(f"Objeto {TWO} não encontrado",))] == [
        None,
        f"Objeto {TWO} não encontrado",
    ]
    assert [one.problem for one in reports(known, errors=("Erro",))] == [None, "Erro"]
    assert [one.problem for one in reports(errors=("Erro",))] == ["Erro", "Erro"]


def test_refused_credentials_are_no_problem_of_a_parcel() -> None:
    with pytest.raises(Unauthorized, match="Autenticação"):
        reports(errors=("Autenticação inválida",))


CODES = st.sampled_from([*STATUS_TABLE, "QQQ", ""])


@given(st.lists(st.tuples(CODES, st.sampled_from(["", "11", "25"]), st.sampled_from(["", "D", "B"])), max_size=6))
def test_any_events_in_any_order_lead_to_the_same_status(codes: list[tuple[str, str, str]]) -> None:
    events = [event(code, _CodigoMotivo=reason, _CodigoSituacao=situation) for code, reason, situation in codes]
    (one, _), (other, _) = reports(objects(ONE, *events)), reports(objects(ONE, *reversed(events)))
    assert status_after(TrackingStatus.REQUESTED, one.events) is status_after(TrackingStatus.REQUESTED, other.events)
    assert len(one.events) == len(codes)


TAGS = ["_Objectos", "DadosObjectos_V3BE", "_Eventos", "DadosEventos_V3BE", "_CodigoEvento", "_DataEvento", "_NObjecto",
        "_erros", "string", "_Valido", "Other"]  # fmt: skip
TREES = st.recursive(
    st.sampled_from(["", ONE, TWO, "EMI", "21-11-2026 10:00:00", "Autenticação inválida", "Não"]),
    lambda inner: st.lists(st.tuples(st.sampled_from(TAGS), inner), max_size=4).map(
        lambda parts: "".join(f"<{tag}>{inside}</{tag}>" for tag, inside in parts)
    ),
    max_leaves=14,
)


@given(TREES)
def test_any_answer_says_something_of_every_label(tree: str) -> None:
    result = parsed(f"<R>{tree}</R>".encode())
    assert result is not None
    try:
        told = read_reports(result, LABELS)
    except Unauthorized:
        return
    assert [one.tracking_number for one in told] == [ONE, TWO]


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [
        ("EMH", "11", Reason.RECIPIENT_ABSENT),
        ("EMH", "27", Reason.LOST),
        ("EMH", "99", Reason.OTHER),
        ("EMH", "", None),
        ("EDF", "44", Reason.HELD_CUSTOMS),
        ("EDB", "", Reason.HELD_CUSTOMS),
        ("EMI", "11", None),
    ],
)
def test_reasons_are_read_into_the_hubs_own(code: str, reason: str, expected: Reason | None) -> None:
    assert why(code, reason) is expected


def test_every_reason_that_is_read_is_one_that_the_carrier_has() -> None:
    assert set(NOT_DELIVERED_FOR) <= set(REASONS)
    assert set(HELD_FOR) <= set(HELD_REASONS)
