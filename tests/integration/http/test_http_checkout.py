"""The rates callback: whatever the cart and whatever the carriers, a checkout gets an answer in time and in its form."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from despacho_http import checkout
from tests.web import Web, as_json, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


def cart(**changes: Any) -> dict[str, Any]:
    request = {
        "from": {"country": "Chile", "municipality_name": "Providencia", "municipality": "8261414"},
        "to": {"country": "Chile", "region": "12", "municipality_name": "Las Condes", "postal": None, "name": None},
        "products": [
            {"name": "Polera", "sku": "P", "quantity": 1, "price": 9990, "weight": 0.4, "shipping_required": True}
        ],
        "unit_measurement": "cm",
        "weight_unit": "kg",
        "currency": "CLP",
        "locale": "es",
    }
    return {"request": {**request, **changes}}


async def rates(web: Web, body: bytes, content_type: str = "application/json") -> httpx.Response:
    return await web.client.post(
        f"/jumpseller/rates/{web.store.key}", content=body, headers={"content-type": content_type}
    )


async def test_a_cart_gets_rates_in_the_platforms_form(web: Web) -> None:
    answer = await rates(web, as_json(cart()))
    assert answer.status_code == 200
    offered = answer.json()
    assert offered["reference_id"]
    assert set(offered) == {"reference_id", "rates"}
    for rate in offered["rates"]:
        assert set(rate) == {"rate_id", "rate_description", "service_name", "service_code", "total_price"}
        assert rate["total_price"].isdigit()
        assert rate["service_code"].startswith("chilexpress-")
        assert len(rate["rate_description"]) <= 512
    assert len({rate["rate_id"] for rate in offered["rates"]}) == len(offered["rates"]) > 1


async def test_every_rate_names_a_service_that_is_listed(web: Web) -> None:
    listed = (await web.client.get(f"/jumpseller/services/{web.store.key}")).json()["services"]
    assert all(set(service) == {"service_name", "service_code"} for service in listed)
    offered = (await rates(web, as_json(cart()))).json()["rates"]
    assert {rate["service_code"] for rate in offered} <= {service["service_code"] for service in listed}


async def test_a_cart_may_come_as_a_form(web: Web) -> None:
    as_text = urlencode({"request": as_json(cart()["request"]).decode()})
    nested = urlencode(
        {
            "request[to][municipality_name]": "Las Condes",
            "request[to][country]": "Chile",
            "request[currency]": "CLP",
            "request[products][0][name]": "Polera",
            "request[products][0][weight]": "0.4",
            "request[products][0][price]": "9990",
            "request[products][0][quantity]": "1",
        }
    )
    for form in (as_text, nested):
        answer = await rates(web, form.encode(), "application/x-www-form-urlencoded")
        assert answer.json()["rates"], answer.text


async def test_the_rate_that_was_chosen_leads_to_the_quote_when_the_label_is_bought(web: Web) -> None:
    chosen = (await rates(web, as_json(cart()))).json()["rates"][0]
    order = web.town.sandbox.store.place_order(web.store.code)
    answer = await web.api.post(f"/api/v1/orders/{order.id}/shipments", json={"quote_id": chosen["rate_id"]})
    bought = answer.json()
    assert (answer.status_code, bought["price"]["amount"]) == (201, chosen["total_price"])
    assert f"chilexpress-{bought['service_code']}" == chosen["service_code"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "no se puede leer"),
        (b"", "no se puede leer"),
        (b"[]", "no se puede leer"),
        (as_json({"request": []}), "no se puede leer"),
        (as_json(cart(to=[])), "no se puede leer"),
        (as_json(cart(products=[{"weight": -1, "price": 1, "quantity": 1}])), "no se puede leer"),
        (as_json(cart(products=[{"weight": 1e30, "price": 1, "quantity": 1}])), ""),
        (as_json(cart(products=[{"weight": 90_000, "price": 1, "quantity": 1}])), "Bulto 1"),
        (as_json(cart(currency="XXX")), "XXX"),
        (as_json(cart(currency=None)), "moneda"),
        (as_json(cart(products=[])), "nada que despachar"),
        (as_json(cart(products=[{"name": "e-book", "quantity": 1, "shipping_required": False}])), "nada que despachar"),
    ],
)
async def test_what_cannot_be_quoted_offers_nothing_and_says_why_in_the_stores_language(
    web: Web, body: bytes, says: str
) -> None:
    answer = await rates(web, body)
    assert (answer.status_code, answer.json()["rates"]) == (200, [])
    assert says in answer.json()["error"]


@pytest.mark.parametrize("place", ["Atlantis", None])
async def test_nowhere_is_a_place_without_rates(web: Web, place: str | None) -> None:
    answer = await rates(web, as_json(cart(to={"country": "Chile", "municipality_name": place})))
    assert (answer.status_code, answer.json()["rates"]) == (200, [])


async def test_a_carrier_that_does_not_answer_costs_the_checkout_no_more_than_the_deadline(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.town.services.quoting._sources, "deadline", 0.2)
    await web.town.fault("chilexpress", "latency", "rates.business", latency_ms=3000)
    began = time.monotonic()
    answer = await rates(web, as_json(cart(to={"country": "Chile", "municipality_name": "Concepción"})))
    assert (answer.status_code, answer.json()["rates"]) == (200, [])
    assert time.monotonic() - began < 1.5


async def test_even_a_database_that_hangs_does_not_keep_the_checkout(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(checkout, "LIMIT_SECONDS", 0.05)
    monkeypatch.setattr(web.town.services.quoting, "cart", hangs)
    answer = await rates(web, as_json(cart()))
    assert (answer.status_code, answer.json()["rates"]) == (200, [])
    assert "a tiempo" in answer.json()["error"]


async def test_even_our_own_mistake_is_no_error_page_at_a_checkout(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(web.town.services.quoting, "cart", breaks)
    answer = await rates(web, as_json(cart()))
    assert (answer.status_code, answer.json()["rates"]) == (200, [])
    assert "secret detail" not in answer.text
    assert "quoting for a checkout broke" in caplog.text


async def test_an_unknown_key_is_nobodys(web: Web) -> None:
    assert problem(await web.client.post("/jumpseller/rates/nobody", content=as_json(cart()))) == (404, "not-found")
    assert problem(await web.client.get("/jumpseller/services/nobody")) == (404, "not-found")


async def test_a_cart_larger_than_two_mebibytes_is_refused(web: Web) -> None:
    assert problem(await rates(web, b" " * (2 * 1024 * 1024 + 1))) == (413, "body-too-large")
