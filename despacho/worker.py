"""The worker process: works off the inbox and the outbox, and keeps the schedule."""

from __future__ import annotations

import asyncio

from despacho.settings import Settings


def run(settings: Settings) -> int:
    """Work until asked to end; returns the exit code."""
    return asyncio.run(_work(settings))


async def _work(settings: Settings) -> int:
    from despacho.bootstrap import open_hub  # noqa: PLC0415 - the command line must start at once
    from despacho.schema import wait_for_schema  # noqa: PLC0415
    from despacho_jobs.queue import ArqJobQueue  # noqa: PLC0415
    from despacho_jobs.schedule import Schedule  # noqa: PLC0415
    from despacho_jobs.worker import run_worker  # noqa: PLC0415

    redis_url = redis_of(settings)
    await wait_for_schema(settings)
    queue = ArqJobQueue(redis_url)
    schedule = Schedule(
        sweep_s=settings.sweep_seconds,
        track_due_s=settings.track_seconds,
        reconcile_s=settings.reconcile_seconds,
    )
    try:
        async with open_hub(settings, queue) as hub:
            await run_worker(hub.services.work, redis_url, schedule=schedule)
    finally:
        await queue.aclose()
    return 0


def redis_of(settings: Settings) -> str:
    """The Redis to use.

    Raises:
        ConfigurationInvalid: None is set; only ``despacho serve`` starts one of its own.
    """
    from despacho.settings import ConfigurationInvalid  # noqa: PLC0415

    if settings.redis_url is None:
        raise ConfigurationInvalid(
            ["DESPACHO_REDIS_URL: needed by `web` and `worker`; `despacho serve` starts a Redis of its own."]
        )
    return settings.redis_url
