"""A whole hub's data from one database to another, and a copy of an SQLite file while it is in use.

What lies in a row is not looked at: sealed credentials stay sealed, and open with the same secret key on the other side.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from despacho_database.engines import Engines, database_url, open_engines
from despacho_database.tables import leases, metadata

_HELD_BY_THE_LIVING = {leases.name}
"""Who works on what at this moment: nothing to take along."""


class NotEmpty(ValueError):
    """There is something in the database that was to be filled."""


class CopyDamaged(ValueError):
    """The copy is not what it was made from."""


async def move(source: str, target: str, *, at_a_time: int = 500) -> dict[str, int]:
    """Copy all rows into an empty database of the same schema, in one transaction; how many, by table.

    While it lasts nobody can write to an SQLite source; of a PostgreSQL source one moment is copied. ``at_a_time`` rows are held
    in memory.

    Raises:
        NotEmpty: Nothing was copied.
        CopyDamaged: As above; another number of rows arrived than left.
    """
    here, there = open_engines(database_url(source)), open_engines(database_url(target))
    try:
        async with (here.read if here.is_postgresql else here.write).begin() as reading, there.write.begin() as writing:
            return await _moved(reading, writing, there, at_a_time)
    finally:
        await here.close()
        await there.close()


async def _moved(reading: AsyncConnection, writing: AsyncConnection, there: Engines, at_a_time: int) -> dict[str, int]:
    tables = [table for table in metadata.sorted_tables if table.name not in _HELD_BY_THE_LIVING]
    for table in tables:
        if await _count(writing, table):
            raise NotEmpty(f"there are rows in {table.name} already")
    counts: dict[str, int] = {}
    for table in tables:
        await _copy(reading, writing, table, at_a_time)
        counts[table.name] = await _count(reading, table)
        if counts[table.name] != await _count(writing, table):
            raise CopyDamaged(f"not all rows of {table.name} arrived")
        if there.is_postgresql:
            await _count_on(writing, table)
    return counts


async def _copy(reading: AsyncConnection, writing: AsyncConnection, table: sa.Table, at_a_time: int) -> None:
    """Row by row in the order of the key, so many at a time: a shop's documents need not fit into memory."""
    key = sa.tuple_(*table.primary_key.columns)
    page = sa.select(table).order_by(*table.primary_key.columns).limit(at_a_time)
    rows = [dict(row) for row in (await reading.execute(page)).mappings()]
    while rows:
        await writing.execute(table.insert(), rows)
        last = tuple(rows[-1][column.name] for column in table.primary_key.columns)
        rows = [dict(row) for row in (await reading.execute(page.where(key > last))).mappings()]


async def _count(connection: AsyncConnection, table: sa.Table) -> int:
    return int(await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def _count_on(writing: AsyncConnection, table: sa.Table) -> None:
    """Let PostgreSQL number what comes next after what was copied."""
    column = table.autoincrement_column
    if column is None:
        return
    last = await writing.scalar(sa.select(sa.func.max(column)))
    if last is not None:
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        await writing.execute(sa.select(sa.func.setval(sequence, last)))


def back_up(source: str, copy: Path) -> int:
    """A copy of one moment of an SQLite database, which may be in use meanwhile; its size in octets.

    The copy is looked through before it gets its name, and only its owner may read it.

    Raises:
        FileExistsError: There is something at ``copy`` already.
        CopyDamaged: SQLite finds the copy wanting; it was removed.
        OSError: It cannot be written.
        sqlite3.Error: As above, or the database cannot be read.
    """
    file = Path(str(database_url(source).database))
    if copy.exists():
        raise FileExistsError(copy)
    making = copy.with_name(f"{copy.name}.part")
    making.unlink(missing_ok=True)
    making.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as reading:
            _written(reading, making)
        making.rename(copy)
    finally:
        making.unlink(missing_ok=True)
    return copy.stat().st_size


def _written(reading: sqlite3.Connection, making: Path) -> None:
    with closing(sqlite3.connect(making)) as writing:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode = DELETE")  # one file, that may be carried anywhere
        [verdict] = writing.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise CopyDamaged(str(verdict))
