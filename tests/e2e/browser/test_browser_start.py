"""The first ten minutes: a store that has nothing yet is led, step by step, to its first label."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from despacho_core.shipments import ShipmentState
from tests.e2e.browser.shopkeeping import complaints_of, signed_in
from tests.e2e.browser.theatre import Theatre
from tests.town import FIRST_STORE, SECOND_STORE, settled_store

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(("code", "language"), [(FIRST_STORE, "es"), (SECOND_STORE, "pt")])
async def test_the_guided_start_leads_to_a_first_label(
    theatre: Theatre, chromium: Browser, code: str, language: str
) -> None:
    store = await settled_store(theatre.hub, theatre.sandbox, code)
    order = theatre.sandbox.store.place_order(code)
    assert await theatre.services.intake.take_in(store, order.id) is not None
    context = await signed_in(theatre, chromium, store, language=language)
    page = await context.new_page()
    complaints = complaints_of(page)
    await page.goto(theatre.address)
    await expect(page.locator("html")).to_have_attribute("lang", language)
    await page.locator("main a[href='/app/start']").first.click()
    await _box(page)
    await page.locator("#step-carrier button[name='provider'][value='chilexpress']").click()
    await expect(page.locator("#step-carrier .text-bg-success")).to_be_visible()
    await _open(page, "invoicing")
    await page.locator("#step-invoicing button[name='provider'][value='openfactura']").click()
    await expect(page.locator("#step-invoicing .text-bg-success")).to_be_visible()
    await _open(page, "quote")
    await page.locator("form[action='/app/start/quote'] button").click()
    await _open(page, "label")
    await expect(page.locator("#step-quote .text-bg-success").first).to_be_visible()
    await page.locator(f"#step-label a[href='/app/orders/{order.id}']").click()
    await _bought(page, theatre, store.id, order.id)
    await page.goto(f"{theatre.address}/app/start")
    await expect(page.locator("progress")).to_have_attribute(
        "value", await page.locator("progress").get_attribute("max") or ""
    )
    await context.close()
    assert complaints == []


async def _open(page: Page, step: str) -> None:
    """Unfold a step, if it is not the one that comes next."""
    details = page.locator(f"#step-{step} details")
    await details.wait_for()
    if await details.get_attribute("open") is None:
        await details.locator("summary").click()


async def _box(page: Page) -> None:
    await _open(page, "boxes")
    await page.locator("#step-boxes a[href^='/app/rates/boxes/new']").click()
    form = page.locator("main form").filter(has=page.locator("input[name='name']"))
    await form.locator("input[name='name']").fill("Caja")
    for field, value in {"length_cm": "40", "width_cm": "30", "height_cm": "25", "max_weight_kg": "20"}.items():
        await form.locator(f"input[name='{field}']").fill(value)
    await page.keyboard.press("Enter")
    await expect(page.locator("#step-boxes .text-bg-success")).to_be_visible()


async def _bought(page: Page, theatre: Theatre, store_id: str, number: int) -> None:
    """The cheapest of what is offered side by side."""
    page.on("dialog", lambda dialog: dialog.accept())
    await page.locator(f"form[action='/app/orders/{number}/labels'] button").first.click(timeout=20_000)
    await expect(page.locator("a[href*='/label.pdf'], iframe[src*='/label.pdf']").first).to_be_attached(timeout=20_000)
    file = await theatre.services.reading.order(store_id, number)
    assert [one.state for one, _ in file.shipments] == [ShipmentState.BOUGHT]
