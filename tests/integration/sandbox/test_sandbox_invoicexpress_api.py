"""The simulated InvoiceXpress over HTTP, as a client of the real one would use it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from despacho_sandbox.invoicexpress.options import InvoiceXpressOptions
from despacho_sandbox.invoicexpress.simulator import InvoiceXpressSimulator
from despacho_sandbox.kit.control import reset_simulator
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.kit.trust import trusted

KEY = "badc0de0lisboa0000000000000001"
Json = dict[str, Any]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(speed=0, simulators=(InvoiceXpressSimulator,)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def system(sandbox: Sandbox) -> InvoiceXpressSimulator:
    reset_simulator(sandbox.invoicexpress)
    return sandbox.invoicexpress


class Api:
    """Calls with the key in the address, as the service wants it."""

    def __init__(self, http: httpx.AsyncClient, system: InvoiceXpressSimulator) -> None:
        self._http = http
        self._system = system
        self.key = KEY

    async def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        parameters = {name.replace("__", "[]"): value for name, value in query.items()} | {"api_key": self.key}
        return await self._http.request(method, f"{self._system.base_url}{path}", params=parameters, json=body)

    async def draft(self, path: str = "invoice_receipts", **changes: Any) -> Json:
        answer = await self("POST", f"/{path}.json", {"invoice": asked(**changes)})
        assert answer.status_code == 201, answer.text
        (document,) = answer.json().values()
        return dict(document)

    async def step(self, path: str, number: int, state: str = "finalized", **more: str) -> httpx.Response:
        return await self("PUT", f"/{path}/{number}/change-state.json", {"invoice": {"state": state, **more}})

    async def issue(self, path: str = "invoice_receipts", **changes: Any) -> Json:
        document = await self.draft(path, **changes)
        (issued,) = (await self.step(path, document["id"])).json().values()
        return dict(issued)


@pytest_asyncio.fixture(loop_scope="module")
async def api(system: InvoiceXpressSimulator) -> AsyncIterator[Api]:
    async with httpx.AsyncClient(verify=trusted(), timeout=10) as http:
        yield Api(http, system)


def asked(**changes: Any) -> Json:
    return {
        "date": "20/11/2026",
        "due_date": "20/11/2026",
        "reference": "JS-1024",
        "client": {"name": "Maria Silva", "code": "js-88", "fiscal_id": "508025338", "country": "Portugal"},
        "items": [
            {"name": "S", "description": "Camisola", "unit_price": 24.3902, "quantity": 1, "tax": {"name": "IVA23"}}
        ],
    } | changes


@pytest.mark.parametrize(
    ("path", "root", "kind", "state"),
    [
        ("invoices", "invoice", "Invoice", "final"),
        ("invoice_receipts", "invoice_receipt", "InvoiceReceipt", "settled"),
        ("simplified_invoices", "simplified_invoice", "SimplifiedInvoice", "final"),
    ],
)
async def test_each_type_is_made_as_a_draft_and_answered_under_its_own_name(
    api: Api, path: str, root: str, kind: str, state: str
) -> None:
    answer = await api("POST", f"/{path}.json", {"invoice": asked()})
    assert (answer.status_code, list(answer.json())) == (201, [root])
    draft = answer.json()[root]
    assert (draft["status"], draft["type"], draft["atcud"], draft["total"]) == ("draft", kind, "N/D", 30.0)
    assert (draft["items"][0]["unit_price"], draft["before_taxes"], draft["taxes"]) == ("24.3902", 24.39, 5.61)
    issued = (await api.step(path, draft["id"])).json()[root]
    assert (issued["status"], issued["inverted_sequence_number"], issued["sequence_number"]) == (state, "G/1", "1/G")
    assert (issued["atcud"], len(issued["saft_hash"])) == ("ABCD1234-1", 4)
    assert (await api("GET", f"/{path}/{draft['id']}.json")).json()[root] == issued


async def test_the_singular_type_is_taken_as_root_too(api: Api) -> None:
    answer = await api("POST", "/invoice_receipts.json", {"invoice_receipt": asked()})
    assert answer.status_code == 201
    assert (await api("POST", "/invoice_receipts.json", {"document": asked()})).status_code == 422


async def test_without_the_right_key_nothing_is_told(api: Api) -> None:
    api.key = "nobody"
    answer = await api("GET", "/taxes.json")
    assert (answer.status_code, answer.json()) == (401, {"errors": {"error": "Invalid API key"}})


async def test_one_merchants_documents_are_nothing_to_another(api: Api) -> None:
    draft = await api.draft()
    api.key = "badc0de0acores0000000000000002"
    answer = await api("GET", f"/invoice_receipts/{draft['id']}.json")
    assert (answer.status_code, answer.json()) == (404, {"errors": {"error": "Document not found"}})
    assert (await api("GET", "/taxes.json")).json()["taxes"][3]["default_tax"] == 1


async def test_a_document_is_found_under_its_own_type_only(api: Api) -> None:
    draft = await api.draft()
    assert (await api("GET", f"/invoices/{draft['id']}.json")).status_code == 404
    assert (await api("GET", "/receipts/1.json")).status_code == 404
    assert (await api.step("invoices", draft["id"])).status_code == 404


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("object", {"errors": {"error": "Country XX was not found"}}),
        ("objects", {"errors": [{"error": "Country XX was not found"}]}),
        ("texts", {"errors": ["Country XX was not found"]}),
        ("field", {"country": ["Country XX was not found"]}),
    ],
)
async def test_a_refusal_comes_in_the_form_that_was_chosen(
    api: Api, system: InvoiceXpressSimulator, shape: str, body: Json
) -> None:
    system.options.change({"error_shape": shape})
    client = {"name": "x", "code": "y", "country": "XX"}
    answer = await api("POST", "/invoices.json", {"invoice": asked(client=client)})
    assert (answer.status_code, answer.json()) == (422, body)


async def test_a_uid_is_good_for_one_document(api: Api, system: InvoiceXpressSimulator) -> None:
    body = {"invoice": asked(), "proprietary_uid": "u-1"}
    first = await api("POST", "/invoices.json", body)
    again = await api("POST", "/invoices.json", body)
    assert again.status_code == 409
    assert "u-1" in again.json()["reason"]
    system.options.change({"uid_repeat": "existing"})
    assert (await api("POST", "/invoices.json", body)).json() == first.json()


async def test_a_draft_can_be_changed_and_a_final_document_cannot(api: Api) -> None:
    draft = await api.draft("invoices")
    items = [{"name": "S", "description": "Camisola", "unit_price": 10, "quantity": 2, "tax": {"name": "IVA6"}}]
    path = f"/invoices/{draft['id']}.json"
    assert (await api("PUT", path, {"invoice": asked(items=items)})).status_code == 200
    assert (await api("GET", path)).json()["invoice"]["total"] == 21.2
    await api.step("invoices", draft["id"])
    assert (await api("PUT", path, {"invoice": asked(items=items)})).status_code == 422


async def test_a_bad_step_is_refused_in_the_documented_words(api: Api) -> None:
    draft = await api.draft("invoices")
    await api.step("invoices", draft["id"])
    answer = await api.step("invoices", draft["id"])
    assert (answer.status_code, answer.json()) == (422, {"errors": {"error": "CantHandle: 1 for Invoice"}})
    silent = await api.step("invoices", draft["id"], "canceled")
    assert silent.json() == {"errors": {"error": "Cancel message can't be blank"}}


async def test_a_credit_note_is_related_to_its_original(api: Api) -> None:
    sale = await api.issue("invoices")
    note = await api.issue("credit_notes", owner_invoice_id=sale["id"])
    related = (await api("GET", f"/document/{sale['id']}/related_documents.json")).json()["documents"]
    assert [one["id"] for one in related] == [note["id"]]
    assert (note["type"], note["inverted_sequence_number"]) == ("CreditNote", "G/1")


async def listed(api: Api, **query: Any) -> list[int]:
    asked_for = {"type__": ["Invoice", "InvoiceReceipt"], "status__": ["draft", "sent", "settled"]} | query
    answer = await api("GET", "/invoices.json", non_archived="true", **asked_for)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["invoices"]]


async def test_documents_are_listed_by_type_status_reference_and_day(api: Api) -> None:
    receipt = await api.issue()
    invoice = await api.issue("invoices", reference="JS-1025")
    draft = await api.draft("invoices", reference="JS-10", date="19/11/2026", due_date="19/11/2026")
    assert await listed(api) == [draft["id"], invoice["id"], receipt["id"]]
    assert await listed(api, type__=["InvoiceReceipt"]) == [receipt["id"]]
    assert await listed(api, status__=["sent"]) == await listed(api, status__=["final"]) == [invoice["id"]]
    assert await listed(api, reference="JS-1025") == [invoice["id"]]
    assert await listed(api, reference="JS-102") == [invoice["id"], receipt["id"]]
    assert await listed(api, **{"date[to]": "19/11/2026"}) == [draft["id"]]


async def test_lists_come_in_pages(api: Api) -> None:
    for _ in range(12):
        await api.draft()
    answer = await api(
        "GET", "/invoices.json", type__=["InvoiceReceipt"], status__=["draft"], non_archived="true", page=2
    )
    assert len(answer.json()["invoices"]) == 2
    assert answer.json()["pagination"] == {
        "total_entries": 12,
        "per_page": 10,
        "current_page": 2,
        "total_pages": 2,
    }


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"type__": ["Invoice"], "status__": ["sent"]},
        {"type__": ["Invoice"], "status__": ["sent"], "non_archived": "true", "page": "x"},
        {"type__": ["Invoice"], "status__": ["sent"], "non_archived": "true", "date[from]": "2026-11-20"},
    ],
)
async def test_a_list_without_what_it_needs_is_refused(api: Api, query: Json) -> None:
    assert (await api("GET", "/invoices.json", **query)).status_code == 422


async def test_a_strict_list_knows_the_official_words_alone(api: Api, system: InvoiceXpressSimulator) -> None:
    system.options.change({"strict_lists": True})
    for types, statuses in ((["SimplifiedInvoice"], ["sent"]), (["Invoice"], ["final"])):
        answer = await api("GET", "/invoices.json", type__=types, status__=statuses, non_archived="true")
        assert answer.status_code == 422


async def test_papers_take_their_time_and_then_lie_at_an_address_without_a_key(
    api: Api, system: InvoiceXpressSimulator
) -> None:
    sale = await api.issue()
    polled = [await api("GET", f"/api/pdf/{sale['id']}.json") for _ in range(3)]
    assert [one.status_code for one in polled] == [202, 202, 200]
    assert polled[0].content == b""
    url = polled[-1].json()["output"]["pdfUrl"]
    assert KEY not in url
    async with httpx.AsyncClient(verify=trusted()) as anybody:
        text = PdfReader(io.BytesIO((await anybody.get(url)).content)).pages[0].extract_text()
        assert (await anybody.get(url.replace("/files/", "/files/0"))).status_code == 404
    for words in ("FR G/1", "ATCUD:ABCD1234-1", "Maria Silva", "NIF 509445535", "30.00 EUR"):
        assert words in text


async def test_the_qr_code_can_be_read(api: Api) -> None:
    sale = await api.issue()
    polled = [await api("GET", f"/api/qr_codes/{sale['id']}.json") for _ in range(3)]
    assert [one.status_code for one in polled] == [202, 202, 200]
    assert polled[0].json() == {"qr_code": {"status": "In progress"}}
    async with httpx.AsyncClient(verify=trusted()) as anybody:
        picture = (await anybody.get(polled[-1].json()["qr_code"]["url"])).content
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    assert code.text.startswith("A:509445535*B:508025338*C:PT*D:FR*E:N*F:20261120*G:FR G/1*H:ABCD1234-1*I1:PT*")
    assert f"*O:30.00*P:0.00*Q:{sale['saft_hash']}*" in code.text


async def test_a_draft_has_no_qr_code_and_nobody_elses_document_has_one(api: Api) -> None:
    draft = await api.draft()
    answer = await api("GET", f"/api/qr_codes/{draft['id']}.json")
    assert answer.status_code == 422
    assert "still in draft" in answer.json()["error"]
    missing = await api("GET", "/api/qr_codes/7.json")
    assert (missing.status_code, missing.json()) == (404, {"error": "No document with ID 7 was found in this account"})
    assert (await api("GET", "/api/pdf/7.json")).status_code == 404


async def test_a_pdf_may_never_come(api: Api, system: InvoiceXpressSimulator) -> None:
    sale = await api.issue()
    system.options.change({"pdf_polls": None})
    answers = {(await api("GET", f"/api/pdf/{sale['id']}.json")).status_code for _ in range(20)}
    assert answers == {202}


async def test_clients_are_made_once_and_found_by_code_and_by_name(api: Api) -> None:
    path, code = "/clients/find-by-code.json", {"client_code": "c-1"}
    assert (await api("GET", path, **code)).status_code == 404
    client = {"name": "Oficina, Lda", "code": "c-1", "fiscal_id": "501964843", "country": "Portugal", "language": "pt"}
    made = await api("POST", "/clients.json", {"client": client})
    assert made.status_code == 201
    found = (await api("GET", path, **code)).json()["client"]
    assert found == made.json()["client"]
    assert (found["fiscal_id"], found["language"]) == ("501964843", "pt")
    assert (await api("GET", "/clients/find-by-name.json", client_name="Oficina, Lda")).json()["client"] == found
    assert (await api("GET", f"/clients/{found['id']}.json")).json()["client"] == found
    again = await api("POST", "/clients.json", {"client": client})
    assert again.json() == {"errors": {"error": "Code has already been taken"}}
    wrong = await api("POST", "/clients.json", {"client": client | {"code": "c-2", "fiscal_id": "500999888"}})
    assert wrong.json() == {"errors": {"error": "Client is invalid"}}
    assert len((await api("GET", "/clients.json")).json()["clients"]) == 1


async def test_series_and_items_can_be_read(api: Api) -> None:
    await api.draft()
    (series,) = (await api("GET", "/sequences.json")).json()["sequences"]
    assert (series["serie"], series["current_invoice_receipt_validation_code"]) == ("G", "ABCD1234")
    assert [one["name"] for one in (await api("GET", "/items.json")).json()["items"]] == ["S"]


async def test_an_e_mail_wants_an_address(api: Api) -> None:
    sale = await api.issue()
    path = f"/invoice_receipts/{sale['id']}/email-document.json"
    refused = await api("PUT", path, {"message": {"subject": "x"}})
    assert refused.json() == {"errors": {"error": "Email is a required field"}}
    assert (await api("PUT", path, {"message": {"client": {"email": "m@example.pt"}}})).status_code == 200


async def test_too_many_calls_in_a_minute_are_refused(api: Api, system: InvoiceXpressSimulator) -> None:
    assert InvoiceXpressOptions().requests_per_minute == 780
    system.options.change({"requests_per_minute": 3})
    statuses = [(await api("GET", "/taxes.json")).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]


async def test_the_state_counts_issued_documents_by_reference_and_a_reset_forgets_them(
    api: Api, sandbox: Sandbox
) -> None:
    await api.issue()
    await api.draft()
    async with httpx.AsyncClient(base_url=f"{sandbox.url}/invoicexpress/_sandbox") as by_hand:
        state = (await by_hand.get("/state")).json()
        assert state["issued_per_reference"] == {"JS-1024": 1}
        assert [one["legal_number"] for one in state["documents"]] == ["FR G/1", ""]
        account = {"name": "nova", "nif": "508025338", "api_key": "badc0de0nova", "region": "PT-MA"}
        assert (await by_hand.post("/accounts", json=account)).status_code == 201
        assert (await by_hand.post("/accounts", json=account | {"nif": "500999888"})).status_code == 400
        assert len((await by_hand.get("/accounts")).json()) == 4
        await by_hand.post("/reset")
        assert (await by_hand.get("/state")).json()["documents"] == []
        assert len((await by_hand.get("/accounts")).json()) == 3
