"""A merchant's morning in a real browser: twenty orders to labels, to a manifest that both sign; a document refused, then mended."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from despacho_core.manifests import ManifestState
from tests.busy_store import WRONG_TAX_ID, Morning
from tests.e2e.browser.shopkeeping import complaints_of, morning_in, signed_in
from tests.e2e.browser.theatre import Theatre
from tests.town import FIRST_STORE

pytestmark = pytest.mark.asyncio(loop_scope="module")

ORDERS = {"es": 20, "pt": 3, "en": 3}
"""The whole morning in the language of most merchants; the others' pages are the same."""
GOOD_TAX_ID = "76.430.498-5"
LANGUAGES = ("es", "pt", "en")
HEADINGS = {"es": "Pedidos", "pt": "Encomendas", "en": "Orders"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def morning(theatre: Theatre) -> Morning:
    """A store that is ready to work."""
    return await morning_in(theatre, FIRST_STORE)


@pytest_asyncio.fixture(loop_scope="module", params=LANGUAGES)
async def page(
    request: pytest.FixtureRequest, theatre: Theatre, chromium: Browser, morning: Morning
) -> AsyncIterator[Page]:
    """A signed-in tab in each language. Whatever the browser complains of fails the test; what is asked is answered with yes."""
    context = await signed_in(theatre, chromium, morning.store, language=request.param)
    opened = await context.new_page()
    complaints = complaints_of(opened)
    opened.on("dialog", lambda dialog: dialog.accept())
    await opened.goto(theatre.address)
    await expect(opened.locator("html")).to_have_attribute("lang", request.param)
    yield opened
    await context.close()
    assert complaints == []


async def test_twenty_orders_to_labels_to_a_signed_manifest(page: Page, theatre: Theatre, morning: Morning) -> None:
    language = await page.locator("html").get_attribute("lang") or ""
    buyer = f"Compradora{language} Soto"
    numbers = [await _placed(morning, buyer) for _ in range(ORDERS[language])]
    for _ in range(2):
        await theatre.services.work.look_at_everything()
    await page.goto(f"{theatre.address}/app/orders?shipping=missing")
    await page.locator("#text").fill(buyer)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"text=Compradora"))  # once what was found is shown
    await expect(page.locator("h1")).to_have_text(HEADINGS[language])
    await expect(page.locator("input[type=checkbox][name='order']")).to_have_count(len(numbers))
    await _choose(page, numbers)
    await page.locator("button[formaction='/app/orders/labels']").click()
    await expect(page.locator("#batch progress")).to_have_attribute("value", str(len(numbers)), timeout=20_000)
    await expect(page.locator("#batch tbody .text-bg-success")).to_have_count(len(numbers))
    await page.locator("form[action='/app/orders/manifests'] button").click()
    await expect(page.locator("tbody a[href^='/app/manifests/']")).to_have_count(len(numbers))
    await page.locator("tbody a[href^='/app/manifests/']").first.click()
    await page.locator("form[action$='/close'] button").click()
    for party in ("merchant", "carrier"):
        await page.locator(f"a[href$='/sign/{party}']").click(timeout=20_000)
        if party == "merchant":
            await _draw(page, "Ana Soto")
        else:
            await _sign_by_keyboard(page, "Luis Rojas")
    await expect(page.locator("dd.desk-digest").first).to_have_text(re.compile(r"[0-9a-f]{64}"))
    manifest = (await morning.services.manifest_desk.file(morning.store.id, page.url.rpartition("/")[2])).manifest
    assert manifest.state is ManifestState.SIGNED
    assert {one.name for one in manifest.signatures} == {"Ana Soto", "Luis Rojas"}
    assert [one.name for one in manifest.signatures if one.image] == ["Ana Soto"], "the other did not draw"
    answer = await page.request.get(f"{page.url}/document.pdf")
    assert (await answer.body()).startswith(b"%PDF-")


async def test_a_refused_document_is_mended_and_issued(page: Page, theatre: Theatre, morning: Morning) -> None:
    order = await morning.order("company", tax_id=WRONG_TAX_ID)
    await page.goto(f"{theatre.address}/app/invoices/waiting")
    card = page.locator("article").filter(has=page.locator(f"a[href='/app/orders/{order.id}']"))
    await expect(card).to_contain_text(WRONG_TAX_ID)
    await card.locator(f"a[href='/app/invoices/waiting/{order.id}']").click()
    await page.locator("input[name='tax_id']").fill(GOOD_TAX_ID)
    await page.locator("button[name='how'][value='issue']").click()
    await expect(page.locator("#said .alert-success")).to_be_visible()
    await page.goto(f"{theatre.address}/app/invoices/waiting")
    await expect(page.locator(f"a[href='/app/orders/{order.id}']")).to_have_count(0)
    assert [document.kind for document in theatre.sandbox.openfactura.documents_for(str(order.id))] == [33]
    await page.goto(f"{theatre.address}/app/orders/{order.id}")
    await page.locator("a[href^='/app/invoices/']").filter(has_text=re.compile(r"33-\d+")).first.click()
    await expect(page.locator("h1")).to_be_visible()


async def _placed(morning: Morning, buyer: str) -> int:
    order = morning.shop.place_order(morning.store.code)
    order.customer = msgspec.structs.replace(order.customer, fullname=buyer)
    assert await morning.services.intake.take_in(morning.store, order.id) is not None
    return int(order.id)


async def _choose(page: Page, numbers: list[int]) -> None:
    """All that are shown, with the box above them."""
    await page.locator("input[data-choose-all='order']").check()
    await expect(page.locator("input[type=checkbox][name='order']:checked")).to_have_count(len(numbers))
    if await page.locator("#with").count():
        await page.locator("#with").select_option(index=1)


async def _sign_by_keyboard(page: Page, name: str) -> None:
    """Write the name and tick that this signs; no pointer is touched."""
    await page.locator("input[name='name']").focus()
    await page.keyboard.type(name)
    for _ in range(8):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.id") == "i_sign":
            break
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")


async def _draw(page: Page, name: str) -> None:
    """Write the name and draw with the pointer."""
    await page.locator("input[name='name']").fill(name)
    canvas = page.locator("canvas[data-sign]")
    await canvas.scroll_into_view_if_needed()
    box = await canvas.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 40, box["y"] + 80)
    await page.mouse.down()
    for step in range(1, 12):
        await page.mouse.move(box["x"] + 40 + step * 14, box["y"] + 80 + (30 if step % 2 else -30))
    await page.mouse.up()
    await page.locator("button.btn-lg").click()
