"""What measures stand on: durable databases, a Redis, a hub in processes of its own, a store to play."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.messages import Sender
from bench.processes import free_port, python, running, wait_for
from despacho.bootstrap import Hub, open_hub
from despacho.settings import Settings
from despacho_core.addresses import Address
from despacho_core.stores import BasicCredentials, InvoiceTrigger, Store, StoreSettings
from despacho_database.migrations import upgrade
from despacho_services.identifiers import new_id, new_token
from tests.servers import Postgresql, start_postgresql, start_redis
from tests.town import Silence

SENDER = Sender(code="bench", hooks_token="bench-hooks-token")
DATABASES = ("sqlite", "postgresql")
LOG_FILES = 40
"""Of PostgreSQL's log, 16 MB each: as many as a whole run writes."""


@dataclass(frozen=True)
class Web:
    """A web process that is ready."""

    port: int
    process_id: int


class Ground:
    """One run's folder and servers; servers start when first asked for and end with the run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._postgresql: Postgresql | None = None
        self._redis: str | None = None
        self._numbers = 0

    def redis(self) -> str:
        """The address of the run's Redis."""
        if self._redis is None:
            self._redis = start_redis(self.folder)
        return self._redis

    def new_folder(self) -> Path:
        """An empty folder."""
        self._numbers += 1
        folder = self.folder / f"{self._numbers:03d}"
        folder.mkdir()
        return folder

    def new_database(self, kind: str) -> str:
        """The address of a new, migrated, durable database; ``kind`` as in :data:`DATABASES`."""
        folder = self.new_folder()
        if kind == "sqlite":
            url = f"sqlite+aiosqlite:///{folder / 'despacho.db'}"
        else:
            if self._postgresql is None:
                self._postgresql = _settled(start_postgresql(self.folder, durable=True))
            name = f"bench_{folder.name}"
            self._postgresql.sql(f"CREATE DATABASE {name}")
            url = self._postgresql.url(name)
        upgrade(url)
        return url

    def settings(self, database_url: str, **more: str) -> Settings:
        """A hub's settings on a database."""
        return Settings.from_environment(self.environment(database_url, **more))

    def environment(self, database_url: str, **more: str) -> dict[str, str]:
        """A hub's environment on a database."""
        return {
            "DESPACHO_DATA_DIR": str(self.folder / "data"),
            "DESPACHO_DATABASE_URL": database_url,
            "DESPACHO_REDIS_URL": self.redis(),
            "DESPACHO_SECRET_KEY": base64.b64encode(b"b" * 32).decode(),
            **more,
        }

    @contextmanager
    def web(self, database_url: str, **more: str) -> Iterator[Web]:
        """A real ``despacho web`` process, ready."""
        port = free_port()
        argv = python("-m", "despacho", "web", "--port", str(port))
        environment = self.environment(database_url, **more)
        with running(argv, environment=environment, log=self.folder / "web.log") as process:
            wait_for(f"http://127.0.0.1:{port}/health/ready", process)
            yield Web(port, process.pid)

    def with_store(self, database_url: str) -> str:
        """Put the store that :data:`SENDER` plays into a database; its secret key in addresses."""
        return asyncio.run(self._with_store(database_url))

    async def _with_store(self, database_url: str) -> str:
        store = bench_store()
        async with self.hub(database_url) as hub, hub.services.office.units.begin() as work:
            await work.stores.add(store)
            await work.commit()
        return store.key

    @asynccontextmanager
    async def hub(self, database_url: str) -> AsyncIterator[Hub]:
        """A hub in this process, which wakes nobody."""
        async with open_hub(self.settings(database_url), Silence()) as hub:
            yield hub


def _settled(server: Postgresql) -> Postgresql:
    """A server as one that has run for a while, which writes over old files of its log.

    A new one makes each file when it comes to it (16 MB of zeros, made durable), and everybody waits for that.
    """
    fill = ("SELECT pg_logical_emit_message(false, 'bench', 'filling')", "SELECT pg_switch_wal()")
    server.sql(*fill * LOG_FILES, "CHECKPOINT")
    return server


def bench_store() -> Store:
    """The store that :data:`SENDER` plays."""
    return Store(
        id=new_id(),
        code=SENDER.code,
        key=new_token(),
        name="Bench",
        currency="CLP",
        country="CL",
        timezone="America/Santiago",
        created_at=datetime.now(UTC),
        hooks_token=SENDER.hooks_token,
        credentials=BasicCredentials(login="bench", authtoken="bench"),
        settings=StoreSettings(
            origin=Address(country="CL", municipality="Providencia"), invoices=InvoiceTrigger.MANUAL
        ),
    )
