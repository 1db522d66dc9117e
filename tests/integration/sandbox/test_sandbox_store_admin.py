"""What people do over HTTP: the admin calls, the pages, the state."""

from typing import Any

import httpx
import pytest

from despacho_sandbox.store import Cart, CartLine, StoreSimulator
from despacho_sandbox.store.buyers import Buyer

pytestmark = pytest.mark.asyncio(loop_scope="module")

NORTH = "/stores/tienda-norte"


async def done(admin: httpx.AsyncClient, path: str, **body: Any) -> Any:
    answer = await admin.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_store_can_be_opened_over_http_and_used_at_once(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    made = await done(admin, "/stores", code="loja-porto", country="PT")
    assert (made["currency"], made["hooks_token"]) == ("EUR", "fake-hooks-token-loja-porto")
    (order,) = (await done(admin, "/stores/loja-porto/orders", kind="several"))["orders"]
    auth = (made["login"], made["authtoken"])
    shown = await admin.get(f"{stores.base_url}/v1/orders/{order['id']}.json", auth=auth)
    assert shown.json()["order"]["currency"] == "EUR"
    assert [store["code"] for store in (await admin.get("/stores")).json()] == [
        "tienda-norte",
        "tienda-sur",
        "loja-porto",
    ]


@pytest.mark.parametrize(
    "spec",
    [
        {"code": "tienda-sur"},
        {"code": "x", "country": "FR"},
        {"code": "no host"},
        {"code": "ñandú"},
        {},
        {"colour": "red"},
    ],
)
async def test_a_store_that_makes_no_sense_is_not_opened(
    admin: httpx.AsyncClient, stores: StoreSimulator, spec: dict[str, str]
) -> None:
    assert (await admin.post("/stores", json=spec)).status_code == 400
    assert len(stores.stores) == 2


async def test_an_order_goes_its_ways_over_http(admin: httpx.AsyncClient, stores: StoreSimulator) -> None:
    (order,) = (await done(admin, f"{NORTH}/orders", status="pending_payment"))["orders"]
    one = f"{NORTH}/orders/{order['id']}"
    statuses = [(await done(admin, f"{one}/{act}"))["status_enum"] for act in ("abandon", "pay", "cancel")]
    assert statuses == ["abandoned", "paid", "canceled"]
    assert (await admin.post(f"{NORTH}/orders/77/pay")).status_code == 404
    assert (await admin.post(f"{NORTH}/orders/x/pay")).status_code == 404
    assert (await admin.post("/stores/nowhere/orders", json={})).status_code == 404


async def test_many_orders_can_be_placed_in_one_call_silently(admin: httpx.AsyncClient, stores: StoreSimulator) -> None:
    placed = await done(admin, f"{NORTH}/orders", kind="heavy", count=3, silent=True, rate_id="EXP:1")
    assert [one["external_shipping_rate_id"] for one in placed["orders"]] == ["EXP:1"] * 3
    assert all(order.silent for order in stores.store().orders.values())


@pytest.mark.parametrize(
    "draft", [{"kind": "pirate"}, {"status": "Paid"}, {"cart": {"lines": []}}, {"cart": {"lines": [{"sku": "NO"}]}},
              {"cart": {"lines": [{"sku": "POL-01", "qty": 0}]}},
              {"cart": {"lines": [{"sku": "POL-01"}], "buyer": {"municipality": "Atlantis"}}}]
)  # fmt: skip
async def test_a_draft_that_makes_no_sense_places_nothing(
    admin: httpx.AsyncClient, stores: StoreSimulator, draft: dict[str, Any]
) -> None:
    assert (await admin.post(f"{NORTH}/orders", json=draft)).status_code == 400
    assert stores.store().orders == {}


async def test_the_checkout_over_http_says_what_was_asked_and_offered(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    result = await done(admin, f"{NORTH}/checkout", kind="simple")
    assert (result["order"], result["offers"], result["calls"]) == (None, [], [])
    assert result["problem"]
    digital = await done(admin, f"{NORTH}/checkout", kind="digital", status="pending_payment")
    assert digital["order"]["status_enum"] == "pending_payment"
    assert (await admin.post(f"{NORTH}/checkout", json={"kind": "captured"})).status_code == 400


async def test_settings_change_only_what_they_name(admin: httpx.AsyncClient, stores: StoreSimulator) -> None:
    changed = await done(
        admin,
        f"{NORTH}/settings",
        invoices_url="http://hub/i",
        quirks={"invoice_shape": "full"},
        limits={"per_second": 5},
    )
    assert (changed["quirks"]["invoice_shape"], changed["quirks"]["signs_invoices"]) == ("full", True)
    store = stores.store()
    assert (store.invoices_url, store.quirks.invoice_shape, store.limits.per_second) == ("http://hub/i", "full", 5)
    for wrong in ({"quirks": {"invoice_shape": "round"}}, {"quirks": {"typo": 1}}, {"limits": {"per_second": "many"}}):
        assert (await admin.post(f"{NORTH}/settings", json=wrong)).status_code == 400


async def test_webhooks_are_steered_over_http(
    admin: httpx.AsyncClient, stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    await api.post("/hooks.json", json={"hook": {"event": "order_paid", "url": hub.url}})
    await done(admin, f"{NORTH}/webhooks/hold")
    await done(admin, f"{NORTH}/orders", count=3)
    assert (await done(admin, "/idle"))["sent"] == 0
    assert (await done(admin, f"{NORTH}/webhooks/release", order="reverse"))["released"] == [3, 2, 1]
    assert (await admin.post(f"{NORTH}/webhooks/release", json={"order": "sideways"})).status_code == 400
    await done(admin, f"{NORTH}/webhooks/2/duplicate")
    counts = await done(admin, "/idle")
    assert (counts["deliveries"], counts["sent"], counts["acknowledged"], counts["duplicates"]) == (3, 4, 4, 1)
    assert (await admin.post(f"{NORTH}/webhooks/99/duplicate")).status_code == 404
    assert (await done(admin, f"{NORTH}/webhooks/redeliver"))["redelivered"] == []
    assert (await done(admin, f"{NORTH}/hooks/unpause"))["unpaused"] == 0
    log = (await admin.get(f"{NORTH}/webhooks")).json()
    assert [len(one["attempts"]) for one in log["deliveries"]] == [1, 2, 1]
    assert log["counts"] == counts


async def test_an_order_can_be_silenced_and_announced_again(
    admin: httpx.AsyncClient, stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    await api.post("/hooks.json", json={"hook": {"event": "order_updated", "url": hub.url}})
    (order,) = (await done(admin, f"{NORTH}/orders", status="pending_payment", silent=True))["orders"]
    await done(admin, f"{NORTH}/orders/{order['id']}/announce")
    await done(admin, f"{NORTH}/orders/{order['id']}/silence")
    await done(admin, f"{NORTH}/orders/{order['id']}/pay")
    await done(admin, "/idle")
    assert [one.json()["order"]["status_enum"] for one in hub.posts] == ["pending_payment"]


async def test_the_invoice_button_and_the_services_button_work_over_http(
    admin: httpx.AsyncClient, stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    (order,) = (await done(admin, f"{NORTH}/orders"))["orders"]
    button = f"{NORTH}/orders/{order['id']}/create-invoice"
    assert (await admin.post(button)).status_code == 400, "no invoices URL yet"
    await done(admin, f"{NORTH}/settings", invoices_url=hub.url)
    hub.answers(200, b'{"url": "https://hub.example/1", "public_id": "F-1", "message": "Listo"}')
    assert (await done(admin, button))["message"] == "Listo"
    made = await api.post(
        "/shipping_methods.json", json={"shipping_method": {"name": "Acme", "fetch_services_url": hub.url}}
    )
    number = made.json()["shipping_method"]["id"]
    hub.answers(200, b'{"services": [{"service_name": "A", "service_code": "A"}]}')
    fetched = await done(admin, f"{NORTH}/shipping-methods/{number}/fetch-services")
    assert [one["service_code"] for one in fetched["services"]] == ["A"]


async def test_a_browser_that_presses_a_button_is_sent_back_to_the_page(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    answer = await admin.post(f"{NORTH}/orders", data={"kind": "simple"}, headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{stores.base_url}/admin{NORTH}")
    assert len(stores.store().orders) == 1


async def test_the_pages_show_what_is_there_and_escape_it(
    admin: httpx.AsyncClient, stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    buyer = Buyer(name="<script>alert(1)</script>", surname="&")
    order = stores.place_order(cart=Cart(lines=[CartLine(sku="POL-01")], buyer=buyer))
    evil = {"document_type": 1, "public_id": '"><img src=x>', "url": "javascript:alert(1)"}
    await api.post(f"/orders/{order.id}/documents.json", json={"document": evil})
    location = stores.store().main_location().id
    body = {"order_id": order.id, "type": "manual", "location_id": location, "tracking_company": "other",
            "tracking_number": "T-77", "tracking_url": "https://hub.example/track/T-77"}  # fmt: skip
    await api.post("/fulfillments.json", json={"fulfillment": body})
    await done(admin, "/app", app_url="https://hub.example/?store=a&b=c")
    page = await admin.get(NORTH)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for shown in ("T-77", "15980 CLP", "https://hub.example/?store=a&amp;b=c", "Create invoice", "<iframe"):
        assert shown in page.text
    for hidden in ("<script>", "javascript:", "<img"):
        assert hidden not in page.text
    assert "Tienda Norte" in (await admin.get("/")).text


async def test_the_state_tells_everything_over_http(
    stores: StoreSimulator, admin: httpx.AsyncClient, api: httpx.AsyncClient, hub: Any
) -> None:
    await api.post("/hooks.json", json={"hook": {"event": "order_paid", "url": hub.url}})
    order = stores.place_order(kind="captured")
    await stores.idle()
    whole = (await admin.get(f"{stores.base_url}/_sandbox/state")).json()
    north = whole["stores"]["tienda-norte"]
    assert north["orders"][0]["id"] == order.id
    assert north["webhooks"]["counts"] == whole["webhooks"]
    assert (whole["webhooks"]["sent"], whole["webhooks"]["acknowledged"]) == (1, 1)
    assert north["api"]["calls"] == {"hooks.create": 1}
    assert (await admin.get(f"{NORTH}/state")).json()["orders"] == north["orders"]
    assert stores.counts()["orders"] == 1
