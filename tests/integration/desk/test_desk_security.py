"""Doors: every route of the app is walked by whoever has no business there. Routes are asked of the app, so that a new one is walked too.

What a new page may have to add here: the value of a new name in its path (``tests/busy_store.py``), and fields without which its form
would be sent back before it looks anything up (``FORMS``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa

from despacho_database.engines import database_url, open_engines
from despacho_database.tables import metadata
from tests.busy_store import Morning
from tests.markup import Markup
from tests.routes import Door, Way, ways
from tests.web import API, Browser, Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC_CHANGES = {
    "/jumpseller/webhooks": "signed by the platform",
    "/jumpseller/rates/{store_key}": "the store's own key in the address; prices, nothing else",
    "/jumpseller/invoices/{store_key}": "signed by the platform",
    "/carriers/{account_key}/events": "the account's own key in the address, and what the carrier's port checks",
    "/scan/{token}": "the label's own token in the address, and a mark that is worth one press",
}
PUBLIC_READS = {
    "/assets/{digest}/{name}": "style sheets and scripts",
    "/signed-out": "for who has just left",
    "/jumpseller/install": "begins the consent",
    "/jumpseller/callback": "ends it, with a state that is bound to the browser",
    "/jumpseller/services/{store_key}": "the store's own key in the address",
    "/documents/{file_name}": "the document's own token in the address",
    "/manifests/{token}": "the manifest's own token in the address",
    "/track/{token}": "the shipment's own token in the address",
    "/scan/{token}": "the label's own token in the address",
    "/health/live": "says that it lives",
    "/health/ready": "says what it lacks, in names",
    "/metrics": "counts, without stores",
    "/schema": "the API's description",
    "/schema/openapi.json": "the API's description",
    "/schema/{path}": "the API's description",
}
FORMS: dict[str, dict[str, Any]] = {
    "/app/accounts/{account_id}/label": {"label": "a6"},
    "/app/activity/outbox/{effect_id}/resolve": {"how": "happened"},
    "/app/invoices/{invoice_id}/credit": {"what": "rest"},
    "/app/manifests/{manifest_id}/labels": {"label": "x"},
    "/app/manifests/{manifest_id}/sign/{party}": {"name": "Ana", "i_sign": "1"},
    "/app/invoices/{invoice_id}/settle": {"how": "issued", "number": "39-77"},
    "/app/shipments/{shipment_id}/tracking": {"status": "delivered"},
}
FILES = {"/app/manifests/{manifest_id}/scan": {"scan": ("scan.pdf", b"%PDF-1.4", "application/pdf")}}
OWN_TO_ALL = ("/app/accounts/new/{provider_id}", "/app/rates/{section}/{key}")
"""Paths that name nothing of another store's: what providers there are, and places in the visitor's own plan."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theirs(web: Web) -> dict[str, str]:
    """What the first store has, by the name that the routes give it."""
    town = web.town
    morning = Morning(town.services, town.sandbox.store, town.store, town.carrier, town.take_in)
    return await morning.begin()


@pytest_asyncio.fixture(loop_scope="module")
async def untouched(web: Web, theirs: dict[str, str]) -> AsyncIterator[None]:
    """After the test everything that the first store has is as it was, in every table."""
    before = await _everything_of(web)
    assert sum(map(len, before.values())) > 50
    yield
    after = await _everything_of(web)
    for table, rows in before.items():
        changed = [pair for pair in zip(rows, after[table], strict=False) if pair[0] != pair[1]]
        assert after[table] == rows, (
            f"{table} was changed: {len(rows)} rows, then {len(after[table])}; {changed[:1]!r:.3000}"
        )


def _walk(web: Web, door: Door) -> Iterator[Way]:
    return (way for way in ways(web.app) if way.door is door)


def _path(way: Way, ids: dict[str, str]) -> str:
    number = ids["waiting"] if way.path.startswith("/app/invoices/waiting/") else ids["number"]
    return way.path.format_map({**ids, "number": number})


async def _send(browser: Browser, way: Way, ids: dict[str, str], **changes: Any) -> httpx.Response:
    data = {"csrf": browser.csrf, **FORMS.get(way.path, {}), **changes}
    return await browser.client.request(way.method, _path(way, ids), data=data, files=FILES.get(way.path))


async def test_every_route_stands_behind_a_door_or_is_meant_for_everybody(web: Web) -> None:
    open_ways = list(_walk(web, Door.NONE))
    assert {way.path for way in open_ways if way.changes} == set(PUBLIC_CHANGES)
    assert {way.path for way in open_ways if not way.changes} == set(PUBLIC_READS)
    for way in ways(web.app):
        if way.path == "/" or way.path.startswith("/app"):
            assert way.door is Door.DESK, way
        if way.path.startswith(API):
            assert way.door is Door.API, way
    assert len(list(_walk(web, Door.DESK))) > 40


async def test_nothing_that_is_looked_at_is_changed_by_looking(web: Web) -> None:
    """Changes are POST, PUT, PATCH or DELETE: nothing else passes the look at the token."""
    assert {way.method for way in ways(web.app) if not way.changes} == {"GET"}


async def test_nobody_passes_without_a_session(web: Web, theirs: dict[str, str], untouched: None) -> None:
    for way in _walk(web, Door.DESK):
        path = _path(way, theirs)
        answer = await web.client.request(way.method, path)
        if way.changes:
            assert answer.status_code == 401, way
            continue
        assert answer.status_code == 302, way
        assert answer.headers["location"].startswith("/jumpseller/install?return_to=%2F"), way
        part = await web.client.get(path, headers={"hx-request": "true"})
        assert part.status_code == 401, way
        assert part.headers["hx-redirect"].startswith("/jumpseller/install?return_to=%2F"), way


async def test_a_bearer_token_opens_no_page_and_a_session_no_route_of_the_api(
    web: Web, theirs: dict[str, str], browser: Browser, untouched: None
) -> None:
    for way in _walk(web, Door.DESK):
        answer = await web.api.request(way.method, _path(way, theirs))
        assert answer.status_code == (401 if way.changes else 302), way
    for way in _walk(web, Door.API):
        answer = await browser.client.request(
            way.method, _path(way, theirs), headers={"x-csrf-token": browser.csrf}, json={}
        )
        assert problem(answer) == (401, "unauthorized"), way


async def test_no_change_is_made_without_the_sessions_own_token(
    web: Web, theirs: dict[str, str], browser: Browser, stranger: Browser, untouched: None
) -> None:
    for way in _walk(web, Door.DESK):
        if not way.changes:
            continue
        for wrong in ("", "wrong", stranger.csrf):
            answer = await _send(browser, way, theirs, csrf=wrong)
            assert answer.status_code == 403, f"{way} with {wrong!r}"
        as_json = await browser.client.request(way.method, _path(way, theirs), json={"csrf": browser.csrf})
        assert as_json.status_code == 403, f"{way}: a body that no form of another site could send is no form"
        in_query = await browser.client.request(way.method, f"{_path(way, theirs)}?csrf={browser.csrf}")
        assert in_query.status_code == 403, way


async def test_another_stores_things_are_not_there(
    web: Web, theirs: dict[str, str], stranger: Browser, untouched: None
) -> None:
    for way in _walk(web, Door.DESK):
        if not way.has_ids or way.path.startswith(OWN_TO_ALL):
            continue
        for headers in ({}, {"hx-request": "true"}):
            stranger.client.headers.update(headers)
            answer = (
                await _send(stranger, way, theirs) if way.changes else await stranger.client.get(_path(way, theirs))
            )
            stranger.client.headers.pop("hx-request", None)
            assert answer.status_code == 404, f"{way}: {answer.status_code} {answer.headers.get('location')}"
            assert "text/html" in answer.headers["content-type"], way


async def test_the_same_things_are_there_for_their_own_store(
    web: Web, theirs: dict[str, str], browser: Browser
) -> None:
    """Or the walk above would prove nothing."""
    for way in _walk(web, Door.DESK):
        if not way.changes and way.has_ids:
            answer = await browser.client.get(_path(way, theirs))
            assert answer.status_code == 200, f"{way}: {answer.text[:2000]}"


async def test_every_link_leads_somewhere(web: Web, theirs: dict[str, str], browser: Browser) -> None:
    pages = await _pages(web, browser, theirs)
    links = {link: path for path, markup in pages.items() for link in markup.links()}
    for link, path in sorted(links.items()):
        if link in pages:
            continue
        answer = await browser.client.get(link)
        assert answer.status_code == 200, f"{link} on {path}: {answer.status_code}"


async def test_lists_show_nothing_of_another_store(
    web: Web, theirs: dict[str, str], browser: Browser, stranger: Browser
) -> None:
    own = {theirs[name] for name in ("shipment_id", "manifest_id", "invoice_id", "batch_id", "account_id")}
    seen = ""
    for way in _walk(web, Door.DESK):
        if not way.changes and not way.has_ids:
            text = (await stranger.client.get(way.path)).text
            assert not {one for one in own if one in text}, way
            assert web.store.name not in text, way
            seen += (await browser.client.get(way.path)).text
    assert {theirs["number"], theirs["manifest_id"]} <= {one for one in theirs.values() if one in seen}


async def test_another_stores_forms_change_nothing_of_it(
    web: Web, theirs: dict[str, str], browser: Browser, stranger: Browser, untouched: None
) -> None:
    """Every form on the first store's pages, as it stands, sent by somebody who is signed in for another."""
    sent = set()
    for path, markup in (await _pages(web, browser, theirs)).items():
        for form in markup.forms:
            data: dict[str, Any] = {}
            for name, value in form.fields:
                data.setdefault(name, []).append(value)
            if form.action.startswith(("/app/sign-out", "/app/settings/repair")):
                continue  # ends the stranger's session; registers the stranger's own store, at a platform that is not asked here
            answer = await stranger.client.post(form.action, data={**data, "csrf": stranger.csrf})
            assert answer.status_code < 500, f"{form.action} on {path}: {answer.text[:2000]}"
            sent.add(form.action)
    assert len(sent) > 20


async def _pages(web: Web, browser: Browser, ids: dict[str, str]) -> dict[str, Markup]:
    """Every page that the store's people see, by path."""
    found = {}
    for way in _walk(web, Door.DESK):
        if way.changes:
            continue
        answer = await browser.client.get(_path(way, ids))
        if answer.headers["content-type"].startswith("text/html"):
            found[_path(way, ids)] = Markup(answer.text, _path(way, ids))
    return found


async def _everything_of(web: Web) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the first store, by table. Sessions are left out: they belong to browsers."""
    engines = open_engines(database_url(web.town.hub.settings.database_url))
    found: dict[str, list[tuple[Any, ...]]] = {}
    try:
        async with engines.read.connect() as connection:
            for table in metadata.sorted_tables:
                column = table.c.get("store_id", table.c.id if table.name == "stores" else None)
                if column is None or table.name == "sessions":
                    continue
                rows = await connection.execute(sa.select(table).where(column == web.store.id))
                found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    finally:
        await engines.close()
    return found
