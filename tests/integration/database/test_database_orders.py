"""Quotes and orders in the database."""

from despacho_core.delivery import MendedDelivery
from despacho_core.orders import OrderStatus
from despacho_database import Database
from despacho_ports.records import OrderRecord
from tests.integration.database.samples import HOUR, MINUTE, NOON, add_stores, order, quote


async def test_a_quote_is_found_by_the_id_that_travels_through_the_checkout(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.quotes.add_all([quote("a"), quote("b")])
        await unit.quotes.add_all([])
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.quotes.get("store-one", "quote-b") == quote("b")
        assert await unit.quotes.get("store-one", "quote-c") is None


async def test_old_quotes_go_in_bounded_batches_oldest_first(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.quotes.add_all([quote(str(n), created_at=NOON + n * MINUTE) for n in range(5)])
        assert await unit.quotes.remove_older(NOON + 4 * MINUTE, 3) == 3
        assert await unit.quotes.get("store-one", "quote-2") is None
        assert await unit.quotes.get("store-one", "quote-3") is not None
        assert await unit.quotes.remove_older(NOON + 4 * MINUTE, 3) == 1
        assert await unit.quotes.remove_older(NOON + 4 * MINUTE, 3) == 0
        assert await unit.quotes.get("store-one", "quote-4") is not None


async def test_an_order_is_kept_as_last_read(database: Database) -> None:
    await add_stores(database)
    pending, paid = order(status=OrderStatus.PENDING_PAYMENT), order(status=OrderStatus.PAID)
    async with database.units_of_work.begin() as unit:
        assert await unit.orders.save("store-one", pending, read_at=NOON)
        assert await unit.orders.save("store-one", paid, read_at=NOON + HOUR)
        record = OrderRecord(store_id="store-one", order=paid, read_at=NOON + HOUR, first_seen_at=NOON)
        assert await unit.orders.get("store-one", 1001) == record


async def test_an_older_reading_never_replaces_a_newer_one(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.orders.save("store-one", order(status=OrderStatus.PAID), read_at=NOON)
        late = order(status=OrderStatus.PENDING_PAYMENT)
        assert not await unit.orders.save("store-one", late, read_at=NOON - MINUTE)
        kept = await unit.orders.get("store-one", 1001)
        assert kept is not None
        assert kept.order.status is OrderStatus.PAID


async def test_orders_are_paged_by_falling_number(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in range(1, 8):
            status = OrderStatus.PAID if number % 2 else OrderStatus.CANCELED
            await unit.orders.save("store-one", order(number, status), read_at=NOON)
        first = await unit.orders.page("store-one", limit=3)
        second = await unit.orders.page("store-one", limit=3, before=first[-1].order.number)
        paid = await unit.orders.page("store-one", status=OrderStatus.PAID)
    assert [record.order.number for record in (*first, *second)] == [7, 6, 5, 4, 3, 2]
    assert [record.order.number for record in paid] == [7, 5, 3, 1]


async def test_which_of_many_orders_are_known(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.orders.save("store-one", order(3), read_at=NOON)
        await unit.orders.save("store-one", order(1700, OrderStatus.CANCELED), read_at=NOON)
        known = await unit.orders.known_numbers("store-one", range(2000))
        assert known == {3: OrderStatus.PAID, 1700: OrderStatus.CANCELED}
        assert await unit.orders.known_numbers("store-one", []) == {}


async def test_a_number_larger_than_any_database_knows_is_just_not_there(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.orders.get("store-one", 10**30) is None
        assert await unit.orders.known_numbers("store-one", [10**30]) == {}
        assert await unit.orders.page("store-one", before=10**30) == []
        assert await unit.shipments.of_order("store-one", -(10**30)) == []
        assert await unit.inbox.get("store-one", 10**30) is None
        assert await unit.orders.get("a\x00b", 1) is None
        assert await unit.shipments.by_track_token("\ud800") is None


async def test_an_address_that_was_mended_outlives_the_next_reading_of_the_order(database: Database) -> None:
    await add_stores(database)
    mended = MendedDelivery(municipality="Las Condes", street="Apoquindo 1")
    async with database.units_of_work.begin() as unit:
        await unit.orders.save("store-one", order(), read_at=NOON)
        await unit.orders.save_delivery("store-one", 1001, mended)
        await unit.orders.save("store-one", order(), read_at=NOON + HOUR)
        await unit.commit()
    async with database.units_of_work.begin() as unit:
        record = await unit.orders.get("store-one", 1001)
        assert record is not None
        assert (record.delivery, record.order) == (mended, order())
        assert record.to_ship.shipping_address is not None
        assert record.to_ship.shipping_address.municipality == "Las Condes"
        (printed,) = await unit.batches.orders("store-one", [1001])
        assert printed == record.to_ship, "packing slips show where it goes"
        await unit.orders.save_delivery("store-one", 1001, None)
        record = await unit.orders.get("store-one", 1001)
        assert record is not None
        assert record.to_ship == record.order
