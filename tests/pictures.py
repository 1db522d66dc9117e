"""``python -m tests.pictures``: photographs the App for the documentation, on the sandbox, with made-up people."""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from despacho_core.stores import Store
from despacho_sandbox.store.stores import StoreSpec
from tests.busy_store import WRONG_TAX_ID, Morning
from tests.databases import fresh_sqlite
from tests.e2e.browser.shopkeeping import morning_in, signed_in
from tests.e2e.browser.theatre import Theatre, open_theatre
from tests.servers import Session
from tests.town import FIRST_STORE, settled_store

FOLDER = Path("docs/pictures")
MOST_OCTETS = 120_000
_BUYERS = (
    "Carlos Muñoz",
    "Beatriz Rojas",
    "Daniela Contreras",
    "Esteban Silva",
    "Francisca Díaz",
    "Gonzalo Vera",
    "Isabel Fuentes",
    "Joaquín Araya",
)
WIDE, TABLET, TELEPHONE = (1280, 860), (900, 1100), (360, 740)

Prepare = Callable[[Page], Awaitable[None]]


async def _nothing(page: Page) -> None:
    """The page as it comes."""


async def _drawn(page: Page) -> None:
    """A signature, half drawn."""
    await page.locator("input[name='name']").fill("Ana Soto")
    box = await page.locator("canvas[data-sign]").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 60, box["y"] + 140)
    await page.mouse.down()
    for at, up in enumerate((60, -50, 40, -70, 55, -20, 10, -35, 20)):
        await page.mouse.move(box["x"] + 60 + at * 38, box["y"] + 140 + up, steps=6)
    await page.mouse.up()


async def _tried(page: Page) -> None:
    """A cart that was tried."""
    await page.locator("main form button.btn-primary").first.click()
    await page.wait_for_load_state("networkidle")


async def _quoted(page: Page) -> None:
    """Prices that came in."""
    await page.wait_for_load_state("networkidle")


@dataclass(frozen=True)
class Picture:
    """One photograph: where, how large, in which language, and what is done before."""

    name: str
    path: str
    size: tuple[int, int] = WIDE
    language: str = "es"
    prepare: Prepare = _nothing


PICTURES = (
    Picture("today", "/"),
    Picture("orders", "/app/orders"),
    Picture("orders-telephone", "/app/orders", TELEPHONE),
    Picture("order", "/app/orders/{number}", (1280, 1400), prepare=_quoted),
    Picture("labels", "/app/batches/{batch_id}"),
    Picture("manifest-signing", "/app/manifests/{manifest_id}/sign/merchant", TABLET, prepare=_drawn),
    Picture("documents-waiting", "/app/invoices/waiting"),
    Picture("rates-try", "/app/rates/try", (1280, 1100), prepare=_tried),
    Picture("glance", "/app/glance", (1280, 1100)),
    Picture("accounts", "/app/accounts", language="en"),
)


async def take_all(chromium: str, folder: Path) -> None:
    """Take every picture into :data:`FOLDER`."""
    async with open_theatre(fresh_sqlite(folder), folder) as theatre, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        morning = await morning_in(theatre, FIRST_STORE)
        ids = await morning.begin()
        await _more(morning)
        for picture in PICTURES:
            await _take(theatre, browser, morning.store, picture, ids)
        await _take(
            theatre, browser, await _new_in_portugal(theatre), Picture("start", "/app/start", language="pt"), {}
        )
        await _framed(theatre, browser)
        await browser.close()


async def _more(morning: Morning) -> None:
    """A fuller morning than one of everything."""
    for place, name in enumerate(_BUYERS):
        morning.texts = replace(morning.texts, buyer=name)
        order = await morning.order("several" if place % 2 else "simple")
        if place % 3 == 0:
            await morning.bought(order)
    await morning.order("company", tax_id=WRONG_TAX_ID)


async def _new_in_portugal(theatre: Theatre) -> Store:
    """A store in its first ten minutes."""
    theatre.sandbox.store.add_store(StoreSpec(code="loja-do-tejo", country="PT"))
    return await settled_store(theatre.hub, theatre.sandbox, "loja-do-tejo")


async def _take(theatre: Theatre, browser: Browser, store: Store, picture: Picture, ids: dict[str, str]) -> None:
    context = await signed_in(theatre, browser, store, language=picture.language)
    page = await context.new_page()
    width, height = picture.size
    await page.set_viewport_size({"width": width, "height": height})
    await page.goto(f"{theatre.address}{picture.path.format_map(ids)}")
    await picture.prepare(page)
    await _kept(page, picture.name)
    await context.close()


async def _framed(theatre: Theatre, browser: Browser) -> None:
    """The App as merchants see it: in a frame of the store's admin."""
    context = await browser.new_context(locale="es", viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    await page.goto(theatre.admin(FIRST_STORE))
    frame = page.frame_locator('iframe[title="App"]')
    await frame.locator("select").select_option(FIRST_STORE)
    await frame.locator("button").first.click()
    await frame.locator("header.desk-head").wait_for()
    await page.locator('iframe[title="App"]').scroll_into_view_if_needed()
    await _kept(page, "in-the-admin")
    await context.close()


async def _kept(page: Page, name: str) -> None:
    """Write the picture down, with so few colours that it is small."""
    shot = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    for colours in (128, 64, 32, 16):
        file = io.BytesIO()
        shot.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if len(file.getvalue()) < MOST_OCTETS:
            break
    (FOLDER / f"{name}.png").write_bytes(file.getvalue())
    print(f"{FOLDER / name}.png", len(file.getvalue()))


def main() -> int:
    """Take the pictures; 1 where there is no browser."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("there is no Chromium on this machine: install Debian's `chromium`", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    session = Session()
    try:
        asyncio.run(take_all(chromium, session.folder))
    finally:
        session.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
