"""A browser that runs no scripts: slower to work with, and everything is there."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from despacho_core.manifests import ManifestState
from tests.e2e.browser.shopkeeping import morning_in, signed_in
from tests.e2e.browser.theatre import Theatre
from tests.town import FIRST_STORE

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_from_a_search_to_a_signed_manifest_without_a_script(theatre: Theatre, chromium: Browser) -> None:
    morning = await morning_in(theatre, FIRST_STORE)
    orders = [await morning.order() for _ in range(2)]
    context = await signed_in(theatre, chromium, morning.store, language="es", scripts=False)
    page = await context.new_page()
    await page.goto(f"{theatre.address}/app/orders")
    await page.locator("#text").fill(morning.texts.buyer)
    await page.locator("#text").press("Enter")
    await expect(page).to_have_url(re.compile("text="))
    for order in orders:
        await page.locator(f"input[type=checkbox][name='order'][value='{order.id}']").check()
    await page.locator("#with").select_option(index=1)
    await _sent(page, page.locator("button[formaction='/app/orders/labels']"))
    await _looked_again(page, "#batch tbody .text-bg-success", len(orders))
    await page.locator("form[action='/app/orders/manifests'] button").click()
    await page.locator("tbody a[href^='/app/manifests/']").first.click()
    manifest = page.url.rpartition("/")[2]
    await _sent(page, page.locator("form[action$='/close'] button"))
    for party, name in (("merchant", "Ana Soto"), ("carrier", "Luis Rojas")):
        await _looked_again(page, f"a[href$='/sign/{party}']", 1)
        await page.locator(f"a[href$='/sign/{party}']").click()
        await expect(page.locator("canvas")).to_be_hidden()
        await page.locator("input[name='name']").fill(name)
        await page.locator("#i_sign").check()
        await _sent(page, page.locator("button.btn-lg"))
    await expect(page.locator("dd.desk-digest").first).to_have_text(re.compile(r"[0-9a-f]{64}"))
    await context.close()
    signed = (await morning.services.manifest_desk.file(morning.store.id, manifest)).manifest
    assert signed.state is ManifestState.SIGNED
    assert {one.name for one in signed.signatures} == {"Ana Soto", "Luis Rojas"}


async def _looked_again(page: Page, awaited: str, count: int) -> None:
    """The page does not follow by itself: it says so, with a link to itself, until nothing further happens."""
    for _ in range(40):
        again = page.get_by_role("link", name="Mirar de nuevo")
        if await page.locator(awaited).count() == count or not await again.count():
            break
        await _sent(page, again)
    await expect(page.locator(awaited)).to_have_count(count)


async def _sent(page: Page, by: Locator) -> None:
    """Press, and have the next page before anything is looked at: without scripts nothing else changes this one."""
    async with page.expect_navigation(wait_until="load"):
        await by.click()
