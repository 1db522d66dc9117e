"""One browser, two stores: their admins are one site, so that it has one session for both.

It works for the store whose admin opened the App last, and a page that is still open of the other never acts on this one.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.web import Browser, Web, caller, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

FROM_AN_ADMIN = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
CONSENT = "/jumpseller/install?return_to=%2F"


@pytest_asyncio.fixture(loop_scope="module")
async def moved_on(web: Web) -> AsyncIterator[tuple[Browser, Browser]]:
    """A page that was shown to the first store, and the browser, which was signed in for the second since."""
    async with signed_in(web.app, web.town, web.store) as first:
        former = first.client.headers["cookie"].partition("=")[2]
        text = await web.town.services.sessions.begin(web.other_store.id, former=former)
        session = await web.town.services.sessions.recognise(text)
        assert session is not None
        async with caller(web.app) as client:
            client.headers.update({"cookie": f"despacho_session={text}", "accept-language": "en"})
            yield Browser(client, first.csrf), Browser(client, session.csrf)


@pytest.mark.parametrize(
    "came",
    [FROM_AN_ADMIN, {**FROM_AN_ADMIN, "sec-fetch-dest": "document"}, {**FROM_AN_ADMIN, "sec-fetch-site": "same-site"}],
    ids=["in a frame", "in a tab", "from another port of this machine"],
)
async def test_whoever_opens_the_app_from_an_admin_asks_the_platform_whose_it_is(
    browser: Browser, came: dict[str, str]
) -> None:
    answer = await browser.client.get("/", headers=came)
    assert (answer.status_code, answer.headers["location"]) == (302, CONSENT)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("arrived", ["/app", "/app/orders"])
async def test_whoever_comes_back_from_the_consent_has_arrived(browser: Browser, arrived: str) -> None:
    """Browsers say of the whole way that it came from another site; it must end all the same."""
    assert (await browser.client.get(arrived, headers=FROM_AN_ADMIN)).status_code == 200


@pytest.mark.parametrize(
    "came",
    [
        {},
        {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    ],
    ids=["a browser that does not say", "typed", "a link of ours", "no page at all"],
)
async def test_everybody_else_stays_signed_in(browser: Browser, came: dict[str, str]) -> None:
    assert (await browser.client.get("/", headers=came)).status_code == 200


@pytest.mark.parametrize("name", ["store", "store_code", "code"])
async def test_an_address_that_names_another_store_leads_to_the_consent_and_is_not_believed(
    web: Web, browser: Browser, name: str
) -> None:
    assert (await browser.client.get(f"/?{name}={web.store.code}")).status_code == 200
    answer = await browser.client.get(f"/?{name}={web.other_store.code}")
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(CONSENT)
    assert web.store.name in await browser.read("/app"), "nothing but the platform's word signs in elsewhere"


async def test_a_form_of_the_first_store_changes_nothing_and_says_where_one_is(
    web: Web, moved_on: tuple[Browser, Browser]
) -> None:
    before, _ = moved_on
    answer = await before.send("/app/person", person="Mallory")
    assert answer.status_code == 403
    assert web.other_store.name in answer.text
    assert web.store.name not in answer.text
    assert "Mallory" not in await before.read("/app")


async def test_a_page_of_the_first_store_is_told_so_before_it_shows_anything_of_the_second(
    web: Web, moved_on: tuple[Browser, Browser]
) -> None:
    before, now = moved_on
    as_part = {"hx-request": "true", "x-csrf-token": before.csrf}
    for path in ("/app/orders", "/app/shipments", "/app/settings/platform"):
        answer = await before.client.get(path, headers=as_part)
        assert answer.status_code == 403
        assert f"signed in for {web.other_store.name} now" in answer.text
        assert 'class="alert alert-danger"' in answer.text, "what the page shows at its top"
        assert "<table" not in answer.text
    own = await now.client.get("/app/orders", headers={"hx-request": "true", "x-csrf-token": now.csrf})
    assert own.status_code == 200
    assert web.other_store.name in await now.read("/app/orders")


async def test_a_change_by_a_page_of_the_first_store_says_so_in_that_page(
    web: Web, moved_on: tuple[Browser, Browser]
) -> None:
    before, _ = moved_on
    answer = await before.client.post(
        "/app/orders/labels", data={"order": "1"}, headers={"hx-request": "true", "x-csrf-token": before.csrf}
    )
    assert (answer.status_code, answer.headers["hx-retarget"]) == (403, "#said")
    assert web.other_store.name in answer.text


async def test_another_tab_of_the_same_store_goes_on_working(web: Web) -> None:
    """Opening the App in a second tab signs in once more; what is open in the first is of the same store."""
    async with signed_in(web.app, web.town, web.store) as first:
        await first.send("/app/person", person="Ana Soto")
        former = first.client.headers["cookie"].partition("=")[2]
        text = await web.town.services.sessions.begin(web.store.id, former=former)
        assert text != former
        assert (await first.client.get("/app")).status_code == 302, "the former cookie opens nothing any more"
        first.client.headers["cookie"] = f"despacho_session={text}"
        assert "Ana Soto" in await first.read("/app")
        assert (await first.send("/app/person", person="Eva Díaz")).status_code == 303


async def test_a_session_that_has_ended_hands_nothing_on(web: Web) -> None:
    async with signed_in(web.app, web.town, web.store) as first:
        web.town.clock.turn(12 * 3600)
        text = await web.town.services.sessions.begin(
            web.store.id, former=first.client.headers["cookie"].partition("=")[2]
        )
        session = await web.town.services.sessions.recognise(text)
    assert session is not None
    assert session.csrf != first.csrf


async def test_who_is_refused_keeps_what_the_browser_had(web: Web, browser: Browser) -> None:
    """Consent that was denied, or a platform that is down, takes nobody's session away."""
    refused = await browser.client.get("/jumpseller/callback?error=access_denied")
    assert refused.status_code == 400
    assert 'href="/app"' in refused.text
    assert _leads_to_consent(refused)
    assert web.store.name in await browser.read("/app")
    nobody = await web.client.get("/jumpseller/callback?error=access_denied")
    assert 'href="/app"' not in nobody.text
    assert _leads_to_consent(nobody)


async def test_a_consent_that_the_platform_began_by_itself_is_begun_properly_once(web: Web) -> None:
    answer = await web.client.get("/jumpseller/callback?code=from-the-gallery")
    assert (answer.status_code, answer.headers["location"]) == (302, "/jumpseller/install?return_to=/app")
    asked = {"cookie": f"despacho_browser={'b' * 32}"}
    assert (await web.client.get("/jumpseller/callback?code=without-its-state", headers=asked)).status_code == 409


@pytest.mark.parametrize(("language", "tab"), [("es", "una pestaña"), ("pt", "num separador"), ("en", "in a tab")])
async def test_a_browser_that_keeps_nothing_in_a_frame_is_led_into_a_tab(web: Web, language: str, tab: str) -> None:
    answer = await web.client.get("/jumpseller/callback?code=x&state=y", headers={"accept-language": language})
    assert answer.status_code == 409
    assert re.search(rf'<a href="/" target="_blank" rel="noopener">[^<]*{tab}</a>', answer.text)
    assert _leads_to_consent(answer)


def _leads_to_consent(answer: httpx.Response) -> bool:
    return "/jumpseller/install?return_to=/app" in answer.text
