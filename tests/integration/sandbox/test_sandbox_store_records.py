"""Fulfilments, documents, hooks and what else the store keeps, through its API."""

from typing import Any

import httpx
import pytest

from despacho_sandbox.store import StoreSimulator
from despacho_sandbox.store.stores import StoreSpec

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def fulfil(api: httpx.AsyncClient, order_id: int, /, **body: Any) -> httpx.Response:
    wanted = {"order_id": str(order_id), "type": "manual", "location_id": "314455", "send_email": False, **body}
    return await api.post("/fulfillments.json", json={"fulfillment": wanted})


async def test_a_manual_fulfilment_marks_the_order_and_mirrors_its_tracking(
    stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    order = stores.place_order(kind="captured")
    tracking = {"tracking_company": "other", "tracking_number": "TRK-12345", "tracking_url": "https://hub.example/t/1"}
    made = (await fulfil(api, order.id, **tracking, external_id="shp_01")).json()["order_fulfillment"]
    assert (made["order_id"], made["external_id"], made["tracking_number"]) == (order.id, "shp_01", "TRK-12345")
    shown = (await api.get(f"/orders/{order.id}.json")).json()["order"]
    assert made["order"] == shown
    assert {name: shown[name] for name in tracking} == tracking
    assert (shown["fulfillment_status"], shown["shipment_status"], shown["shipment_status_enum"]) == (
        "fulfilled", "Procesado", "fulfilled",
    )  # fmt: skip


async def test_a_tracking_url_counts_only_with_company_other(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    order = stores.place_order()
    made = await fulfil(api, order.id, tracking_company="Acme", tracking_url="https://hub.example/t/1")
    assert made.json()["order_fulfillment"]["tracking_url"] is None


async def test_several_fulfilments_may_belong_to_one_order(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    order = stores.place_order()
    first = (await fulfil(api, order.id, tracking_number="A")).json()["order_fulfillment"]["id"]
    second = (await fulfil(api, order.id, tracking_number="B")).json()["order_fulfillment"]["id"]
    of_order = (await api.get(f"/order/{order.id}/fulfillments.json")).json()
    assert [one["order_fulfillment"]["id"] for one in of_order] == [first, second]
    assert (await api.get("/fulfillments/count.json")).json() == {"count": 2}
    newest_first = (await api.get("/fulfillments.json", params={"limit": 1})).json()
    assert [one["order_fulfillment"]["id"] for one in newest_first] == [second]
    assert order.tracking_number == "B"


@pytest.mark.parametrize(
    ("change", "status"),
    [({"type": None}, 400), ({"type": "pigeon"}, 400), ({"location_id": None}, 400), ({"location_id": "1"}, 400),
     ({"order_id": "77"}, 404), ({"order_id": None}, 404)],
)  # fmt: skip
async def test_a_fulfilment_needs_a_type_a_location_and_an_order(
    stores: StoreSimulator, api: httpx.AsyncClient, change: dict[str, Any], status: int
) -> None:
    order = stores.place_order()
    assert (await fulfil(api, order.id, **change)).status_code == status
    assert stores.fulfillments(order.id) == []


@pytest.mark.parametrize("status", ["pending_payment", "canceled", "abandoned"])
async def test_an_order_must_be_paid_to_be_shipped(stores: StoreSimulator, api: httpx.AsyncClient, status: str) -> None:
    order = stores.place_order(status=status)
    assert (await fulfil(api, order.id)).status_code == 400


@pytest.mark.parametrize("mirrors", [True, False])
async def test_a_fulfilments_status_reaches_the_order_by_a_switch(
    stores: StoreSimulator, api: httpx.AsyncClient, mirrors: bool
) -> None:
    stores.configure(mirrors_fulfillment_status=mirrors)
    order = stores.place_order()
    number = (await fulfil(api, order.id, tracking_number="A")).json()["order_fulfillment"]["id"]
    body = {"fulfillment": {"shipment_status": "delivered", "tracking_number": "B"}}
    edited = (await api.put(f"/fulfillments/{number}.json", json=body)).json()["order_fulfillment"]
    assert (edited["shipment_status"], edited["tracking_number"]) == ("delivered", "B")
    assert order.tracking_number == "B"
    assert order.shipment_status.value == ("delivered" if mirrors else "fulfilled")
    refused = await api.put(
        f"/fulfillments/{number}.json", json={"fulfillment": {"shipment_status": "pickup_available"}}
    )
    assert refused.status_code == 400


async def test_a_mail_goes_out_when_asked_for(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    order = stores.place_order()
    await fulfil(api, order.id)
    await fulfil(api, order.id, send_email=True)
    assert [mail.reason for mail in stores.store().mails] == ["shipped"]


async def test_a_manual_fulfilment_has_no_label_of_the_platforms(
    stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    number = (await fulfil(api, stores.place_order().id)).json()["order_fulfillment"]["id"]
    answer = await api.get(f"/fulfillments/{number}/label.json")
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid Label."})


# --- Documents ----------------------------------------------------------------------------------------------------------


async def attach(api: httpx.AsyncClient, order_id: int, /, **document: Any) -> httpx.Response:
    wanted = {"document_type": 1, "external_id": "t", "public_id": "F-33-1", "url": "https://hub.example/1", **document}
    return await api.post(f"/orders/{order_id}/documents.json", json={"document": wanted})


async def test_documents_can_be_attached_edited_and_removed(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    order = stores.place_order()
    await attach(api, order.id)
    await attach(api, order.id, document_type=0, public_id="NC-61-2")
    one = f"/orders/{order.id}/documents/F-33-1.json"
    bare = await api.put(one, json={"url": "https://hub.example/new"})
    assert bare.json()["document"]["url"] == "https://hub.example/new"
    wrapped = await api.put(one, json={"document": {"external_id": "u"}})
    assert wrapped.json()["document"]["external_id"] == "u"
    assert (await api.delete(one)).status_code == 200
    gone = await api.delete(one)
    assert (gone.status_code, gone.text) == (404, "Page Not Found")
    (left,) = (await api.get("/documents.json")).json()
    assert (left["document"]["document_type"], left["document"]["order_id"]) == (0, order.id)


async def test_the_same_document_twice_stands_there_twice(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    order = stores.place_order()
    await attach(api, order.id)
    await attach(api, order.id)
    assert len((await api.get(f"/orders/{order.id}/documents.json")).json()) == 2


@pytest.mark.parametrize("kind", [None, 2, "1 - invoice", True])
async def test_a_document_is_an_invoice_or_a_credit_note(
    stores: StoreSimulator, api: httpx.AsyncClient, kind: object
) -> None:
    order = stores.place_order()
    assert (await attach(api, order.id, document_type=kind)).status_code == 400
    assert stores.documents(order.id) == []


# --- Hooks, geography, faults -------------------------------------------------------------------------------------------


async def test_hooks_are_probed_listed_moved_and_deleted(api: httpx.AsyncClient, hub: Any) -> None:
    made = (await api.post("/hooks.json", json={"hook": {"event": "order_paid", "url": f"{hub.url}/a?x=1"}})).json()[
        "hook"
    ]
    assert [(one.method, one.path) for one in hub.received] == [("GET", "/a?x=1")]
    moved = await api.put(f"/hooks/{made['id']}.json", json={"hook": {"event": "order_paid", "url": f"{hub.url}/b"}})
    assert moved.json()["hook"]["url"] == f"{hub.url}/b"
    assert (await api.get("/hooks.json")).json() == [moved.json()]
    assert (await api.get(f"/hooks/{made['id']}.json")).json() == moved.json()
    assert (await api.delete(f"/hooks/{made['id']}.json")).status_code == 200
    assert (await api.get(f"/hooks/{made['id']}.json")).status_code == 404


async def test_registering_the_same_pair_twice_makes_two_hooks(api: httpx.AsyncClient, hub: Any) -> None:
    for _ in range(2):
        await api.post("/hooks.json", json={"hook": {"event": "order_paid", "url": hub.url}})
    assert len((await api.get("/hooks.json")).json()) == 2


@pytest.mark.parametrize("status", [404, 500, 302])
async def test_a_hook_whose_url_does_not_answer_well_is_refused(api: httpx.AsyncClient, hub: Any, status: int) -> None:
    hub.answers(status)
    answer = await api.post("/hooks.json", json={"hook": {"event": "order_paid", "url": hub.url}})
    assert answer.status_code == 400
    assert (await api.get("/hooks.json")).json() == []


@pytest.mark.parametrize(
    "hook",
    [
        {"event": "order_created", "url": "http://x.example"},
        {"event": "order_paid"},
        {"event": "order_paid", "url": "ftp://x"},
    ],
)
async def test_a_hook_needs_a_known_event_and_a_web_address(api: httpx.AsyncClient, hook: dict[str, str]) -> None:
    assert (await api.post("/hooks.json", json={"hook": hook})).status_code == 400


async def test_regions_and_municipalities_have_the_platforms_own_codes(api: httpx.AsyncClient) -> None:
    regions = {one["code"]: one["iso"] for one in (await api.get("/countries/CL/regions.json")).json()}
    assert (regions["12"], regions["01"], regions["04"]) == ("RM", "VS", "AR")
    towns = {one["name"]: one["code"] for one in (await api.get("/countries/CL/regions/12/municipalities.json")).json()}
    assert (towns["Providencia"], towns["Las Condes"]) == ("8261414", "8261428")
    assert (await api.get("/countries/CL/regions/13.json")).status_code == 404
    assert (await api.get("/countries/XX.json")).status_code == 404


async def test_a_city_is_read_percent_encoded(api: httpx.AsyncClient) -> None:
    cities = [one["location"]["location_address"]["city"] for one in (await api.get("/locations.json")).json()]
    assert cities == ["Santiago", "%C3%91u%C3%B1oa"]


async def test_products_and_locations_can_be_read_one_by_one(api: httpx.AsyncClient) -> None:
    products = (await api.get("/products.json")).json()
    assert (await api.get("/products/count.json")).json() == {"count": len(products)}
    number = products[0]["product"]["id"]
    assert (await api.get(f"/products/{number}.json")).json() == products[0]
    assert (await api.get("/products/1.json")).status_code == 404
    assert (await api.get("/locations/1.json")).status_code == 404


async def test_a_portuguese_store_sells_in_euro_and_speaks_portuguese(stores: StoreSimulator) -> None:
    store = stores.add_store(StoreSpec(code="loja-porto", country="PT"))
    order = stores.place_order("loja-porto", "several")
    async with httpx.AsyncClient(base_url=f"{stores.base_url}/v1", auth=(store.login, store.authtoken)) as client:
        shown = (await client.get(f"/orders/{order.id}.json")).json()["order"]
    assert (shown["currency"], shown["shipment_status"]) == ("EUR", "Não Processada")
    assert shown["products"][0]["taxes"][0]["rate"] == 23.0
    assert shown["total"] == 93.65


async def test_faults_can_be_asked_for_by_endpoint(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    order = stores.place_order()
    rule = {"kind": "fail_after", "endpoint": "fulfillments.create", "times": 1}
    assert (await api.post(f"{stores.base_url}/_sandbox/faults", json=rule)).status_code == 201
    assert (await fulfil(api, order.id)).status_code == 500
    assert len(stores.fulfillments(order.id)) == 1, "it acted before it failed"
    rule = {"kind": "rate_limited", "endpoint": "orders.get", "times": 1}
    await api.post(f"{stores.base_url}/_sandbox/faults", json=rule)
    limited = await api.get(f"/orders/{order.id}.json")
    assert limited.status_code == 429
    assert limited.headers["Jumpseller-PerMinuteRateLimit-Remaining"] == "0"


@pytest.mark.parametrize(
    ("endpoint", "path", "key"),
    [("orders.get", "/v1/orders/1.json", "message"), ("oauth.token-info", "/oauth/token/info", "error")],
)
async def test_an_unauthorized_fault_speaks_as_the_endpoint_does(
    stores: StoreSimulator, api: httpx.AsyncClient, endpoint: str, path: str, key: str
) -> None:
    rule = {"kind": "unauthorized", "endpoint": endpoint, "times": 1}
    assert (await api.post(f"{stores.base_url}/_sandbox/faults", json=rule)).status_code == 201
    answer = await api.get(f"{stores.base_url}{path}")
    assert answer.status_code == 401
    assert key in answer.json()
