"""Plans and explanations over HTTP: what a merchant sets, tries, and is told about."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.web import API, Web, as_json, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLACE = {"country": "CL", "municipality": "Las Condes"}
CART = {"destination": PLACE, "products": [{"name": "Polera", "quantity": 2, "unit_price": 9990, "weight_g": 400}]}
BOX = {"name": "S", "length_mm": 300, "width_mm": 200, "height_mm": 100, "own_weight_g": 150}


def ok(answer: httpx.Response) -> Any:
    """What a good answer holds."""
    assert answer.status_code == 200, answer.text
    return answer.json()


async def put(web: Web, plan: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = ok(await web.api.put(f"{API}/shipping-plan", json={"plan": plan, **more}))
    return answer


async def explain(web: Web, cart: dict[str, Any], language: str = "en") -> dict[str, Any]:
    headers = {"accept-language": language}
    answer: dict[str, Any] = ok(await web.api.post(f"{API}/quotes/explain", json=cart, headers=headers))
    return answer


async def test_a_store_begins_without_a_plan_and_keeps_what_it_saves(web: Web) -> None:
    empty = ok(await web.other.get(f"{API}/shipping-plan"))
    assert (empty["version"], empty["saved_at"], empty["plan"]["boxes"]) == (0, None, [])
    saved = ok(await web.other.put(f"{API}/shipping-plan", json={"plan": {"boxes": [BOX]}, "version": 0}))
    assert saved["version"] == 1
    assert saved["plan"]["boxes"][0] == {**BOX, "wall_mm": 0, "max_weight_g": 30_000, "fill_percent": 90}
    assert ok(await web.other.get(f"{API}/shipping-plan")) == saved
    again = ok(await web.other.put(f"{API}/shipping-plan", json={"plan": saved["plan"], "version": 1}))
    assert (again["version"], again["plan"]) == (2, saved["plan"])
    stale = await web.other.put(f"{API}/shipping-plan", json={"plan": {}, "version": 1})
    assert problem(stale) == (409, "shipping-plan-changed")


async def test_another_stores_plan_is_not_there(web: Web) -> None:
    await put(web, {"handling_days": 7})
    assert ok(await web.other.get(f"{API}/shipping-plan"))["plan"]["handling_days"] != 7
    await put(web, {})
    theirs = web.other_carrier.id
    refused = await web.api.put(f"{API}/shipping-plan", json={"plan": {"accounts": [{"account": theirs}]}})
    assert problem(refused) == (422, "shipping-plan-invalid")


@pytest.mark.parametrize(
    ("plan", "code", "path"),
    [
        ({"boxes": [{**BOX, "length_mm": 0}]}, "invalid-body", "length_mm"),
        ({"rules": [{"action": {"do": "sing"}}]}, "invalid-body", "rules"),
        ({"rules": [{"action": {"do": "mark_up", "percent": "NaN"}}]}, "invalid-body", "rules"),
        ({"nonsense": 1}, "invalid-body", "plan"),
        ({"boxes": [BOX, BOX]}, "shipping-plan-invalid", "$.boxes[1].name"),
        ({"accounts": [{"account": "nobody"}]}, "shipping-plan-invalid", "$.accounts[0].account"),
        ({"currency": "PESOS"}, "shipping-plan-invalid", "$.currency"),
    ],
)
async def test_what_does_not_fit_is_refused_with_its_place(
    web: Web, plan: dict[str, Any], code: str, path: str
) -> None:
    answer = await web.api.put(f"{API}/shipping-plan", json={"plan": plan})
    assert problem(answer) == (422, code)
    assert path in answer.json()["facts"]["path"]


async def test_all_that_does_not_fit_is_told_at_once_and_in_the_callers_language(web: Web) -> None:
    row = {
        "service_code": "van", "service_name": "Van", "currency": "CLP", "brackets": [{"up_to_g": 1000, "price": "2.99"}],
        "area": {"countries": ["CL"], "comunas": ["Ñuñoa", "Providensia"]},
    }  # fmt: skip
    answer = await web.api.put(
        f"{API}/shipping-plan", json={"plan": {"tariff": [row]}}, headers={"accept-language": "es"}
    )
    assert problem(answer) == (422, "shipping-plan-invalid")
    told = answer.json()
    assert told["facts"]["path"] == "$.tariff[0].brackets[0].price"
    [further] = told["facts"]["further"]
    assert further["path"] == "$.tariff[0].area.comunas[1]"
    assert further["reason"].startswith("“Providensia” is not certain"), "a program reads plain English"
    assert "los montos en CLP no llevan decimales" in told["detail"]
    assert "¿quisiste decir Providencia (Metropolitana de Santiago)?" in told["detail"]
    shapeless = await web.api.put(
        f"{API}/shipping-plan", json={"plan": {"boxes": [{**BOX, "length_mm": 0}]}}, headers={"accept-language": "pt"}
    )
    assert "`int` deve ser 1 ou mais" in shapeless.json()["detail"]


async def test_an_explanation_shows_the_whole_way_and_the_checkout_shows_the_same(web: Web) -> None:
    rules = [
        {"action": {"do": "mark_up", "percent": 10}, "label": "embalaje"},
        {"action": {"do": "round", "to": 1000, "ending": 990}},
        {"action": {"do": "hide"}, "when": {"services": ["2"]}, "label": "no prioritario"},
    ]
    sides = {"length_mm": 100, "width_mm": 100, "height_mm": 50}
    await put(web, {"boxes": [BOX], "default_sides": sides, "rules": rules, "handling_days": 1})
    shown = await explain(web, CART)
    assert shown["error"] is None
    assert shown["parcels"] == [{"box": "S", "weight_g": 950, "length_mm": 300, "width_mm": 200, "height_mm": 100}]
    assert shown["destination"]["comuna"] == "13114"
    carrier = next(one for one in shown["accounts"] if one["provider"] == "chilexpress")
    assert (carrier["source"], carrier["problem"]) == ("carrier", None)
    hidden = next(rate for rate in shown["rates"] if rate["service_code"] == "2")
    assert (hidden["becomes"], hidden["steps"][-1]["did"], hidden["steps"][-1]["label"]) == (
        None,
        "hide",
        "no prioritario",
    )
    assert all(line["total_price"].endswith("990") for line in shown["shown"])
    assert "chilexpress-2" not in {line["service_code"] for line in shown["shown"]}
    request = {
        "to": {"country": "Chile", "municipality_name": "Las Condes"},
        "products": [{"name": "Polera", "quantity": 2, "price": 9990, "weight": 0.4}],
        "weight_unit": "kg",
        "currency": "CLP",
    }
    checkout = await web.client.post(f"/jumpseller/rates/{web.store.key}", content=as_json({"request": request}))
    offered = [{name: value for name, value in rate.items() if name != "rate_id"} for rate in checkout.json()["rates"]]
    assert offered == shown["shown"]
    assert (await explain(web, CART))["accounts"][0]["source"] == "cache"
    await put(web, {})


async def test_parcels_and_orders_can_be_tried_too(web: Web) -> None:
    parcels = [{"weight_g": 900, "length_mm": 200, "width_mm": 100, "height_mm": 100}]
    assert (await explain(web, {"destination": PLACE, "parcels": parcels}))["shown"]
    order = await web.order()
    assert (await explain(web, {"order": order.id}))["shown"]
    gone = await web.api.post(f"{API}/quotes/explain", json={"order": 987_654_321})
    assert problem(gone) == (404, "not-found")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"products": []}, "nada que despachar"),
        ({"products": [{"weight_g": 1_000_000, "quantity": 5}]}, "Bulto 1"),
        ({"currency": "PESOS"}, "PESOS"),
        ({"destination": {"country": "CL", "municipality": "Atlantis"}}, "Ningún servicio"),
        ({"destination": {}}, "no se consulta hasta que el carro diga adónde"),
    ],
)
async def test_what_cannot_be_offered_is_explained_and_never_an_error(
    web: Web, change: dict[str, Any], says: str
) -> None:
    shown = await explain(web, {**CART, **change}, "es")
    assert shown["shown"] == []
    assert says in shown["error"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**CART, "order": 1},
        {**CART, "parcels": [{"weight_g": 1, "length_mm": 1, "width_mm": 1, "height_mm": 1}]},
        {**CART, "products": [{"quantity": -1}]},
        {**CART, "products": [{"sides_mm": [1, 2]}]},
        {**CART, "products": [{"unit_price": "-1"}]},
    ],
)
async def test_a_trial_of_another_shape_is_refused(web: Web, body: dict[str, Any]) -> None:
    assert problem(await web.api.post(f"{API}/quotes/explain", json=body)) == (422, "invalid-body")


async def test_a_carrier_that_refuses_post_office_boxes_is_left_out_and_says_so(web: Web) -> None:
    await put(web, {"accounts": [{"account": web.town.carrier.id, "po_boxes": False}]})
    shown = await explain(web, {**CART, "destination": {**PLACE, "street": "Casilla 12"}}, "es")
    assert "no entrega en casillas postales" in shown["error"]
    assert shown["destination"]["po_box"] is True
    await put(web, {})


async def test_an_order_says_what_takes_it(web: Web) -> None:
    await put(web, {"preselections": [{"account": "chilexpress", "service_code": "3"}]})
    order = await web.order()
    shown = ok(await web.api.get(f"{API}/orders/{order.id}"))["preselected"]
    assert (shown["account_id"], shown["service_code"], shown["by"]) == (web.town.carrier.id, "3", "rule")
    bought = await web.api.post(f"{API}/orders/{order.id}/shipments", json={})
    assert (bought.status_code, bought.json()["service_code"]) == (201, "3")
    await put(web, {})
