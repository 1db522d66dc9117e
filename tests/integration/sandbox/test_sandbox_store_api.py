"""The store's API as the hub calls it: who may, what is listed, what can be changed, and what an error looks like."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from despacho_sandbox.kit.trust import trusted
from despacho_sandbox.store import StoreSimulator

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def listed(api: httpx.AsyncClient, path: str = "/orders.json", **params: Any) -> list[int]:
    answer = await api.get(
        path, params={name.replace("status_filters", "status_filters[]"): value for name, value in params.items()}
    )
    assert answer.status_code == 200, answer.text
    return [one["order"]["id"] for one in answer.json()]


# --- Who may call -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic Zm9vOmJhcg=="},
        {"Authorization": "Bearer fake-access-unknown"},
    ],
)
async def test_without_good_credentials_there_is_nothing_to_see(
    stores: StoreSimulator, headers: dict[str, str]
) -> None:
    async with httpx.AsyncClient(verify=trusted()) as client:
        answer = await client.get(f"{stores.base_url}/v1/store/info.json", headers=headers)
    assert answer.status_code == 401
    assert "hooks_token" not in answer.text


async def test_the_deprecated_login_in_the_query_still_opens(stores: StoreSimulator) -> None:
    store = stores.store("tienda-sur")
    async with httpx.AsyncClient(verify=trusted()) as client:
        params = {"login": store.login, "authtoken": store.authtoken}
        answer = await client.get(f"{stores.base_url}/v1/store/info.json", params=params)
    assert answer.json()["store"]["code"] == "tienda-sur"


async def test_credentials_open_their_own_store_and_no_other(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    mine, other = stores.place_order("tienda-norte"), stores.place_order("tienda-sur", kind="several")
    assert mine.id == other.id, "numbers count up in each store by itself"
    shown = (await api.get(f"/orders/{mine.id}.json")).json()["order"]
    assert len(shown["products"]) == 1


async def test_store_info_shows_what_a_hub_needs(api: httpx.AsyncClient) -> None:
    store = (await api.get("/store/info.json")).json()["store"]
    assert (store["code"], store["currency"], store["timezone"]) == ("tienda-norte", "CLP", "America/Santiago")
    assert store["hooks_token"] == "fake-hooks-token-tienda-norte"
    only = (await api.get("/store/info.json", params={"fields": "code,hooks_token"})).json()["store"]
    assert set(only) == {"code", "hooks_token"}


async def test_an_unknown_path_is_a_404(api: httpx.AsyncClient) -> None:
    assert (await api.get("/nothing.json")).status_code == 404


# --- Orders -------------------------------------------------------------------------------------------------------------


async def test_orders_come_highest_number_first_fifty_a_page_and_never_more_than_a_hundred(
    stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    numbers = [stores.place_order().id for _ in range(120)][::-1]
    assert await listed(api) == numbers[:50]
    assert await listed(api, page=3) == numbers[100:]
    assert await listed(api, limit=500) == numbers[:100]
    assert await listed(api, limit=100, page=2) == numbers[100:]
    assert await listed(api, limit=100, page=3) == []


async def test_orders_can_be_asked_for_by_status(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    by_status = {
        status: stores.place_order(status=status).id for status in ("paid", "pending_payment", "canceled", "abandoned")
    }
    assert await listed(api, status_filters="paid") == [by_status["paid"]]
    assert await listed(api, status_filters=["paid", "abandoned"]) == [by_status["abandoned"], by_status["paid"]]
    assert by_status["abandoned"] not in await listed(api, status_filters="created")
    assert await listed(api, "/orders/status/canceled.json") == [by_status["canceled"]]
    assert (await api.get("/orders/status/lost.json")).status_code == 404
    assert (await api.get("/orders/count.json")).json() == {"count": 4}


async def test_orders_can_be_asked_for_by_day_of_the_stores_own_time_zone(
    stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    captured = stores.place_order(kind="captured")
    today = stores.place_order()
    july = {"dateFilter": "customDate", "initialDate": "2026-07-23", "finalDate": "2026-07-23"}
    assert await listed(api, **july) == [captured.id]
    assert await listed(api, dateFilter="today") == [today.id]
    noon = stores.clock.now().astimezone(ZoneInfo("America/Santiago")).replace(hour=12)
    today.created_at = noon - timedelta(days=1)
    assert await listed(api, dateFilter="today") == []
    assert await listed(api, dateFilter="yesterday") == [today.id]
    assert await listed(api, dateFilter="last7days") == [today.id]
    wrong = await api.get("/orders.json", params={"dateFilter": "customDate", "initialDate": "23/07/2026"})
    assert wrong.status_code == 400


async def test_a_paid_order_of_late_evening_belongs_to_that_evening_in_santiago(
    stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    order = stores.place_order(kind="captured")
    order.created_at = order.created_at.replace(day=24, hour=2)
    july = {"dateFilter": "customDate", "initialDate": "2026-07-23", "finalDate": "2026-07-23"}
    assert await listed(api, **july) == [order.id]


async def test_orders_after_a_number_come_lowest_first(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    first, second, third = (stores.place_order().id for _ in range(3))
    assert await listed(api, f"/orders/after/{first}.json") == [second, third]


async def test_orders_are_found_by_what_is_in_them(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    stores.place_order()
    wanted = stores.place_order(kind="company")
    found = (await api.get("/orders/search.json", params={"query": "FERRETERIA-austral"})).json()
    assert found["count"] == 1
    assert found["orders"][0]["order"]["id"] == wanted.id


async def test_orders_can_be_asked_for_by_whether_they_are_shipped(
    stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    shipped, waiting = stores.place_order(), stores.place_order()
    body = {"order_id": shipped.id, "type": "manual", "location_id": 314455}
    await api.post("/fulfillments.json", json={"fulfillment": body})
    assert await listed(api, fulfillment_filters="fulfilled") == [shipped.id]
    assert await listed(api, fulfillment_filters="unfulfilled") == [waiting.id]
    assert await listed(api, fulfillment_filters="unfulfilled,fulfilled") == [waiting.id, shipped.id]


async def test_only_the_wanted_fields_are_shown(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    stores.place_order()
    (one,) = (await api.get("/orders.json", params={"fields": "id,status_enum"})).json()
    assert one == {"order": {"id": 1001, "status_enum": "paid"}}


@pytest.mark.parametrize(
    "path", ["/orders/99.json", "/orders/x.json", "/orders/99/history.json", "/order/99/fulfillments.json"]
)
async def test_an_order_that_does_not_exist_is_a_404_with_a_message(api: httpx.AsyncClient, path: str) -> None:
    answer = await api.get(path)
    assert answer.status_code == 404
    assert "message" in answer.json()


async def test_a_put_moves_the_shipment_status_and_mails_the_buyer_once(
    stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    order = stores.place_order()
    for _ in range(2):
        answer = await api.put(f"/orders/{order.id}.json", json={"order": {"shipment_status": "in_transit"}})
    assert answer.json()["order"]["shipment_status_enum"] == "in_transit"
    assert answer.json()["order"]["shipment_status"] == "En Tránsito"
    assert [mail.reason for mail in stores.store().mails] == ["shipment_status in_transit"]


async def test_a_put_wants_the_status_in_capitalised_english(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    order = stores.place_order()
    assert (await api.put(f"/orders/{order.id}.json", json={"order": {"status": "canceled"}})).status_code == 400
    answer = await api.put(f"/orders/{order.id}.json", json={"order": {"status": "Canceled"}})
    assert answer.json()["order"]["status_enum"] == "canceled"


async def test_a_put_of_only_tracking_is_refused_in_the_stores_own_language(
    stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    order = stores.place_order()
    tracking = {"tracking_number": "T", "tracking_company": "X", "tracking_url": "https://x.example"}
    alone = await api.put(f"/orders/{order.id}.json", json={"order": tracking})
    assert (alone.status_code, alone.text) == (400, "No se encontraron parámetros permitidos")
    mixed = await api.put(f"/orders/{order.id}.json", json={"order": {**tracking, "shipment_status": "requested"}})
    assert mixed.status_code == 200
    assert mixed.json()["order"]["tracking_number"] is None


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"shipment_status": "in_transit"}', b'{"order": {"shipment_status": "lost"}}']
)
async def test_a_put_that_makes_no_sense_changes_nothing(
    stores: StoreSimulator, api: httpx.AsyncClient, body: bytes
) -> None:
    order = stores.place_order()
    answer = await api.put(f"/orders/{order.id}.json", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert order.shipment_status.value == "unfulfilled"


async def test_additional_fields_are_merged_by_label(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    order = stores.place_order()
    fields = [{"label": "Documento", "value": "Factura", "area": "billing"}]
    answer = await api.put(f"/orders/{order.id}.json", json={"order": {"additional_fields": fields}})
    assert [field["label"] for field in answer.json()["order"]["additional_fields"]] == [
        "accepts_marketing",
        "Documento",
    ]


async def test_history_keeps_what_is_written(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    order = stores.place_order()
    body = {"order_history": {"message": "Guía 123 creada", "log": {}}}
    assert (await api.post(f"/orders/{order.id}/history.json", json=body)).status_code == 200
    (entry,) = (await api.get(f"/orders/{order.id}/history.json")).json()
    assert entry["order_history"]["message"] == "Guía 123 creada"
