"""What people did, and the views that they keep."""

from datetime import timedelta

import pytest

from despacho_database import Database
from tests.integration.database.samples import HOUR, NOON, activity, add_stores, order_view


@pytest.fixture(autouse=True)
async def _stores(database: Database) -> None:
    await add_stores(database, "one", "two")


async def test_what_was_done_comes_back_as_it_was_the_newest_first(database: Database) -> None:
    done = [activity(str(hour), at=NOON + hour * HOUR, detail="too heavy", orders=(1001, 1002)) for hour in range(3)]
    async with database.units_of_work.begin() as unit:
        for one in done:
            await unit.activity.add(one)
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert list(await unit.activity.page("store-one")) == done[::-1]
        assert list(await unit.activity.page("store-one", limit=1)) == done[2:]
        assert list(await unit.activity.page("store-one", before=done[2].at, limit=1)) == [done[1]]
        assert list(await unit.activity.page("store-one", order_number=1002)) == done[::-1]


async def test_what_one_order_has_lived_through_is_only_its_own(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        await unit.activity.add(activity("mine", orders=(7, 7, 8)))
        await unit.activity.add(activity("nobodys", orders=()))
        await unit.activity.add(activity("theirs", store_id="store-two", orders=(7,)))
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert [one.id for one in await unit.activity.page("store-one", order_number=7)] == ["deed-mine"]
        assert list(await unit.activity.page("store-one", order_number=10**30)) == []


async def test_a_page_never_ends_between_deeds_of_one_instant(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        for name in "abc":
            await unit.activity.add(activity(name))
        await unit.activity.add(activity("earlier", at=NOON - timedelta(seconds=1)))
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        page = await unit.activity.page("store-one", limit=2)
        assert [one.id for one in page] == ["deed-c", "deed-b", "deed-a"]
        assert [one.id for one in await unit.activity.page("store-one", before=NOON)] == ["deed-earlier"]


async def test_a_view_is_kept_by_its_name(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        for view in (order_view("To ship"), order_view("Late"), order_view("To ship", query="shipping=missing")):
            await unit.order_views.save(view)
        await unit.order_views.save(order_view("To ship", store_id="store-two"))
        await unit.commit()
    async with database.units_of_work.begin() as unit:
        kept = await unit.order_views.of_store("store-one")
        assert list(kept) == [order_view("Late"), order_view("To ship", query="shipping=missing")]
        await unit.order_views.remove("store-one", "Late")
        await unit.order_views.remove("store-one", "Late")
        assert [view.name for view in await unit.order_views.of_store("store-one")] == ["To ship"]
        assert [view.name for view in await unit.order_views.of_store("store-two")] == ["To ship"]
