"""The database: reachable, of this program's schema, durable and writable."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from despacho.diagnosis.findings import Finding, error, ok, skipped, warning
from despacho.schema import DatabaseNotReady, current_revision, require_schema
from despacho.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

UPGRADE = "Run `despacho db upgrade`."


async def findings(settings: Settings) -> list[Finding]:
    """Everything about the database; one line where nothing further can be asked."""
    try:
        revision = await asyncio.to_thread(current_revision, settings)
        if revision is None:
            if settings.is_postgresql:
                return [error("database", "it is empty", UPGRADE)]
            return [skipped("database", "is made when `despacho serve` starts for the first time")]
        await asyncio.to_thread(require_schema, settings)
    except DatabaseNotReady as problem:
        return [error("database", problem.found, problem.remedy)]
    kind = "PostgreSQL" if settings.is_postgresql else "SQLite"
    return [ok("database", f"{kind} with schema {revision}"), await _writing(settings)]


async def _writing(settings: Settings) -> Finding:
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - only where a database is opened

    from despacho_database.engines import database_url, open_engines  # noqa: PLC0415 - as above

    engines = open_engines(database_url(settings.database_url))
    try:
        async with engines.write.begin() as connection:
            return await (_postgresql(connection) if settings.is_postgresql else _sqlite(connection))
    except (SQLAlchemyError, OSError) as problem:
        reason = str(getattr(problem, "orig", None) or problem).splitlines()[0]
        remedy = "Check the disk and the file's owner, and that nobody else holds the database for long."
        return error("database writing", reason, remedy)
    finally:
        await engines.close()


async def _sqlite(connection: AsyncConnection) -> Finding:
    """To be called within ``BEGIN IMMEDIATE``: that it has begun shows that we may write."""
    mode = (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar()
    if mode != "wal":
        return error(
            "database writing", f"journal mode is {mode}, not WAL: readers and writers block each other", UPGRADE
        )
    return ok("database writing", "writable, write-ahead log, every commit on the disk")


async def _postgresql(connection: AsyncConnection) -> Finding:
    if (await connection.exec_driver_sql("SHOW transaction_read_only")).scalar() == "on":
        return error(
            "database writing", "the server only lets us read", "Point DESPACHO_DATABASE_URL at the primary server."
        )
    commit = (await connection.exec_driver_sql("SHOW synchronous_commit")).scalar()
    if commit == "off":
        remedy = "Set it to on for this database: what was acknowledged must survive a crash."
        return error("database writing", "synchronous_commit is off", remedy)
    if (await connection.exec_driver_sql("SHOW fsync")).scalar() == "off":
        return warning(
            "database writing", "fsync is off on the server", "Switch it on, unless this database may be lost."
        )
    return ok("database writing", f"writable, synchronous_commit {commit}")
