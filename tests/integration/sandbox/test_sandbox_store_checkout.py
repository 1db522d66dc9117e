"""The checkout and the "Create invoice" button: calls that the store makes to the hub, and what it does with the answers."""

import asyncio
import base64
import hashlib
import hmac
import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from despacho_sandbox.store import Cart, CartLine, StoreSimulator
from despacho_sandbox.store.buyers import Buyer

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICES = {
    "services": [{"service_name": "Express", "service_code": "EXP"}, {"service_name": "24h", "service_code": "STD"}]
}
RATES = {
    "reference_id": "q-7f3a",
    "rates": [
        {
            "rate_id": "EXP-1",
            "rate_description": "Hoy",
            "service_name": "Express",
            "service_code": "EXP",
            "total_price": "3990",
        },
        {
            "rate_id": "STD-1",
            "rate_description": "Mañana",
            "service_name": "24h",
            "service_code": "STD",
            "total_price": 2990.4,
        },
    ],
}


async def offer(
    api: httpx.AsyncClient, hub: Any, rates: Any = RATES, services: Any = SERVICES, status: int = 200
) -> int:
    """Registers an external shipping method whose hub answers so; its id."""

    async def answer(received: Any) -> tuple[int, bytes]:
        if received.method == "GET":
            return 200, json.dumps(services).encode()
        return status, rates if isinstance(rates, bytes) else json.dumps(rates).encode()

    hub.answerer = answer
    method = {
        "type": "external", "name": "Acme Envíos", "callback_url": f"{hub.url}/rates/k", "token": "shared",
        "fetch_services_url": f"{hub.url}/services/k", "state": "12", "city": "Providencia",
    }  # fmt: skip
    made = await api.post("/shipping_methods.json", json={"shipping_method": method})
    assert made.status_code == 200, made.text
    number: int = made.json()["shipping_method"]["id"]
    return number


# --- Shipping methods ---------------------------------------------------------------------------------------------------


async def test_registering_a_method_fetches_its_services_and_keeps_the_token_to_itself(
    api: httpx.AsyncClient, hub: Any
) -> None:
    number = await offer(api, hub)
    shown = (await api.get(f"/shipping_methods/{number}.json")).json()["shipping_method"]
    assert [(one["service_code"], one["enabled"]) for one in shown["services"]] == [("EXP", True), ("STD", True)]
    assert "token" not in shown
    assert hub.received[0].headers["authorization"] == "Bearer shared"


async def test_fetching_again_keeps_known_services_and_what_the_merchant_ticked(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    number = await offer(api, hub)
    express, standard = stores.store().shipping_methods[number].services
    untick = {"shipping_method": {"services": [{"id": standard.id, "enabled": False}]}}
    await api.put(f"/shipping_methods/{number}.json", json=untick)
    method = await stores.fetch_services(number)
    assert [(one.id, one.enabled) for one in method.services] == [(express.id, True), (standard.id, False)]


@pytest.mark.parametrize("services", [[], {"services": [{"name": "x"}]}, {"error": "no"}])
async def test_services_that_make_no_sense_are_noted_and_change_nothing(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any, services: Any
) -> None:
    method = stores.store().shipping_methods[await offer(api, hub, services=services)]
    assert method.services == []
    assert method.fetch_note


async def test_methods_are_listed_by_whether_they_are_enabled_and_can_be_deleted(
    api: httpx.AsyncClient, hub: Any
) -> None:
    number = await offer(api, hub)
    await api.put(f"/shipping_methods/{number}.json", json={"shipping_method": {"enabled": False}})
    assert (await api.get("/shipping_methods.json", params={"enabled": "true"})).json() == []
    assert len((await api.get("/shipping_methods.json", params={"enabled": "false"})).json()) == 1
    assert (await api.delete(f"/shipping_methods/{number}.json")).status_code == 200
    assert (await api.get(f"/shipping_methods/{number}.json")).status_code == 404
    assert (
        await api.post("/shipping_methods.json", json={"shipping_method": {"type": "pigeon", "name": "x"}})
    ).status_code == 400


# --- Checkout -----------------------------------------------------------------------------------------------------------


async def test_the_buyer_takes_the_cheapest_rate_and_the_order_remembers_it(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    number = await offer(api, hub)
    result = await stores.checkout()
    assert result.order is not None
    shown = (await api.get(f"/orders/{result.order.id}.json")).json()["order"]
    wanted = {
        "external_shipping_rate_id": "STD-1",
        "external_shipping_rate_description": "Mañana",
        "shipping_method_id": number,
        "shipping_service_id": stores.store().shipping_methods[number].services[1].id,
        "shipping": 2990,
        "status_enum": "paid",
    }
    assert {name: shown[name] for name in wanted} == wanted
    assert shown["total"] == 11990 + 2990


async def test_the_buyer_may_choose_a_service_and_not_pay_yet(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    await offer(api, hub)
    result = await stores.checkout(service_code="EXP", status="pending_payment")
    assert result.order is not None
    assert (result.order.shipping, result.order.status) == (Decimal(3990), "pending_payment")


async def test_the_hub_is_asked_in_the_platforms_words(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    await offer(api, hub)
    buyer = Buyer(municipality="las condes", address="Apoquindo", street_number="4501")
    cart = Cart(lines=[CartLine(sku="POL-01", qty=2), CartLine(sku="TAZ-02")], buyer=buyer)
    await stores.checkout(cart=cart)
    (received,) = hub.posts
    asked = received.json()["request"]
    assert received.headers["content-type"] == "application/json"
    origin, to = asked["from"], asked["to"]
    assert (origin["country"], origin["region"], origin["municipality"]) == ("Chile", "12", "8261414")
    assert (to["municipality"], to["municipality_name"], to["region_name"]) == (
        "8261428",
        "Las Condes",
        "Metropolitana",
    )
    assert (to["address"], to["street_number"], to["name"]) == ("Apoquindo", "4501", "Ana Pérez")
    assert [(one["sku"], one["quantity"], one["price"]) for one in asked["products"]] == [
        ("POL-01", 2, 11990),
        ("TAZ-02", 1, 6990),
    ]
    assert asked["package"] == {"weight": 1.05, "height": 17, "width": 25, "length": 30}
    assert (asked["currency"], asked["weight_unit"], asked["unit_measurement"], asked["locale"]) == (
        "CLP",
        "kg",
        "cm",
        "es",
    )


async def test_a_cart_only_estimates_and_tells_nothing_of_the_person(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    await offer(api, hub)
    result = await stores.checkout(estimate=True)
    to = hub.posts[0].json()["request"]["to"]
    assert [to[name] for name in ("name", "email", "phone", "company", "address", "street_number", "postal")] == [
        None
    ] * 7
    assert to["municipality"] is not None
    assert (len(result.offers), result.order, stores.store().orders) == (2, None, {})


@pytest.mark.parametrize("encoding", ["form_json", "form_nested"])
async def test_the_callback_can_come_as_a_form(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any, encoding: str
) -> None:
    await offer(api, hub)
    stores.configure(callback_encoding=encoding, callback_reference=True)
    await stores.checkout()
    (received,) = hub.posts
    assert received.headers["content-type"] == "application/x-www-form-urlencoded"
    fields = parse_qs(received.body.decode(), keep_blank_values=True)
    if encoding == "form_json":
        request = json.loads(fields["request"][0])
        assert (request["to"]["country"], request["request_reference"]) == ("Chile", "tienda-norte-1001")
    else:
        assert fields["request[to][country]"] == ["Chile"]
        assert fields["request[products][][sku]"] == ["POL-01"]
        assert fields["request[to][company]"] == [""]
        assert fields["request[products][][shipping_required]"] == ["true"]


async def test_the_older_callback_knows_names_only(stores: StoreSimulator, api: httpx.AsyncClient, hub: Any) -> None:
    await offer(api, hub)
    stores.configure(callback_names_only=True)
    await stores.checkout()
    to = hub.posts[0].json()["request"]["to"]
    assert (to["region"], to["municipality"]) == ("Metropolitana", "Las Condes")
    assert "municipality_name" not in to


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, {"reference_id": "", "rates": []}), (500, RATES), (200, b"<html>"), (200, []), (200, {"rates": "none"})],
)
async def test_without_a_usable_answer_nothing_can_be_bought(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any, status: int, answer: Any
) -> None:
    await offer(api, hub, answer, status=status)
    result = await stores.checkout()
    assert (result.order, result.offers) == (None, [])
    assert result.problem
    assert stores.store().rate_calls == result.calls


async def test_rates_that_make_no_sense_are_dropped_one_by_one(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    good = RATES["rates"][0]
    assert isinstance(good, dict)
    rates = [
        "x",
        {**good, "service_code": "???"},
        {**good, "total_price": "gratis"},
        {**good, "total_price": "-1"},
        good,
    ]
    await offer(api, hub, {"rates": rates})
    result = await stores.checkout()
    assert [one.service_code for one in result.offers] == ["EXP"]
    assert len(result.calls[0].dropped) == 4


async def test_services_that_could_not_be_fetched_before_are_fetched_at_the_checkout(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    stores.configure(fetches_services=False)
    number = await offer(api, hub)
    assert stores.store().shipping_methods[number].services == []
    assert (await stores.checkout()).order is not None


async def test_the_time_of_a_hub_that_dawdles_is_recorded_and_limited(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await offer(api, hub)
    await stores.checkout()
    assert stores.store().rate_calls[0].took_ms < 10_000
    never = asyncio.Event()

    async def dawdle(_: object) -> tuple[int, bytes]:
        await never.wait()
        return 200, b"{}"

    hub.answerer = dawdle
    monkeypatch.setattr("despacho_sandbox.store.checkout.LIMIT_SECONDS", 0.05)
    result = await stores.checkout()
    assert (result.order, result.calls[0].error) == (None, "no answer within 0.05 s")
    never.set()


async def test_a_digital_cart_needs_no_shipping(stores: StoreSimulator, api: httpx.AsyncClient, hub: Any) -> None:
    await offer(api, hub)
    result = await stores.checkout(kind="digital")
    assert result.order is not None
    assert (result.calls, result.order.shipping_required) == ([], False)


async def test_disabled_methods_are_not_asked(stores: StoreSimulator, api: httpx.AsyncClient, hub: Any) -> None:
    number = await offer(api, hub)
    await api.put(f"/shipping_methods/{number}.json", json={"shipping_method": {"enabled": False}})
    assert (await stores.checkout()).calls == []


# --- "Create invoice" ---------------------------------------------------------------------------------------------------

INVOICE = b'{"url": "https://hub.example/inv/1.pdf", "public_id": "F-33-1", "message": "Listo"}'


async def test_the_button_sends_a_signed_reduced_order_and_attaches_what_comes_back(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any
) -> None:
    stores.configure(invoices_url=f"{hub.url}/invoices/k")
    hub.answers(200, INVOICE)
    order = stores.place_order(kind="company")
    call = await stores.create_invoice(order.id)
    (received,) = hub.posts
    sent = received.json()["order"]
    assert (sent["id"], sent["status"], sent["customer"]["tax_id"]) == (order.id, "paid", "76430498-5")
    assert (sent["products"][0]["quantity"], sent["billing_address"]["country"]) == (2, "CL")
    assert sent["created_at"].endswith("Z")
    expected = hmac.new(b"fake-hooks-token-tienda-norte", received.body, hashlib.sha256).digest()
    assert received.headers["jumpseller-hmac-sha256"] == base64.b64encode(expected).decode()
    assert received.headers["jumpseller-store-code"] == "tienda-norte"
    assert (call.attached, call.message) == (True, "Listo")
    (document,) = (await api.get(f"/orders/{order.id}/documents.json")).json()
    assert (document["document"]["document_type"], document["document"]["public_id"]) == (1, "F-33-1")


async def test_pressing_twice_attaches_the_same_document_once(stores: StoreSimulator, hub: Any) -> None:
    stores.configure(invoices_url=hub.url)
    hub.answers(200, INVOICE)
    order = stores.place_order()
    for _ in range(2):
        assert (await stores.create_invoice(order.id)).attached
    assert len(stores.documents(order.id)) == 1
    assert len(stores.store().invoice_calls) == 2


async def test_the_button_can_send_the_whole_order_unsigned(stores: StoreSimulator, hub: Any) -> None:
    stores.configure(invoices_url=hub.url, invoice_shape="full", signs_invoices=False)
    await stores.create_invoice(stores.place_order().id)
    (received,) = hub.posts
    assert received.json()["order"]["status_enum"] == "paid"
    assert "jumpseller-hmac-sha256" not in received.headers


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (422, b'{"message": "Falta el RUT"}', "Falta el RUT"),
        (503, b"", "the answer is no JSON"),
        (200, b'{"url": "https://hub.example/1"}', "the answer lacks url or public_id"),
        (200, b'{"url": "", "public_id": "F"}', "the answer lacks url or public_id"),
    ],
)
async def test_a_refusal_is_shown_and_attaches_nothing(
    stores: StoreSimulator, hub: Any, status: int, body: bytes, message: str
) -> None:
    stores.configure(invoices_url=hub.url)
    hub.answers(status, body)
    order = stores.place_order()
    call = await stores.create_invoice(order.id)
    assert call.message.startswith(message)
    assert stores.documents(order.id) == []
