"""What bad input gets over HTTP: a status, a stable type, a sentence that says what to do."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from despacho_core.stores import StoreState
from tests.web import API, Web, as_json, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOX = {"weight_g": 1500, "length_mm": 300, "width_mm": 200, "height_mm": 100}
TEMUCO = {"country": "CL", "municipality": "Temuco"}


def quote(**changes: Any) -> dict[str, Any]:
    return {"destination": TEMUCO, "parcels": [BOX], **changes}


@pytest.mark.parametrize(
    "body", [b"{", b"nonsense", b'{"order": 1,}', b"\xff\xff", b'{"order": NaN}', b'{"order": ' * 100_000]
)
async def test_what_is_no_json_is_malformed(web: Web, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert problem(await web.api.post(f"{API}/quotes", content=body, headers=headers)) == (400, "malformed-json")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], "$"),
        (None, "$"),
        ("text", "$"),
        ({}, "$"),
        ({"order": 1, **quote()}, "$"),
        ({"order": "1"}, "$.order"),
        ({"order": 1.5}, "$.order"),
        ({"order": 10**30}, "$.order"),
        ({"order": 0}, "$.order"),
        ({"ordr": 1}, "$"),
        (quote(parcels={}), "$.parcels"),
        (quote(parcels=[{**BOX, "weight_g": "1500"}]), "$.parcels[0].weight_g"),
        (quote(parcels=[BOX, {**BOX, "weight_kg": 1}]), "$.parcels[1]"),
        (quote(parcels=[{"weight_g": 1}]), "$.parcels[0]"),
        (quote(destination=[]), "$.destination"),
        (quote(destination={"comuna": "x"}), "$.destination"),
        (quote(destination={"municipality": "x" * 201}), "$.destination.municipality"),
        (quote(declared_value={"amount": "NaN", "currency": "CLP"}), "$.declared_value"),
        (quote(declared_value={"amount": "1e99", "currency": "CLP"}), "$.declared_value"),
        (quote(declared_value={"amount": "-1", "currency": "CLP"}), "$.declared_value"),
        (quote(declared_value={"amount": 0.1, "currency": "CLP"}), "$.declared_value.amount"),
    ],
)
async def test_json_of_another_shape_is_refused_with_the_place(web: Web, body: Any, path: str) -> None:
    answer = await web.api.post(f"{API}/quotes", json=body)
    assert problem(answer) == (422, "invalid-body")
    assert answer.json()["facts"]["path"] == path
    assert answer.json()["facts"]["message"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (quote(parcels=[]), "nothing-to-ship"),
        (quote(parcels=[{**BOX, "weight_g": -5}]), "invalid-parcel"),
        (quote(parcels=[{**BOX, "weight_g": 0}]), "invalid-parcel"),
        (quote(parcels=[{**BOX, "length_mm": 2**53 - 1}]), "invalid-parcel"),
        (quote(parcels=[BOX] * 100), "invalid-parcel"),
        (quote(declared_value={"amount": "1", "currency": "XXX"}), "unknown-currency"),
    ],
)
async def test_what_can_never_be_shipped_is_refused(web: Web, wish: dict[str, Any], code: str) -> None:
    assert problem(await web.api.post(f"{API}/quotes", json=wish)) == (422, code)


async def test_a_place_that_nobody_knows_has_no_prices_and_says_so(web: Web) -> None:
    answer = await web.api.post(f"{API}/quotes", json=quote(destination={"country": "CL", "municipality": "Atlantis"}))
    assert (answer.status_code, answer.json()["quotes"]) == (200, [])


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/orders?limit=0", "limit"),
        ("/orders?limit=201", "limit"),
        ("/orders?limit=many", "limit"),
        ("/orders?before=0", "before"),
        ("/orders?status=lost", "status"),
        ("/orders/0", "number"),
        (f"/orders/{10**30}", "number"),
        ("/shipments?before=yesterday", "before"),
        ("/invoices?kind=love-letter", "kind"),
        ("/inbox?state=x", "only"),
    ],
)
async def test_a_parameter_that_does_not_fit_is_named(web: Web, path: str, parameter: str) -> None:
    answer = await web.api.get(f"{API}{path}")
    assert problem(answer) == (422, "invalid-parameter")
    assert answer.json()["facts"]["parameter"] == parameter


@pytest.mark.parametrize("path", ["/orders/x", "/shipments/%00", "/nothing", "/shipments/x/label.gif"])
async def test_what_does_not_exist_is_not_found(web: Web, path: str) -> None:
    assert problem(await web.api.get(f"{API}{path}"))[0] == 404


@pytest.mark.parametrize("path", ["/app/nothing", "/nothing", "/jumpseller/callback?code=" + "x" * 3000])
async def test_a_person_at_a_browser_reads_a_page_where_programs_get_a_problem_document(web: Web, path: str) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "pt-PT"}
    shown = await web.api.get(path, headers=browser)
    assert shown.headers["content-type"].startswith("text/html"), shown.text
    assert 'lang="pt"' in shown.text
    assert 'href="/"' in shown.text
    assert "frame-ancestors" in shown.headers["content-security-policy"]
    told = await web.api.get(path)
    assert told.status_code == shown.status_code
    assert told.headers["content-type"] == "application/problem+json"
    inside = await web.api.get(f"{API}/nothing", headers=browser)
    assert problem(inside) == (404, "not-found"), "the API speaks to programs alone"


async def test_a_method_that_a_route_does_not_take_is_told_which_it_takes(web: Web) -> None:
    answer = await web.api.delete(f"{API}/orders")
    assert problem(answer) == (405, "method-not-allowed")
    assert "GET" in answer.headers["allow"]


async def test_a_body_that_is_no_json_by_its_own_account_is_refused(web: Web) -> None:
    answer = await web.api.post(f"{API}/quotes", content=b"order=1", headers={"content-type": "text/plain"})
    assert problem(answer) == (415, "unsupported-media-type")


async def test_a_body_larger_than_two_mebibytes_is_refused(web: Web) -> None:
    headers = {"content-type": "application/json"}
    answer = await web.api.post(f"{API}/quotes", content=b" " * (2 * 1024 * 1024 + 1), headers=headers)
    assert problem(answer) == (413, "body-too-large")


async def test_an_order_that_the_store_does_not_have(web: Web) -> None:
    for path in ("/orders/999999/shipments", "/orders/999999/invoice"):
        assert problem(await web.api.post(f"{API}{path}", json={})) == (404, "not-found")
    assert problem(await web.api.post(f"{API}/quotes", json={"order": 999_999})) == (404, "not-found")


async def test_an_order_with_nothing_to_ship(web: Web) -> None:
    order = await web.order("digital")
    answer = await web.api.post(f"{API}/orders/{order.id}/shipments", json=web.express())
    assert problem(answer) == (422, "nothing-to-ship")
    assert problem(await web.api.post(f"{API}/quotes", json={"order": order.id})) == (422, "nothing-to-ship")


async def test_an_order_without_an_address(web: Web) -> None:
    order = await web.order()
    await web.delivered_to(order, None)
    answer = await web.api.post(f"{API}/orders/{order.id}/shipments", json=web.express())
    assert problem(answer) == (422, "order-without-address")


async def test_impossible_parcels_are_not_bought(web: Web) -> None:
    order = await web.order()
    wish = web.express(parcels=[{**BOX, "height_mm": 6000}])
    assert problem(await web.api.post(f"{API}/orders/{order.id}/shipments", json=wish)) == (422, "invalid-parcel")


async def test_a_quote_or_an_account_that_does_not_exist(web: Web) -> None:
    order = await web.order()
    path = f"{API}/orders/{order.id}/shipments"
    assert problem(await web.api.post(path, json={"quote_id": "nobody"})) == (404, "not-found")
    assert problem(await web.api.post(path, json=web.express(account_id="nobody"))) == (404, "not-found")
    assert problem(await web.api.post(path, json=web.express(account_id=web.town.invoicing.id))) == (409, "no-account")
    assert problem(await web.api.post(path, json={})) == (422, "service-not-chosen")


async def test_a_label_is_not_bought_twice_unless_it_is_meant(web: Web) -> None:
    order = await web.order()
    first = await web.bought(order)
    path = f"{API}/orders/{order.id}/shipments"
    answer = await web.api.post(path, json=web.express())
    assert problem(answer) == (409, "order-already-shipped")
    assert answer.json()["facts"] == {"order": order.id, "shipment": first["id"]}
    assert (await web.api.post(path, json=web.express(additional=True))).status_code == 201


async def test_two_people_who_buy_the_same_label_at_once_buy_one(web: Web) -> None:
    order = await web.order()
    path = f"{API}/orders/{order.id}/shipments"
    answers = await asyncio.gather(*(web.api.post(path, json=web.express()) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {problem(answer) for answer in answers if answer.status_code == 409} == {(409, "order-already-shipped")}


async def test_a_service_that_is_not_offered_any_more(web: Web) -> None:
    order = await web.order()
    wish = web.express(service_code="999")
    answer = await web.api.post(f"{API}/orders/{order.id}/shipments", json=wish)
    assert problem(answer) == (422, "service-gone")
    assert "3" in answer.json()["facts"]["offered"]


async def test_an_empty_manifest_and_one_that_is_closed(web: Web) -> None:
    await web.bought(await web.order())
    manifest = {"account_id": web.town.carrier.id}
    opened = (await web.api.post(f"{API}/manifests", json=manifest)).json()["id"]
    assert problem(await web.api.post(f"{API}/manifests", json=manifest)) == (422, "manifest-empty")
    sign = {"party": "carrier", "name": "Ana"}
    assert problem(await web.api.post(f"{API}/manifests/{opened}/signatures", json=sign)) == (409, "wrong-state")
    assert (await web.api.post(f"{API}/manifests/{opened}/close")).status_code == 200
    assert problem(await web.api.post(f"{API}/manifests/{opened}/close")) == (409, "manifest-closed")


async def test_a_label_on_one_manifest_goes_on_no_other(web: Web) -> None:
    [label] = (await web.bought(await web.order()))["labels"]
    manifest = {"account_id": web.town.carrier.id, "label_ids": [label["id"]]}
    assert (await web.api.post(f"{API}/manifests", json=manifest)).status_code == 201
    assert problem(await web.api.post(f"{API}/manifests", json=manifest)) == (409, "label-not-free")


async def test_an_unpaid_order_is_not_invoiced(web: Web) -> None:
    order = await web.order(status="pending_payment")
    answer = await web.api.post(f"{API}/orders/{order.id}/invoice")
    assert problem(answer) == (409, "order-not-paid")
    assert answer.json()["facts"] == {"order": order.id, "status": "pending_payment"}


async def test_an_account_whose_credentials_are_refused_needs_somebody(web: Web) -> None:
    order = await web.order()
    await web.town.fault("chilexpress", "unauthorized", "create-shipment")
    assert (await web.api.post(f"{API}/orders/{order.id}/shipments", json=web.express())).status_code == 202
    other = await web.order()
    answer = await web.api.post(f"{API}/orders/{other.id}/shipments", json=web.express())
    assert problem(answer) == (409, "account-needs-attention")
    assert (await web.town.services.accounts.test(web.store.id, web.town.carrier.id)).ok


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("unauthorized", (502, "provider-unauthorized")),
        ("cut_before", (503, "provider-unavailable")),
    ],
)
async def test_a_store_that_cannot_be_asked_is_told_as_such(web: Web, kind: str, expected: tuple[int, str]) -> None:
    order = web.town.sandbox.store.place_order(web.store.code, silent=True)
    await web.town.fault("jumpseller", kind, "orders.get", times=20)
    try:
        answer = await web.api.get(f"{API}/orders/{order.id}")
    finally:
        web.town.sandbox.store.faults.clear()
        await awake(web)
    assert problem(answer) == expected


async def awake(web: Web) -> None:
    """The store lets us in again."""
    async with web.town.services.office.units.begin() as work:
        store = await work.stores.get(web.store.id)
        assert store is not None
        await work.stores.save(msgspec.structs.replace(store, state=StoreState.ACTIVE, problem=None))
        await work.commit()


@pytest.mark.parametrize(
    ("accepted", "detail"),
    [
        ("es-CL,es;q=0.9,en;q=0.1", "No existe el pedido 999999 en esta tienda."),
        ("pt-PT", "Não existe a encomenda 999999 nesta loja."),
        ("de-DE", "There is no order 999999 in this store."),
        ("", "There is no order 999999 in this store."),
    ],
)
async def test_people_are_told_in_their_language(web: Web, accepted: str, detail: str) -> None:
    answer = await web.api.get(f"{API}/orders/999999", headers={"accept-language": accepted})
    assert answer.json()["detail"] == detail


async def test_our_own_mistake_has_no_details_outside_and_all_of_them_in_the_log(
    web: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(web.town.services.reading, "orders", breaks)
    answer = await web.api.get(f"{API}/orders")
    assert problem(answer) == (500, "internal-error")
    assert "secret" not in answer.text
    assert "GET /api/v1/orders broke" in caplog.text
    assert "secret detail" in caplog.text


async def test_a_token_is_needed_and_nothing_else_opens(web: Web) -> None:
    token = web.api.headers["authorization"].partition(" ")[2]
    for given in (None, "", "Bearer", "Bearer nobody", f"Basic {token}", token, f"Bearer {token}x", "Bearer \xff"):
        headers = {} if given is None else {b"authorization": given.encode("latin-1")}
        answer = await web.client.get(f"{API}/orders", headers=headers)
        assert problem(answer) == (401, "unauthorized"), given
        assert answer.headers["www-authenticate"] == "Bearer"
    assert (await web.client.get(f"{API}/orders", headers={"authorization": f"bearer {token}"})).status_code == 200


async def test_a_revoked_token_opens_nothing(web: Web) -> None:
    token, text = await web.town.services.tokens.create(web.store.id)
    headers = {"authorization": f"Bearer {text}"}
    assert (await web.client.get(f"{API}/orders", headers=headers)).status_code == 200
    await web.town.services.tokens.revoke(web.store.id, token.id)
    assert problem(await web.client.get(f"{API}/orders", headers=headers)) == (401, "unauthorized")


async def test_a_signature_needs_a_name(web: Web) -> None:
    answer = await web.api.post(f"{API}/manifests/x/signatures", content=as_json({"party": "carrier", "name": ""}))
    assert problem(answer)[0] in {415, 422}
    answer = await web.api.post(f"{API}/manifests/x/signatures", json={"party": "neighbour", "name": "Ana"})
    assert answer.json()["facts"]["path"] == "$.party"
