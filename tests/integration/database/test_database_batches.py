"""Batches with their lines, and the orders that wait for a label."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from despacho_core.batches import BatchPurpose
from despacho_core.errors import OrderNotPaid
from despacho_core.orders import OrderStatus
from despacho_core.parcels import Parcel
from despacho_core.shipments import Direction, Shipment, ShipmentWish
from despacho_database import Database
from despacho_ports.records import AlreadyThere
from tests.integration.database.samples import NOON, add_stores, batch, batch_lines, label, order, shipment

STORE = "store-one"
LABELS, DOCUMENTS = BatchPurpose


@pytest.fixture(autouse=True)
async def stores(database: Database) -> None:
    await add_stores(database, "one", "two")


async def test_what_is_kept_is_read_back(database: Database) -> None:
    parcel = Parcel(weight_g=1, length_mm=2, width_mm=3, height_mm=4)
    first, second = batch_lines()
    second = replace(second, wish=ShipmentWish(account_id="a", parcels=(parcel,), additional=True), invoice_id="i")
    async with database.units_of_work.begin() as unit:
        await unit.batches.add(batch(left_over=7, fingerprint="f"), [first, second])
        refused = second.refused(OrderNotPaid(order=1002, status="canceled"))
        await unit.batches.save_line(refused)
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.batches.get(STORE, "batch-b") == batch(left_over=7, fingerprint="f")
        assert await unit.batches.by_key(STORE, "monday") == batch(left_over=7, fingerprint="f")
        assert await unit.batches.lines(STORE, "batch-b") == [first, refused]
        assert await unit.batches.lines(STORE, "batch-b", places=[2]) == [refused]


async def test_a_key_is_taken_once_in_its_store_and_no_key_never(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        await unit.batches.add(batch(), [])
        with pytest.raises(AlreadyThere):
            await unit.batches.add(batch(id="another"), [])
        await unit.batches.add(batch(store_id="store-two"), [])
        for place in range(3):
            await unit.batches.add(batch(id=f"keyless-{place}", key=None), [])
        await unit.commit()


async def test_pages_go_from_the_newest_on(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        for hour in range(3):
            await unit.batches.add(batch(id=f"b{hour}", key=None, created_at=NOON + timedelta(hours=hour)), [])
        await unit.batches.add(batch(id="d", key=None, purpose=DOCUMENTS), [])
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert [one.id for one in await unit.batches.page(STORE, LABELS, limit=2)] == ["b2", "b1"]
        before = NOON + timedelta(hours=1)
        assert [one.id for one in await unit.batches.page(STORE, LABELS, before=before)] == ["b0"]
        assert await unit.batches.page(STORE, DOCUMENTS) == [batch(id="d", key=None, purpose=DOCUMENTS)]


async def test_paid_orders_wait_until_something_live_goes_out(database: Database) -> None:
    def sent(number: int, **changes: Any) -> Shipment:
        return shipment(id=f"s{number}", order_number=number, track_token=f"t{number}", **changes)

    async with database.units_of_work.begin() as unit:
        for number in range(1001, 1007):
            status = OrderStatus.PENDING_PAYMENT if number == 1002 else OrderStatus.PAID
            await unit.orders.save(STORE, replace(order(), number=number, status=status), read_at=NOON)
        await unit.shipments.add(sent(1003))
        await unit.shipments.add(sent(1004).rejected("no"))
        await unit.shipments.add(sent(1005, direction=Direction.RETURN))
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        found = await unit.batches.orders_without_shipment(STORE, after=0, limit=10)
        assert [one.number for one in found] == [1001, 1004, 1005, 1006]
        found = await unit.batches.orders_without_shipment(STORE, after=1001, limit=2)
        assert [one.number for one in found] == [1004, 1005]
        assert [one.number for one in await unit.batches.orders(STORE, [1006, 1, 1001])] == [1001, 1006]


async def test_labels_that_come_back_are_not_free_for_a_manifest(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        await unit.shipments.add(shipment())
        await unit.labels.add_all([label(), label("back", piece=2, direction=Direction.RETURN)])
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert [one.id for one in await unit.labels.free(STORE, "account-a", 10)] == ["label-l"]
        assert (await unit.labels.get(STORE, "label-back")) == label("back", piece=2, direction=Direction.RETURN)


async def test_lines_go_with_their_store(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        await unit.batches.add(batch(), batch_lines())
        await unit.commit()
    async with database.units_of_work.begin() as unit:
        await unit.stores.remove(STORE)
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.batches.lines(STORE, "batch-b") == []
