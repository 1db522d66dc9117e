"""How a page is looked at in the browser: by axe, on a telephone, and by whoever has only a keyboard. Each look returns what is wrong."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize

WIDE, TELEPHONE = ViewportSize(width=1280, height=900), ViewportSize(width=360, height=740)
_RULES = {"resultTypes": ["violations"], "iframes": False}
_UNFOLD = "() => { for (const one of document.querySelectorAll('main details')) one.open = true; }"
_TOO_WIDE = """() => {
  const seen = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll('body *')].filter((one) => {
    if (one.closest('.table-responsive, .desk-views, .desk-acts, nav, pre, .visually-hidden')) return false;
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > seen + 1;
  });
  const over = document.documentElement.scrollWidth - seen;
  return over > 0 ? [`${over} pixels too wide`, ...wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 160))] : [];
}"""
_REACHABLE = """() => {
  // Radio buttons of one name are one stop; what is folded or hidden is none.
  const chosen = (one) => document.querySelector(`input[type=radio][name="${one.name}"]:checked`);
  const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]');
  const stops = [...all].filter((one) => {
    if (one.disabled || one.tabIndex < 0 || one.type === 'hidden' || !one.checkVisibility({visibilityProperty: true})) return false;
    if (one.closest('details:not([open])') && one.tagName !== 'SUMMARY') return false;
    return !(one.type === 'radio' && !one.checked && chosen(one));
  });
  window.stops = new Set(stops);
  window.unseen = [];
  document.addEventListener('focusin', ({target}) => {
    const style = getComputedStyle(target);
    if (style.outlineStyle === 'none' && style.boxShadow === 'none') window.unseen.push(target.outerHTML.slice(0, 160));
    window.stops.delete(target);
  });
  return stops.length;
}"""
_MISSED = "() => [[...window.stops].map((one) => one.outerHTML.slice(0, 160)), window.unseen]"
_FURTHER = (8, 24, 48)
"""The browser's own viewer of a label in its frame has stops of its own, and so has the way round the page's end."""


async def settled(page: Page) -> None:
    """Wait for what the page asks for by itself."""
    await page.wait_for_function("() => !document.querySelector('.htmx-request')")


async def unfolded(page: Page) -> None:
    """Open all that is folded, so that it is looked at too."""
    await page.evaluate(_UNFOLD)
    await settled(page)


async def barriers(page: Page) -> list[str]:
    """What axe finds, the small things too."""
    found = (await Axe().run(page, options=_RULES)).response["violations"]
    return [f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:2]]}" for one in found]


async def too_wide(page: Page) -> list[str]:
    """What does not fit on a telephone, so that the page has to be pushed sideways."""
    await page.set_viewport_size(TELEPHONE)
    found: list[str] = await page.evaluate(_TOO_WIDE)
    return found


async def missed_by_keyboard(page: Page) -> list[str]:
    """Controls that the tabulator does not reach, or at which nobody sees where they are."""
    stops: int = await page.evaluate(_REACHABLE)
    missed, unseen = [""], []
    for presses in (stops, *_FURTHER):
        for _ in range(presses):
            await page.keyboard.press("Tab")
        missed, unseen = await page.evaluate(_MISSED)
        if not missed:
            break
    return [f"not reached by keyboard: {one}" for one in missed] + [f"focus is not seen: {one}" for one in unseen]
