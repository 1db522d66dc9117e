"""Every page of the App, with something on it: readable for everybody, wide enough for no screen, worked by keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from despacho_http import create_app
from despacho_services.services import Services
from tests.e2e.browser.shopkeeping import complaints_of, morning_in, signed_in
from tests.e2e.browser.theatre import Theatre
from tests.routes import Door, Way, ways
from tests.town import FIRST_STORE

pytestmark = pytest.mark.asyncio(loop_scope="module")

RULES = {"resultTypes": ["violations"], "iframes": False}
GRAVE = {"serious", "critical"}
FILES = ("pdf", "zpl", "csv", "png")
WIDE = """() => {
  const seen = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll('body *')].filter((one) => {
    if (one.closest('.table-responsive, .desk-views, nav, pre, .visually-hidden')) return false;
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > seen + 1;
  });
  return [document.documentElement.scrollWidth - seen, wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 160))];
}"""
REACHABLE = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((one) => {
  if (one.disabled || one.tabIndex < 0 || one.type === 'hidden' || !one.checkVisibility({visibilityProperty: true})) return false;
  if (one.closest('details:not([open])') && one.tagName !== 'SUMMARY') return false;
  if (one.type === 'radio' && !one.checked && document.querySelector(`input[type=radio][name="${one.name}"]:checked`)) return false;
  return true;
}).length"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one.tagName === 'IFRAME') return null;
  window.passed = window.passed || new Set();
  const style = getComputedStyle(one);
  const isShown = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  const isNew = !window.passed.has(one);
  window.passed.add(one);
  return [isNew, isShown, one.outerHTML.slice(0, 160)];
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(theatre: Theatre, chromium: Browser) -> AsyncIterator[tuple[Page, dict[str, str], list[str]]]:
    """A signed-in page, the names of what there is, and what the browser complained of."""
    morning = await morning_in(theatre, FIRST_STORE)
    ids = await morning.begin()
    context = await signed_in(theatre, chromium, morning.store)
    page = await context.new_page()
    complaints = complaints_of(page)
    yield page, ids, complaints
    await context.close()


def _pages() -> list[str]:
    """Every page, not the files."""
    found = [way for way in ways(create_app(_unopened)) if way.door is Door.DESK and not way.changes]
    return sorted(way.path for way in found if not way.path.endswith(FILES) and not _is_part(way))


def _unopened() -> AbstractAsyncContextManager[Services]:
    """The routes are read; nothing is opened."""
    raise AssertionError


def _is_part(way: Way) -> bool:
    """Pages that only answer for orders that were chosen before."""
    return way.path in {"/app/orders/manifests", "/app/orders/documents"}


def _path(template: str, ids: dict[str, str]) -> str:
    waiting = {"number": ids["waiting"]} if template.startswith("/app/invoices/waiting/") else {}
    return template.format_map({**ids, **waiting})


async def test_every_page_can_be_read_by_everybody_and_fits_a_telephone(
    theatre: Theatre, desk: tuple[Page, dict[str, str], list[str]]
) -> None:
    page, ids, complaints = desk
    wrong = []
    templates = _pages()
    assert len(templates) > 15
    for template in templates:
        path = _path(template, ids)
        await page.set_viewport_size({"width": 1280, "height": 900})
        answer = await page.goto(f"{theatre.address}{path}")
        assert answer is not None
        if answer.status != 200:
            wrong.append(f"{path}: {answer.status}")
            continue
        found = (await Axe().run(page, options=RULES)).response["violations"]
        wrong += [
            f"{path}: {one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:2]]}"
            for one in found
            if one["impact"] in GRAVE
        ]
        await page.set_viewport_size({"width": 360, "height": 740})
        over, which = await page.evaluate(WIDE)
        if over > 0:
            wrong.append(f"{path}: {over} pixels too wide: {which}")
        wrong += [f"{path}: {one}" for one in complaints]
        complaints.clear()
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize(
    "template",
    [
        "/",
        "/app/orders",
        "/app/orders/{number}",
        "/app/manifests/{manifest_id}/sign/{party}",
        "/app/accounts/{account_id}",
    ],
)
async def test_everything_on_a_page_is_reached_by_tab_and_seen_to_be(
    theatre: Theatre, desk: tuple[Page, dict[str, str], list[str]], template: str
) -> None:
    page, ids, _ = desk
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.goto(f"{theatre.address}{_path(template, ids)}")
    await page.wait_for_load_state("networkidle")
    wanted = await page.evaluate(REACHABLE)
    reached, hidden = 0, []
    for _ in range(wanted + 8):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(FOCUSED)
        if focused is None:
            continue
        is_new, is_shown, html = focused
        reached += is_new
        if not is_shown:
            hidden.append(html)
    assert hidden == []
    assert reached >= wanted > 10, f"{reached} of {wanted} were reached"


async def test_the_menu_opens_and_closes_by_keyboard(
    theatre: Theatre, desk: tuple[Page, dict[str, str], list[str]]
) -> None:
    page, _, _ = desk
    await page.goto(theatre.address)
    menu = page.locator("details.desk-menu")
    await menu.locator("summary").focus()
    await page.keyboard.press("Enter")
    assert await menu.get_attribute("open") is not None
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('details.desk-menu') !== null")
    await page.keyboard.press("Escape")
    assert await menu.get_attribute("open") is None
    assert await page.evaluate("document.activeElement.tagName") == "SUMMARY"


async def test_the_first_tab_leads_past_the_menu(
    theatre: Theatre, desk: tuple[Page, dict[str, str], list[str]]
) -> None:
    page, _, _ = desk
    await page.goto(f"{theatre.address}/app/orders")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert page.url.endswith("#main")
