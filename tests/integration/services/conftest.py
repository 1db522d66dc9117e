"""Hand-over desks for the tests of manifests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.handover import Closing, HandOver, open_handover


@pytest_asyncio.fixture
async def desk(sqlite_url: str, tmp_path: Path) -> AsyncIterator[HandOver]:
    """A hand-over desk."""
    Closing.refusal, Closing.documents = None, ()
    async with open_handover(sqlite_url, tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def everywhere(database_url: str, tmp_path: Path) -> AsyncIterator[HandOver]:
    """A hand-over desk on each database: what happens at once is kept apart by its locks."""
    Closing.refusal, Closing.documents = None, ()
    async with open_handover(database_url, tmp_path) as opened:
        yield opened
