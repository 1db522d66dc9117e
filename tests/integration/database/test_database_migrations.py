"""Migrations: they make exactly the tables that the code knows, once, however many processes try."""

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from despacho_database import migrations
from despacho_database.engines import database_url as parsed
from despacho_database.engines import open_engines
from despacho_database.tables import metadata
from tests.databases import create_postgresql
from tests.servers import Postgresql

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
SCHEMA = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION "
    "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace UNION "
    "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, column_default) "
    "FROM information_schema.columns WHERE table_schema = 'public' UNION "
    "SELECT attrelid::regclass || ' ' || attname, attstorage::text FROM pg_attribute "
    "WHERE attnum > 0 AND attrelid::regclass::text IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public')",
}


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with nothing in it at all."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"
    server: Postgresql = request.getfixturevalue("postgresql_server")
    return server.url(create_postgresql(server, migrated=False))


def test_upgrading_twice_is_upgrading_once(empty_url: str) -> None:
    assert migrations.revision(empty_url) is None
    assert not migrations.is_current(empty_url)
    migrations.upgrade(empty_url)
    assert migrations.revision(empty_url) == migrations.HEAD
    assert migrations.is_current(empty_url)
    migrations.upgrade(empty_url)
    assert migrations.is_current(empty_url)


async def test_the_migrations_make_exactly_the_tables_that_the_code_knows(empty_url: str) -> None:
    def made_by_metadata(connection: sa.Connection) -> dict[str, Any]:
        metadata.create_all(connection)
        made = _schema(connection)
        metadata.drop_all(connection)
        return made

    expected = await _with(empty_url, made_by_metadata)
    await asyncio.to_thread(migrations.upgrade, empty_url)
    assert await _with(empty_url, _schema) == expected
    assert await _with(empty_url, _differences) == []


async def test_a_migration_can_be_taken_back(empty_url: str) -> None:
    def back_and_forth(connection: sa.Connection) -> list[str]:
        configured = migrations.config()
        configured.attributes["connection"] = connection
        command.downgrade(configured, "base")
        left = sa.inspect(connection).get_table_names()
        command.upgrade(configured, "head")
        return left

    await asyncio.to_thread(migrations.upgrade, empty_url)
    assert await _with(empty_url, back_and_forth) == ["alembic_version"]
    assert await asyncio.to_thread(migrations.is_current, empty_url)


def test_the_newest_revision_is_the_one_that_the_code_names() -> None:
    assert ScriptDirectory.from_config(migrations.config()).get_heads() == [migrations.HEAD]


async def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    program = "import sys; from despacho_database import migrations; migrations.upgrade(sys.argv[1])"
    starting = [await asyncio.create_subprocess_exec(sys.executable, "-c", program, empty_url) for _ in range(2)]
    assert [await one.wait() for one in starting] == [0, 0]
    assert await asyncio.to_thread(migrations.is_current, empty_url)


def test_a_file_made_by_the_migrations_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    migrations.upgrade(f"sqlite:///{tmp_path / 'new.db'}")
    connection = sqlite3.connect(tmp_path / "new.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_file_that_cannot_be_made_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="unable to open"):
        migrations.upgrade(f"sqlite:///{tmp_path / 'nowhere' / 'new.db'}")


async def _with(url: str, work: Callable[[sa.Connection], Any]) -> Any:
    engines = open_engines(parsed(url))
    async with engines.write.begin() as connection:
        done = await connection.run_sync(work)
    await engines.close()
    return done


def _schema(connection: sa.Connection) -> dict[str, Any]:
    """Every table, index and constraint; the order of the columns and constraints of a table does not matter."""
    rows = connection.execute(sa.text(SCHEMA[connection.dialect.name]))
    return {name: sorted(text.split(", ")) for name, text in map(_plain, rows) if "alembic_version" not in name}


def _plain(row: Any) -> tuple[str, str]:
    text = " ".join(row[1].split())
    return row[0], text.removeprefix(f"CREATE TABLE {row[0]} ( ").removesuffix(")").strip()


def _differences(connection: sa.Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))
