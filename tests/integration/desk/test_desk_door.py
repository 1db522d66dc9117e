"""Who is let into the App, and what a change has to bring."""

from __future__ import annotations

import gzip
import re

import pytest

from despacho_http.desk.assets import asset, asset_url
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_page_without_a_session_leads_through_the_consent_and_back(web: Web) -> None:
    answer = await web.client.get("/app/language/../orders?status=paid", follow_redirects=False)
    assert answer.status_code in {302, 404}
    answer = await web.client.get("/")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/jumpseller/install?return_to=%2F"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_part_of_a_page_without_a_session_tells_the_browser_where_to_sign_in(web: Web) -> None:
    answer = await web.client.get("/", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/jumpseller/install?return_to=%2F"


async def test_a_change_without_a_session_is_not_made(web: Web) -> None:
    answer = await web.client.post("/app/language", data={"language": "pt"})
    assert answer.status_code == 401


async def test_the_first_page_is_the_stores_own_and_may_stand_in_its_admins_frame_only(
    web: Web, browser: Browser
) -> None:
    answer = await browser.client.get("/")
    assert answer.status_code == 200
    assert web.store.name in answer.text
    policy = answer.headers["content-security-policy"]
    assert f"frame-ancestors 'self' https://{web.store.code}.jumpseller.com" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_no_page_has_scripts_or_styles_of_its_own(browser: Browser) -> None:
    text = await browser.read("/")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:", text)


@pytest.mark.parametrize("csrf", ["", "wrong"])
async def test_a_change_needs_the_sessions_own_token(browser: Browser, csrf: str) -> None:
    answer = await browser.send("/app/language", csrf=csrf, language="pt")
    assert answer.status_code == 403
    assert "out of date" in answer.text
    assert "Today" in await browser.read("/"), "the language is as it was"


async def test_another_sessions_token_changes_nothing(browser: Browser, stranger: Browser) -> None:
    answer = await browser.send("/app/language", csrf=stranger.csrf, language="pt")
    assert answer.status_code == 403


async def test_the_token_may_come_in_a_header_as_htmx_sends_it(browser: Browser) -> None:
    answer = await browser.client.post(
        "/app/person", data={"person": " Ana   Soto "}, headers={"x-csrf-token": browser.csrf, "hx-request": "true"}
    )
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/")
    assert "Ana Soto" in await browser.read("/")


@pytest.mark.parametrize(("language", "words"), [("es", "Hoy"), ("pt", "Hoje"), ("en", "Today")])
async def test_a_page_speaks_the_language_that_was_chosen(web: Web, language: str, words: str) -> None:
    async with signed_in(web.app, web.town, web.store) as browser:
        answer = await browser.send("/app/language", language=language, here="/")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        text = await browser.read("/")
        assert f'<html lang="{language}">' in text
        assert f"<h1>{words}</h1>" in text


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""]
)
async def test_nobody_is_led_elsewhere(browser: Browser, path: str) -> None:
    answer = await browser.send("/app/language", language="en", here=path)
    assert answer.headers["location"] == "/"


async def test_whoever_signs_out_is_out(web: Web) -> None:
    async with signed_in(web.app, web.town, web.store) as browser:
        answer = await browser.send("/app/sign-out")
        assert answer.headers["location"] == "/signed-out"
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert (await browser.client.get("/")).status_code == 302
    assert (await web.client.get("/signed-out")).status_code == 200


async def test_a_session_ends_by_itself_after_half_a_day(web: Web) -> None:
    async with signed_in(web.app, web.town, web.store) as browser:
        web.town.clock.turn(12 * 3600)
        assert (await browser.client.get("/")).status_code == 302


async def test_a_body_that_is_too_large_is_refused_as_a_page(browser: Browser) -> None:
    answer = await browser.client.post("/app/person", content=b"x" * (8 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "<html" in answer.text


async def test_style_sheets_and_scripts_come_compressed_and_are_kept_for_ever(web: Web) -> None:
    for name in ("bootstrap.css", "htmx.js", "desk.css", "desk.js"):
        answer = await web.client.get(asset_url(name))
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.content == asset(name).content == gzip.decompress(asset(name).compressed)
    assert (await web.client.get("/assets/0000/htmx.js")).status_code == 404
    assert (await web.client.get("/assets/0000/secrets.txt")).status_code == 404


async def test_the_first_page_with_all_that_it_loads_is_small(web: Web, browser: Browser) -> None:
    """At most 200 kB over the wire, nothing kept from an earlier visit."""
    text = await browser.read("/")
    loaded = sum(len(asset(name).compressed) for name in ("bootstrap.css", "htmx.js", "desk.css", "desk.js"))
    assert len(text.encode()) + loaded <= 200_000
