"""The driver has arrived: a tablet on the counter, a finger, no mouse and no keyboard."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.async_api import Browser, CDPSession, ViewportSize, expect

from despacho_core.manifests import ManifestState, Party
from tests.e2e.browser.shopkeeping import complaints_of, morning_in, signed_in
from tests.e2e.browser.theatre import Theatre
from tests.town import FIRST_STORE

pytestmark = pytest.mark.asyncio(loop_scope="module")

TABLET = ViewportSize(width=768, height=1024)
STROKES = (((0.1, 0.3), (0.25, 0.7), (0.4, 0.3), (0.55, 0.7)), ((0.6, 0.5), (0.75, 0.45), (0.9, 0.55)))
"""Where the finger goes, in parts of the field."""


async def test_both_parties_sign_with_a_finger(theatre: Theatre, chromium: Browser) -> None:
    morning = await morning_in(theatre, FIRST_STORE)
    await morning.bought(await morning.order())
    manifesting, carrier = morning.services.manifesting, morning.carrier.id
    manifest = (await manifesting.open(morning.store.id, carrier)).manifest.id
    await manifesting.close(morning.store.id, manifest, wait=20)
    context = await signed_in(theatre, chromium, morning.store, language="es", touch=TABLET)
    page = await context.new_page()
    complaints = complaints_of(page)
    finger = await context.new_cdp_session(page)
    await page.goto(f"{theatre.address}/app/manifests/{manifest}")
    for party, name in (("merchant", "Ana Soto"), ("carrier", "Luis Rojas")):
        await page.locator(f"a[href$='/sign/{party}']").tap()
        await page.locator("input[name='name']").tap()
        await page.locator("input[name='name']").fill(name)
        canvas = page.locator("canvas[data-sign]")
        await canvas.scroll_into_view_if_needed()
        before = await page.evaluate("window.scrollY")
        box = await canvas.bounding_box()
        assert box is not None
        assert box["width"] > 600, "wide enough for a signature"
        for stroke in STROKES:
            await _drawn(finger, [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in stroke])
        assert await page.evaluate("window.scrollY") == before, "the page stays where it is under the finger"
        await page.locator("button.btn-lg").click()  # a tap some milliseconds after a stroke is none to the browser
    await expect(page.locator("dd.desk-digest").first).to_have_text(re.compile(r"[0-9a-f]{64}"))
    await context.close()
    assert complaints == []
    signed = (await morning.services.manifest_desk.file(morning.store.id, manifest)).manifest
    assert signed.state is ManifestState.SIGNED
    assert {one.party for one in signed.signatures} == {Party.MERCHANT, Party.CARRIER}
    for one in signed.signatures:
        drawing = await morning.services.office.documents.get(morning.store.id, one.image or "not drawn")
        assert drawing is not None
        width, height = Image.open(io.BytesIO(drawing.content)).size
        assert width > 2 * height > 50, "both strokes, cut to what was drawn on"


async def _drawn(finger: CDPSession, points: list[tuple[float, float]]) -> None:
    """One stroke, as the screen reports it."""
    for place, (x, y) in enumerate(points):
        kind = "touchMove" if place else "touchStart"
        await finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    await finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
