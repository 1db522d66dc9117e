"""The first ten minutes: a store that has nothing yet is led, step by step, to its first label. In Chile and in Portugal."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from despacho_core.shipments import ShipmentState
from despacho_sandbox.store.stores import StoreSpec
from tests.e2e.browser.shopkeeping import complaints_of, signed_in
from tests.e2e.browser.theatre import Theatre
from tests.town import FIRST_STORE, SECOND_STORE, settled_store

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Merchant:
    """Whose first ten minutes, and with whom; ``price`` is for a carrier that names none."""

    code: str
    language: str
    carrier: str
    invoicing: str
    country: str = "CL"
    price: str = ""


MERCHANTS = (
    Merchant(FIRST_STORE, "es", "chilexpress", "openfactura"),
    Merchant(SECOND_STORE, "en", "chilexpress", "openfactura"),
    Merchant("loja-do-tejo", "pt", "ctt", "invoicexpress", country="PT", price="4,50"),
)


@pytest.mark.parametrize("merchant", MERCHANTS, ids=lambda one: f"{one.country}-{one.language}")
async def test_the_guided_start_leads_to_a_first_label(theatre: Theatre, chromium: Browser, merchant: Merchant) -> None:
    if merchant.code not in theatre.sandbox.store.stores:
        theatre.sandbox.store.add_store(StoreSpec(code=merchant.code, country=merchant.country))
    store = await settled_store(theatre.hub, theatre.sandbox, merchant.code)
    order = theatre.sandbox.store.place_order(merchant.code)
    assert await theatre.services.intake.take_in(store, order.id) is not None
    context = await signed_in(theatre, chromium, store, language=merchant.language)
    page = await context.new_page()
    complaints = complaints_of(page)
    await page.goto(theatre.address)
    await expect(page.locator("html")).to_have_attribute("lang", merchant.language)
    await page.locator("main a[href='/app/start']").first.click()
    await _box(page)
    await _account(page, "carrier", merchant.carrier)
    if merchant.price:
        await _tariff(page, merchant.price)
    await _account(page, "invoicing", merchant.invoicing)
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


async def _account(page: Page, step: str, provider: str) -> None:
    """The sandbox's own account, with one click."""
    await _open(page, step)
    await page.locator(f"#step-{step} button[name='provider'][value='{provider}']").click()
    await expect(page.locator(f"#step-{step} .text-bg-success")).to_be_visible()


async def _box(page: Page) -> None:
    await _open(page, "boxes")
    await page.locator("#step-boxes a[href^='/app/rates/boxes/new']").click()
    form = page.locator("main form").filter(has=page.locator("input[name='name']"))
    await form.locator("input[name='name']").fill("Caja")
    for field, value in {"length_cm": "40", "width_cm": "30", "height_cm": "25", "max_weight_kg": "20"}.items():
        await form.locator(f"input[name='{field}']").fill(value)
    await page.keyboard.press("Enter")
    await expect(page.locator("#step-boxes .text-bg-success")).to_be_visible()


async def _tariff(page: Page, price: str) -> None:
    """A price for everywhere, as people write it."""
    await _open(page, "tariff")
    await page.locator("#step-tariff a[href^='/app/rates/tariff/new']").click()
    form = page.locator("main form").filter(has=page.locator("input[name='service_code']"))
    await form.locator("select[name='account']").select_option(index=1)
    code = await form.locator("datalist option").first.get_attribute("value")
    await form.locator("input[name='service_code']").fill(code or "")
    await form.locator("input[name='service_name']").fill("Correio")
    await form.locator("input[name='up_to_0']").fill("30")
    await form.locator("input[name='price_0']").fill(price)
    await form.locator("button.btn-primary").click()
    await expect(page.locator("#step-tariff .text-bg-success")).to_be_visible()


async def _bought(page: Page, theatre: Theatre, store_id: str, number: int) -> None:
    """The cheapest of what is offered side by side."""
    page.on("dialog", lambda dialog: dialog.accept())
    await page.locator(f"form[action='/app/orders/{number}/labels'] button").first.click(timeout=20_000)
    await expect(page.locator("a[href*='/label.pdf'], iframe[src*='/label.pdf']").first).to_be_attached(timeout=20_000)
    file = await theatre.services.reading.order(store_id, number)
    assert [one.state for one, _ in file.shipments] == [ShipmentState.BOUGHT]
