"""A town for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.town import Town, open_town


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """On both databases: where the ledgers are what matters."""
    async with open_town(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def small_town(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """On SQLite alone: where the rules are what matters."""
    async with open_town(sqlite_url, tmp_path) as opened:
        yield opened
