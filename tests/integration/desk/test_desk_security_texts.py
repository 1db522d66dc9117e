"""What others wrote appears as text, and what is secret does not appear: on every page, in every log line, in every error."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

import httpx
import msgspec
import pytest
import pytest_asyncio

from despacho_core.stores import BasicCredentials
from despacho_http.desk.assets import asset
from despacho_services.identifiers import new_token
from tests.busy_store import Morning, Texts
from tests.markup import Markup
from tests.routes import Door, Way, ways
from tests.town import CHILEXPRESS, OPENFACTURA
from tests.web import Browser, Web

pytestmark = pytest.mark.asyncio(loop_scope="module")

BREAKS = "\"'><x-bad onx=1>{{7*7}}${7*7}"
"""Breaks out of attributes and text where it is not escaped, and shows 49 where it is taken for a template."""
TEXTS = Texts(
    buyer=f"Ana{BREAKS}",
    street=f"Calle{BREAKS}",
    product=f"Taza{BREAKS}",
    event=f"Oficina{BREAKS}",
    problem=f"Rechazo{BREAKS}",
    view=f"Vista{BREAKS}",
    box=f"Caja{BREAKS}",
)
SECRET_KEYS = ("key_coverage", "key_rating", "key_shipping")
CANARY = "canary-c0ffee-badc0de"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ids(web: Web) -> dict[str, str]:
    """A store whose name, buyers, products, carriers and people mean no good."""
    town = web.town
    async with town.services.office.units.begin() as work:
        store = await work.stores.get(web.store.id)
        assert store is not None
        town.store = msgspec.structs.replace(store, name=f"Tienda{BREAKS}")
        await work.stores.save(town.store)
        await work.commit()
    morning = Morning(town.services, town.sandbox.store, town.store, town.carrier, town.take_in, TEXTS)
    return await morning.begin()


async def test_hostile_texts_appear_as_text_on_every_page(web: Web, ids: dict[str, str], browser: Browser) -> None:
    await browser.send("/app/person", person=f"Jefe{BREAKS}")
    read = ""
    for path, answer in await _seen(web, browser, ids):
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        markup = Markup(answer.text, path)
        assert not [one for one in markup.elements if one.tag == "x-bad" or "onx" in one.attributes], path
        assert "49$" not in answer.text, path
        assert f"Tienda{BREAKS}" in markup.text, path
        read += markup.text
    for text in ("Ana", "Calle", "Taza", "Oficina", "Rechazo", "Vista", "Caja", "Jefe"):
        assert f"{text}{BREAKS}" in read, f"{text} is shown nowhere, so nothing is proved of it"


async def test_hostile_texts_appear_as_text_to_the_buyer_and_the_driver(web: Web, ids: dict[str, str]) -> None:
    shipment, labels = await web.town.services.shipping.get(web.store.id, ids["shipment_id"])
    label = msgspec.structs.replace(labels[0], scan_token=new_token())
    async with web.town.services.office.units.begin() as work:
        await work.labels.save(label)
        await work.commit()
    manifest = await web.town.services.manifest_desk.file(web.store.id, ids["manifest_id"])
    paths = [
        f"/track/{shipment.track_token}",
        f"/scan/{label.scan_token}",
        f"/manifests/{manifest.manifest.token}",
    ]
    for path in paths:
        answer = await web.client.get(path)
        assert answer.status_code == 200, path
        assert not [one for one in Markup(answer.text).elements if one.tag == "x-bad" or "onx" in one.attributes]


async def test_what_is_looked_for_comes_back_as_text(web: Web, ids: dict[str, str], browser: Browser) -> None:
    """Every parameter of every page, and a path that is not there."""
    for way in _reads(web):
        for name in sorted(way.queries | {"text", "view", "said"}):
            answer = await browser.client.get(_path(way, ids), params={name: BREAKS})
            assert answer.status_code < 500, f"{way} {name}"
            if answer.headers["content-type"].startswith("text/html"):
                elements = Markup(answer.text).elements
                assert not [one for one in elements if one.tag == "x-bad" or "onx" in one.attributes], f"{way} {name}"
    answer = await browser.client.get(f"/app/orders/{BREAKS}")
    assert answer.status_code == 404
    assert "<x-bad" not in answer.text


async def test_no_page_has_a_script_or_a_style_of_its_own(web: Web, ids: dict[str, str], browser: Browser) -> None:
    for path, answer in await _seen(web, browser, ids):
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        own = [one for one in Markup(answer.text, path).elements if one.scripted]
        assert own == [], path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert answer.headers["cache-control"] == "no-store", path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["referrer-policy"] == "same-origin", path


async def test_every_page_loads_from_here_alone_and_leads_elsewhere_without_our_address(
    web: Web, ids: dict[str, str], browser: Browser
) -> None:
    for path, answer in await _seen(web, browser, ids):
        for one in Markup(answer.text, path).elements if "html" in answer.headers["content-type"] else ():
            loaded = one.attributes.get("src") or (one.attributes.get("href") if one.tag == "link" else "") or ""
            assert loaded.startswith(("/", "data:image/")) or not loaded, f"{loaded} on {path}"
            if one.tag == "a" and one.attributes.get("target") == "_blank":
                assert "noopener" in one.attributes.get("rel", ""), f"{one.attributes} on {path}"


async def test_no_secret_stands_on_a_page_or_in_a_log(
    web: Web, ids: dict[str, str], browser: Browser, stranger: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answers = await _seen(web, browser, ids)
        answers += await _seen(web, stranger, {**ids, "number": "999999"})
        for way in (one for one in ways(web.app) if one.door is Door.API and not one.changes):
            answers.append((way.path, await web.api.get(way.path.format_map({**ids, "label_id": ids["label_id"]}))))
        await web.town.fault("chilexpress", "unauthorized", "create-shipment")
        answers.append(("buying", await browser.send(f"/app/orders/{ids['number']}/labels", account=ids["account_id"])))
        answers.append(("testing", await browser.send(f"/app/accounts/{ids['account_id']}/test")))
    secrets = _secrets(web) | {stranger.csrf, *_cookies(browser), *_cookies(stranger)}
    for path, answer in answers:
        for secret in secrets - (
            {stranger.csrf} if answer.request.headers.get("cookie") == _cookie(stranger) else set()
        ):
            assert secret not in answer.text, f"{path} shows {secret[:6]}…"
            assert secret not in repr(answer.headers), f"{path} shows {secret[:6]}…"
    log = "\n".join(record.getMessage() + str(record.exc_text or "") for record in caplog.records)
    for secret in secrets | {browser.csrf}:
        assert secret not in log


async def test_a_secret_that_was_typed_is_not_given_back(web: Web, ids: dict[str, str], browser: Browser) -> None:
    """Neither by the page of a form that is refused, nor by that of one that is kept."""
    typed = 0
    for way in _reads(web):
        answer = await browser.client.get(_path(way, ids))
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for form in Markup(answer.text, _path(way, ids)).forms:
            secret = [name for name, kind in form.kinds.items() if kind == "password"]
            if not secret or form.action.endswith("/remove"):
                continue
            typed += 1
            assert not [value for name, value in form.fields if name in secret and value], (
                f"{way}: a secret is filled in"
            )
            for others in ("", "x"):  # empty: refused for what is missing
                data = {name: value or others for name, value in form.fields} | dict.fromkeys(secret, CANARY)
                told = await browser.send(form.action, **{**data, "csrf": browser.csrf})
                assert told.status_code < 500, form.action
                assert CANARY not in told.text, form.action
                assert CANARY not in repr(told.headers), form.action
    assert typed
    for _path_read, answer in await _seen(web, browser, ids):
        assert CANARY not in answer.text


async def test_an_error_of_ours_says_nothing_of_what_broke(
    web: Web, ids: dict[str, str], browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """Where a page breaks, the visitor reads that it did; the log has the rest, without the address's words."""
    orders = web.town.services.order_desk
    broken = type(orders).page

    async def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("the words of a driver")

    try:
        type(orders).page = breaks  # type: ignore[assignment,method-assign]  # a fault that no input can cause
        answer = await browser.client.get("/app/orders", params={"text": CANARY})
    finally:
        type(orders).page = broken  # type: ignore[method-assign]
    assert answer.status_code == 500
    assert "driver" not in answer.text
    assert "Traceback" not in answer.text
    assert "the words of a driver" in caplog.text
    assert CANARY not in caplog.text


async def test_our_script_writes_no_markup(web: Web) -> None:
    """What it shows it sets as text."""
    script = asset("desk.js").content.decode()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", script)


def _reads(web: Web) -> Iterable[Way]:
    return (way for way in ways(web.app) if way.door is Door.DESK and not way.changes)


def _path(way: Way, ids: dict[str, str]) -> str:
    waiting = {"number": ids["waiting"]} if way.path.startswith("/app/invoices/waiting/") else {}
    return way.path.format_map({**ids, **waiting})


async def _seen(web: Web, browser: Browser, ids: dict[str, str]) -> list[tuple[str, httpx.Response]]:
    """Every page as it is, and as a part of one."""
    seen = []
    for way in _reads(web):
        path = _path(way, ids)
        seen.append((path, await browser.client.get(path)))
    return seen


def _secrets(web: Web) -> set[str]:
    """What belongs on no page."""
    found = {CHILEXPRESS[name] for name in SECRET_KEYS} | {OPENFACTURA["api_key"]}
    for store in (web.store, web.other_store):
        assert isinstance(store.credentials, BasicCredentials)
        found |= {store.hooks_token, store.credentials.login, store.credentials.authtoken}
    for client in (web.api, web.other):
        found.add(client.headers["authorization"].removeprefix("Bearer "))
    found |= {web.other_store.key, web.other_carrier.key}
    assert all(len(one) > 7 for one in found), found
    return found


def _cookie(browser: Browser) -> str:
    return str(browser.client.headers["cookie"])


def _cookies(browser: Browser) -> set[str]:
    return {part.partition("=")[2] for part in _cookie(browser).split("; ")}
