"""Shipments on their way in the database: claimed by account, changed many at a time."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from despacho_core.shipments import ShipmentState
from despacho_core.tracking import Standstill, TrackingStatus
from despacho_database import Database
from despacho_database.repositories.followed import MOST_CODES, OTHERS
from despacho_ports.persistence import UnitOfWork
from tests.integration.database.samples import (
    HOUR,
    MINUTE,
    NOON,
    account,
    add_stores,
    event,
    label,
    shipment,
)


async def _followed(unit: UnitOfWork) -> None:
    """Two due with account a, one with b, one of another store; one not due, one ended, one being voided."""
    for store_id, name in (("store-one", "a"), ("store-one", "b"), ("store-two", "a"), ("store-two", "idle")):
        await unit.accounts.add(account(name, store_id, key=f"key-{store_id}-{name}"))
    due = {"late": ("one", "a", 2), "soon": ("one", "a", 1), "other": ("one", "b", 1), "theirs": ("two", "a", 1)}
    later = {"next": ("one", "a", 9)}
    for ordinal, (name, (store, of_account, minutes)) in enumerate((due | later).items(), start=1):
        one = shipment(name, f"store-{store}", ordinal=ordinal, account_id=f"account-{of_account}")
        await unit.shipments.add(one.bought(NOON, next_check_at=NOON + minutes * MINUTE))
    ended = shipment("ended", ordinal=8).bought(NOON, next_check_at=NOON)
    await unit.shipments.add(msgspec.structs.replace(ended, next_check_at=None))
    await unit.shipments.add(shipment("voiding", ordinal=9, state=ShipmentState.VOIDING, next_check_at=NOON))


async def test_accounts_are_due_when_one_of_their_bought_shipments_is(database: Database) -> None:
    await add_stores(database, "one", "two")
    async with database.units_of_work.begin() as unit:
        await _followed(unit)
        due = await unit.followed.due_accounts(NOON + 5 * MINUTE)
        assert due == [("store-one", "account-a"), ("store-one", "account-b"), ("store-two", "account-a")]
        assert await unit.followed.due_accounts(NOON + 5 * MINUTE, store_id="store-two") == due[2:]
        assert await unit.followed.due_accounts(NOON) == []


async def test_a_claim_takes_the_earliest_of_one_account_and_nobody_else_gets_them(database: Database) -> None:
    await add_stores(database, "one", "two")
    async with database.units_of_work.begin() as unit:
        await _followed(unit)
        await unit.commit()
    claimed = []
    for limit in (1, 9, 9):
        async with database.units_of_work.begin() as unit:
            some = await unit.followed.claim(
                "store-one", "account-a", due=NOON + 5 * MINUTE, until=NOON + HOUR, limit=limit
            )
            claimed.append([one.id for one in some])
            await unit.commit()
    assert claimed == [["shipment-soon"], ["shipment-late"], []]


async def test_what_was_claimed_by_somebody_who_died_is_due_again(database: Database) -> None:
    await add_stores(database, "one", "two")
    async with database.units_of_work.begin() as unit:
        await _followed(unit)
        for due, found in ((NOON + 5 * MINUTE, 2), (NOON + 5 * MINUTE, 0), (NOON + HOUR, 3)):
            some = await unit.followed.claim("store-one", "account-a", due=due, until=NOON + HOUR, limit=9)
            assert len(some) == found


async def test_a_store_may_have_everything_asked_about_now(database: Database) -> None:
    await add_stores(database, "one", "two")
    async with database.units_of_work.begin() as unit:
        await _followed(unit)
        assert await unit.followed.hasten("store-one", NOON) == 4
        assert await unit.followed.hasten("store-one", NOON) == 0
        assert await unit.followed.due_accounts(NOON) == [("store-one", "account-a"), ("store-one", "account-b")]


async def test_an_event_that_was_reported_before_is_not_new(database: Database) -> None:
    await add_stores(database)
    first, second = event(), event(occurred_at=NOON - HOUR, description="Recibido", status=None)
    async with database.units_of_work.begin() as unit:
        await unit.shipments.add(shipment())
        add_new = unit.followed.add_new
        assert await add_new("store-one", {"shipment-s": [first, first]}) == {"shipment-s": [first]}
        marked = msgspec.structs.replace(first, standstill=Standstill.FUTURE)
        assert await add_new("store-one", {"shipment-s": [marked, second]}) == {"shipment-s": [second]}
        assert await add_new("store-one", {"shipment-s": [first, second]}) == {}
        assert await add_new("store-one", {"shipment-s": []}) == {}
        assert await unit.tracking.of_shipment("store-one", "shipment-s") == [second, first]


async def test_events_of_many_shipments_are_told_apart(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for ordinal, name in enumerate("st", start=1):
            await unit.shipments.add(shipment(name, ordinal=ordinal))
        await unit.followed.add_new("store-one", {"shipment-s": [event()]})
        new = await unit.followed.add_new("store-one", {"shipment-s": [event()], "shipment-t": [event()]})
        assert new == {"shipment-t": [event()]}


async def test_events_of_one_instant_stay_in_the_order_they_came(database: Database) -> None:
    await add_stores(database)
    reported = [event(code=str(number)) for number in range(40)]
    async with database.units_of_work.begin() as unit:
        await unit.shipments.add(shipment())
        assert await unit.followed.add_new("store-one", {"shipment-s": reported}) == {"shipment-s": reported}
        assert await unit.tracking.of_shipment("store-one", "shipment-s") == reported


async def test_hundreds_of_events_are_taken_in_at_once(database: Database) -> None:
    await add_stores(database)
    reported = [event(occurred_at=NOON + timedelta(seconds=number)) for number in range(1200)]
    async with database.units_of_work.begin() as unit:
        await unit.shipments.add(shipment())
        new = await unit.followed.add_new("store-one", {"shipment-s": reported})
        assert len(new["shipment-s"]) == 1200


async def test_many_are_written_back_together(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for ordinal, name in enumerate("st", start=1):
            await unit.shipments.add(shipment(name, ordinal=ordinal).bought(NOON, next_check_at=NOON))
            await unit.labels.add_all([label(name, shipment_id=f"shipment-{name}", tracking_number=name)])
        rows = await unit.followed.for_change("store-one", ["shipment-t", "shipment-s", "shipment-s", "gone"])
        assert [(one.id, [some.id for some in theirs]) for one, theirs in rows] == [
            ("shipment-s", ["label-s"]),
            ("shipment-t", ["label-t"]),
        ]
        moved = {"tracking_status": TrackingStatus.DELIVERED}
        shipments = [msgspec.structs.replace(one, next_check_at=None, **moved) for one, _ in rows]
        labels = [msgspec.structs.replace(one, **moved) for _, theirs in rows for one in theirs]
        await unit.followed.save("store-one", shipments, labels)
        await unit.followed.save("store-one", [], [])
        again = await unit.followed.for_change("store-one", ["shipment-s", "shipment-t"])
        assert again == [(one, [some]) for one, some in zip(shipments, labels, strict=True)]


async def test_only_what_is_still_bought_gets_a_next_check(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.shipments.add(shipment("s", ordinal=1).bought(NOON, next_check_at=NOON))
        await unit.shipments.add(shipment("t", ordinal=2, state=ShipmentState.VOIDED))
        await unit.followed.check_at("store-one", {"shipment-s": NOON + HOUR, "shipment-t": NOON + HOUR})
        checks = [
            one.next_check_at for one, _ in await unit.followed.for_change("store-one", ["shipment-s", "shipment-t"])
        ]
        assert checks == [NOON + HOUR, None]


async def test_a_label_is_found_by_the_address_that_is_on_it(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.shipments.add(shipment())
        await unit.labels.add_all([label(scan_token="unguessable"), label("plain", piece=2)])
        found = await unit.followed.by_scan_token("unguessable")
        assert (found, await unit.followed.by_scan_token(""), await unit.followed.by_scan_token("x")) == (
            label(scan_token="unguessable"),
            None,
            None,
        )


async def test_what_nobody_can_read_is_counted_with_its_first_and_last_time(database: Database) -> None:
    await add_stores(database)
    odd, long = event(code="X9", status=None, description="?"), event(code="", description="a" * 500, status=None)
    async with database.units_of_work.begin() as unit:
        await unit.followed.note_unknown("store-one", "van", [], NOON)
        await unit.followed.note_unknown("store-one", "van", [odd, odd, long], NOON)
        await unit.followed.note_unknown("store-one", "van", [odd], NOON + HOUR)
        await unit.followed.note_unknown("store-one", "bike", [odd], NOON)
        first, *rest = await unit.followed.unknown_codes("store-one")
        assert (first.provider, first.code, first.words, first.count) == ("van", "X9", "?", 3)
        assert (first.first_seen_at, first.last_seen_at) == (NOON, NOON + HOUR)
        assert {(one.provider, one.code, len(one.words), one.count) for one in rest} == {
            ("bike", "X9", 1, 1),
            ("van", "", 120, 1),
        }
        assert await unit.followed.unknown_counts() == {"van": 4, "bike": 1}


async def test_a_carrier_with_a_new_word_for_everything_does_not_fill_the_table(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for start in range(0, MOST_CODES + 60, 40):
            some = [event(code=f"code {start + number}", status=None) for number in range(40)]
            await unit.followed.note_unknown("store-one", "van", some, NOON)
        known = await unit.followed.unknown_codes("store-one")
        assert len(known) <= MOST_CODES + 1
        assert (known[0].code, sum(one.count for one in known)) == (OTHERS, MOST_CODES + 60)
