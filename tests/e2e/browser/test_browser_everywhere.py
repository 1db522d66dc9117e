"""Every page that there is, with something on it: readable for everybody, wide enough for no screen, worked by keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Response, Route, expect

from despacho_core.shipments import ShipmentWish
from despacho_core.stores import Store
from tests.busy_store import Morning
from tests.e2e.browser.looking import TELEPHONE, WIDE, barriers, missed_by_keyboard, settled, too_wide, unfolded
from tests.e2e.browser.shopkeeping import complaints_of, morning_in, signed_in
from tests.e2e.browser.sights import Sight, sights
from tests.e2e.browser.theatre import Theatre
from tests.town import FIRST_STORE

pytestmark = pytest.mark.asyncio(loop_scope="module")

PARTS = 3
"""So many processes can share the looking."""
TOO_MUCH = 8 * 1024 * 1024 + 1
FILLED_IN_WRONG = (
    ("/app/accounts/new/chilexpress", "/app/accounts/new/chilexpress"),
    ("/app/accounts/{account_id}", "/app/accounts/{account_id}/terms"),
    ("/app/invoices/{invoice_id}", "/app/invoices/{invoice_id}/credit"),
    ("/app/invoices/waiting/{waiting}", "/app/invoices/waiting/{waiting}/billing"),
    ("/app/manifests/{manifest_id}/sign/merchant", "/app/manifests/{manifest_id}/sign/merchant"),
    ("/app/rates/boxes/new", "/app/rates/boxes/new"),
    ("/app/rates/rules/new?do=mark_up", "/app/rates/rules/new"),
    ("/app/rates/tariff/new", "/app/rates/tariff/new"),
    ("/app/settings", "/app/settings/origin"),
    ("/app/settings", "/app/settings/parcel"),
)
"""A page, and one of its forms."""
_SEND_QUESTION_MARKS = """(action) => {
  const form = [...document.querySelectorAll('main form')].find((one) => one.getAttribute('action') === action);
  for (const one of form.elements) if (['text', 'email', 'tel', 'search', 'password'].includes(one.type)) one.value = '?';
  form.submit();
}"""
_TAMPERED = "() => { for (const one of document.querySelectorAll('[name=csrf]')) one.value = 'of another session'; }"
_SEND_TOO_MUCH = """(octets) => {
  const form = document.querySelector("form[action='/app/person']");
  form.elements.person.removeAttribute('maxlength');
  form.elements.person.value = 'x'.repeat(octets);
  form.submit();
}"""


@dataclass
class Desk:
    """A signed-in page, the names of what there is, and what the browser complains of."""

    page: Page
    address: str
    store: Store
    ids: dict[str, str]
    complaints: list[str]

    async def seen(self, sight: Sight) -> list[str]:
        """What is wrong with a page, each with its address."""
        await self.page.set_viewport_size(WIDE)
        self.complaints.clear()
        return await self.looked(sight.path, await self.page.goto(f"{self.address}{sight.path}"), sight.status)

    async def looked(self, name: str, answer: Response | None, status: int) -> list[str]:
        """The same of a page that is there already."""
        assert answer is not None
        kind = answer.headers.get("content-type", "none")
        if answer.status != status or not kind.startswith("text/html"):
            self.complaints.clear()
            return [f"{name}: answers {answer.status}, {kind}"]
        await settled(self.page)
        await unfolded(self.page)
        found = await barriers(self.page) + await missed_by_keyboard(self.page) + await too_wide(self.page)
        # What was asked for on purpose and refused is no complaint.
        found += [one for one in self.complaints if not (status >= 400 and f"status of {status}" in one)]
        self.complaints.clear()
        return [f"{name}: {one}" for one in found]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(theatre: Theatre, chromium: Browser) -> AsyncIterator[Desk]:
    """A store in the middle of its morning, in the language of most merchants."""
    morning = await morning_in(theatre, FIRST_STORE)
    ids = await morning.begin()
    ids |= await _tokens(morning)
    context = await signed_in(theatre, chromium, morning.store, language="es")
    page = await context.new_page()
    yield Desk(page, theatre.address, morning.store, ids, complaints_of(page))
    await context.close()


async def _tokens(morning: Morning) -> dict[str, str]:
    """What stands on papers: tokens by the paths that they open. The driver's page belongs to parcels of the store's own fleet."""
    services, store = morning.services, morning.store
    fleet = await services.accounts.add(store.id, "own-fleet", name="Reparto", settings={"fleet_name": "Reparto Norte"})
    wish = ShipmentWish(account_id=fleet.id, service_code="next-day")
    shipment, labels, _ = await services.shipping.buy(store.id, (await morning.order()).id, wish, wait=20)
    manifest = await services.manifest_desk.file(store.id, morning.ids["manifest_id"])
    return {"/track/": shipment.track_token, "/scan/": labels[0].scan_token, "/manifests/": manifest.manifest.token}


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_page_is_for_everybody(desk: Desk, part: int) -> None:
    """Nothing that axe finds, no control that the tabulator misses or whose focus is unseen, nothing wider than a telephone."""
    all_sights = list(sights(desk.ids))
    assert len(all_sights) > 50
    wrong = [one for sight in all_sights[part::PARTS] for one in await desk.seen(sight)]
    assert wrong == [], "\n".join(wrong)


async def test_portuguese_words_fit_a_telephone_too(theatre: Theatre, chromium: Browser, desk: Desk) -> None:
    """The looks above are at Spanish pages; English words are shorter than either."""
    context = await signed_in(theatre, chromium, desk.store, language="pt")
    page, wrong = await context.new_page(), []
    await page.set_viewport_size(TELEPHONE)
    for sight in sights(desk.ids):
        await page.goto(f"{desk.address}{sight.path}", wait_until="domcontentloaded")
        assert await page.locator("html").get_attribute("lang") == "pt", sight
        await unfolded(page)
        wrong += [f"{sight.path}: {one}" for one in await too_wide(page)]
    await context.close()
    assert wrong == [], "\n".join(wrong)


async def test_the_looks_see_what_is_wrong(tab: Page) -> None:
    """Or the one above would prove nothing."""
    await tab.set_content("""<!doctype html><html lang="en"><title>Bad</title><main><h1>Bad</h1>
        <p><a href="#here">One</a> <input id="one"> <button>Two</button></p>
        <details><summary>More</summary><a id="unseen" href="#there">Three</a><p style="width: 500px">Wide</p></details>
        <style>#unseen:focus { outline: none }</style>
        <script>document.querySelector('button').onkeydown = (event) => event.preventDefault()</script></main></html>""")
    await unfolded(tab)
    assert any(one.startswith("label: ") for one in await barriers(tab)), "a field without a name"
    assert "500px" in " ".join(await too_wide(tab))
    assert any("Three" in one and "not reached" in one for one in await missed_by_keyboard(tab)), "behind a trap"
    await tab.evaluate("document.querySelector('button').onkeydown = null")
    assert any("Three" in one and "not seen" in one for one in await missed_by_keyboard(tab))


async def test_a_form_that_is_refused_is_for_everybody_too(desk: Desk) -> None:
    """Out of date, too large, or with fields that do not fit."""
    page, wrong = desk.page, []
    await page.goto(f"{desk.address}/app")
    await page.evaluate(_TAMPERED)
    async with page.expect_navigation() as gone:
        await page.evaluate("document.querySelector(\"form[action='/app/person']\").submit()")
    wrong += await desk.looked("out of date", await gone.value, 403)
    await page.goto(f"{desk.address}/app")
    async with page.expect_navigation() as gone:
        await page.evaluate(_SEND_TOO_MUCH, TOO_MUCH)
    wrong += await desk.looked("too large", await gone.value, 413)
    assert wrong == [], "\n".join(wrong)


async def test_a_form_that_is_not_right_says_so_for_everybody(desk: Desk) -> None:
    """Every field holds what fits nowhere; what the page says of it can be read by everybody as well."""
    page, wrong = desk.page, []
    for path, action in FILLED_IN_WRONG:
        name = f"{path} with question marks".format_map(desk.ids)
        await page.goto(f"{desk.address}{path}".format_map(desk.ids))
        async with page.expect_navigation() as gone:
            await page.evaluate(_SEND_QUESTION_MARKS, action.format_map(desk.ids))
        answer = await gone.value
        if not await page.locator("[role=alert], [aria-invalid=true]").count():
            wrong.append(f"{name}: nothing says what is wrong")
        wrong += await desk.looked(name, answer, answer.status)
    assert wrong == [], "\n".join(wrong)


async def test_what_cannot_be_fetched_in_the_background_is_said(desk: Desk) -> None:
    """Something before the hub fails, nothing answers at all, or the hub refuses."""
    page, lists = desk.page, "**/app/orders?*"
    for meets in (_a_proxy_that_fails, _nobody):
        await page.goto(f"{desk.address}/app/orders")
        await page.route(lists, meets)
        await page.locator("#text").fill("Soto")
        await page.locator("#text").press("Enter")
        await expect(page.locator("#said")).to_contain_text("Despacho no responde")
        await expect(page.locator("h1")).to_have_text("Pedidos")
        await page.unroute(lists)
    await page.goto(f"{desk.address}/app/orders")
    await page.evaluate("document.body.setAttribute('hx-headers', '{\"x-csrf-token\": \"of another session\"}')")
    await page.locator("#text").fill("Soto")
    await page.locator("#text").press("Enter")
    await expect(page.locator("#said")).to_contain_text(desk.store.name)
    await page.goto("about:blank")  # ends what is still asked: what it meets is no complaint about the next page
    desk.complaints.clear()


async def _a_proxy_that_fails(route: Route) -> None:
    await route.fulfill(status=502, body="<h1>Bad gateway</h1>")


async def _nobody(route: Route) -> None:
    await route.abort()


async def test_a_store_that_was_removed_and_a_browser_that_has_left_find_pages_for_everybody(
    theatre: Theatre, desk: Desk
) -> None:
    async with theatre.services.office.units.begin() as work:
        await work.stores.save(desk.store.asleep("401: Unauthorized"))
        await work.commit()
    wrong = await desk.seen(Sight("/app"))
    await expect(desk.page.get_by_role("alert")).to_be_visible()
    async with theatre.services.office.units.begin() as work:
        await work.stores.save(msgspec.structs.replace(desk.store, problem=None))
        await work.commit()
    assert wrong == [], "\n".join(wrong)


async def test_the_menu_opens_and_closes_by_keyboard(desk: Desk) -> None:
    await desk.page.goto(desk.address)
    menu = desk.page.locator("details.desk-menu")
    await menu.locator("summary").focus()
    await desk.page.keyboard.press("Enter")
    assert await menu.get_attribute("open") is not None
    assert await barriers(desk.page) == []
    await desk.page.keyboard.press("Tab")
    assert await desk.page.evaluate("document.activeElement.closest('details.desk-menu') !== null")
    await desk.page.keyboard.press("Escape")
    assert await menu.get_attribute("open") is None
    assert await desk.page.evaluate("document.activeElement.tagName") == "SUMMARY"


async def test_the_first_tab_leads_past_the_menu(desk: Desk) -> None:
    await desk.page.goto(f"{desk.address}/app/orders")
    await desk.page.keyboard.press("Tab")
    await desk.page.keyboard.press("Enter")
    assert desk.page.url.endswith("#main")
