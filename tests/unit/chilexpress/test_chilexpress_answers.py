"""What an answer proves: the gateway's errors, the envelope's two statuses, and the known words of refusal."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_chilexpress.answers import many, opened, succeeded
from despacho_chilexpress.refusals import refusal
from despacho_ports.calls import Answer
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain

DENIED = "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API."


def answer(status: int, body: object, **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Answer(status, raw, headers)


@pytest.mark.parametrize("acting", [False, True])
def test_a_refused_key_is_unauthorized_in_the_gateways_words(acting: bool) -> None:
    with pytest.raises(Unauthorized, match="missing subscription key"):
        opened(answer(401, {"statusCode": 401, "message": DENIED}), acting=acting)
    with pytest.raises(Unauthorized, match="HTTP 403"):
        opened(answer(403, b""), acting=acting)


@pytest.mark.parametrize("acting", [False, True])
def test_too_many_requests_says_how_long_to_wait(acting: bool) -> None:
    body = {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 17 seconds."}
    for given_answer, wait in [
        (answer(429, body), 17),
        (Answer(429, msgspec.json.encode(body), {"retry-after": "30"}), 30),
        (Answer(429, b"<html>", {"retry-after": "4"}), 4),
        (answer(429, b""), 5),
        (answer(429, {"message": "Try again in 0 seconds."}), 1),
    ]:
        with pytest.raises(RateLimited) as limited:
            opened(given_answer, acting=acting)
        assert limited.value.retry_after == wait


def test_a_used_up_quota_is_a_wait_too() -> None:
    text = "Out of call volume quota. Quota will be replenished in 01:02:03."
    with pytest.raises(RateLimited) as limited:
        opened(answer(403, {"statusCode": 403, "message": text}), acting=True)
    assert limited.value.retry_after == 3723


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 301, 302, 100, 0])
def test_a_server_error_proves_nothing_once_something_could_be_done(status: int) -> None:
    refused = answer(status, {"statusCode": -1, "statusDescription": "error"})
    with pytest.raises(Unavailable):
        opened(refused, acting=False)
    with pytest.raises(Uncertain):
        opened(refused, acting=True)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"data":', b"[]", b"7", b'{"statusCode":"x"}', b'{"statusCode":{}}', b"\xff", b"[" * 99999],
)
@pytest.mark.parametrize("status", [200, 400])
def test_what_cannot_be_read_proves_nothing_either(status: int, body: bytes) -> None:
    with pytest.raises(Unavailable):
        opened(Answer(status, body), acting=False)
    with pytest.raises(Uncertain):
        opened(Answer(status, body), acting=True)


@pytest.mark.parametrize("status", [404, 405])
def test_an_operation_that_does_not_exist_did_nothing(status: int) -> None:
    with pytest.raises(Unavailable):
        opened(answer(status, {"statusCode": 404, "message": "Resource not found"}), acting=True)


def test_both_statuses_count() -> None:
    fine = {"data": {}, "statusCode": 0, "statusDescription": "OK"}
    assert not opened(answer(200, fine), acting=True).failed
    assert not opened(answer(200, {**fine, "statusCode": "0"}), acting=True).failed
    assert opened(answer(400, fine), acting=True).failed
    assert opened(answer(200, {**fine, "statusCode": 99}), acting=True).failed
    assert opened(answer(200, {**fine, "statusCode": "-1"}), acting=True).code == -1


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert opened(Answer(200, b'\xef\xbb\xbf{"statusCode":0}'), acting=True).code == 0


@pytest.mark.parametrize(
    ("text", "kind", "code", "field"),
    [
        ("No existe Tarjeta Chilexpress (TCC)", Unauthorized, None, None),
        ("La tarjeta no se encuentra VIGENTE", Unauthorized, None, None),
        ("La TCC no se encuentra habilitada para Prioritario", Rejected, "service-not-enabled", "service_code"),
        ("NO EXISTE SERVICIO DE ENTREGA entre PROV y ALHU", Rejected, "address-not-covered", "municipality"),
        ("El largo de la numeracion excede 10", Rejected, "street-number-too-long", "street_number"),
        ("El JSON de entrada no es válido", Rejected, "invalid-request", None),
        ("ingrese el tipo de dirección correctamente como Dev o Dest", Rejected, "invalid-request", None),
        ("La orden de transporte consultada no se corresponde al RUT 1", Rejected, "wrong-company", "company_rut"),
        ("Algo nuevo", Rejected, "-1", None),
    ],
)
def test_known_words_have_known_meanings(
    text: str, kind: type[ProviderError], code: str | None, field: str | None
) -> None:
    error = refusal(text, -1)
    assert type(error) is kind
    assert error.message == text
    if isinstance(error, Rejected):
        assert (error.code, error.field) == (code, field)


def test_a_refusal_without_words_still_says_something() -> None:
    with pytest.raises(Rejected, match="without saying why"):
        succeeded(answer(400, {"statusCode": -1, "statusDescription": None}))


def test_an_object_counts_as_an_array_of_one() -> None:
    assert [bytes(raw) for raw in many(msgspec.Raw(b'[{"a":1}, 2]'))] == [b'{"a":1}', b"2"]
    assert [bytes(raw) for raw in many(msgspec.Raw(b' {"a":1}'))] == [b' {"a":1}']
    assert many(msgspec.Raw(b"null")) == many(msgspec.Raw(b'"x"')) == many(msgspec.Raw(b"")) == []


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.integers(0, 999), st.one_of(st.binary(max_size=200), ODD.map(msgspec.json.encode)), st.booleans())
def test_any_answer_is_an_envelope_or_one_of_the_five(status: int, body: bytes, acting: bool) -> None:
    try:
        envelope = opened(Answer(status, body), acting=acting)
    except ProviderError as raised:
        error = raised
    else:
        error = envelope.refusal()
    claims_that_nothing_happened = isinstance(error, Unavailable)
    assert not (acting and claims_that_nothing_happened) or status in {404, 405}
    assert error.message
