"""SQLite's driver: few trips to its thread, and everything that a transaction promises."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from despacho_database import Database
from despacho_database.engines import Engines, database_url, open_engines
from despacho_database.sqlite_driver import OneTripConnection
from tests.databases import PlainSecrets
from tests.integration.database.samples import add_stores, effect, quote

ADD = sa.text("INSERT INTO consents (nonce, expires_at) VALUES (:nonce, 1)")
COUNT = sa.text("SELECT count(*) FROM consents")


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was sent to the threads."""
    sent: list[object] = []
    execute = OneTripConnection._execute

    async def counted(connection: OneTripConnection, work: object, *arguments: object, **named: object) -> object:
        sent.append(work)
        return await execute(connection, work, *arguments, **named)  # type: ignore[no-untyped-call]  # aiosqlite's

    monkeypatch.setattr(OneTripConnection, "_execute", counted)
    return sent


@pytest.fixture
def engines(sqlite_url: str) -> Engines:
    return open_engines(database_url(sqlite_url))


async def test_a_unit_of_work_costs_its_statements_and_one_commit(sqlite_url: str, trips: list[object]) -> None:
    database = Database(sqlite_url, PlainSecrets())
    await add_stores(database)
    trips.clear()
    async with database.units_of_work.begin() as unit:
        await unit.outbox.owe(effect())
        await unit.outbox.by_key("store-one", "buy:e")
        await unit.commit()
    assert len(trips) == 3
    trips.clear()
    async with database.units_of_work.begin():
        pass
    assert trips == [], "a unit that does nothing costs nothing"
    await database.close()


async def test_many_rows_go_in_one_trip(sqlite_url: str, trips: list[object]) -> None:
    database = Database(sqlite_url, PlainSecrets())
    await add_stores(database)
    trips.clear()
    async with database.units_of_work.begin() as unit:
        await unit.quotes.add_all([quote(str(number)) for number in range(50)])
        await unit.commit()
    assert len(trips) == 4, "savepoint, rows, release, commit"
    await database.close()


async def test_what_fails_is_rolled_back_and_the_connection_serves_the_next(engines: Engines) -> None:
    async def add_twice() -> None:
        async with engines.write.begin() as connection:
            await connection.execute(ADD, {"nonce": "a"})
            await connection.execute(ADD, {"nonce": "a"})

    with pytest.raises(IntegrityError):
        await add_twice()
    async with engines.write.begin() as connection:
        assert await connection.scalar(COUNT) == 0
        await connection.execute(ADD, {"nonce": "a"})
    async with engines.read.connect() as connection:
        assert await connection.scalar(COUNT) == 1
    await engines.close()


async def test_a_transaction_that_cannot_begin_does_nothing(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("despacho_database.engines.BUSY_TIMEOUT_S", 0.01)
    one, other = (open_engines(database_url(sqlite_url)) for _ in range(2))
    async with one.write.begin() as connection:
        await connection.execute(ADD, {"nonce": "a"})
        with pytest.raises(OperationalError, match="locked"):
            async with other.write.begin() as blocked:
                await blocked.execute(ADD, {"nonce": "b"})
    async with other.write.begin() as connection:
        await connection.execute(ADD, {"nonce": "c"})
        assert await connection.scalar(COUNT) == 2
    await one.close()
    await other.close()


async def test_every_commit_is_on_the_disk_when_it_returns(engines: Engines) -> None:
    for engine in (engines.write, engines.read):
        async with engine.connect() as connection:
            assert await connection.scalar(sa.text("PRAGMA synchronous")) == 2
            assert await connection.scalar(sa.text("PRAGMA foreign_keys")) == 1
            assert await connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
    await engines.close()
