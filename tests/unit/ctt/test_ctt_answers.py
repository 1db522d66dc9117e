"""What an answer proves: HTTP, faults, and the carrier's words of refusal."""

from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_ctt.answers import result_of, succeeded
from despacho_ctt.refusals import Complaint, complaints, refusal
from despacho_ctt.soap import parsed
from despacho_ports.calls import Answer
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain

Fault = Callable[[str, str], httpx.Response]


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, body, headers)


@pytest.mark.parametrize("acting", [False, True])
@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Unauthorized), (403, Unauthorized), (429, RateLimited), (404, Unavailable), (405, Unavailable)],
)
def test_the_gateway_proves_that_nothing_happened(acting: bool, status: int, kind: type[ProviderError]) -> None:
    with pytest.raises(kind):
        result_of(answer(status), "CreateShipment", acting=acting)


@pytest.mark.parametrize(("header", "wait"), [("30", 30), ("0", 1), ("soon", 5), ("", 5), ("9999999", 5)])
def test_too_many_requests_says_how_long_to_wait(header: str, wait: float) -> None:
    with pytest.raises(RateLimited) as limited:
        result_of(Answer(429, b"", {"retry-after": header}), "CreateShipment", acting=True)
    assert limited.value.retry_after == wait


@pytest.mark.parametrize("status", [500, 502, 503, 408, 400, 415, 302, 100])
@pytest.mark.parametrize("body", [b"", b"<html>", b"<html/>"])
def test_any_other_status_proves_nothing_once_something_could_be_done(status: int, body: bytes) -> None:
    with pytest.raises(Unavailable):
        result_of(answer(status, body), "CreateShipment", acting=False)
    with pytest.raises(Uncertain):
        result_of(answer(status, body), "CreateShipment", acting=True)


@pytest.mark.parametrize(
    "code", ["s:Client", "soap:Client.Bad", "a:DeserializationFailed", "a:ActionNotSupported", "Client"]
)
def test_a_fault_that_blames_the_request_is_a_refusal(fault: Fault, code: str) -> None:
    with pytest.raises(Rejected, match="Guid"):
        result_of(answer(500, fault(code, "The value is not a Guid").content), "CreateShipment", acting=True)


def test_a_fault_that_blames_the_credentials_is_unauthorized(fault: Fault) -> None:
    with pytest.raises(Unauthorized, match="Autenticação"):
        result_of(answer(500, fault("s:Client", "Autenticação inválida").content), "CreateShipment", acting=True)


@pytest.mark.parametrize("code", ["s:Server", "a:InternalServiceFault", "", "s:Whatever"])
def test_a_fault_of_the_server_proves_nothing(fault: Fault, code: str) -> None:
    for status in (500, 200):
        body = fault(code, "Client").content
        with pytest.raises(Uncertain):
            result_of(answer(status, body), "CreateShipment", acting=True)
        with pytest.raises(Unavailable):
            result_of(answer(status, body), "CreateShipment", acting=False)


def test_a_fault_may_come_in_the_words_of_soap_1_2() -> None:
    body = b"<E><Body><Fault><Code><Value>s:Sender</Value></Code><Reason><Text>No</Text></Reason></Fault></Body></E>"
    with pytest.raises(Rejected, match="No"):
        result_of(answer(500, body), "CreateShipment", acting=True)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Success", True), ("1", True), ("success", True), ("Failure", False), ("0", False), ("", None), ("Maybe", None)],
)
def test_a_status_is_a_word_or_a_number(status: str, outcome: bool | None) -> None:
    result = parsed(f"<R><Status>{status}</Status></R>".encode())
    assert result is not None
    assert succeeded(result) is outcome


@pytest.mark.parametrize(
    ("text", "kind", "field"),
    [
        ("AuthenticationID inválido", Unauthorized, None),
        ("Authentication failed", Unauthorized, None),
        ("Utilizador não autorizado", Unauthorized, None),
        ("O contrato não existe", Unauthorized, None),
        ("ContractId is invalid", Unauthorized, None),
        ("ClientReference is invalid", Rejected, "reference"),
        ("Peso não autorizado para este serviço", Rejected, "weight_g"),
        ("O contrato não inclui este produto: o SubProductId é inválido", Rejected, "service_code"),
        ("Código postal inválido", Rejected, "postal_code"),
        ("PTZipCode4 is invalid", Rejected, "postal_code"),
        ("O peso excede o máximo do produto", Rejected, "weight_g"),
        ("SubProductId inválido", Rejected, "service_code"),
        ("Telemóvel inválido", Rejected, "phone"),
        ("A morada do destinatário é obrigatória", Rejected, "street"),
        ("Algo novo", Rejected, None),
    ],
)
def test_words_decide_what_a_refusal_is(text: str, kind: type[ProviderError], field: str | None) -> None:
    error = refusal([Complaint("EW0001", text)])
    assert (type(error), error.message) == (kind, text)
    if isinstance(error, Rejected):
        assert (error.code, error.field) == ("EW0001", field)


def test_a_refusal_tells_everything_once_and_something_always() -> None:
    assert refusal([Complaint("EW1", "a"), Complaint("EW2", "b"), Complaint("EW3", "a")]).message == "a; b"
    assert refusal([Complaint("EW1", "")]).message == "EW1"
    assert "without saying why" in refusal([]).message


def test_both_names_of_the_list_of_errors_are_read() -> None:
    for name, code in (("ErrorsList", "ErrorCode"), ("ErrorList", "Code")):
        result = parsed(
            f"<R><{name}><ErrorData><{code}>EW0070</{code}><Message>x</Message></ErrorData><ErrorData/></{name}></R>".encode()
        )
        assert result is not None
        assert complaints(result) == [Complaint("EW0070", "x")]


@pytest.mark.parametrize(
    ("code", "text", "closed"),
    [
        ("EW0070", "", True),
        ("EW1", "O envio já se encontra fechado", True),
        ("EW1", "Shipment is already closed", True),
        ("EW1", "The shop is closed today", False),
        ("EW1", "Object does not exist", False),
    ],
)
def test_closed_already_is_told_by_code_or_by_words(code: str, text: str, closed: bool) -> None:
    assert Complaint(code, text).says_closed is closed


@given(st.integers(0, 999), st.binary(max_size=200), st.booleans())
def test_any_answer_is_a_result_or_one_of_the_five(status: int, body: bytes, acting: bool) -> None:
    with pytest.raises(ProviderError) as raised:
        result_of(answer(status, body), "CreateShipment", acting=acting)
    claims_that_nothing_happened = isinstance(raised.value, Unavailable)
    assert not (acting and claims_that_nothing_happened) or status in {404, 405}
    assert raised.value.message
