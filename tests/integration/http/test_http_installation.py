"""Installing from the platform, over real HTTP: the platform probes the webhook address, so a server listens."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import uvicorn

from despacho.bootstrap import Hub, open_hub
from despacho_http import create_app
from despacho_http.consent import COOKIE
from despacho_http.desk.cookies import SESSION
from despacho_sandbox.kit.faults import Fault, FaultKind
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.store.oauth import App
from despacho_sandbox.store.stores import StoreSpec
from despacho_services.platform_registration import EVENTS
from despacho_services.services import Services
from tests.databases import fresh_sqlite
from tests.town import Silence, settings_for
from tests.web import TrustingBrowser, caller

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Listening:
    """A hub behind a real socket, and the sandbox that knows its address."""

    sandbox: Sandbox
    hub: Hub
    url: str

    def browser(self) -> httpx.AsyncClient:
        """A browser without cookies, reading Portuguese, that follows nothing by itself; it trusts this machine as browsers do."""
        return TrustingBrowser(base_url=self.url, headers={"accept-language": "pt"}, timeout=30)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listening(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Listening]:
    folder = tmp_path_factory.mktemp("hub")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with running_sandbox(port=0, seed=1) as sandbox, open_listening(sandbox, url, folder) as hub:
            opened: Hub = hub

            @asynccontextmanager
            async def services() -> AsyncIterator[Services]:
                yield opened.services

            server = uvicorn.Server(uvicorn.Config(create_app(services), log_config=None, lifespan="on", ws="none"))
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            while not server.started:
                await asyncio.wait({serving}, timeout=0.01)
            yield Listening(sandbox, hub, url)
            server.should_exit = True
            await serving


@asynccontextmanager
async def open_listening(sandbox: Sandbox, url: str, folder: Path) -> AsyncIterator[Hub]:
    app = App()
    settings = settings_for(
        sandbox,
        fresh_sqlite(folder),
        folder,
        DESPACHO_PUBLIC_URL=url,
        DESPACHO_JUMPSELLER_CLIENT_ID=app.client_id,
        DESPACHO_JUMPSELLER_CLIENT_SECRET=app.client_secret,
    )
    async with open_hub(settings, Silence()) as hub:
        yield hub


async def consent(browser: httpx.AsyncClient, store: str, *, return_to: str = "", **said: str) -> str:
    """Begin, and have the merchant decide; returns where the platform sends the browser then."""
    begun = await browser.get("/jumpseller/install", params={"return_to": return_to})
    assert begun.status_code == 302
    asked = httpx.URL(begun.headers["location"])
    answer = await browser.get(asked.copy_merge_params(said or {"approve": "1", "store": store}))
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


async def test_a_merchant_installs_and_sees_what_was_registered(listening: Listening) -> None:
    async with listening.browser() as browser:
        answer = await browser.get(await consent(browser, "tienda-norte"))
    assert answer.status_code == 200, answer.text
    store = await listening.hub.services.installation.by_code("tienda-norte")
    for shown in (store.code, "order_paid", 'href="/app"', '<html lang="pt">'):
        assert shown in answer.text
    for secret in (store.key, store.hooks_token):
        assert secret not in answer.text
    simulated = listening.sandbox.store.store("tienda-norte")
    assert {hook.url for hook in simulated.hooks.values()} == {f"{listening.url}/jumpseller/webhooks"}


async def test_whoever_came_from_a_page_is_signed_in_and_led_back_to_it(listening: Listening) -> None:
    async with listening.browser() as browser:
        answer = await browser.get(await consent(browser, "tienda-norte", return_to="/app/orders?x=1"))
        assert (answer.status_code, answer.headers["location"]) == (303, "/app/orders?x=1")
        assert "HttpOnly; SameSite=None; Secure; Partitioned" in answer.headers["set-cookie"]
        store = await listening.hub.services.installation.by_code("tienda-norte")
        assert store.name in (await browser.get("/")).text
        session = browser.cookies[SESSION]
    async with listening.hub.services.office.units.begin(write=False) as work:
        assert await work.sessions.get(session) is None, "only its digest is kept"


@pytest.mark.parametrize("opened", ["/", "/?store=tienda-norte"])
async def test_whoever_opened_the_app_arrives_where_it_is_not_opened_again(listening: Listening, opened: str) -> None:
    async with listening.browser() as browser:
        answer = await browser.get(await consent(browser, "tienda-norte", return_to=opened))
    assert (answer.status_code, answer.headers["location"]) == (303, "/app")


async def test_a_session_that_was_planted_beforehand_opens_nothing(listening: Listening) -> None:
    async with listening.browser() as browser:
        browser.cookies.set(SESSION, "planted", domain="127.0.0.1", path="/")
        await browser.get(await consent(browser, "tienda-norte", return_to="/"))
    async with listening.browser() as thief:
        thief.cookies.set(SESSION, "planted", domain="127.0.0.1", path="/")
        assert (await thief.get("/")).status_code == 302


async def test_installing_again_registers_nothing_twice(listening: Listening) -> None:
    simulated = listening.sandbox.store.store("tienda-sur")
    counts = []
    for _ in range(2):
        async with listening.browser() as browser:
            assert (await browser.get(await consent(browser, "tienda-sur"))).status_code == 200
        counts.append((len(simulated.hooks), len(simulated.shipping_methods)))
    assert counts[0] == counts[1]


async def test_another_persons_browser_cannot_finish_what_this_one_began(listening: Listening) -> None:
    async with listening.browser() as mine, listening.browser() as theirs:
        back = await consent(mine, "tienda-norte")
        await theirs.get("/jumpseller/install")
        answer = await theirs.get(back)
        assert (answer.status_code, answer.headers["content-type"]) == (409, "text/html; charset=utf-8")
        assert (await mine.get(back)).status_code == 200, "nobody can spoil it either"


async def test_a_consent_comes_back_once(listening: Listening) -> None:
    async with listening.browser() as browser:
        back = await consent(browser, "tienda-norte")
        assert (await browser.get(back)).status_code == 200
        assert (await browser.get(back)).status_code == 409


async def test_a_merchant_who_says_no_sees_a_plain_page(listening: Listening) -> None:
    async with listening.browser() as browser:
        answer = await browser.get(await consent(browser, "tienda-norte", deny="1"))
    assert answer.status_code == 400
    assert "access_denied" in answer.text


async def test_what_the_platform_says_is_shown_as_text(listening: Listening) -> None:
    async with listening.browser() as browser:
        answer = await browser.get(
            "/jumpseller/callback", params={"error": "x", "error_description": "<script>alert(1)</script>"}
        )
    assert "&lt;script&gt;" in answer.text
    assert "<script" not in answer.text
    assert "frame-ancestors 'self' https://*.jumpseller.com" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("query", ["", "?state=x", "?code=x&state=y"])
async def test_an_answer_that_nobody_asked_for_is_refused(listening: Listening, query: str) -> None:
    async with listening.browser() as browser:
        answer = await browser.get(f"/jumpseller/callback{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "text/html; charset=utf-8")


async def test_a_wrong_code_installs_nothing(listening: Listening) -> None:
    async with listening.browser() as browser:
        begun = await browser.get("/jumpseller/install")
        state = httpx.URL(begun.headers["location"]).params["state"]
        answer = await browser.get("/jumpseller/callback", params={"code": "made-up", "state": state})
    assert answer.status_code == 502
    assert "made-up" not in answer.text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb", "/<b>"],
)
async def test_a_browser_is_sent_on_within_the_hub_alone(listening: Listening, elsewhere: str) -> None:
    async with listening.browser() as browser:
        arrived = await browser.get(await consent(browser, "tienda-norte", return_to=elsewhere))
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/app")


async def test_the_cookie_is_for_the_browser_alone_and_only_its_digest_is_kept(listening: Listening) -> None:
    async with listening.browser() as browser:
        begun = await browser.get("/jumpseller/install")
        cookie = begun.headers["set-cookie"]
        value = browser.cookies[COOKIE]
        again = await browser.get("/jumpseller/install")
    assert cookie.endswith("Path=/jumpseller; Max-Age=900; HttpOnly; SameSite=None; Secure; Partitioned")
    assert f"{COOKIE}={value};" in again.headers["set-cookie"]  # two tabs, one browser
    assert value not in begun.headers["location"]


async def test_nothing_is_kept_of_whoever_only_asks(listening: Listening) -> None:
    before = used_consents(listening)
    async with listening.browser() as browser:
        for _ in range(3):
            begun = await browser.get("/jumpseller/install", params={"return_to": f"/{'a' * 500}"})
        state = httpx.URL(begun.headers["location"]).params["state"]
        made_up = await browser.get("/jumpseller/callback", params={"code": "made-up", "state": state})
        assert made_up.status_code == 502
        assert used_consents(listening) == before
        assert (await browser.get(await consent(browser, "tienda-norte"))).status_code == 200
    assert used_consents(listening) == before + 1


def used_consents(listening: Listening) -> int:
    """How many consents the hub remembers."""
    path = listening.hub.settings.database_url.partition("///")[2]
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM consents").fetchone()[0])


async def test_many_tabs_that_come_in_at_once_register_one_of_each(listening: Listening) -> None:
    simulated = listening.sandbox.store.add_store(StoreSpec(code="tienda-nueva"))
    async with AsyncExitStack() as tabs:
        browsers = [await tabs.enter_async_context(listening.browser()) for _ in range(3)]
        backs = [await consent(browser, "tienda-nueva") for browser in browsers]
        answers = await asyncio.gather(*(one.get(back) for one, back in zip(browsers, backs, strict=True)))
    assert [answer.status_code for answer in answers] == [200] * 3
    assert sorted(hook.event for hook in simulated.hooks.values()) == sorted(EVENTS)
    assert len(simulated.shipping_methods) == 1


async def test_repairing_removes_what_is_ours_and_there_twice_and_nothing_of_others(listening: Listening) -> None:
    async with listening.browser() as browser:
        await browser.get(await consent(browser, "tienda-sur"))
    services, simulated = listening.hub.services, listening.sandbox.store.store("tienda-sur")
    store = await services.installation.by_code("tienda-sur")
    storefront = services.office.storefronts.of(store)
    ours = services.office.links.webhooks()
    await storefront.create_hook("order_paid", f"{listening.url}/health/live")
    for event in ("order_paid", "order_paid", "order_updated"):
        await storefront.create_hook(event, ours)
    found = await services.registration.look(store)
    assert (found.surplus, found.other_hooks, found.is_complete) == (3, 1, False)
    await services.registration.repair(store)
    assert (await services.registration.look(store)).is_complete
    assert sorted(hook.event for hook in simulated.hooks.values() if hook.url == ours) == sorted(EVENTS)
    assert [hook.url for hook in simulated.hooks.values() if hook.url != ours] == [f"{listening.url}/health/live"]


@pytest.mark.parametrize(("endpoint", "code", "hooks"), [("hooks.list", "a", 0), ("shipping-methods.list", "b", 6)])
async def test_whoever_comes_in_is_signed_in_though_the_platform_does_not_register_all(
    listening: Listening, endpoint: str, code: str, hooks: int
) -> None:
    faults, simulated = listening.sandbox.store.faults, listening.sandbox.store.add_store(StoreSpec(code=code))
    faults.add(Fault(kind=FaultKind.FAIL_BEFORE, endpoint=endpoint))
    async with listening.browser() as browser:
        shown = await browser.get(await consent(browser, code))
        assert (shown.status_code, SESSION in browser.cookies) == (200, True)
        assert "por registar" in shown.text
        arrived = await browser.get(await consent(browser, code, return_to="/"))
        assert (arrived.status_code, arrived.headers["location"]) == (303, "/app")
        assert len(simulated.hooks) == hooks, "what can be registered is"
        today = (await browser.get("/app")).text
        assert 'href="/app/settings"' in today
        assert "por registar" in today
        faults.clear()
        await browser.get(await consent(browser, code))
        assert "por registar" not in (await browser.get("/app")).text


@pytest.mark.parametrize(
    ("base", "rules"),
    [
        ("https://hub.example.com", "SameSite=None; Secure; Partitioned"),
        ("http://localhost:8000", "SameSite=None; Secure; Partitioned"),
        ("http://hub.example.com", "SameSite=Lax"),
    ],
)
async def test_in_a_frame_of_the_admin_the_cookie_comes_back_where_browsers_allow_it(
    tmp_path: Path, base: str, rules: str
) -> None:
    async with running_sandbox(port=0, seed=1) as sandbox, open_listening(sandbox, base, tmp_path) as hub:

        @asynccontextmanager
        async def services() -> AsyncIterator[Services]:
            yield hub.services

        app = create_app(services)
        app.state.services = hub.services
        async with caller(app) as browser:
            begun = await browser.get("/jumpseller/install")
    assert begun.headers["set-cookie"].endswith(f"HttpOnly; {rules}")
