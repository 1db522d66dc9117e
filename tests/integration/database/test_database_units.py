"""Units of work: all or nothing, readers beside writers, writers in a row."""

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError, ResourceClosedError

from despacho_database import Database
from despacho_database.engines import database_url
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere, Contended, DatabaseAway
from tests.databases import PlainSecrets
from tests.integration.database.samples import NOON, add_stores, document, effect, manifest, order, shipment, store


async def test_nothing_is_kept_of_a_unit_that_was_not_committed(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        await unit.stores.add(store())
    with pytest.raises(AlreadyThere):
        await add_stores(database, "two", "two")
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.stores.all() == []


async def test_a_committed_unit_is_over(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        await unit.stores.add(store())
        await unit.commit()
        with pytest.raises(ResourceClosedError):
            await unit.stores.all()
        async with database.units_of_work.begin() as next_one:
            assert len(await next_one.stores.all()) == 1


async def test_a_reader_sees_one_state_and_waits_for_nobody(database: Database) -> None:
    await add_stores(database, "one")
    async with database.units_of_work.begin(write=False) as reader:
        assert len(await reader.stores.all()) == 1
        async with database.units_of_work.begin() as writer:
            await writer.stores.add(store("two"))
            assert len(await reader.stores.all()) == 1
            await writer.commit()
        assert len(await reader.stores.all()) == 1, "the state that it began with"
    async with database.units_of_work.begin(write=False) as reader:
        assert len(await reader.stores.all()) == 2


async def test_a_reader_cannot_write(database: Database) -> None:
    async with database.units_of_work.begin(write=False) as reader:
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            await reader.stores.add(store())


async def test_an_error_quotes_no_value_of_its_statement(database: Database) -> None:
    async with database.units_of_work.begin(write=False) as reader:
        with pytest.raises(DBAPIError) as broken:
            await reader.stores.add(store(email="ana@tienda.example"))
    said = f"{broken.value} {broken.value!r} {broken.value.__cause__}"
    assert "stores" in said
    assert not [value for value in ("ana@tienda.example", "key-one", "Tienda one") if value in said]


async def test_writing_from_within_a_writing_unit_is_an_error_and_not_a_deadlock(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin():
        with pytest.raises(RuntimeError, match="open unit of work"):
            async with database.units_of_work.begin():
                pass
        with pytest.raises(RuntimeError, match="open unit of work"):
            await database.documents.put(document())
    await database.documents.put(document())


async def test_a_waiting_writer_that_gives_up_leaves_the_queue(database: Database) -> None:
    async def write() -> None:
        async with database.units_of_work.begin() as unit:
            await unit.stores.add(store("late"))
            await unit.commit()

    async with database.units_of_work.begin() as unit:
        await unit.stores.add(store())
        waiting = asyncio.create_task(write())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await unit.commit()
    await add_stores(database, "two")


async def test_reading_changing_and_saving_loses_nobodys_change(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.shipments.add(shipment(ordinal=1))
        await unit.commit()

    async def one_more_parcel() -> None:
        async with database.units_of_work.begin() as unit:
            kept = await unit.shipments.get("store-one", "shipment-s")
            assert kept is not None
            await asyncio.sleep(0)
            await unit.shipments.save(shipment(ordinal=1, parcels=(*kept.parcels, kept.parcels[0])))
            await unit.commit()

    await asyncio.gather(*(one_more_parcel() for _ in range(8)))
    async with database.units_of_work.begin(write=False) as unit:
        kept = await unit.shipments.get("store-one", "shipment-s")
        assert kept is not None
        assert len(kept.parcels) == len(shipment().parcels) + 8


async def test_manifests_opened_at_once_get_numbers_of_their_own(database: Database) -> None:
    await add_stores(database)

    async def open_one(name: str) -> int:
        async with database.units_of_work.begin() as unit:
            number = await unit.manifests.next_number("store-one")
            await unit.manifests.add(manifest(name, number=number))
            await unit.commit()
        return number

    assert sorted(await asyncio.gather(*(open_one(str(n)) for n in range(6)))) == [1, 2, 3, 4, 5, 6]


async def test_many_units_at_once_all_get_their_turn(database: Database) -> None:
    await add_stores(database)

    async def work(number: int) -> None:
        async with database.units_of_work.begin() as unit:
            await unit.orders.save("store-one", order(number), read_at=NOON)
            await unit.outbox.owe(effect(str(number)))
            await unit.commit()
        async with database.units_of_work.begin(write=False) as reader:
            assert await reader.orders.get("store-one", number) is not None

    await asyncio.gather(*(work(number) for number in range(60)))
    async with database.units_of_work.begin(write=False) as unit:
        assert (await unit.outbox.counts())["pending"] == 60


def test_only_databases_that_keep_what_they_are_given_are_accepted() -> None:
    for url in ("mysql://localhost/despacho", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ValueError, match="must be"):
            Database(url, PlainSecrets())
    assert database_url("postgresql://localhost/despacho").drivername == "postgresql+asyncpg"
    assert database_url("postgres://localhost/despacho").drivername == "postgresql+asyncpg"
    assert database_url("sqlite:////var/despacho.db").drivername == "sqlite+aiosqlite"


async def test_the_unit_of_work_is_what_the_ports_say(database: Database) -> None:
    async with database.units_of_work.begin(write=False) as unit:
        checked: UnitOfWork = unit
        assert set(UnitOfWork.__annotations__) <= set(vars(checked))


@pytest.mark.postgresql
async def test_of_two_that_wait_for_each_other_one_is_given_up_and_may_be_done_over(postgresql_url: str) -> None:
    database = Database(postgresql_url, PlainSecrets())
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in (1, 2):
            await unit.shipments.add(shipment(str(number), order_number=1000 + number))
        await unit.commit()
    meeting = asyncio.Barrier(2)

    async def both(first: str, second: str) -> None:
        async with database.units_of_work.begin() as unit:
            assert await unit.shipments.get("store-one", first)
            await meeting.wait()
            assert await unit.shipments.get("store-one", second)
            await unit.commit()

    results = await asyncio.gather(
        both("shipment-1", "shipment-2"), both("shipment-2", "shipment-1"), return_exceptions=True
    )
    assert {type(one) for one in results} == {Contended, type(None)}
    await database.close()


@pytest.mark.parametrize(
    "url", ["postgresql+asyncpg://nobody:word@127.0.0.1:9/nothing", "sqlite+aiosqlite:////no/such/folder/despacho.db"]
)
@pytest.mark.parametrize("write", [True, False])
async def test_a_database_that_cannot_be_reached_is_told_from_a_mistake(url: str, write: bool) -> None:
    away = Database(url, PlainSecrets())
    try:
        with pytest.raises(DatabaseAway) as told:
            async with away.units_of_work.begin(write=write):
                pass
        assert "word" not in str(told.value)
    finally:
        await away.close()
