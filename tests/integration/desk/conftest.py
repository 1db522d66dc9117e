"""The App's pages over a town of their own, and browsers that are signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.databases import fresh_sqlite
from tests.town import open_town
from tests.web import Browser, Web, open_web, signed_in


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def web(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Web]:
    """The app over a town on SQLite."""
    folder = tmp_path_factory.mktemp("town")
    async with open_town(fresh_sqlite(folder), folder, limits=False) as town, open_web(town) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def browser(web: Web) -> AsyncIterator[Browser]:
    """Signed in for the town's store, in English."""
    async with signed_in(web.app, web.town, web.store) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def stranger(web: Web) -> AsyncIterator[Browser]:
    """Signed in for another store."""
    async with signed_in(web.app, web.town, web.other_store) as opened:
        yield opened
