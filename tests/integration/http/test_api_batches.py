"""Batches, papers and returns over the API: many orders in one request, a result for each, one file to print."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from tests.web import API, Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def batch_of(web: Web, orders: list[Any], **more: Any) -> dict[str, Any]:
    """A batch, as it is answered."""
    answer = await web.api.post(f"{API}/batches", json={"orders": orders, **web.express(), **more})
    assert answer.status_code == 202, answer.text
    batch: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{API}/batches/{batch['id']}"
    return batch


async def worked_off(web: Web, batch: dict[str, Any]) -> dict[str, Any]:
    """The batch after a worker had its time."""
    for _ in range(3):
        await web.town.work(rounds=2)
    found: dict[str, Any] = (await web.api.get(f"{API}/batches/{batch['id']}")).json()
    return found


def scanned(pdf: bytes) -> list[list[str]]:
    pages = [page.render(scale=203 / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return [[code.text for code in zxingcpp.read_barcodes(page)] for page in pages]


async def test_a_batch_buys_for_every_order_and_prints_all_in_one_file(web: Web) -> None:
    orders = [(await web.order()).id for _ in range(3)]
    batch = await batch_of(web, orders[::-1])
    assert [line["order"] for line in batch["lines"]] == orders[::-1]
    assert batch["counts"] == {"waiting": 3, "bought": 0, "rejected": 0, "uncertain": 0, "voided": 0}
    assert not batch["settled"]
    where = f"{API}/batches/{batch['id']}"
    assert problem(await web.api.get(f"{where}/labels.pdf")) == (404, "nothing-to-print")

    batch = await worked_off(web, batch)
    assert batch["settled"]
    assert [line["state"] for line in batch["lines"]] == ["bought"] * 3
    numbers = [line["tracking_numbers"][0] for line in batch["lines"]]
    printed = await web.api.get(f"{where}/labels.pdf", params={"order": "number"})
    assert printed.status_code == 200
    assert printed.headers["content-type"] == "application/pdf"
    assert (printed.headers["despacho-labels"], printed.headers["despacho-replaced"]) == ("3", "")
    found = scanned(printed.content)
    assert [any(number in code for code in codes) for number, codes in zip(numbers[::-1], found, strict=True)] == [
        True
    ] * 3

    sheet = await web.api.get(f"{where}/labels.pdf", params={"size": "a4", "start": 2})
    [page] = PdfReader(io.BytesIO(sheet.content)).pages
    assert round(float(page.mediabox.width) * 25.4 / 72) == 210
    zpl = await web.api.get(f"{where}/labels.zpl", params={"dpi": 300, "size": "100x50"})
    assert zpl.text.count("^XA") == zpl.text.count("^XZ") == 3
    slips = await web.api.get(f"{where}/packing-slips.pdf", params={"size": "100x150", "order": "sku"})
    assert len(PdfReader(io.BytesIO(slips.content)).pages) == 3


async def test_lines_that_cannot_be_asked_for_say_why_in_the_callers_language(web: Web) -> None:
    known = (await web.order()).id
    of_other = web.town.sandbox.store.place_order(web.other_store.code).id
    stranger = max(known, of_other) + 1000
    answer = await web.api.post(
        f"{API}/batches",
        json={"orders": [stranger, known, known], **web.express()},
        headers={"accept-language": "pt"},
    )
    first, second, third = answer.json()["lines"]
    assert (first["state"], first["code"]) == ("rejected", "not-found")
    assert first["problem"].startswith("Não existe a encomenda")
    assert (second["state"], second["code"]) == ("waiting", None)
    assert (third["state"], third["code"]) == ("rejected", "order-twice-in-batch")


async def test_an_order_that_no_webhook_told_of_is_read_from_the_store(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    batch = await worked_off(web, await batch_of(web, [order.id]))
    assert batch["lines"][0]["state"] == "bought"


async def test_a_line_may_wish_something_of_its_own(web: Web) -> None:
    first, second = (await web.order()).id, (await web.order()).id
    parcels = [{"weight_g": 500, "length_mm": 200, "width_mm": 150, "height_mm": 100}] * 2
    batch = await worked_off(web, await batch_of(web, [first, {"order": second, "parcels": parcels}]))
    assert [len(line["tracking_numbers"]) for line in batch["lines"]] == [1, 2]


async def test_the_same_key_is_one_batch_and_another_request_under_it_is_refused(web: Web) -> None:
    orders = [(await web.order()).id, (await web.order()).id]
    body = {"orders": orders, **web.express()}
    headers = {"idempotency-key": "monday-1"}
    first = await web.api.post(f"{API}/batches", json=body, headers=headers)
    again = await web.api.post(f"{API}/batches", json=body, headers=headers)
    assert first.json()["id"] == again.json()["id"]
    other = await web.api.post(f"{API}/batches", json={**body, "orders": orders[:1]}, headers=headers)
    assert problem(other) == (422, "idempotency-key-reused")
    batch = await worked_off(web, first.json())
    assert batch["counts"]["bought"] == 2
    after = await web.api.post(f"{API}/batches", json=body, headers=headers)
    assert after.headers["idempotency-replayed"] == "true"
    assert after.json() == first.json()
    async with web.town.services.office.units.begin() as work:  # as if the process had died under the first request
        await work.answers.remove_older(web.town.services.office.now() + timedelta(days=1), 1000)
        await work.commit()
    late = await web.api.post(f"{API}/batches", json=body, headers=headers)
    assert (late.json()["id"], late.json()["counts"]["bought"]) == (first.json()["id"], 2)
    theirs = await web.other.post(f"{API}/batches", json=body, headers=headers)
    assert theirs.json()["id"] != first.json()["id"]


async def test_all_paid_orders_without_a_label(web: Web) -> None:
    order = await web.order()
    answer = await web.api.post(f"{API}/batches", json={"all_paid": True, **web.express()})
    assert answer.status_code == 202, answer.text
    batch = await worked_off(web, answer.json())
    assert order.id in [line["order"] for line in batch["lines"]]
    nothing_left = await web.api.post(f"{API}/batches", json={"all_paid": True, **web.express()})
    if nothing_left.status_code == 202:  # what was refused waits still
        assert order.id not in [line["order"] for line in nothing_left.json()["lines"]]
    else:
        assert problem(nothing_left) == (422, "batch-empty")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"orders": list(range(1, 502))}, (422, "batch-too-large")),
        ({"orders": []}, (422, "batch-empty")),
        ({}, (422, "batch-empty")),
        ({"orders": [1], "all_paid": True}, (422, "invalid-body")),
        ({"orders": ["1"]}, (422, "invalid-body")),
        ({"orders": [0]}, (422, "invalid-body")),
        ({"orders": [{"order": 1, "colour": "red"}]}, (422, "invalid-body")),
        ({"orders": {"1": 2}}, (422, "invalid-body")),
        ([], (422, "invalid-body")),
    ],
)
async def test_what_is_no_batch_is_refused(web: Web, body: object, expected: tuple[int, str]) -> None:
    assert problem(await web.api.post(f"{API}/batches", json=body)) == expected


@pytest.mark.parametrize(
    ("file", "query", "expected"),
    [
        ("label.pdf", "size=a5", (422, "invalid-parameter")),
        ("label.pdf", "size=a4&start=5", (422, "label-choice-invalid")),
        ("label.pdf", "start=2", (422, "label-choice-invalid")),
        ("label.zpl", "dpi=150", (422, "label-choice-invalid")),
        ("label.zpl", "dpi=high", (422, "invalid-parameter")),
        ("label.zpl", "size=a4", (422, "label-choice-invalid")),
    ],
)
async def test_papers_and_printers_that_there_are_not(
    web: Web, file: str, query: str, expected: tuple[int, str]
) -> None:
    shipment = await web.bought(await web.order())
    assert problem(await web.api.get(f"{API}/shipments/{shipment['id']}/{file}?{query}")) == expected


async def test_an_account_prints_on_what_it_is_set_to(web: Web) -> None:
    shipment = await web.bought(await web.order())
    account = f"{API}/accounts/{web.town.carrier.id}"
    changed = await web.api.patch(account, json={"label": "zpl-300"})
    assert (changed.status_code, changed.json()["label"]) == (200, "zpl-300")
    own = await web.api.get(f"{API}/shipments/{shipment['id']}/label")
    assert own.headers["content-type"].startswith("text/plain")
    assert own.content.startswith(b"^XA")
    assert problem(await web.api.patch(account, json={"label": "a5"})) == (422, "label-choice-invalid")
    assert problem(await web.api.patch(account, json={"password": "x"})) == (422, "invalid-body")
    assert (await web.api.patch(account, json={"label": "100x150", "name": "Main"})).json()["name"] == "Main"
    assert problem(await web.other.patch(account, json={"label": "a6"})) == (404, "not-found")


async def test_the_slip_of_one_order(web: Web) -> None:
    order = await web.order()
    answer = await web.api.get(f"{API}/orders/{order.id}/packing-slip.pdf")
    assert answer.status_code == 200
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert str(order.id) in text
    assert scanned(answer.content) == [[str(order.id)]]
    assert problem(await web.other.get(f"{API}/orders/{order.id}/packing-slip.pdf")) == (404, "not-found")


async def test_a_carrier_that_takes_no_returns_is_refused(web: Web) -> None:
    order = await web.order()
    path = f"{API}/orders/{order.id}/returns"
    assert problem(await web.api.post(path, json={})) == (409, "nothing-sent-yet")
    shipment = await web.bought(order)
    assert shipment["direction"] == "outbound"
    answer = await web.api.post(path, json={})
    assert problem(answer) == (422, "return-not-offered")
    assert "Chilexpress" in answer.json()["detail"]


async def test_a_parcel_comes_back_with_a_carrier_that_takes_returns(web: Web) -> None:
    services = web.town.services
    fleet = await services.accounts.add(web.store.id, "own-fleet", name=None, settings={"fleet_name": "Vans"})
    order = await web.order()
    sent = await web.bought(order)
    answer = await web.api.post(f"{API}/orders/{order.id}/returns", json={"account_id": fleet.id})
    assert answer.status_code == 201, answer.text
    back = answer.json()
    assert (back["direction"], back["state"], back["fulfillment_id"]) == ("return", "bought", None)
    shown = (await web.api.get(f"{API}/orders/{order.id}")).json()["shipments"]
    assert [one["id"] for one in shown] == [sent["id"], back["id"]]
    label = await web.api.get(f"{API}/shipments/{back['id']}/label.pdf", params={"size": "a6"})
    assert "DEVOLUCIÓN" in PdfReader(io.BytesIO(label.content)).pages[0].extract_text()
    manifest = await web.api.post(f"{API}/manifests", json={"account_id": fleet.id})
    assert problem(manifest) == (422, "manifest-empty")
