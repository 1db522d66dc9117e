"""Installing and signing in as a merchant does it: from the store's admin, in a frame of another site."""

from __future__ import annotations

import pytest
from playwright.async_api import FrameLocator, Page, expect

from tests.e2e.browser.theatre import Theatre
from tests.town import FIRST_STORE, SECOND_STORE

pytestmark = pytest.mark.asyncio(loop_scope="module")


TODAY = {"es": "Hoy", "pt": "Hoje", "en": "Today"}
REMOVED = {
    "es": ("La tienda ya no nos deja entrar.", "Instalar de nuevo"),
    "pt": ("A loja já não nos deixa entrar.", "Instalar novamente"),
    "en": ("The store does not let us in any more.", "Install again"),
}


@pytest.mark.parametrize("tab", TODAY, indirect=True)
async def test_the_app_is_installed_in_a_frame_of_the_admin_and_stays_signed_in(tab: Page, theatre: Theatre) -> None:
    theatre.sandbox.store.uninstall(FIRST_STORE)
    await tab.goto(theatre.admin(FIRST_STORE))
    app = _app(tab)
    await app.get_by_label("Store").select_option(FIRST_STORE)
    await app.get_by_role("button", name="Allow").click()
    language = await tab.evaluate("navigator.language")
    await expect(app.get_by_role("heading", name=TODAY[language], exact=True)).to_be_visible()
    await expect(app.locator("header.desk-head")).to_contain_text((await theatre.store(FIRST_STORE)).name)
    await tab.reload()
    await expect(app.get_by_role("heading", name=TODAY[language], exact=True)).to_be_visible()
    held = {one["name"]: one for one in await tab.context.cookies()}["despacho_session"]
    assert (held["httpOnly"], held["secure"], held["sameSite"]) == (True, True, "None")
    assert "127.0.0.1" in (held.get("partitionKey") or ""), "kept for frames of this admin's site alone"
    await app.locator("nav.desk-nav a[href='/app/orders']").click()
    await expect(app.locator("nav.desk-nav a[aria-current='page']")).to_have_attribute("href", "/app/orders")


async def test_signing_out_leads_to_the_consent_again(tab: Page, theatre: Theatre) -> None:
    await tab.goto(theatre.address)
    await tab.get_by_label("Store").select_option(FIRST_STORE)
    await tab.get_by_role("button", name="Allow").click()
    await tab.locator("details.desk-menu summary").click()
    await tab.get_by_role("button", name="Sign out").click()
    await tab.get_by_role("link", name="Open the App again").click()
    await expect(tab.get_by_role("button", name="Allow")).to_be_visible()


@pytest.mark.parametrize("tab", REMOVED, indirect=True)
async def test_an_app_that_was_removed_says_so_and_is_installed_again(tab: Page, theatre: Theatre) -> None:
    await tab.goto(theatre.admin(FIRST_STORE))
    await tab.get_by_role("link", name="Open in a tab").click()
    await _allow_if_asked(tab, FIRST_STORE)
    gone, again = REMOVED[await tab.evaluate("navigator.language")]
    admin = await tab.context.new_page()
    await admin.goto(theatre.admin(FIRST_STORE))
    await admin.get_by_role("button", name="Uninstall").click()
    await expect(admin.get_by_text("not installed")).to_be_visible()
    await theatre.services.work.reconcile()
    await tab.reload()
    await expect(tab.get_by_role("alert").first).to_contain_text(gone)
    await tab.get_by_role("link", name=again).click()
    await tab.get_by_role("button", name="Allow").click()
    await expect(tab.locator("header.desk-head")).to_be_visible()
    await expect(tab.get_by_text(gone)).to_have_count(0)


async def test_two_stores_in_one_browser_never_stand_in_for_each_other(tab: Page, theatre: Theatre) -> None:
    first, second = tab, await tab.context.new_page()
    names = {}
    for page, code in ((first, FIRST_STORE), (second, SECOND_STORE)):
        app = await _opened(page, theatre, code)
        names[code] = (await theatre.store(code)).name
        await expect(app.locator("header.desk-head")).to_contain_text(names[code])
    left_open = _app(first)
    await expect(left_open.locator("header.desk-head")).to_contain_text(names[FIRST_STORE])
    await first.bring_to_front()
    await left_open.locator("details.desk-menu").evaluate("menu => { menu.open = true; }")
    await left_open.get_by_label("Who works here").fill("Ana Soto")
    await left_open.get_by_role("button", name="Save").click()
    await expect(left_open.get_by_role("alert")).to_contain_text(names[SECOND_STORE])
    await first.reload()
    await expect(left_open.locator("header.desk-head")).to_contain_text(names[FIRST_STORE])
    await expect(left_open.locator("details.desk-menu summary")).not_to_contain_text("Ana Soto")


async def test_a_list_that_was_left_open_shows_nothing_of_the_other_store(tab: Page, theatre: Theatre) -> None:
    other = await tab.context.new_page()
    app = await _opened(tab, theatre, FIRST_STORE)
    await app.locator("nav.desk-nav a[href='/app/orders']").click()
    await expect(app.get_by_role("heading", name="Orders")).to_be_visible()
    await _opened(other, theatre, SECOND_STORE)
    await app.locator("#text").fill("somebody")
    await app.locator("#text").press("Enter")
    await expect(app.get_by_role("alert")).to_contain_text((await theatre.store(SECOND_STORE)).name)
    await expect(app.locator("header.desk-head")).to_contain_text((await theatre.store(FIRST_STORE)).name)


async def _opened(page: Page, theatre: Theatre, code: str) -> FrameLocator:
    """The App in the frame of a store's admin; the merchant is asked once, and never again."""
    await page.goto(theatre.admin(code))
    app = _app(page)
    await _allow_if_asked(app, code)
    await expect(app.get_by_role("heading", name="Today")).to_be_visible()
    return app


async def _allow_if_asked(app: FrameLocator | Page, code: str) -> None:
    allow, head = app.get_by_role("button", name="Allow"), app.locator("header.desk-head")
    await expect(allow.or_(head)).to_be_visible()
    if await allow.is_visible():
        await app.get_by_label("Store").select_option(code)
        await allow.click()
    await expect(head).to_be_visible()


def _app(page: Page) -> FrameLocator:
    return page.frame_locator('iframe[title="App"]')
