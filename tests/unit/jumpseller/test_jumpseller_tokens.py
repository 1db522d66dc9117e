"""Tokens are renewed ahead of time and once on refusal, one renewal at a time, and the store is never hammered."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from despacho_core.stores import BasicCredentials
from despacho_ports.errors import ProviderError, RateLimited, Unauthorized, Unavailable

Shop = Any
"""The scripted shop of conftest.py."""

INFO = {"store": {"code": "tienda", "hooks_token": "fake"}}


class Platform:
    """An API that takes one access token, and an accounts server that gives the next one."""

    def __init__(self) -> None:
        self.valid = "old-access"
        self.refreshes: list[dict[str, list[str]]] = []
        self.grants: dict[str, Any] = {"access_token": "new-access", "refresh_token": "new-refresh", "expires_in": 3600}
        self.refusal: httpx.Response | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "accounts.example":
            self.refreshes.append(parse_qs(request.content.decode()))
            if self.refusal is not None:
                return self.refusal
            self.valid = self.grants["access_token"]
            return httpx.Response(200, json=self.grants)
        good = request.headers["Authorization"] == f"Bearer {self.valid}"
        return httpx.Response(200, json=INFO) if good else httpx.Response(401, json={"message": "Unauthorized"})


@pytest.fixture
def platform(shop: Shop) -> Platform:
    made = Platform()
    shop.answers(made)
    return made


async def test_a_fresh_token_is_used_as_it_is(shop: Shop, platform: Platform) -> None:
    front = shop.fronts.of(shop.store(shop.tokens()))
    shop.time.pass_by(0.79 * 3600)
    await shop.run(front.store_info())
    assert platform.refreshes == []


async def test_a_token_is_renewed_at_four_fifths_of_its_life(shop: Shop, platform: Platform) -> None:
    front = shop.fronts.of(shop.store(shop.tokens()))
    shop.time.pass_by(0.8 * 3600)
    await shop.run(front.store_info())
    assert platform.refreshes == [
        {
            "grant_type": ["refresh_token"],
            "client_id": ["fake-client"],
            "client_secret": ["fake-client-secret"],
            "refresh_token": ["old-refresh"],
        }
    ]
    saved = shop.keeper.saved["s1"]
    assert (saved.access_token, saved.refresh_token) == ("new-access", "new-refresh")
    assert (saved.expires_at - saved.created_at).total_seconds() == 3600
    assert saved.created_at == shop.time.now()


async def test_the_old_refresh_token_stays_where_no_new_one_is_given(shop: Shop, platform: Platform) -> None:
    platform.grants = {"access_token": "new-access"}
    front = shop.fronts.of(shop.store(shop.tokens(life=0)))
    await shop.run(front.store_info())
    saved = shop.keeper.saved["s1"]
    assert (saved.access_token, saved.refresh_token) == ("new-access", "old-refresh")
    assert (saved.expires_at - saved.created_at).total_seconds() == 3600


async def test_a_refused_token_is_renewed_once(shop: Shop, platform: Platform) -> None:
    platform.valid = "something-else"
    await shop.run(shop.fronts.of(shop.store(shop.tokens())).store_info())
    assert (len(platform.refreshes), len(shop.requests)) == (1, 3)


async def test_a_second_refusal_is_final(shop: Shop, platform: Platform) -> None:
    front = shop.fronts.of(shop.store(shop.tokens()))
    platform.valid = "nobody-has-it"
    platform.grants["access_token"] = "new-access"
    shop.answers(lambda request: platform(request) if request.url.host == "accounts.example" else httpx.Response(401))
    with pytest.raises(Unauthorized):
        await shop.run(front.store_info())
    assert (len(platform.refreshes), len(shop.requests)) == (1, 3)
    assert shop.keeper.refusals == [("s1", shop.keeper.saved["s1"], "401: no words")], "the newest tokens are refused"


async def test_login_and_authtoken_that_are_refused_are_reported_as_refused(shop: Shop) -> None:
    with pytest.raises(Unauthorized):
        await shop.answers(httpx.Response(401, json={"message": "Unauthorized"})).run(shop.front.store_info())
    (refused,) = shop.keeper.refusals
    assert (refused[0], refused[2]) == ("s1", "401: Unauthorized")
    assert isinstance(refused[1], BasicCredentials)


async def test_a_permission_that_is_missing_and_an_installation_that_fails_put_nobody_to_sleep(shop: Shop) -> None:
    with pytest.raises(Unavailable):
        await shop.answers(httpx.Response(403)).run(shop.front.store_info())
    with pytest.raises(Unauthorized):
        await shop.answers(httpx.Response(401)).run(shop.fronts.with_credentials(shop.tokens()).store_info())
    assert shop.keeper.refusals == []


@pytest.mark.parametrize("age", [0, 3500], ids=["refused", "due"])
async def test_ten_calls_renew_a_token_once_and_trouble_the_keeper_once(
    shop: Shop, platform: Platform, age: int
) -> None:
    store = shop.store(shop.tokens())
    shop.time.pass_by(age)
    platform.valid = "something-else"

    async def calls() -> None:
        await asyncio.gather(*(shop.fronts.of(store).store_info() for _ in range(10)))

    await shop.run(calls())
    assert (len(platform.refreshes), shop.keeper.asked) == (1, 1)


async def test_tokens_that_another_process_saved_are_taken_over(shop: Shop, platform: Platform) -> None:
    platform.valid = "saved-elsewhere"
    shop.keeper.saved["s1"] = shop.tokens("saved-elsewhere", "r")
    await shop.run(shop.fronts.of(shop.store(shop.tokens())).store_info())
    assert platform.refreshes == []


async def test_a_new_consent_replaces_the_old_tokens_and_an_old_record_does_not(shop: Shop, platform: Platform) -> None:
    old = shop.store(shop.tokens())
    shop.fronts.of(old)
    shop.time.pass_by(10)
    new = shop.store(shop.tokens("consented-again", "r"))
    platform.valid = "consented-again"
    await shop.run(shop.fronts.of(new).store_info())
    await shop.run(shop.fronts.of(old).store_info())
    assert platform.refreshes == []


async def test_stores_do_not_share_tokens_or_turns(shop: Shop, platform: Platform) -> None:
    await shop.run(shop.fronts.of(shop.store(shop.tokens())).store_info())
    other = shop.fronts.of(shop.store(shop.tokens("theirs"), id="s2"))
    platform.valid = "theirs"
    await shop.run(other.store_info())
    assert shop.requests[-1].headers["Authorization"] == "Bearer theirs"
    assert platform.refreshes == []


@pytest.mark.parametrize("status", [400, 401])
async def test_a_withdrawn_consent_is_unauthorized(shop: Shop, platform: Platform, status: int) -> None:
    platform.valid = "something-else"
    platform.refusal = httpx.Response(status, json={"error": "invalid_grant", "error_description": "revoked"})
    with pytest.raises(Unauthorized):
        await shop.run(shop.fronts.of(shop.store(shop.tokens())).store_info())
    assert len(platform.refreshes) == 1


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (httpx.Response(401, json={"error": "invalid_client"}), Unavailable),
        (httpx.Response(503), Unavailable),
        (httpx.Response(200, content=b"{"), Unavailable),
        (httpx.Response(200, json={"token_type": "bearer"}), Unavailable),
        (httpx.Response(200, json=[]), Unavailable),
        (httpx.Response(429), RateLimited),
    ],
    ids=["the hub's own secret is wrong", "down", "malformed", "no token", "no object", "busy"],
)
async def test_trouble_that_is_not_the_stores_puts_no_store_to_sleep(
    shop: Shop, platform: Platform, refusal: httpx.Response, kind: type[ProviderError]
) -> None:
    platform.valid = "something-else"
    platform.refusal = refusal
    with pytest.raises(ProviderError) as raised:
        await shop.run(shop.fronts.of(shop.store(shop.tokens())).store_info())
    assert type(raised.value) is kind
    assert shop.keeper.saved == {}


async def test_a_valid_token_serves_on_while_the_accounts_server_is_down(shop: Shop, platform: Platform) -> None:
    platform.refusal = httpx.Response(503)
    front = shop.fronts.of(shop.store(shop.tokens()))
    shop.time.pass_by(0.9 * 3600)
    await shop.run(front.store_info())
    shop.time.pass_by(0.2 * 3600)
    with pytest.raises(Unavailable):
        await shop.run(front.store_info())


async def test_during_an_installation_nothing_is_renewed(shop: Shop, platform: Platform) -> None:
    front = shop.fronts.with_credentials(shop.tokens())
    assert (await shop.run(front.store_info())).code == "tienda"
    platform.valid = "something-else"
    with pytest.raises(Unauthorized):
        await shop.run(front.store_info())
    assert platform.refreshes == []


async def test_an_installation_with_login_and_authtoken(shop: Shop) -> None:
    shop.answers(httpx.Response(200, json=INFO))
    front = shop.fronts.with_credentials(BasicCredentials(login="l", authtoken="ñ"))
    assert (await shop.run(front.store_info())).code == "tienda"
    assert shop.requests[0].headers["Authorization"] == "Basic bDrDsQ=="


def test_the_merchant_is_asked_for_the_least(shop: Shop) -> None:
    parts = urlsplit(shop.consent.address("st&te"))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://accounts.example/oauth/authorize"
    query = parse_qs(parts.query)
    assert query["state"] == ["st&te"]
    assert query["response_type"] == ["code"]
    assert query["redirect_uri"] == ["https://hub.example/callback"]
    scopes = query["scope"][0].split()
    assert {"read_orders", "write_fulfillments", "read_store", "write_hooks"} <= set(scopes)
    assert "write_products" not in scopes


async def test_a_code_is_exchanged_for_tokens(shop: Shop, platform: Platform) -> None:
    tokens = await shop.run(shop.consent.exchange("the-code"))
    assert (tokens.access_token, tokens.refresh_token) == ("new-access", "new-refresh")
    assert platform.refreshes[0]["code"] == ["the-code"]
    assert platform.refreshes[0]["redirect_uri"] == ["https://hub.example/callback"]


async def test_a_wrong_or_used_code_is_unauthorized(shop: Shop, platform: Platform) -> None:
    platform.refusal = httpx.Response(400, json={"error": "invalid_grant"})
    with pytest.raises(Unauthorized):
        await shop.run(shop.consent.exchange("used"))
