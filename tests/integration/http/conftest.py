"""One town for each module: what the routes answer is looked at, and each test brings its own orders."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.databases import fresh_sqlite
from tests.town import open_town
from tests.web import Web, open_web


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def web(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Web]:
    """The app over a town on SQLite."""
    folder = tmp_path_factory.mktemp("town")
    async with open_town(fresh_sqlite(folder), folder, limits=False) as town, open_web(town) as opened:
        yield opened
