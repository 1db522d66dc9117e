"""Migrations: bringing a database to the tables that this version knows.

Alembic is loaded only when there is something to do: a current database is recognised by its revision alone.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from despacho_database.engines import database_url, open_engines

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0014"
_LOCK = 0x6465737061  # PostgreSQL's advisory lock for migrating: any number that nobody else uses
_PATIENCE_S = 60.0


def upgrade(url: str) -> None:
    """Bring the database to the newest revision, creating the file of an SQLite database if needed.

    Several processes may call this at once: one works, the others wait and find it done. Not to be called from a running
    event loop (use ``asyncio.to_thread``).
    """
    target = database_url(url)
    if target.get_backend_name() == "postgresql":
        asyncio.run(_upgrade_postgresql(target))
    else:
        _upgrade_sqlite(target)


def is_current(url: str) -> bool:
    """Whether the database is at the newest revision. Raises and may be called as :func:`revision`."""
    return revision(url) == HEAD


def revision(url: str) -> str | None:
    """The database's revision; None while it is empty, or its file is not there. Not to be called from a running event loop.

    Raises:
        SQLAlchemyError: It cannot be read (on PostgreSQL the driver's own errors as well).
        OSError: The server cannot be reached.
    """
    target = database_url(url)
    if target.get_backend_name() == "postgresql":
        return asyncio.run(_revision_postgresql(target))
    if not Path(str(target.database)).exists():
        return None
    with _sqlite(target).connect() as connection:
        return _revision_of(connection)


def config() -> Config:
    """Alembic's configuration: where the revisions are, and nothing else."""
    from alembic.config import Config  # noqa: PLC0415 - Alembic is slow to load and seldom needed

    configured = Config()
    configured.set_main_option("script_location", "despacho_database:migrations")
    return configured


def run(connection: sa.Connection) -> None:
    """Apply what is missing, within the connection's transaction."""
    from alembic import command  # noqa: PLC0415 - Alembic is slow to load and seldom needed

    configured = config()
    configured.attributes["connection"] = connection
    command.upgrade(configured, "head")


async def _revision_postgresql(url: URL) -> str | None:
    engines = open_engines(url)
    try:
        async with engines.read.connect() as connection:
            return await connection.run_sync(_revision_of)
    finally:
        await engines.close()


def _revision_of(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def _sqlite(url: URL) -> sa.Engine:
    """An engine without a pool and without transactions of its own."""
    options = {"timeout": _PATIENCE_S, "isolation_level": None}
    url = url.set(drivername="sqlite+pysqlite")
    return sa.create_engine(url, connect_args=options, poolclass=sa.NullPool, hide_parameters=True)


def _upgrade_sqlite(url: URL) -> None:
    engine = _sqlite(url)
    _keep_a_log(engine)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        if _revision_of(connection) != HEAD:
            run(connection)


def _keep_a_log(engine: sa.Engine) -> None:
    """Switch the file to a write-ahead log, for good. SQLite does not wait by itself when several processes try at once."""
    patience = time.monotonic() + _PATIENCE_S
    while True:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > patience:
                raise
            time.sleep(0.02)
        else:
            return


async def _upgrade_postgresql(url: URL) -> None:
    engines = open_engines(url)
    try:
        async with engines.write.begin() as connection:
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            if await connection.run_sync(_revision_of) != HEAD:
                await connection.run_sync(run)
    finally:
        await engines.close()
