"""Stores see nothing of each other: every route is walked with another store's token, and a new one cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import pytest_asyncio
from litestar.routes import HTTPRoute

from tests.web import API, Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

BODIES: dict[str, dict[str, Any]] = {
    "/manifests/{manifest_id}/signatures": {"party": "carrier", "name": "Ana"},
    "/manifests/{manifest_id}/labels": {"label_ids": ["x"]},
    "/invoices/{invoice_id}/settle": {"issued": True, "number": "39-77", "note": "x"},
    "/shipments/{shipment_id}/settle": {"bought": True, "tracking_numbers": ["X1"], "note": "x"},
    "/outbox/{effect_id}/resolve": {"happened": True, "note": "x"},
    "/inbox/replay": {"ids": [1]},
    "/shipments/{shipment_id}/tracking": {"status": "delivered"},
}
LISTS = {"/orders", "/shipments", "/manifests", "/invoices", "/inbox", "/outbox"}
LISTS |= {"/batches", "/invoices/batches"}
ASKED = {"/places": {"name": "Ñuñoa"}}
"""What a list is asked for that cannot be asked for nothing."""

WITHOUT_IDS = {
    "/quotes",
    "/quotes/explain",
    "/shipping-plan",
    "/tracking/sync",
    "/inbox/replay",
    "/accounts",
    "/invoices/waiting",
    "/places",
}
WITHOUT_IDS |= {"/tracking/unknown-codes"}


def routes(web: Web) -> Iterator[tuple[str, str]]:
    """Method and path, without the base, of every route of the API."""
    for route in web.app.routes:
        if isinstance(route, HTTPRoute) and route.path_format.startswith(API):
            for method in sorted(set(route.methods) - {"OPTIONS"}):
                yield method, route.path_format.removeprefix(API)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theirs(web: Web) -> dict[str, str]:
    """What the first store has, by the name that the routes give it."""
    for _ in range(3):
        order = await web.order()
    shipment = await web.bought(order)
    manifest = (await web.api.post(f"{API}/manifests", json={"account_id": web.town.carrier.id})).json()
    closed = await web.api.post(f"{API}/manifests/{manifest['id']}/close")
    assert closed.json()["has_carrier_pdf"], closed.text
    invoice = (await web.api.get(f"{API}/orders/{order.id}")).json()["invoices"][0]
    effect = (await web.api.get(f"{API}/outbox")).json()["items"][0]
    batch = await web.api.post(f"{API}/batches", json={"orders": [order.id], **web.express(additional=True)})
    documents = await web.api.post(f"{API}/invoices/batches", json={"orders": [order.id]})
    for _ in range(3):
        await web.town.work()
    return {
        "number": str(order.id),
        "shipment_id": shipment["id"],
        "manifest_id": manifest["id"],
        "label_id": shipment["labels"][0]["id"],
        "invoice_id": invoice["id"],
        "file_name": f"{invoice['id']}.pdf",
        "effect_id": effect["id"],
        "batch_id": batch.json()["id"],
        "document_batch_id": documents.json()["id"],
        "account_id": web.town.carrier.id,
    }


async def test_every_route_needs_a_token(web: Web, theirs: dict[str, str]) -> None:
    walked = list(routes(web))
    assert len(walked) > 20
    for method, path in walked:
        answer = await web.client.request(method, API + path.format_map(theirs))
        assert problem(answer) == (401, "unauthorized"), path


async def test_another_stores_things_are_not_there(web: Web, theirs: dict[str, str]) -> None:
    for method, path in routes(web):
        if "{" not in path:
            assert path in LISTS | WITHOUT_IDS, f"{path} is walked by no test"
            continue
        body = BODIES.get(path, {}) if method in {"PATCH", "POST"} else None
        answer = await web.other.request(method, API + path.format_map(theirs), json=body)
        assert problem(answer)[0] == 404, f"{method} {path}: {answer.text}"


async def test_the_same_things_are_there_for_their_own_store(web: Web, theirs: dict[str, str]) -> None:
    for method, path in routes(web):
        if method == "GET" and not path.endswith("}.pdf"):
            answer = await web.api.get(API + path.format_map(theirs), params=ASKED.get(path))
            assert answer.status_code == 200, f"{path}: {answer.text}"


async def test_lists_show_nothing_of_another_store(web: Web, theirs: dict[str, str]) -> None:
    for path in LISTS:
        assert (await web.api.get(API + path)).json()["items"], path
        assert (await web.other.get(API + path)).json()["items"] == [], path
    accounts = (await web.other.get(f"{API}/accounts")).json()
    assert web.town.carrier.id not in [one["id"] for one in accounts]
    assert web.other_carrier.id in [one["id"] for one in accounts]


async def test_a_bodys_ids_are_looked_for_in_the_callers_store_alone(web: Web, theirs: dict[str, str]) -> None:
    number, shipment = int(theirs["number"]), theirs["shipment_id"]
    for path in ("quotes", "quotes/explain"):
        assert problem(await web.other.post(f"{API}/{path}", json={"order": number})) == (404, "not-found")
    assert problem(await web.other.post(f"{API}/tracking/sync", json={"shipment_id": shipment})) == (404, "not-found")
    manifest = {"account_id": web.town.carrier.id}
    assert problem(await web.other.post(f"{API}/manifests", json=manifest)) == (404, "not-found")
    labels = {"account_id": web.other_carrier.id, "label_ids": [f"{shipment}-1"]}
    assert problem(await web.other.post(f"{API}/manifests", json=labels)) == (404, "not-found")
    rows = [row["id"] for row in (await web.api.get(f"{API}/inbox")).json()["items"]]
    assert (await web.other.post(f"{API}/inbox/replay", json={"ids": rows})).json() == {"replayed": 0}


async def test_another_stores_account_and_quote_buy_nothing(web: Web) -> None:
    mine = await web.order()
    offer = (await web.api.post(f"{API}/quotes", json={"order": mine.id})).json()
    order = web.town.sandbox.store.place_order(web.other_store.code)
    path = f"{API}/orders/{order.id}/shipments"
    for wish in (web.express(), {"quote_id": offer["quotes"][0]["id"]}):
        assert problem(await web.other.post(path, json=wish)) == (404, "not-found")
