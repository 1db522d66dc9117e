"""Nobody is led elsewhere: whatever stands in an address, a form or a header, the browser is sent to paths of our own."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio

from despacho_http.desk.entrance import local_path
from tests.busy_store import Morning
from tests.markup import Markup
from tests.routes import Door, Way, ways
from tests.web import Browser, Web

pytestmark = pytest.mark.asyncio(loop_scope="module")

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\t//evil.example/",
    "/\t/evil.example/",
    "javascript:alert(1)",
    "evil.example",
    "/@evil.example\r\nLocation: https://evil.example/",
)
NAMES = {"here", "next", "back", "url", "return_to", "to", "path", "redirect", "redirect_uri"}
LEADS = ("location", "hx-redirect", "hx-location", "hx-push-url", "hx-replace-url", "refresh", "content-location")
FROM_ELSEWHERE = {
    "referer": "https://evil.example/",
    "origin": "https://evil.example",
    "hx-current-url": "https://evil.example/",
    "x-forwarded-host": "evil.example",
    "forwarded": "host=evil.example",
}
_LOCAL = re.compile(r"/(?![/\\])[^\s\\]*")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ids(web: Web) -> dict[str, str]:
    """A store with something to open."""
    town = web.town
    return await Morning(town.services, town.sandbox.store, town.store, town.carrier, town.take_in).begin()


def _is_ours(answer: httpx.Response) -> bool:
    leads = [answer.headers[name] for name in LEADS if name in answer.headers]
    return all(_LOCAL.fullmatch(one) for one in leads) and "evil" not in " ".join(leads).partition("?")[0]


def _path(way: Way, ids: dict[str, str]) -> str:
    waiting = {"number": ids["waiting"]} if way.path.startswith("/app/invoices/waiting/") else {}
    return way.path.format_map({**ids, **waiting})


async def test_no_address_of_a_page_leads_elsewhere(web: Web, ids: dict[str, str], browser: Browser) -> None:
    for way in ways(web.app):
        if way.door is not Door.DESK or way.changes:
            continue
        for names in [NAMES, *({name} for name in way.queries)]:
            answer = await browser.client.get(
                _path(way, ids),
                params=dict.fromkeys(names, ELSEWHERE[0]),
                headers=FROM_ELSEWHERE,
                follow_redirects=False,
            )
            assert _is_ours(answer), f"{way} {names}: {answer.headers}"


@pytest.mark.parametrize(
    ("headers", "where"), [({}, ELSEWHERE[0]), ({"hx-request": "true"}, ELSEWHERE[1])], ids=["page", "part"]
)
async def test_no_form_leads_elsewhere(
    web: Web, ids: dict[str, str], browser: Browser, headers: dict[str, str], where: str
) -> None:
    """Every form of every page: first with all of its fields saying so, then only with those that are names of places."""
    actions: dict[str, dict[str, Any]] = {}
    for way in ways(web.app):
        if way.door is Door.DESK and way.changes:
            actions.setdefault(_path(way, ids), {})
        elif way.door is Door.DESK:
            answer = await browser.client.get(_path(way, ids))
            if answer.headers["content-type"].startswith("text/html"):
                for form in Markup(answer.text, _path(way, ids)).forms:
                    actions.setdefault(form.action, {}).update(dict(form.fields))
    assert len(actions) > 30
    actions.pop("/app/sign-out")
    browser.client.headers.update(headers)
    for action, fields in actions.items():
        everywhere = dict.fromkeys([*fields, *NAMES], where)
        for data in (everywhere, {**fields, **dict.fromkeys(NAMES, where)}):
            answer = await browser.client.post(
                action, data={**data, "csrf": browser.csrf}, headers=FROM_ELSEWHERE, follow_redirects=False
            )
            assert answer.status_code < 500, f"{action}: {answer.text[:1000]}"
            assert _is_ours(answer), f"{action} with {where}: {answer.headers}"


@pytest.mark.parametrize("where", ELSEWHERE)
async def test_signing_in_leads_back_to_a_page_of_ours_or_to_the_first(web: Web, where: str) -> None:
    assert local_path(where) == "/"
    page = await web.client.get("/app/orders", params={"text": where}, headers=FROM_ELSEWHERE, follow_redirects=False)
    target = urlsplit(page.headers["location"])
    assert (target.netloc, target.path) == ("", "/jumpseller/install")
    assert local_path(parse_qs(target.query)["return_to"][0]).startswith("/")


async def test_a_page_whose_address_begins_with_two_slashes_leads_nowhere(web: Web, browser: Browser) -> None:
    for client in (web.client, browser.client):
        answer = await client.get("http://127.0.0.1:8000//evil.example/", follow_redirects=False)
        assert answer.status_code in {302, 404}
        if answer.status_code == 302:
            query = parse_qs(urlsplit(answer.headers["location"]).query)
            assert local_path(query["return_to"][0]) == "/"
