"""Batches of documents over the API: many orders in one request, the document or the reason and the remedy for each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web import API, Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
BATCHES = f"{API}/invoices/batches"


async def test_every_order_gets_its_document_or_the_reason_and_the_remedy(web: Web) -> None:
    fine, unpaid = await web.order(), web.town.sandbox.store.place_order(web.store.code, status="pending_payment")
    untold = web.town.sandbox.store.place_order(web.store.code)
    foreign = web.town.sandbox.store.place_order(web.store.code)
    foreign.currency = "EUR"
    orders = [fine.id, unpaid.id, untold.id, foreign.id, 999_999_999, fine.id]
    answer = await web.api.post(BATCHES, json={"orders": orders}, headers={"accept-language": "es"})
    assert answer.status_code == 202, answer.text
    batch = answer.json()
    assert answer.headers["location"] == f"{BATCHES}/{batch['id']}"
    assert [line["order"] for line in batch["lines"]] == orders
    await web.town.work()
    found = await web.api.get(answer.headers["location"], headers={"accept-language": "es"})
    batch = found.json()
    lines: list[dict[str, Any]] = batch["lines"]
    assert batch["settled"], batch
    assert batch["counts"] == {"waiting": 0, "issued": 2, "rejected": 4, "uncertain": 0, "credited": 0}
    assert [line["state"] for line in lines] == ["issued", "rejected", "issued", "rejected", "rejected", "rejected"]
    assert lines[0]["invoice"]["public_id"].startswith("39-")
    assert lines[2]["invoice"]["order"] == untold.id, "an order that no webhook told of is read from the store"
    assert [lines[at]["code"] for at in (1, 3, 4, 5)] == [
        "order-not-paid",
        "currency-not-issued",
        "not-found",
        "order-twice-in-batch",
    ]
    assert "Agrega o corrige la cuenta" in lines[3]["remedy"]
    assert all(line["problem"] for line in lines if line["state"] == "rejected")
    assert web.town.at_invoicing(fine) == web.town.at_invoicing(untold) == [39]


async def test_under_the_same_key_it_is_one_batch_and_of_no_other_kind(web: Web) -> None:
    order = await web.order()
    headers = {"idempotency-key": "documents-of-monday"}
    first = await web.api.post(BATCHES, json={"orders": [order.id]}, headers=headers)
    again = await web.api.post(BATCHES, json={"orders": [order.id]}, headers=headers)
    assert again.json() == first.json()
    other = await web.api.post(BATCHES, json={"orders": [order.id, order.id + 1]}, headers=headers)
    assert problem(other) == (422, "idempotency-key-reused")
    listed = (await web.api.get(BATCHES)).json()["items"]
    assert first.json()["id"] in [one["id"] for one in listed]
    labels = (await web.api.get(f"{API}/batches")).json()["items"]
    assert first.json()["id"] not in [one["id"] for one in labels]
    assert problem(await web.api.get(f"{API}/batches/{first.json()['id']}")) == (404, "not-found")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"orders": []}, "batch-empty"),
        ({"orders": list(range(1, 502))}, "batch-too-large"),
        ({"orders": ["1"]}, "invalid-body"),
        ({"orders": [0]}, "invalid-body"),
        ({"orders": [1], "all_paid": True}, "invalid-body"),
    ],
)
async def test_what_is_no_batch_is_refused(web: Web, body: object, expected: str) -> None:
    assert problem(await web.api.post(BATCHES, json=body)) == (422, expected)
