"""What InvoiceXpress answers, and what we make of it: the document, or one of the five errors and nothing else; never the key."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from despacho_invoicexpress.answers import check, lenient, words_of
from despacho_invoicexpress.kinds import INVOICE_RECEIPT
from despacho_invoicexpress.receipts import shown_of
from despacho_ports.calls import Answer
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_system.outbound import OutboundClients
from tests.unit.invoicexpress.invoicexpress_cases import (
    KEY,
    NOW,
    Answers,
    document_of,
    note_over,
    opened,
    order,
    played,
    request_for,
)

REQUEST = request_for(document_of(order(("Camisola", 1, "30.00"))))
TAXES = {"taxes": [{"id": 1, "name": "IVA23", "value": "23.0", "region": "PT", "code": "NOR", "default_tax": 1}]}


def document(status: str = "draft", /, **changes: Any) -> dict[str, Any]:
    numbered = status != "draft"
    return {
        "id": 77,
        "status": status,
        "type": "InvoiceReceipt",
        "sequence_number": "6/G" if numbered else "rascunho",
        "inverted_sequence_number": "G/6" if numbered else None,
        "reference": "D-1024-A",
        "tax_exemption": "M00",
        "total": 30.0,
        "items": [{"name": "SKU-1", "tax": {"name": "IVA23", "value": 23.0}}],
        "client": {"id": 1, "name": "Maria Silva"},
    } | changes


class Played:
    """A small InvoiceXpress: one answer for each kind of question, all asked remembered."""

    def __init__(self, **answers: tuple[int, object]) -> None:
        self.answers: dict[str, tuple[int, object]] = {
            "taxes": (200, TAXES),
            "list": (200, {"invoices": [], "pagination": {"total_pages": 1}}),
            "client": (404, None),
            "new_client": (201, {"client": {"id": "1"}}),
            "create": (201, {"invoice_receipt": document(client={"code": None})}),
            "get": (200, {"invoice_receipt": document()}),
            "change": (200, {"invoice_receipt": document("settled")}),
            "pdf": (200, {"output": {"pdfUrl": "https://files.example/77.pdf"}}),
            "file": (200, b"%PDF-1.4 x"),
        } | answers
        self.asked: list[tuple[str, httpx.Request]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = _name(request)
        self.asked.append((name, request))
        status, body = self.answers[name]
        content = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
        return httpx.Response(status, content=content)

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


def _name(request: httpx.Request) -> str:
    path, get = request.url.path, request.method == "GET"
    if request.url.host != "ix.example":
        return "file"
    if path.endswith("change-state.json"):
        return "change"
    known = {"/taxes.json": "taxes", "/clients/find-by-code.json": "client", "/clients.json": "new_client"}
    if path in known:
        return known[path]
    if path.startswith("/api/pdf/"):
        return "pdf"
    if path == "/invoices.json" and get:
        return "list"
    return "get" if get else "create"


async def test_a_document_is_looked_for_made_compared_and_only_then_made_final() -> None:
    system = Played()
    issued = await played(system).issue_document(REQUEST)
    assert system.names() == ["list", "taxes", "client", "new_client", "create", "get", "change"]
    assert (issued.external_id, issued.public_id, issued.folio) == ("77", "FR-G-6", "FR G/6")
    assert (issued.total, issued.issued_at, issued.warning) == (Decimal(30), NOW, None)
    change = system.asked[-1][1]
    assert (change.method, change.url.path) == ("PUT", "/invoice_receipts/77/change-state.json")
    assert msgspec.json.decode(change.content) == {"invoice": {"state": "finalized"}}


async def test_taxes_are_remembered_for_a_while() -> None:
    system = Played()
    account = played(system)
    await account.issue_document(REQUEST)
    await account.issue_document(REQUEST)
    assert system.names().count("taxes") == 1


async def test_every_call_carries_the_key_and_the_download_of_a_file_does_not() -> None:
    system = Played()
    account = played(system)
    await account.issue_document(REQUEST)
    assert (await account.fetch_pdf("77")).startswith(b"%PDF-")
    for name, request in system.asked:
        keys = [value for field, value in parse_qsl(request.url.query.decode()) if field == "api_key"]
        assert keys == ([] if name == "file" else [KEY])
        assert KEY not in str(request.headers) + request.content.decode()


@pytest.mark.parametrize("url", ["http://files.example/x.pdf", "file:///etc/passwd", "//[", "", None, 7, "https:///x"])
async def test_a_pdf_is_fetched_from_no_address_that_is_not_safe(url: object) -> None:
    system = Played(pdf=(200, {"output": {"pdfUrl": url}}))
    with pytest.raises((Rejected, Unavailable)):
        await played(system).fetch_pdf("77")
    assert "file" not in system.names()


async def test_a_pdf_that_is_still_being_made_is_unavailable() -> None:
    system = Played(pdf=(202, None))
    with pytest.raises(Unavailable, match="yet"):
        await played(system).fetch_pdf("77")
    assert system.names() == ["pdf"] * 4
    with pytest.raises(Unavailable):
        await played(Played(file=(200, b"<html>"))).fetch_pdf("77")
    with pytest.raises(Rejected):
        await played(Played()).fetch_pdf("FR G/6")


@pytest.mark.parametrize(
    "body",
    [
        {"errors": {"error": "Client is invalid"}},
        {"errors": [{"error": "Client is invalid"}]},
        {"errors": ["Client is invalid"]},
        {"error": "Client is invalid"},
        {"error": {"code": "422", "message": "Client is invalid"}},
        {"reason": "Client is invalid"},
        ["Client is invalid"],
    ],
)
def test_a_refusal_is_read_in_every_form_that_occurs(body: object) -> None:
    assert words_of(Answer(422, msgspec.json.encode(body))) == "Client is invalid"


def test_a_refusal_may_name_its_field() -> None:
    with pytest.raises(Rejected, match="name: is not available") as refusal:
        check(Answer(422, b'{"name":["is not available."]}'))
    assert (refusal.value.field, refusal.value.code) == ("name", "422")


@pytest.mark.parametrize(
    ("status", "acting", "expected"),
    [
        (401, True, Unauthorized),
        (403, False, Unauthorized),
        (429, True, RateLimited),
        (422, True, Rejected),
        (404, False, Rejected),
        (500, True, Uncertain),
        (500, False, Unavailable),
        (502, True, Uncertain),
        (408, True, Uncertain),
        (302, True, Uncertain),
        (302, False, Unavailable),
    ],
)
def test_each_status_is_one_of_the_five(status: int, acting: bool, expected: type[ProviderError]) -> None:
    with pytest.raises(expected) as refusal:
        check(Answer(status, b"<html>"), acting=acting)
    assert refusal.value.message == f"InvoiceXpress answered HTTP {status}."


@pytest.mark.parametrize(
    ("header", "seconds"),
    [({"retry-after": "7"}, 7), ({}, 10), ({"retry-after": "soon"}, 10), ({"retry-after": "0"}, 1)],
)
def test_a_pause_is_as_long_as_the_header_says(header: dict[str, str], seconds: float) -> None:
    with pytest.raises(RateLimited) as limited:
        check(Answer(429, b"", header))
    assert limited.value.retry_after == seconds


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"total": 30.01}, r"30\.01 EUR em vez de 30\.00 EUR"),
        ({"total": None}, "ilegível"),
        ({"items": [{"tax": {"name": "IVA6"}}]}, "IVA6 em vez de IVA23"),
        ({"client": {"code": "another"}}, "outro cliente"),
    ],
)
async def test_a_draft_that_is_not_what_was_asked_for_is_thrown_away(changes: dict[str, Any], words: str) -> None:
    wrong = document(**changes)
    system = Played(create=(201, {"invoice_receipt": wrong}), get=(200, {"invoice_receipt": wrong}))
    with pytest.raises(Rejected, match=words):
        await played(system).issue_document(REQUEST)
    assert system.names()[-1] == "change"
    state = msgspec.json.decode(system.asked[-1][1].content)["invoice"]["state"]
    assert state == "deleted"


async def test_a_reply_under_invoice_is_read_too() -> None:
    system = Played(create=(201, {"invoice": document()}), change=(200, {"invoice": document("settled")}))
    assert (await played(system).issue_document(REQUEST)).folio == "FR G/6"


async def test_an_uid_in_use_without_a_document_is_a_doubt() -> None:
    words = "There's an ongoing document creation with the provided UID D-1024-A"
    with pytest.raises(Uncertain, match="ongoing"):
        await played(Played(create=(409, {"reason": words}))).issue_document(REQUEST)


async def test_a_document_made_final_by_somebody_else_meanwhile_is_returned() -> None:
    busy = (422, {"errors": {"error": "CantHandle: 1 for InvoiceReceipt"}})
    system = Played(
        create=(201, {"invoice_receipt": document(client={"code": "x"}, items=[])}),
        get=(200, {"invoice_receipt": document("settled")}),
        change=busy,
    )
    assert (await played(system).issue_document(REQUEST)).folio == "FR G/6"
    assert "deleted" not in system.asked[-1][1].content.decode()


async def test_a_document_in_a_state_that_nobody_knows_is_left_alone() -> None:
    listed = {"invoices": [document("limbo")], "pagination": {"total_pages": 1}}
    system = Played(list=(200, listed), get=(200, {"invoice_receipt": document("limbo")}))
    with pytest.raises(Unavailable, match="limbo"):
        await played(system).issue_document(REQUEST)
    with pytest.raises(Unavailable, match="limbo"):
        await played(system).find_document(REQUEST)
    assert "create" not in system.names()


async def test_one_with_legal_force_goes_before_any_draft() -> None:
    listed = {"invoices": [document(id=5), document("final", id=9)], "pagination": {"total_pages": 1}}
    found = await played(Played(list=(200, listed))).find_document(REQUEST)
    assert found is not None
    assert found.external_id == "9"


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}),
        (200, []),
        (200, {"invoices": [7]}),
        (200, {"invoices": [{"reference": "D-1024-A"}]}),
        (200, {"invoices": [document("final", reference="other")], "pagination": {"total_pages": 10**6}}),
        (404, None),
        (422, {"errors": ["type[] is missing"]}),
        (500, None),
    ],
)
async def test_a_list_that_cannot_be_read_is_never_taken_for_a_no(answer: tuple[int, object]) -> None:
    with pytest.raises(Unavailable):
        await played(Played(list=answer)).find_document(REQUEST)


async def test_a_credit_note_has_to_name_an_original() -> None:
    with pytest.raises(Rejected):
        await played(Played()).credit_document(REQUEST)
    strange = request_for(note_over(REQUEST.document, external_id="39-1020"))
    with pytest.raises(Rejected, match="não foi emitido em InvoiceXpress"):
        await played(Played()).credit_document(strange)


BROKEN = [
    (httpx.ConnectError, Unavailable),
    (httpx.ConnectTimeout, Unavailable),
    (httpx.PoolTimeout, Unavailable),
    (httpx.ReadTimeout, Uncertain),
    (httpx.WriteError, Uncertain),
    (httpx.RemoteProtocolError, Uncertain),
]


@pytest.mark.parametrize(("broken", "expected"), BROKEN)
@pytest.mark.parametrize("step", ["create", "change"])
async def test_what_a_broken_connection_proves(
    broken: type[httpx.TransportError], expected: type[ProviderError], step: str
) -> None:
    system = Played()

    def answers(request: httpx.Request) -> httpx.Response:
        if _name(request) == step:
            raise broken(f"while asking {request.url}", request=request)
        return system(request)

    with pytest.raises(expected) as refusal:
        await played(answers).issue_document(REQUEST)
    assert KEY not in told_by(refusal.value)


def told_by(error: BaseException | None) -> str:
    """All that a log could write of an error: itself, what it holds, and whatever it came from."""
    if error is None:
        return ""
    held = " ".join(f"{value!r}" for value in vars(error).values())
    request = getattr(error, "_request", None)
    return f"{error!r} {held} {request and request.url} {told_by(error.__cause__)} {told_by(error.__context__)}"


@pytest.mark.parametrize("name", ["taxes", "list", "client", "new_client", "create", "change"])
@pytest.mark.parametrize("status", [401, 422, 500])
async def test_a_service_that_repeats_the_key_is_not_quoted_with_it(name: str, status: int) -> None:
    echo = {"errors": {"error": f"no such page: /x.json?api_key={KEY}"}}
    with pytest.raises(ProviderError) as refusal:
        await played(Played(**{name: (status, echo)})).issue_document(REQUEST)
    assert KEY not in told_by(refusal.value)


async def test_the_key_reaches_no_log_of_the_hub(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    clients = OutboundClients(pool=httpx.MockTransport(Played()))
    await opened(clients.client("a", secrets=[KEY])).issue_document(REQUEST)
    assert "change-state.json" in caplog.text, "or the test below proves nothing"
    assert KEY not in caplog.text
    await clients.aclose()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["taxes", "invoices", "invoice", "invoice_receipt", "client", "id", "status", "output"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
bodies = st.binary(max_size=40) | anything.map(msgspec.json.encode)
steps = st.sampled_from(["taxes", "list", "client", "new_client", "create", "get", "change", "pdf", "file"])
odd_fields = st.dictionaries(st.sampled_from([*document()]), anything, min_size=1, max_size=3)


async def _all_calls(system: Answers) -> None:
    account = played(system)
    calls: list[Callable[[], Any]] = [
        account.check_account,
        lambda: account.issue_document(REQUEST),
        lambda: account.find_document(REQUEST),
        lambda: account.fetch_pdf("77"),
    ]
    for call in calls:
        with contextlib.suppress(ProviderError):
            await call()


@given(steps, st.sampled_from([200, 201, 202, 204, 302, 404, 409, 422, 429, 500]), bodies)
@settings(deadline=None)
async def test_odd_answers_end_in_one_of_the_five_errors_and_nothing_else(step: str, status: int, body: bytes) -> None:
    await _all_calls(Played(**{step: (status, body)}))


@given(odd_fields, st.sampled_from(["draft", "settled"]))
@settings(deadline=None)
async def test_an_odd_document_is_never_made_final_on_trust(changes: dict[str, Any], status: str) -> None:
    odd = document(status, **changes)
    system = Played(
        create=(201, {"invoice_receipt": odd}),
        get=(200, {"invoice_receipt": odd}),
        list=(200, {"invoices": [odd], "pagination": {}}),
    )
    await _all_calls(system)
    finalised = [request for name, request in system.asked if name == "change" and b"finalized" in request.content]
    shown = shown_of(lenient(msgspec.json.encode(odd), object), INVOICE_RECEIPT)
    assert not finalised or (shown is not None and shown.total == 30)
