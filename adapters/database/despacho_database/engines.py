"""Engines: how the hub talks to SQLite and to PostgreSQL, durably.

SQLite: a write-ahead log (the migrations switch the file to it) and ``synchronous=FULL``, so that a commit is on the disk
when it returns. Writers begin with ``BEGIN IMMEDIATE``, so that none finds out halfway that another was faster, and
readers never wait for them. PostgreSQL: ``synchronous_commit`` stays on; units that only read see one snapshot, as they
do on SQLite.

No error quotes the values of its statement: they end up in logs, and hold buyers' addresses.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from despacho_database.liveness import check_idle_connections

BUSY_TIMEOUT_S = 10.0
_READERS = 8
_WRITERS = 2
"""One writes, and one is given back at the same moment."""
_POOL = 10
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class Engines(msgspec.Struct, frozen=True):
    """One engine for writing, one for reading."""

    write: AsyncEngine
    read: AsyncEngine

    @property
    def is_postgresql(self) -> bool:
        """Whether this is PostgreSQL; otherwise it is SQLite."""
        return self.write.dialect.name == "postgresql"

    @property
    def file(self) -> str | None:
        """The file of an SQLite database."""
        return None if self.is_postgresql else self.write.url.database

    @property
    def connect_errors(self) -> tuple[type[Exception], ...]:
        """What is raised where no connection can be had: SQLAlchemy wraps what goes wrong within one, and little before it."""
        kinds: tuple[type[Exception], ...] = (sa.exc.DBAPIError, sa.exc.TimeoutError, OSError)
        if not self.is_postgresql:
            return kinds
        from asyncpg import (  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types; SQLite need not load it
            InterfaceError,
            PostgresError,
        )

        return (*kinds, InterfaceError, PostgresError)

    async def close(self) -> None:
        """Close every connection."""
        await self.read.dispose()
        await self.write.dispose()


def database_url(text: str) -> URL:
    """The address of a database, with the driver that we use.

    Raises:
        ValueError: It is neither SQLite in a file nor PostgreSQL.
    """
    url = make_url(text)
    backend = url.get_backend_name() if "+" in url.drivername else url.drivername
    if backend not in _DRIVERS:
        raise ValueError(f"the database must be sqlite or postgresql, not {backend}")
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise ValueError("an SQLite database must be a file: sqlite:////path/to/despacho.db")
    return url.set(drivername=_DRIVERS[backend])


def open_engines(url: URL) -> Engines:
    """Engines for an address; nothing is connected yet."""
    return _postgresql(url) if url.get_backend_name() == "postgresql" else _sqlite(url)


def _postgresql(url: URL) -> Engines:
    write = create_async_engine(url, pool_size=_POOL, max_overflow=_POOL, pool_use_lifo=True, hide_parameters=True)
    check_idle_connections(write)
    read = write.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(write, read)


def _sqlite(url: URL) -> Engines:
    from despacho_database.sqlite_driver import connect  # noqa: PLC0415 - a hub on PostgreSQL need not load it

    # Transactions begin where we say so, not where the driver guesses; and what is closed is rolled back by SQLAlchemy
    # itself, so that the pool need not do it once more.
    arguments = {"timeout": BUSY_TIMEOUT_S, "isolation_level": None, "async_creator_fn": connect}
    options: dict[str, Any] = {"pool_reset_on_return": None, "connect_args": arguments, "hide_parameters": True}
    write = create_async_engine(url, pool_size=1, max_overflow=1, **options)
    read = create_async_engine(url, pool_size=_READERS, max_overflow=_READERS, **options)
    _begin_with(write, "BEGIN IMMEDIATE", *PRAGMAS)
    _begin_with(read, "BEGIN", *PRAGMAS, "PRAGMA query_only = ON")
    return Engines(write, read)


PRAGMAS = ("PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON")


class _Cursor(Protocol):
    def execute(self, statement: str) -> object: ...
    def close(self) -> None: ...


class _DriverConnection(Protocol):
    def cursor(self) -> _Cursor: ...


def _begin_with(engine: AsyncEngine, begin: str, *pragmas: str) -> None:
    def connected(connection: _DriverConnection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    def begun(connection: sa.Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.begin_with(begin)

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
