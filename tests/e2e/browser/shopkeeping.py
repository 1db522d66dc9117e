"""A store on the theatre's stage that is ready to work, and browsers that are signed in for it."""

from __future__ import annotations

import msgspec
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from despacho_core.stores import Store
from despacho_sandbox.store.order import Order
from tests.busy_store import Morning, Texts
from tests.e2e.browser.theatre import Theatre
from tests.town import CHILEXPRESS, OPENFACTURA, settled_store, sign


async def morning_in(theatre: Theatre, code: str, texts: Texts | None = None) -> Morning:
    """A store with a carrier and an invoicing system. The platform does not call us: the test does it in its place."""
    store = await settled_store(theatre.hub, theatre.sandbox, code)
    accounts, url = theatre.services.accounts, theatre.sandbox.url
    carrier = await accounts.add(
        store.id, "chilexpress", name="Chilexpress", settings={**CHILEXPRESS, "base_url": f"{url}/chilexpress"}
    )
    await accounts.add(
        store.id, "openfactura", name="OpenFactura", settings={**OPENFACTURA, "base_url": f"{url}/openfactura"}
    )

    async def take_in(order: Order) -> None:
        body = msgspec.json.encode({"order": {"id": order.id}})
        headers = {
            "jumpseller-store-code": store.code,
            "jumpseller-event": "order_paid",
            "jumpseller-hmac-sha256": sign(body, store.hooks_token),
            "jumpseller-triggered-at": f"{order.id}",
            "content-type": "application/json",
        }
        await theatre.services.reception.webhook(headers, body)
        for _ in range(2):
            await theatre.services.work.look_at_everything()

    return Morning(theatre.services, theatre.sandbox.store, store, carrier, take_in, texts or Texts())


async def signed_in(
    theatre: Theatre,
    browser: Browser,
    store: Store,
    *,
    language: str = "en",
    touch: ViewportSize | None = None,
    scripts: bool = True,
) -> BrowserContext:
    """A browser that came back from the consent a while ago; with ``touch`` it is a tablet of that size."""
    text = await theatre.services.sessions.begin(store.id)
    context = await browser.new_context(
        locale=language,
        viewport=touch or ViewportSize(width=1280, height=900),
        has_touch=touch is not None,
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    await context.add_cookies([{"name": "despacho_session", "value": text, "url": theatre.address}])
    return context


def complaints_of(page: Page) -> list[str]:
    """What the browser complains of from now on: scripts that break, a policy that is broken, what is not there."""
    found: list[str] = []

    def heard(said: ConsoleMessage) -> None:
        # htmx reports so when nothing was chosen yet; it sends nothing then, which is what is wanted.
        if said.type == "error" and "hx-include returned no matches" not in said.text:
            found.append(f"{said.text} {said.location.get('url', '')}")

    page.on("console", heard)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
