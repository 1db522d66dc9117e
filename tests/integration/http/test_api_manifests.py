"""Manifests over HTTP: every door, what it answers, and the page for whoever holds the paper."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pypdf import PdfReader

from despacho_core.shipments import LabelState
from tests.databases import fresh_sqlite
from tests.handover import Closing, HandOver, blank, drawn, open_handover, pages
from tests.web import API, app_over, caller, path_of, problem, running


@dataclass
class Counter:
    """A hand-over desk with the web app before it; ``client`` is anybody."""

    desk: HandOver
    api: httpx.AsyncClient
    client: httpx.AsyncClient

    async def open(self, count: int = 1, **body: object) -> dict[str, Any]:
        """An open manifest over new labels of the carrier with a close-out."""
        labels = await self.desk.labels(count, self.desk.closing)
        wish = {"account_id": self.desk.closing.id, "label_ids": [label.id for label in labels]}
        return ok(await self.api.post(f"{API}/manifests", json=wish | body), 201)

    async def closed(self, count: int = 1) -> dict[str, Any]:
        """A closed one."""
        opened = await self.open(count)
        return ok(await self.api.post(f"{API}/manifests/{opened['id']}/close"))

    async def sign(self, manifest: dict[str, Any], **body: object) -> httpx.Response:
        """A signature as JSON."""
        return await self.api.post(f"{API}/manifests/{manifest['id']}/signatures", json=body)

    async def send_paper(self, manifest: dict[str, Any], scan: bytes, **fields: str) -> httpx.Response:
        """A scan as a form."""
        return await self.api.post(
            f"{API}/manifests/{manifest['id']}/signatures",
            files={"scan": ("paper.pdf", scan, "application/octet-stream")},
            data=fields,
        )


def ok(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def drawing(**options: Any) -> str:
    return base64.b64encode(drawn(**options)).decode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    """The app over a hand-over desk."""
    Closing.refusal, Closing.documents = None, (pages(1),)
    folder = tmp_path_factory.mktemp("counter")
    async with open_handover(fresh_sqlite(folder), folder) as desk:
        _, token = await desk.services.tokens.create(desk.store.id)
        async with app_over(desk.services) as app, running(app), caller(app, token) as api, caller(app) as client:
            yield Counter(desk, api, client)


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_open_manifest_is_filled_and_emptied(counter: Counter) -> None:
    opened = await counter.open()
    [further] = await counter.desk.labels(1, counter.desk.closing)
    where = f"{API}/manifests/{opened['id']}"
    filled = ok(await counter.api.post(f"{where}/labels", json={"label_ids": [further.id]}))
    assert len(filled["labels"]) == 2
    emptied = ok(await counter.api.delete(f"{where}/labels/{further.id}"))
    assert [label["id"] for label in emptied["labels"]] == [opened["labels"][0]["id"]]
    assert problem(await counter.api.delete(f"{where}/labels/{further.id}")) == (404, "not-found")
    assert ok(await counter.api.post(f"{where}/discard"))["state"] == "discarded"
    assert problem(await counter.api.post(f"{where}/close")) == (409, "manifest-closed")


async def test_what_cannot_go_on_it_is_told_at_once_or_reported(counter: Counter) -> None:
    [good] = await counter.desk.labels(1, counter.desk.closing)
    [void] = await counter.desk.labels(1, counter.desk.closing, state=LabelState.VOIDED)
    wish = {"account_id": counter.desk.closing.id, "label_ids": [good.id, void.id, "nobody"]}
    answer = await counter.api.post(f"{API}/manifests", json=wish, headers={"accept-language": "es"})
    assert problem(answer) == (409, "labels-not-free")
    assert f"{void.tracking_number}: está anulada" in answer.json()["detail"]
    assert "nobody: no existe esa etiqueta" in answer.json()["detail"]
    manifest = ok(await counter.api.post(f"{API}/manifests", json=wish | {"skip": True}), 201)
    assert [label["id"] for label in manifest["labels"]] == [good.id]
    assert {one["label_id"]: one["reason"] for one in manifest["left_out"]} == {void.id: "voided", "nobody": "unknown"}


async def test_manifests_are_listed_page_by_page(counter: Counter) -> None:
    made = [await counter.open() for _ in range(3)]
    numbers = [one["number"] for one in reversed(made)]
    first = ok(await counter.api.get(f"{API}/manifests", params={"limit": 2, "state": "open"}))
    assert [one["number"] for one in first["items"]] == numbers[:2]
    second = ok(await counter.api.get(f"{API}/manifests", params={"limit": 1, "before": first["next"]}))
    assert [one["number"] for one in second["items"]] == numbers[2:]
    none = ok(await counter.api.get(f"{API}/manifests", params={"account_id": counter.desk.van.id}))
    assert none["items"] == []
    answer = await counter.api.get(f"{API}/manifests", params={"state": "lost"})
    assert problem(answer) == (422, "invalid-parameter")


async def test_both_sign_on_a_screen_and_the_page_confirms_it(counter: Counter) -> None:
    manifest = await counter.closed(2)
    assert (manifest["digest"], manifest["has_carrier_pdf"]) == (None, True)
    half = ok(await counter.sign(manifest, party="merchant", name="Rosa Díaz", role="Bodega", drawing=drawing()), 201)
    assert half["state"] == "closed"
    data_url = f"data:image/png;base64,{drawing(width=500)}"
    signed = ok(await counter.sign(manifest, party="carrier", name="Luis Vera", drawing=data_url), 201)
    assert (signed["state"], signed["signed_at"] is not None) == ("signed", True)
    pdf = await counter.api.get(f"{API}/manifests/{manifest['id']}.pdf")
    assert hashlib.sha256(pdf.content).hexdigest() == signed["file_digest"]
    page = await counter.client.get(path_of(signed["url"]), headers={"accept-language": "es"})
    shown = page.text.replace("<wbr>", "")
    for fact in (signed["digest"], signed["file_digest"], "Rosa Díaz", "Luis Vera", "firmado por ambas partes", "Shop"):
        assert fact in shown
    assert all(label["tracking_number"] in shown for label in signed["labels"])
    assert "María Núñez" not in shown, "the page says nothing of the buyers"


@pytest.mark.parametrize(("language", "word"), [("es", "Comercio"), ("pt", "Comerciante"), ("en", "Merchant")])
async def test_the_page_speaks_the_readers_language_and_gives_nothing_away(
    counter: Counter, language: str, word: str
) -> None:
    manifest = await counter.closed()
    page = await counter.client.get(path_of(manifest["url"]), headers={"accept-language": language})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f'<html lang="{language}">' in page.text
    assert word in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    for name, value in (
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex"),
        ("x-content-type-options", "nosniff"),
    ):
        assert page.headers[name] == value
    assert re.search(r"(?:src|href)=", page.text) is None, "nothing is loaded from elsewhere"


@pytest.mark.parametrize("token", ["x", "a" * 32, "%00", "..%2f"])
async def test_a_page_that_nobody_was_given_is_not_there(counter: Counter, token: str) -> None:
    answer = await counter.client.get(f"/manifests/{token}")
    assert answer.status_code == 404


async def test_an_open_manifest_has_no_page_yet(counter: Counter) -> None:
    opened = await counter.open()
    assert opened["url"] is None
    stored = (await counter.desk.services.manifesting.get(counter.desk.store.id, opened["id"])).manifest
    assert (await counter.client.get(f"/manifests/{stored.token}")).status_code == 404


async def test_signed_paper_is_sent_as_a_form(counter: Counter) -> None:
    manifest = await counter.closed()
    answer = await counter.send_paper(
        manifest, pages(1, "Papel firmado"), carrier_name="Luis Vera", carrier_role="Ruta 7"
    )
    signed = ok(answer, 201)
    assert signed["state"] == "signed"
    assert [(one["party"], one["name"], one["on_paper"]) for one in signed["signatures"]] == [
        ("merchant", "", True),
        ("carrier", "Luis Vera", True),
    ]
    pdf = await counter.api.get(f"{API}/manifests/{manifest['id']}.pdf")
    assert "Papel firmado 1" in PdfReader(io.BytesIO(pdf.content)).pages[-1].extract_text()
    assert problem(await counter.send_paper(manifest, pages(1))) == (409, "wrong-state")


async def test_a_form_is_answered_once_for_each_key(counter: Counter) -> None:
    manifest = await counter.closed()
    where = f"{API}/manifests/{manifest['id']}/signatures"
    request = counter.api.build_request(
        "POST", where, files={"scan": ("a.pdf", pages(1))}, headers={"idempotency-key": "k-1"}
    )
    body = await request.aread()
    sent = [await counter.api.post(where, content=body, headers=request.headers) for _ in range(2)]
    assert [one.status_code for one in sent] == [201, 201]
    assert sent[1].headers["idempotency-replayed"] == "true"


async def test_the_carriers_own_pages_are_there_in_full_size(counter: Counter) -> None:
    manifest = await counter.closed()
    answer = await counter.api.get(f"{API}/manifests/{manifest['id']}/carrier.pdf")
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    opened = await counter.open()
    assert problem(await counter.api.get(f"{API}/manifests/{opened['id']}/carrier.pdf")) == (404, "document-missing")


async def test_the_carriers_company_is_named_for_an_account(counter: Counter) -> None:
    where = f"{API}/accounts/{counter.desk.van.id}"
    company = {"name": "Reparto Sur SpA", "tax_id": "76.795.561-8", "address": "Camino Uno 7, Maipú"}
    assert ok(await counter.api.patch(where, json={"company": company}))["company"] == company
    assert ok(await counter.api.patch(where, json={"name": "Furgón"}))["company"] == company
    answer = await counter.api.patch(where, json={"company": {"nose": "x"}})
    assert problem(answer) == (422, "invalid-body")


# What cannot be taken

BAD_DRAWINGS = {
    "no base64": ("*" * 40, 422, "file-unreadable"),
    "no picture": (base64.b64encode(b"GIF89a").decode(), 422, "file-unreadable"),
    "nothing": ("", 422, "file-unreadable"),
    "nothing drawn": (drawing(ink=False), 422, "file-unreadable"),
    "a bomb": (base64.b64encode(blank(5_000, 5_000)).decode(), 422, "file-unreadable"),
    "200,001 octets": (base64.b64encode(bytes(200_001)).decode(), 413, "file-too-large"),
    "10 MB": (base64.b64encode(bytes(10_000_000)).decode(), 413, "body-too-large"),
}


@pytest.mark.parametrize("what", BAD_DRAWINGS)
async def test_a_drawing_that_cannot_be_used_is_refused_by_name(counter: Counter, what: str) -> None:
    content, status, code = BAD_DRAWINGS[what]
    manifest = await counter.closed()
    answer = await counter.sign(manifest, party="carrier", name="Luis", drawing=content)
    assert problem(answer) == (status, code)
    assert ok(await counter.api.get(f"{API}/manifests/{manifest['id']}"))["signatures"] == []


BAD_SCANS = {
    "no picture": (b"GIF89a" * 40, 422, "file-unreadable"),
    "a broken PDF": (b"%PDF-1.7\nbroken", 422, "file-unreadable"),
    "nothing": (b"", 422, "invalid-body"),
    "a book": (pages(21), 422, "file-unreadable"),
    "5,000,001 octets": (bytes(5_000_001), 413, "file-too-large"),
    "10 MB": (bytes(10_000_000), 413, "body-too-large"),
}


@pytest.mark.parametrize("what", BAD_SCANS)
async def test_a_scan_that_cannot_be_used_is_refused_by_name(counter: Counter, what: str) -> None:
    content, status, code = BAD_SCANS[what]
    manifest = await counter.closed()
    assert problem(await counter.send_paper(manifest, content)) == (status, code)
    assert ok(await counter.api.get(f"{API}/manifests/{manifest['id']}"))["state"] == "closed"


FORM = "multipart/form-data; boundary=x"


def form(**fields: bytes) -> bytes:
    parts = [
        b'--x\r\ncontent-disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name.encode(), content)
        for name, content in fields.items()
    ]
    return b"".join([*parts, b"--x--\r\n"])


BAD_FORMS = {
    "no boundary": ("multipart/form-data", form(scan=b"x"), 400),
    "no form": (FORM, b"\x00\xff\x00", 400),
    "cut off": (FORM, form(scan=pages(1))[:90], 400),
    "too many fields": (FORM, form(scan=b"x", **{f"f{number}": b"" for number in range(20)}), 400),
    "an unknown field": (FORM, form(scan=b"x", nose=b"x"), 422),
    "a name in no alphabet": (FORM, form(scan=b"x", carrier_name=b"\xff\xfe"), 422),
    "a name without an end": (FORM, form(scan=b"x", carrier_name=b"a" * 801), 422),
    "no scan": (FORM, form(carrier_name=b"Ana"), 422),
    "nothing": (FORM, b"", 400),
    "text": ("text/plain", b"signed", 415),
}


@pytest.mark.parametrize("what", BAD_FORMS)
async def test_a_form_that_is_none_is_refused(counter: Counter, what: str) -> None:
    kind, body, status = BAD_FORMS[what]
    manifest = await counter.closed()
    answer = await counter.api.post(
        f"{API}/manifests/{manifest['id']}/signatures", content=body, headers={"content-type": kind}
    )
    assert problem(answer)[0] == status


async def test_no_other_route_takes_forms(counter: Counter) -> None:
    answer = await counter.api.post(f"{API}/manifests", files={"scan": ("a", b"x")})
    assert problem(answer) == (415, "unsupported-media-type")


@pytest.mark.parametrize("body", [{"label_ids": []}, {"label_ids": ["x"] * 5_001}, {"label_ids": "x"}, {}])
async def test_labels_are_named_within_bounds(counter: Counter, body: dict[str, object]) -> None:
    opened = await counter.open()
    answer = await counter.api.post(f"{API}/manifests/{opened['id']}/labels", json=body)
    assert problem(answer) == (422, "invalid-body")
