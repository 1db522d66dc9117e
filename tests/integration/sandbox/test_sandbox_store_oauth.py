"""OAuth2 as an App goes through it: consent, code, tokens that age on the sandbox clock, refresh, uninstall."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from despacho_sandbox.store import StoreSimulator

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALLBACK = "https://hub.example/jumpseller/callback"
SCOPES = "read_orders write_orders read_store read_hooks"
CLIENT = {"client_id": "fake-client-id-despacho", "client_secret": "fake-client-secret-despacho"}


async def authorize(admin: httpx.AsyncClient, stores: StoreSimulator, **changes: str) -> httpx.Response:
    asked = {
        "client_id": CLIENT["client_id"], "redirect_uri": CALLBACK, "response_type": "code", "scope": SCOPES,
        "state": "s 1&2", **changes,
    }  # fmt: skip
    return await admin.get(f"{stores.base_url}/oauth/authorize", params=asked)


def said(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    location = answer.headers["location"]
    assert location.startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def ask_token(admin: httpx.AsyncClient, stores: StoreSimulator, **fields: str) -> httpx.Response:
    return await admin.post(f"{stores.base_url}/oauth/token", data={**CLIENT, **fields})


async def install(
    admin: httpx.AsyncClient, stores: StoreSimulator, store: str = "tienda-norte", scope: str = SCOPES
) -> dict[str, Any]:
    code = said(await authorize(admin, stores, approve="1", store=store, scope=scope))["code"]
    answer = await ask_token(admin, stores, grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


async def info(admin: httpx.AsyncClient, stores: StoreSimulator, access_token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {access_token}"}
    return await admin.get(f"{stores.base_url}/v1/store/info.json", headers=headers)


async def test_installing_gives_tokens_for_the_store_that_consented(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    tokens = await install(admin, stores, "tienda-sur")
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 3600)
    assert tokens["created_at"] == int(stores.clock.now().timestamp())
    assert (await info(admin, stores, tokens["access_token"])).json()["store"]["code"] == "tienda-sur"
    assert stores.store("tienda-sur").installed
    assert not stores.store("tienda-norte").installed


async def test_the_state_comes_back_as_it_was_sent(admin: httpx.AsyncClient, stores: StoreSimulator) -> None:
    assert said(await authorize(admin, stores, approve="1", store="tienda-sur"))["state"] == "s 1&2"
    denied = said(await authorize(admin, stores, deny="1"))
    assert denied == {"error": "access_denied", "state": "s 1&2"}


async def test_the_consent_page_asks_and_leads_on(admin: httpx.AsyncClient, stores: StoreSimulator) -> None:
    page = await authorize(admin, stores, state='"><script>x</script>')
    assert page.status_code == 200
    assert all(word in page.text for word in ("Allow", "Deny", "write_orders", "Tienda Sur"))
    assert "<script>" not in page.text


async def test_a_merchant_who_is_logged_in_and_has_allowed_before_sees_no_page(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    assert (await admin.post("/login", json={"store": "tienda-sur", "auto_approve": True})).status_code == 200
    code = said(await authorize(admin, stores))["code"]
    assert stores.oauth.codes[code].store_code == "tienda-sur"
    assert (await admin.post("/login", json={"store": "nowhere"})).status_code == 404


async def test_the_app_that_is_opened_from_a_store_s_admin_asks_for_that_store(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    for code in ("tienda-sur", "tienda-norte"):
        visited = await admin.get(f"{stores.base_url}/admin/stores/{code}")
        held = visited.headers["set-cookie"]
        assert "SameSite=None; Secure" in held, "it comes back in the App's frame, which may be another site"
        headers = {"cookie": held.partition(";")[0]}
        asked = {"client_id": CLIENT["client_id"], "redirect_uri": CALLBACK, "response_type": "code", "scope": SCOPES}
        page = await admin.get(f"{stores.base_url}/oauth/authorize", params=asked, headers=headers)
        assert f'<option value="{code}" selected>' in page.text
        stores.store(code).installed = True
        granted = await admin.get(f"{stores.base_url}/oauth/authorize", params=asked, headers=headers)
        assert stores.oauth.codes[said(granted)["code"]].store_code == code, (
            "it was allowed before: nobody is asked again"
        )
        stores.uninstall(code)


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [({"client_id": "x"}, 401, "invalid_client"), ({"redirect_uri": ""}, 400, "invalid_redirect_uri")],
)
async def test_nobody_is_sent_to_an_address_that_is_not_the_apps(
    admin: httpx.AsyncClient, stores: StoreSimulator, changes: dict[str, str], status: int, error: str
) -> None:
    answer = await authorize(admin, stores, approve="1", store="tienda-sur", **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_registered_redirect_is_the_only_one(admin: httpx.AsyncClient, stores: StoreSimulator) -> None:
    await admin.post("/app", json={"redirect_uri": CALLBACK, "app_url": "https://hub.example/"})
    elsewhere = await authorize(admin, stores, approve="1", store="tienda-sur", redirect_uri="https://evil.example/")
    assert elsewhere.status_code == 400
    assert "code" in said(await authorize(admin, stores, approve="1", store="tienda-sur"))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "read_minds"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
async def test_what_cannot_be_granted_is_told_to_the_app(
    admin: httpx.AsyncClient, stores: StoreSimulator, changes: dict[str, str], error: str
) -> None:
    assert said(await authorize(admin, stores, approve="1", store="tienda-sur", **changes))["error"] == error


async def test_without_a_redirect_the_code_is_shown(admin: httpx.AsyncClient, stores: StoreSimulator) -> None:
    oob = "urn:ietf:wg:oauth:2.0:oob"
    page = await authorize(admin, stores, approve="1", store="tienda-sur", redirect_uri=oob)
    (code,) = stores.oauth.codes
    assert code in page.text
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": oob}
    assert (await ask_token(admin, stores, **fields)).status_code == 200


@pytest.mark.parametrize("style", ["form", "multipart", "json"])
async def test_the_token_endpoint_takes_every_kind_of_body(
    admin: httpx.AsyncClient, stores: StoreSimulator, style: str
) -> None:
    code = said(await authorize(admin, stores, approve="1", store="tienda-sur"))["code"]
    fields = {**CLIENT, "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    bodies: dict[str, dict[str, Any]] = {
        "form": {"data": fields},
        "multipart": {"files": {name: (None, value) for name, value in fields.items()}},
        "json": {"json": fields},
    }
    answer = await admin.post(f"{stores.base_url}/oauth/token", **bodies[style])
    assert answer.status_code == 200, answer.text


async def test_a_code_works_once_for_its_own_redirect_and_not_for_long(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    async def exchange(code: str, redirect_uri: str = CALLBACK) -> int:
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return (await ask_token(admin, stores, **fields)).status_code

    async def new_code() -> str:
        return said(await authorize(admin, stores, approve="1", store="tienda-sur"))["code"]

    code = await new_code()
    assert [await exchange(code), await exchange(code)] == [200, 400]
    assert await exchange(await new_code(), "https://hub.example/other") == 400
    late = await new_code()
    stores.clock.advance(600)
    assert await exchange(late) == 400


async def test_an_access_token_lives_an_hour_of_the_sandbox_clock(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    access = (await install(admin, stores))["access_token"]
    about = await admin.get(f"{stores.base_url}/oauth/token/info", headers={"Authorization": f"Bearer {access}"})
    assert (about.json()["expires_in"], about.json()["scope"]) == (3600, SCOPES.split())
    stores.clock.advance(3599)
    assert (await info(admin, stores, access)).status_code == 200
    stores.clock.advance(1)
    assert (await info(admin, stores, access)).status_code == 401
    gone = await admin.get(f"{stores.base_url}/oauth/token/info", headers={"Authorization": f"Bearer {access}"})
    assert (gone.status_code, gone.json()["error"]) == (401, "invalid_token")


async def test_refreshing_gives_a_new_pair_and_spends_the_old_one(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    old = await install(admin, stores)
    new = (await ask_token(admin, stores, grant_type="refresh_token", refresh_token=old["refresh_token"])).json()
    assert {old["access_token"], old["refresh_token"]}.isdisjoint({new["access_token"], new["refresh_token"]})
    assert (await info(admin, stores, old["access_token"])).status_code == 401
    assert (await info(admin, stores, new["access_token"])).status_code == 200
    again = await ask_token(admin, stores, grant_type="refresh_token", refresh_token=old["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_the_old_access_token_may_live_on_by_a_switch(admin: httpx.AsyncClient, stores: StoreSimulator) -> None:
    stores.configure(revokes_access_on_refresh=False)
    old = await install(admin, stores)
    await ask_token(admin, stores, grant_type="refresh_token", refresh_token=old["refresh_token"])
    assert (await info(admin, stores, old["access_token"])).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "x"}, 401, "invalid_client"),
        ({"grant_type": "authorization_code", "code": "x", "client_id": "x"}, 401, "invalid_client"),
    ],
)
async def test_a_token_request_that_is_no_good_says_so(
    admin: httpx.AsyncClient, stores: StoreSimulator, fields: dict[str, str], status: int, error: str
) -> None:
    answer = await ask_token(admin, stores, **fields)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_missing_scope_is_a_403_and_either_scope_opens_locations(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    tokens = await install(admin, stores, scope="read_orders read_locations")
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    statuses = {
        path: (await admin.get(f"{stores.base_url}/v1{path}", headers=headers)).status_code
        for path in ("/orders.json", "/store/info.json", "/locations.json", "/countries.json")
    }
    assert statuses == {"/orders.json": 200, "/store/info.json": 403, "/locations.json": 200, "/countries.json": 200}


async def test_what_the_app_writes_bears_its_name(admin: httpx.AsyncClient, stores: StoreSimulator, hub: Any) -> None:
    tokens = await install(admin, stores, scope="write_orders write_hooks read_apps")
    headers, api = {"Authorization": f"Bearer {tokens['access_token']}"}, f"{stores.base_url}/v1"
    order = stores.place_order()
    document = {"document": {"document_type": 1, "public_id": "F-1", "url": "https://hub.example/1"}}
    made = await admin.post(f"{api}/orders/{order.id}/documents.json", json=document, headers=headers)
    assert made.json()["document"]["app_code"] == "despacho"
    hook = {"hook": {"event": "order_paid", "url": hub.url}}
    assert (await admin.post(f"{api}/hooks.json", json=hook, headers=headers)).json()["hook"]["application_id"] == 4001
    status = (await admin.get(f"{api}/apps/despacho/install_status.json", headers=headers)).json()
    assert (status["installed"], status["code"]) == (True, "tienda-norte")


async def test_uninstalling_ends_every_token_of_that_store_alone(
    admin: httpx.AsyncClient, stores: StoreSimulator
) -> None:
    north, south = await install(admin, stores, "tienda-norte"), await install(admin, stores, "tienda-sur")
    assert (await admin.post("/stores/tienda-norte/uninstall")).json() == {"revoked": 1}
    assert (await info(admin, stores, north["access_token"])).status_code == 401
    refused = await ask_token(admin, stores, grant_type="refresh_token", refresh_token=north["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"
    assert (await info(admin, stores, south["access_token"])).status_code == 200
    assert not stores.store().installed
