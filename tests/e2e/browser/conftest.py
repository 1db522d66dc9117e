"""A real browser before a real hub: sockets, cookies, frames.

The hub goes by ``localhost`` and the sandbox by ``127.0.0.1``, which browsers take for two sites. Without a Chromium on the machine these
tests are skipped and say so; ``.ci/run`` installs one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.databases import fresh_sqlite
from tests.e2e.browser.theatre import Theatre, open_theatre

CHROMIUM = os.environ.get("DESPACHO_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE_MS = 20_000
"""For machines that do other things beside; nothing waits for as long where all is well."""
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """A browser without a window."""
    if CHROMIUM is None:
        pytest.skip(
            "there is no Chromium on this machine: install Debian's `chromium`, or name one in DESPACHO_TEST_CHROMIUM"
        )
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    """The sandbox, and a hub in which nothing is installed yet."""
    folder = tmp_path_factory.mktemp("theatre")
    async with open_theatre(fresh_sqlite(folder), folder) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def tab(request: pytest.FixtureRequest, chromium: Browser, theatre: Theatre) -> AsyncIterator[Page]:
    """A new tab of a browser that has never been here, in English unless a test asks for another language.

    A script or a policy that fails fails the test.
    """
    context = await chromium.new_context(
        locale=getattr(request, "param", "en-GB"), viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    await context.close()
    assert complaints == []
