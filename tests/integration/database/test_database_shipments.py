"""Shipments, labels and manifests in the database."""

from typing import Any

import pytest

from despacho_core.errors import NotFound
from despacho_core.manifests import ManifestState
from despacho_database import Database
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere
from tests.integration.database.samples import (
    HOUR,
    MINUTE,
    NOON,
    add_stores,
    label,
    manifest,
    shipment,
    store,
)


async def test_a_shipment_comes_back_as_it_was_saved(database: Database) -> None:
    await add_stores(database)
    bought = shipment().bought(NOON, next_check_at=NOON + HOUR, problem="one piece refused")
    async with database.units_of_work.begin() as unit:
        await unit.shipments.add(shipment())
        await unit.shipments.save(bought)
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.shipments.get("store-one", "shipment-s") == bought
        assert await unit.shipments.by_track_token(bought.track_token) == bought
        assert await unit.shipments.by_track_token("") is None


async def test_two_people_cannot_take_the_same_place_on_an_order(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.shipments.add(shipment("b", ordinal=2))
        await unit.shipments.add(shipment("a", ordinal=1))
        with pytest.raises(AlreadyThere):
            await unit.shipments.add(shipment("c", ordinal=2))
        assert [one.id for one in await unit.shipments.of_order("store-one", 1001)] == ["shipment-a", "shipment-b"]


async def test_shipments_without_a_token_do_not_collide(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.shipments.add(shipment("a", ordinal=1, track_token=""))
        await unit.shipments.add(shipment("b", ordinal=2, track_token=""))


async def test_what_is_gone_cannot_be_saved(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        with pytest.raises(NotFound):
            await unit.shipments.save(shipment())
        with pytest.raises(NotFound):
            await unit.labels.save(label())
        with pytest.raises(NotFound):
            await unit.manifests.save(manifest())


async def test_the_pages_of_shipments_hold_each_one_once_even_those_of_the_same_instant(database: Database) -> None:
    await add_stores(database)
    times = [0, 1, 1, 1, 1, 2, 3]
    async with database.units_of_work.begin() as unit:
        for number, minutes in enumerate(times):
            await unit.shipments.add(shipment(str(number), ordinal=number, created_at=NOON + minutes * MINUTE))
        seen, before = [], None
        while page := await unit.shipments.page("store-one", before=before, limit=3):
            seen.append([one.id.removeprefix("shipment-") for one in page])
            before = page[-1].created_at
    assert seen == [["6", "5", "4", "3", "2", "1"], ["0"]]


async def _with_labels(unit: UnitOfWork) -> None:
    await unit.shipments.add(shipment("s", ordinal=1))
    await unit.shipments.add(shipment("t", ordinal=2))
    await unit.labels.add_all(
        [
            label("1", piece=2),
            label("2", piece=1),
            label("3", shipment_id="shipment-t", created_at=NOON - HOUR, account_id="account-b"),
        ]
    )


async def test_labels_are_found_by_all_that_they_belong_to(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await _with_labels(unit)
        assert await unit.labels.get("store-one", "label-1") == label("1", piece=2)
        assert _ids(await unit.labels.of_shipment("store-one", "shipment-s")) == ["2", "1"]
        both = await unit.labels.of_shipments("store-one", ["shipment-t", "shipment-s", "shipment-x"])
        assert _ids(both) == ["2", "1", "3"]
        assert await unit.labels.of_shipments("store-one", []) == []
        found = await unit.labels.by_tracking_numbers("store-one", ["number-1", "number-3", "unknown"])
        assert _ids(found) == ["3", "1"]


async def test_free_labels_are_live_and_on_no_manifest(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await _with_labels(unit)
        await unit.labels.add_all([label("4", piece=3), label("5", piece=4)])
        assert _ids(await unit.labels.free("store-one", "account-a", 10)) == ["2", "1", "4", "5"]
        await unit.labels.save(label("1", piece=2).on_manifest("manifest-m"))
        await unit.labels.save(label("4", piece=3).voided())
        assert _ids(await unit.labels.free("store-one", "account-a", 1)) == ["2"]
        assert _ids(await unit.labels.free("store-one", "account-a", 10)) == ["2", "5"]
        assert _ids(await unit.labels.of_manifest("store-one", "manifest-m")) == ["1"]


async def test_a_tracking_number_is_kept_once_per_account_and_none_of_the_batch_otherwise(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await _with_labels(unit)
        with pytest.raises(AlreadyThere):
            await unit.labels.add_all([label("new"), label("again", tracking_number="number-1")])
        assert await unit.labels.get("store-one", "label-new") is None
        await unit.labels.add_all([label("other", tracking_number="number-1", account_id="account-b")])
        await unit.commit()


async def test_manifests_are_numbered_without_gaps_or_doubles(database: Database) -> None:
    await add_stores(database, "one", "two")
    async with database.units_of_work.begin() as unit:
        assert await unit.manifests.next_number("store-one") == 1
        await unit.manifests.add(manifest("a", number=1))
        await unit.manifests.add(manifest("b", number=2))
        with pytest.raises(AlreadyThere):
            await unit.manifests.add(manifest("c", number=2))
        assert await unit.manifests.next_number("store-one") == 3
        assert await unit.manifests.next_number("store-two") == 1
        closing = manifest("b", number=2, state=ManifestState.CLOSING, carrier_references=("77",))
        await unit.manifests.save(closing)
        assert await unit.manifests.get("store-one", "manifest-b") == closing
        assert [one.number for one in await unit.manifests.page("store-one")] == [2, 1]
        assert [one.number for one in await unit.manifests.page("store-one", before=2, limit=1)] == [1]


async def test_manifests_are_found_by_account_by_state_and_by_the_token_of_their_page(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.manifests.add(manifest("a", number=1, token="first"))
        await unit.manifests.add(manifest("b", number=2, account_id="account-b", state=ManifestState.CLOSED))
        await unit.manifests.add(manifest("c", number=3))
        with pytest.raises(AlreadyThere):
            await unit.manifests.add(manifest("d", number=4, token="first"))

        async def numbers(**which: Any) -> list[int]:
            return [one.number for one in await unit.manifests.page("store-one", **which)]

        assert await numbers(account_id="account-a") == [3, 1]
        assert await numbers(state=ManifestState.CLOSED) == [2]
        assert await numbers(account_id="account-a", state=ManifestState.CLOSED) == []
        found = await unit.manifests.by_token("first")
        assert found is not None
        assert found.number == 1
        assert await unit.manifests.by_token("") is None


async def test_labels_are_put_on_a_manifest_and_taken_off_many_at_once(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await _with_labels(unit)
        free = await unit.labels.free("store-one", "account-a", 10)
        ids = [one.id for one in free]
        await unit.labels.assign("store-one", ids, "manifest-m")
        assert [one.id for one in await unit.labels.of_manifest("store-one", "manifest-m")] == ids
        await unit.labels.assign("store-one", ids[:1], None)
        assert [one.id for one in await unit.labels.free("store-one", "account-a", 10)] == ids[:1]
        assert [one.id for one in await unit.labels.get_all("store-one", [*reversed(ids), "nobody"])] == ids


async def test_a_batch_for_a_store_that_does_not_exist_is_an_error_and_not_a_duplicate(database: Database) -> None:
    async with database.units_of_work.begin() as unit:
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            await unit.labels.add_all([label()])
        await unit.stores.add(store())
        await unit.commit()


def _ids(labels: object) -> list[str]:
    assert isinstance(labels, list)
    return [one.id.removeprefix("label-") for one in labels]
