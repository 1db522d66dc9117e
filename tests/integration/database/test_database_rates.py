"""What rates need of the database: one plan for each store, and quotes of many carts in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

import msgspec
import pytest

from despacho_core.boxes import Box
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import Quote, Rate, RateSource
from despacho_core.shipping_plans import ShippingPlan
from despacho_database import Database
from despacho_database.group_commit import RowRefused
from despacho_database.quote_commit import GroupCommitQuotes
from despacho_ports.records import NotAccepted, PlanRecord
from tests.integration.database.samples import NOON, add_stores

STORE = "store-one"
PLAN = ShippingPlan(boxes=(Box(name="Ñ", length_mm=1, width_mm=2, height_mm=3),), handling_days=2)


def quote(number: int, store_id: str = STORE) -> Quote:
    rate = Rate(service_code="3", service_name='Exprés "ñ" \x00', price=Money(Decimal("12.50"), "EUR"), days_max=2)
    parcel = Parcel(weight_g=1, length_mm=1, width_mm=1, height_mm=1)
    return Quote(
        id=f"q{number}",
        store_id=store_id,
        account_id="a",
        reference_id="r",
        rate=rate,
        parcels=(parcel,),
        created_at=NOON,
        source=RateSource.STALE,
    )


async def test_a_plan_comes_back_as_it_was_saved(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        assert await unit.plans.get(STORE) is None
        record = PlanRecord(store_id=STORE, version=1, saved_at=NOON, plan=PLAN)
        assert await unit.plans.save(record)
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.plans.get(STORE) == record
        assert await unit.plans.get("another") is None


async def test_of_two_who_change_a_plan_one_is_told(database: Database) -> None:
    await add_stores(database)
    first = PlanRecord(store_id=STORE, version=1, saved_at=NOON, plan=PLAN)
    async with database.units_of_work.begin() as unit:
        assert await unit.plans.save(first)
        assert not await unit.plans.save(first)
        second = msgspec.structs.replace(first, version=2, plan=ShippingPlan())
        assert await unit.plans.save(second)
        assert not await unit.plans.save(second)
        assert not await unit.plans.save(msgspec.structs.replace(first, version=9))
        await unit.commit()


async def test_a_plan_goes_with_its_store(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.plans.save(PlanRecord(store_id=STORE, version=1, saved_at=NOON, plan=PLAN))
        await unit.stores.remove(STORE)
        assert await unit.plans.get(STORE) is None


async def test_quotes_of_many_carts_are_durable_when_each_is_told(database: Database) -> None:
    await add_stores(database)
    carts = [[quote(cart * 15 + number) for number in range(15)] for cart in range(100)]
    await asyncio.gather(*(database.quote_writer.keep(cart) for cart in carts))
    async with database.units_of_work.begin(write=False) as unit:
        for cart in carts:
            found = await unit.quotes.get(STORE, cart[7].id)
            assert found is not None
            assert found.rate.service_name.startswith('Exprés "ñ" ')
            assert msgspec.structs.replace(found, rate=cart[7].rate) == cart[7]


async def test_a_cart_of_a_store_that_is_gone_spoils_nobody_elses(database: Database) -> None:
    await add_stores(database)
    carts = [[quote(1)], [quote(2, store_id="gone")], [quote(3)]]
    told = await asyncio.gather(*(database.quote_writer.keep(cart) for cart in carts), return_exceptions=True)
    assert [type(one) for one in told] == [type(None), NotAccepted, type(None)]
    async with database.units_of_work.begin(write=False) as unit:
        assert [await unit.quotes.get(STORE, f"q{number}") is not None for number in (1, 2, 3)] == [True, False, True]


class Shelf:
    """A database in memory that counts its commits and fails when told to."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.batches: list[int] = []
        self.failure = failure

    async def insert(self, quotes: Sequence[Quote]) -> None:
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        self.batches.append(len(quotes))

    async def close(self) -> None:
        pass


async def test_a_hundred_at_once_need_few_commits() -> None:
    shelf = Shelf()
    writer = GroupCommitQuotes(shelf)
    await asyncio.gather(*(writer.keep([quote(number)] * 15) for number in range(100)), writer.keep([]))
    assert sum(shelf.batches) == 1_500
    assert len(shelf.batches) <= 3
    await writer.close()
    with pytest.raises(NotAccepted):
        await writer.keep([quote(1)])


@pytest.mark.parametrize("failure", [NotAccepted("the disk is full"), RowRefused("not this one")])
async def test_nobody_is_told_that_what_was_not_kept_was(failure: Exception) -> None:
    writer = GroupCommitQuotes(Shelf(failure))
    told = await asyncio.gather(*(writer.keep([quote(number)]) for number in range(3)), return_exceptions=True)
    assert [type(one) for one in told] == [NotAccepted] * 3
