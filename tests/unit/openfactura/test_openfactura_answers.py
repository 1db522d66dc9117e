"""What OpenFactura answers, and what we make of it: the document, or one of the five errors and nothing else."""

import base64
import contextlib
from collections.abc import Callable
from decimal import Decimal

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_openfactura.answers import check
from despacho_openfactura.receipts import issued_document
from despacho_ports.calls import Answer
from despacho_ports.errors import (
    ProviderError,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Uncertain,
)
from tests.examples import examples
from tests.unit.openfactura.openfactura_cases import KEY, NOW, document_of, note_over, order, played, request_for

TOKEN = "a1" * 32
REQUEST = request_for(document_of(order(("Polera", 1, 1000))))


def shown(kind: object = "39", folio: object = "1020", total: object = "1000", **dte: object) -> dict[str, object]:
    """A document by token: numbers come as text."""
    head = {"IdDoc": {"TipoDTE": kind, "Folio": folio}, "Totales": {"MntTotal": total}}
    return {"json": {"Encabezado": head, **dte}, "token": TOKEN, "FchRecepSII": ""}


def error(code: str, message: str = "No", **more: object) -> dict[str, object]:
    return {"error": {"message": message, "code": code, **more}}


def answering(status: int, body: object, **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return lambda _: httpx.Response(status, content=content, headers=headers)


async def test_a_document_is_asked_for_under_our_reference_and_known_by_its_token() -> None:
    asked: list[httpx.Request] = []

    def system(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"TOKEN": TOKEN, "FOLIO": 1020, "WARNING": "Ojo"})

    issued = await played(system).issue_document(REQUEST)
    assert (issued.external_id, issued.public_id, issued.folio) == (TOKEN, "39-1020", "1020")
    assert (issued.issued_at, issued.warning) == (NOW, "Ojo")
    (request,) = asked
    assert (request.method, str(request.url)) == ("POST", "https://of.example/v2/dte/document")
    assert request.headers["idempotency-key"] == "despacho-1024-39"
    assert request.headers["apikey"] == KEY
    assert request.headers["content-type"] == "application/json"


async def test_a_folio_that_the_answer_leaves_out_is_read_from_the_document() -> None:
    def system(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"TOKEN": TOKEN})
        assert request.url.path == f"/v2/dte/document/{TOKEN}/json"
        return httpx.Response(200, json=shown())

    issued = await played(system).issue_document(REQUEST)
    assert (issued.public_id, issued.total) == ("39-1020", Decimal(1000))


async def test_of_06_is_the_document_that_was_issued_before() -> None:
    def system(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(400, json=error("OF-06", "Este DTE ya fue emitido", token=TOKEN))
        return httpx.Response(200, json=shown(folio="109"))

    issued = await played(system).issue_document(REQUEST)
    assert (issued.external_id, issued.public_id) == (TOKEN, "39-109")


@pytest.mark.parametrize("answer", [(500, {}), (404, {}), (200, {}), (200, []), (429, {}), (401, {})])
async def test_of_06_whose_document_cannot_be_read_stays_a_doubt(answer: tuple[int, object]) -> None:
    def system(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(400, json=error("OF-06", token=TOKEN))
        return httpx.Response(answer[0], json=answer[1])

    with pytest.raises(Uncertain, match=TOKEN):
        await played(system).issue_document(REQUEST)


@pytest.mark.parametrize("token", [None, "", "../../etc", 7, "x" * 500])
async def test_a_token_that_is_none_is_never_put_into_a_path(token: object) -> None:
    with pytest.raises(Uncertain):
        await played(answering(400, error("OF-06", token=token))).issue_document(REQUEST)
    with pytest.raises(Uncertain):
        await played(answering(200, {"TOKEN": token, "FOLIO": 7})).issue_document(REQUEST)
    with pytest.raises(Rejected) as refusal:
        await played(answering(200, {})).fetch_pdf(str(token))
    assert refusal.value.not_found


REJECTED = ["OF-01", "OF-02", "OF-05", "OF-07", "OF-08", "OF-09", "OF-10", "OF-12", "OF-20", "OF-99", ""]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        *[(400, error(code), Rejected) for code in REJECTED],
        (400, error("OF-03"), Unauthorized),
        (400, error("OF-04"), Unauthorized),
        (401, {"statusCode": 401, "message": "Access denied due to invalid subscription key."}, Unauthorized),
        (403, {"message": "Invalid authentication credentials"}, Unauthorized),
        (400, error("OF-21"), Unavailable),
        (400, error("OF-23"), Unavailable),
        (400, error("OF-11"), Uncertain),
        (400, error("OF-13"), Uncertain),
        (400, error("OF-22"), Uncertain),
        (400, b"<html>", Rejected),
        (400, {"error": "no"}, Rejected),
        (404, {"message": "Resource not found"}, Unavailable),
        (405, {}, Unavailable),
        (408, {}, Uncertain),
        (422, {}, Rejected),
        (302, b"", Uncertain),
        (500, {"message": "Internal server error"}, Uncertain),
        (502, b"<html>", Uncertain),
        (200, b"", Uncertain),
        (200, b"{", Uncertain),
        (200, {}, Uncertain),
        (200, [], Uncertain),
    ],
)
async def test_each_answer_to_an_emission_is_one_of_the_five_errors(
    status: int, body: object, expected: type[ProviderError]
) -> None:
    with pytest.raises(ProviderError) as raised:
        await played(answering(status, body)).issue_document(REQUEST)
    assert type(raised.value) is expected


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ConnectError("refused"), Unavailable),
        (httpx.ConnectTimeout("slow"), Unavailable),
        (httpx.PoolTimeout("busy"), Unavailable),
        (httpx.ReadTimeout("slow"), Uncertain),
        (httpx.ReadError("cut"), Uncertain),
        (httpx.WriteError("cut"), Uncertain),
        (httpx.RemoteProtocolError("cut"), Uncertain),
    ],
)
async def test_only_a_connection_that_never_stood_proves_that_nothing_was_issued(
    raised: httpx.RequestError, expected: type[ProviderError]
) -> None:
    def system(_: httpx.Request) -> httpx.Response:
        raise raised

    with pytest.raises(expected):
        await played(system).issue_document(REQUEST)
    with pytest.raises(Unavailable):
        await played(system).find_document(REQUEST)


@pytest.mark.parametrize(
    ("message", "headers", "wait"),
    [
        ("Rate limit is exceeded. Try again in 17 seconds.", {}, 17.0),
        ("Rate limit is exceeded. Try again in 1 second.", {"retry-after": "30"}, 30.0),
        ("API rate limit exceeded", {}, 5.0),
        ("API rate limit exceeded", {"retry-after": "soon"}, 5.0),
        ("Try again in 0 seconds.", {}, 1.0),
    ],
)
async def test_a_limit_is_waited_out_as_long_as_it_says(message: str, headers: dict[str, str], wait: float) -> None:
    with pytest.raises(RateLimited) as limited:
        await played(answering(429, {"statusCode": 429, "message": message}, **headers)).issue_document(REQUEST)
    assert limited.value.retry_after == wait


async def test_a_refusal_keeps_the_systems_words_its_code_and_its_first_field() -> None:
    details = [{"field": "MntNeto", "issue": "Monto erróneo : 1000"}, {"field": "IVA", "issue": "Monto erróneo : 190"}]
    with pytest.raises(Rejected) as refusal:
        await played(answering(400, error("OF-10", "Validación de Campos", details=details))).issue_document(REQUEST)
    assert (refusal.value.code, refusal.value.field) == ("OF-10", "MntNeto")
    assert refusal.value.message == (
        "Validación de Campos (MntNeto: Monto erróneo : 1000; IVA: Monto erróneo : 190) [OF-10]"
    )


async def test_a_merchant_out_of_folios_is_told_what_to_do() -> None:
    with pytest.raises(Rejected, match="solicítalos en OpenFactura"):
        await played(answering(400, error("OF-07", "Sin folios"))).issue_document(REQUEST)


async def test_a_credit_note_without_an_original_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(Rejected):
        await played(answering(500, {})).credit_document(REQUEST)
    note = request_for(note_over(REQUEST.document), "despacho-1024-61")
    issued = await played(answering(200, {"TOKEN": TOKEN, "FOLIO": 5})).credit_document(note)
    assert issued.public_id == "61-5"


async def test_the_pdf_is_what_the_system_drew() -> None:
    drawn = b"%PDF-1.4 boleta"
    answers = answering(200, {"pdf": base64.b64encode(drawn).decode(), "folio": 1020})
    assert await played(answers).fetch_pdf(TOKEN) == drawn


@pytest.mark.parametrize("body", [{"pdf": ""}, {"pdf": "%%%"}, {"pdf": None}, {}, [], b"%PDF", {"pdf": "aG9sYQ=="}])
async def test_a_pdf_that_is_none_is_one_still_being_made(body: object) -> None:
    with pytest.raises(Unavailable):
        await played(answering(200, body)).fetch_pdf(TOKEN)


async def test_the_pdf_of_an_unknown_document_is_not_found() -> None:
    with pytest.raises(Rejected) as refusal:
        await played(answering(404, {})).fetch_pdf(TOKEN)
    assert refusal.value.not_found


async def test_the_account_is_right_when_the_key_belongs_to_the_issuer() -> None:
    right = await played(answering(200, {"rut": "76.795.561-8", "razonSocial": "HAULMER SPA"})).check_account()
    wrong = await played(answering(200, {"rut": "76430498-5", "razonSocial": "HOSTY SPA"})).check_account()
    assert right.ok
    assert not wrong.ok
    assert "HOSTY SPA" in wrong.message
    with pytest.raises(Unauthorized):
        await played(answering(401, {})).check_account()
    with pytest.raises(Unavailable):
        await played(answering(200, [])).check_account()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
known_keys = st.sampled_from(
    ["TOKEN", "FOLIO", "WARNING", "error", "message", "json", "data", "last_page", "pdf", "rut", "Encabezado", "IdDoc"]
)
odd_bodies = (
    st.binary(max_size=40)
    | json_values.map(msgspec.json.encode)
    | st.dictionaries(known_keys, json_values, max_size=4).map(msgspec.json.encode)
    | st.fixed_dictionaries({"error": st.dictionaries(st.sampled_from(["code", "token", "details"]), json_values)}).map(
        msgspec.json.encode
    )
    | st.fixed_dictionaries({"last_page": st.just(1), "data": st.lists(json_values, max_size=2)}).map(
        msgspec.json.encode
    )
)
odd_statuses = st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503])


@given(odd_bodies, odd_statuses)
@examples(150)
async def test_odd_answers_never_raise_anything_but_the_five_errors(body: bytes, status: int) -> None:
    connector = played(answering(status, body))
    with contextlib.suppress(ProviderError):
        assert (await connector.issue_document(REQUEST)).external_id
    with contextlib.suppress(ProviderError):
        assert await connector.find_document(REQUEST) is None
    with contextlib.suppress(ProviderError):
        assert (await connector.fetch_pdf(TOKEN)).startswith(b"%PDF-")
    with contextlib.suppress(ProviderError):
        assert (await connector.check_account()).message


@given(st.integers(200, 599))
def test_a_status_is_a_success_or_an_error_whatever_it_is(status: int) -> None:
    if status < 300:
        check(Answer(status, b""), acting=True)
    else:
        with pytest.raises(ProviderError):
            check(Answer(status, b""), acting=True)


def test_a_public_id_is_safe_in_a_path() -> None:
    assert issued_document(TOKEN, 39, 1020).public_id == "39-1020"
