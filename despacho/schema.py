"""Waiting for the schema: several processes start at once, and one of them brings the database up to date."""

from __future__ import annotations

import asyncio
import time

from despacho.settings import ConfigurationInvalid, Settings

PATIENCE_SECONDS = 60.0


async def wait_for_schema(settings: Settings, *, patience: float = PATIENCE_SECONDS) -> None:
    """Return once the database is at this program's revision.

    Raises:
        ConfigurationInvalid: It is not in time; ``despacho db upgrade`` would bring it there.
    """
    from despacho_database.migrations import is_current  # noqa: PLC0415 - only processes that open the database need it

    deadline = time.monotonic() + patience
    while not await asyncio.to_thread(is_current, settings.database_url):
        if time.monotonic() > deadline:
            raise ConfigurationInvalid(
                ["The database has another schema than this program: run `despacho db upgrade`."]
            )
        await asyncio.sleep(0.1)
