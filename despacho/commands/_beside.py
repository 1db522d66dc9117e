"""A hub opened beside the running one, for as long as one command takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, TypeVar

from despacho.commands._console import Failure, failures_told, read_settings
from despacho.schema import DatabaseNotReady, require_schema
from despacho.settings import Settings
from despacho.silence import Silence
from despacho.supervision import RUN_FOLDER
from despacho_core.errors import NotFound
from despacho_core.stores import Account, Store
from despacho_ports.system import JobQueue
from despacho_system.redis_server import embedded_redis_url
from despacho_system.sealing import SecretClosed

if TYPE_CHECKING:
    from despacho.bootstrap import Hub

T = TypeVar("T")

WAKE_PATIENCE_S = 0.5
"""So long a command waits for Redis at most; without a wake-up the next sweep finds the work."""


def with_hub(use: Callable[[Hub], Awaitable[T]]) -> T:
    """Open a hub, use it, close it.

    Raises:
        Failure: Settings, schema, use case or the other side refused; the message says what to do.
    """
    settings = read_settings()
    try:
        with failures_told():
            require_schema(settings)
            return asyncio.run(_used(settings, use))
    except DatabaseNotReady as error:
        raise Failure(str(error), code=error.code) from error
    except SecretClosed as error:
        raise Failure(
            "What the database holds was encrypted with another key. Put the right one into DESPACHO_SECRET_KEY, or "
            f"{settings.data_dir / 'secret.key'} back from a backup.",
            code="secret-key-wrong",
        ) from error


async def chosen_stores(hub: Hub, code: str | None) -> Sequence[Store]:
    """The store with the code, or all. Raises ``NotFound``."""
    installation = hub.services.installation
    return await installation.all() if code is None else [await installation.by_code(code)]


async def codes_by_id(hub: Hub) -> dict[str, str]:
    """Stores' codes by their ids, for listings over all stores."""
    return {store.id: store.code for store in await hub.services.installation.all()}


async def account_by_id(hub: Hub, account_id: str) -> tuple[Store, Account]:
    """An account of whatever store, for the operator. Raises ``NotFound``."""
    for store in await hub.services.installation.all():
        for account in await hub.services.accounts.all(store.id):
            if account.id == account_id:
                return store, account
    raise NotFound(what="account", id=account_id)


async def _used(settings: Settings, use: Callable[[Hub], Awaitable[T]]) -> T:
    from despacho.bootstrap import open_hub  # noqa: PLC0415 - every adapter; only where a command needs a hub

    async with _waker(settings) as queue, open_hub(settings, queue) as hub:
        return await use(hub)


@asynccontextmanager
async def _waker(settings: Settings) -> AsyncIterator[JobQueue]:
    """Wakes the workers where there are any; whether that worked is no concern of whoever runs a command."""
    url = settings.redis_url or embedded_redis_url(settings.data_dir / RUN_FOLDER)
    if url is None:
        yield Silence()
        return
    from despacho_jobs.queue import ArqJobQueue  # noqa: PLC0415 - arq and redis; only where somebody may be woken

    queue = ArqJobQueue(url, patience_s=WAKE_PATIENCE_S)
    with _silent(logging.getLogger("despacho.jobs")):
        try:
            yield queue
        finally:
            await queue.aclose()


@contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    def nothing(_record: logging.LogRecord) -> bool:
        return False

    logger.addFilter(nothing)
    try:
        yield
    finally:
        logger.removeFilter(nothing)
