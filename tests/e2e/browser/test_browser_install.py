"""Installing and signing in as a merchant does it: from the store's admin, in a frame of another site."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser.theatre import Theatre
from tests.town import FIRST_STORE

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_app_is_installed_in_a_frame_of_the_admin_and_stays_signed_in(tab: Page, theatre: Theatre) -> None:
    await tab.goto(theatre.admin(FIRST_STORE))
    frame = tab.frame_locator('iframe[title="App"]')
    await frame.get_by_label("Store").select_option(FIRST_STORE)
    await frame.get_by_role("button", name="Allow").click()
    await expect(frame.get_by_role("heading", name="Today")).to_be_visible()
    store = await theatre.store(FIRST_STORE)
    await expect(frame.get_by_text(store.name)).to_be_visible()
    await tab.reload()
    await expect(frame.get_by_role("heading", name="Today")).to_be_visible()


async def test_signing_out_leads_to_the_consent_again(tab: Page, theatre: Theatre) -> None:
    await tab.goto(theatre.address)
    await tab.get_by_label("Store").select_option(FIRST_STORE)
    await tab.get_by_role("button", name="Allow").click()
    await tab.locator("details.desk-menu summary").click()
    await tab.get_by_role("button", name="Sign out").click()
    await tab.get_by_role("link", name="Open the App again").click()
    await expect(tab.get_by_role("button", name="Allow")).to_be_visible()
