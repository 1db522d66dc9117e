"""The web process: the platform's callbacks, the REST API and the pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from despacho.schema import upgrade_schema, wait_for_schema
from despacho.settings import Settings

if TYPE_CHECKING:
    from despacho_services.services import Services


def run(settings: Settings, redis_url: str, *, host: str, port: int, upgrade: bool = False) -> int:
    """Serve until asked to end; returns the exit code. To be called from the main thread.

    Args:
        settings: What the operator decided.
        redis_url: Where the workers are woken.
        host: Address to listen on.
        port: Port to listen on.
        upgrade: Bring the database up to date first instead of waiting for somebody who does.

    Raises:
        DatabaseNotReady: The database cannot be used.
    """
    # Before the schema is looked at: while this process reads its modules, another one may be making the schema.
    from despacho.bootstrap import open_hub  # noqa: PLC0415 - every adapter; only this process and the worker need them
    from despacho_database.migrations import is_current  # noqa: PLC0415 - as above
    from despacho_http import create_app, run_web  # noqa: PLC0415 - the web server; only this process needs it
    from despacho_jobs.queue import ArqJobQueue  # noqa: PLC0415 - as above
    from despacho_system.shared_health import SharedHealth  # noqa: PLC0415 - as above
    from despacho_system.shared_rates import SharedRates  # noqa: PLC0415 - as above

    @asynccontextmanager
    async def services() -> AsyncIterator[Services]:
        queue, rates, health = ArqJobQueue(redis_url), SharedRates(redis_url), SharedHealth(redis_url)
        try:
            async with open_hub(settings, queue, rates=rates, health=health) as hub:
                yield hub.services
        finally:
            await health.aclose()
            await rates.aclose()
            await queue.aclose()

    if upgrade:
        upgrade_schema(settings)
    else:
        wait_for_schema(settings)

    async def schema_is_current() -> bool:
        return await asyncio.to_thread(is_current, settings.database_url)

    return run_web(
        create_app(
            services,
            schema_is_current=schema_is_current,
            admin_origin=settings.admin_origin,
            more_frames=settings.admin_origins,
        ),
        host=host,
        port=port,
    )
