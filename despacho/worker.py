"""The worker process: works off the inbox and the outbox, and keeps the schedule."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from despacho.liveness import answering
from despacho.schema import upgrade_schema, wait_for_schema
from despacho.settings import Settings


def run(
    settings: Settings, redis_url: str, *, host: str = "127.0.0.1", port: int | None = None, upgrade: bool = False
) -> int:
    """Work until asked to end; returns the exit code. To be called from the main thread.

    Args:
        settings: What the operator decided.
        redis_url: Who wakes us.
        host: Address on which to say that the process lives.
        port: Port for it; None says it to nobody.
        upgrade: Bring the database up to date first instead of waiting for somebody who does.

    Raises:
        DatabaseNotReady: The database cannot be used.
        OSError: The port is taken.
    """
    if upgrade:
        upgrade_schema(settings)
    else:
        wait_for_schema(settings)
    return asyncio.run(_work(settings, redis_url, host, port))


async def _work(settings: Settings, redis_url: str, host: str, port: int | None) -> int:
    from despacho.bootstrap import open_hub  # noqa: PLC0415 - every adapter; the schema is made before they are read
    from despacho_jobs.queue import ArqJobQueue  # noqa: PLC0415 - as above
    from despacho_jobs.schedule import Schedule  # noqa: PLC0415 - as above
    from despacho_jobs.worker import run_worker  # noqa: PLC0415 - as above
    from despacho_system.shared_health import SharedHealth  # noqa: PLC0415 - as above

    schedule = Schedule(
        sweep_s=settings.sweep_seconds,
        track_due_s=settings.track_seconds,
        reconcile_s=settings.reconcile_seconds,
    )
    async with AsyncExitStack() as stack:
        queue = ArqJobQueue(redis_url)
        stack.push_async_callback(queue.aclose)
        health = SharedHealth(redis_url)
        stack.push_async_callback(health.aclose)
        hub = await stack.enter_async_context(open_hub(settings, queue, health=health))
        if port is not None:
            await stack.enter_async_context(answering(host, port))
        await run_worker(
            hub.services.work,
            redis_url,
            schedule=schedule,
            on_stop=hub.services.work.stop,
            grace_s=hub.services.runner.policy.grace.total_seconds(),
        )
    return 0
