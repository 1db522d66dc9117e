"""The outbox: owing, claiming, settling, expiring, deciding."""

from datetime import datetime, timedelta

import msgspec
import pytest

from despacho_core.errors import NotFound, WrongState
from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_database import Database
from despacho_ports.persistence import UnitOfWork
from tests.integration.database.samples import HOUR, MINUTE, NOON, add_stores, effect

LEASE = timedelta(minutes=5)


async def _owe(database: Database, *effects: Effect) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for one in effects:
            assert await unit.outbox.owe(one)
        await unit.commit()


async def _claim(unit: UnitOfWork, *, limit: int = 10, now: datetime = NOON) -> list[Effect]:
    return list(await unit.outbox.claim(Lane.BULK, limit=limit, now=now, lease=LEASE))


async def test_an_effect_comes_back_as_it_was_owed(database: Database) -> None:
    await _owe(database, effect(account_id="account-a"))
    async with database.units_of_work.begin(write=False) as unit:
        owed = effect(account_id="account-a")
        assert await unit.outbox.get("store-one", owed.id) == owed
        assert await unit.outbox.get(None, owed.id) == owed
        assert await unit.outbox.by_key("store-one", owed.key) == owed
        assert await unit.outbox.of_subject("store-one", "shipment-s") == [owed]


async def test_an_effect_is_owed_once_per_key(database: Database) -> None:
    await _owe(database, effect("a"))
    async with database.units_of_work.begin() as unit:
        assert not await unit.outbox.owe(effect("b", key="buy:a", payload={"other": 1}))
        assert await unit.outbox.by_key("store-one", "buy:a") == effect("a")
        assert await unit.outbox.owe(effect("c"))


async def test_an_effect_goes_with_the_change_that_owes_it(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.outbox.owe(effect())
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.outbox.page(None) == [], "nothing was committed"


async def test_claimed_effects_run_under_a_fresh_claim(database: Database) -> None:
    await _owe(database, effect("a"), effect("b", due_at=NOON - MINUTE), effect("c", due_at=NOON + HOUR))
    async with database.units_of_work.begin() as unit:
        claimed = await _claim(unit)
        await unit.commit()
    assert [one.key for one in claimed] == ["buy:b", "buy:a"], "in the order they were due"
    for one in claimed:
        assert (one.state, one.attempts, one.lease_until) == (EffectState.RUNNING, 1, NOON + LEASE)
        assert one.claim
    async with database.units_of_work.begin() as unit:
        assert await _claim(unit) == []
        (third,) = await _claim(unit, now=NOON + HOUR)
        assert third.claim != claimed[0].claim


async def test_a_lane_holds_up_no_other(database: Database) -> None:
    await _owe(database, effect("a"), effect("b", lane=Lane.FISCAL))
    async with database.units_of_work.begin() as unit:
        fiscal = await unit.outbox.claim(Lane.FISCAL, limit=10, now=NOON, lease=LEASE)
        assert [one.key for one in fiscal] == ["buy:b"]


async def test_a_person_runs_one_effect_at_once_and_nobody_else_has_it(database: Database) -> None:
    one = effect("a", due_at=NOON + HOUR)
    await _owe(database, one)
    async with database.units_of_work.begin() as unit:
        claimed = await unit.outbox.claim_one(one.id, now=NOON, lease=LEASE)
        assert claimed is not None
        assert claimed.state is EffectState.RUNNING
        assert await unit.outbox.claim_one(one.id, now=NOON, lease=LEASE) is None
        assert await unit.outbox.claim_one("unknown", now=NOON, lease=LEASE) is None


async def test_only_the_holder_of_a_claim_settles_it_and_once(database: Database) -> None:
    await _owe(database, effect())
    async with database.units_of_work.begin() as unit:
        (claimed,) = await _claim(unit)
        forged = msgspec.structs.replace(claimed, claim="forged")
        assert not await unit.outbox.settle(forged, forged.done(NOON))
        assert not await unit.outbox.settle(effect(), claimed.done(NOON)), "never claimed"
        settled = claimed.rejected(NOON + MINUTE, "No cubrimos esa comuna")
        assert await unit.outbox.settle(claimed, settled)
        assert not await unit.outbox.settle(claimed, claimed.done(NOON))
        assert await unit.outbox.get("store-one", claimed.id) == settled


async def test_one_effect_cannot_be_settled_as_another(database: Database) -> None:
    await _owe(database, effect("a"), effect("b"))
    async with database.units_of_work.begin() as unit:
        first, second = await _claim(unit)
        assert not await unit.outbox.settle(first, second.done(NOON))


async def test_a_runner_past_its_lease_leaves_the_effect_uncertain_and_cannot_settle_it(database: Database) -> None:
    await _owe(database, effect("a"), effect("b", due_at=NOON + HOUR))
    async with database.units_of_work.begin() as unit:
        (claimed,) = await _claim(unit)
        assert not await unit.outbox.expire(NOON + LEASE - MINUTE, look_at=NOON)
        assert len(await unit.outbox.expire(NOON + LEASE, look_at=NOON + HOUR)) == 1
        assert not await unit.outbox.expire(NOON + LEASE, look_at=NOON + HOUR)
        left = await unit.outbox.get("store-one", claimed.id)
        assert left is not None
        assert (left.state, left.due_at, left.claim, left.lease_until) == (
            EffectState.UNCERTAIN,
            NOON + HOUR,
            None,
            None,
        )
        assert left.message
        assert not await unit.outbox.settle(claimed, claimed.done(NOON))
        assert await _claim(unit, now=NOON + LEASE) == [], "never blindly repeated"


async def test_uncertain_effects_are_looked_for_one_by_one_finder(database: Database) -> None:
    await _owe(database, effect())
    async with database.units_of_work.begin() as unit:
        (claimed,) = await _claim(unit)
        assert await unit.outbox.settle(claimed, claimed.uncertain(NOON + MINUTE, "time-out"))
        assert await unit.outbox.claim_uncertain(Lane.BULK, limit=5, now=NOON, lease=LEASE) == []
        now = NOON + MINUTE
        (looked,) = await unit.outbox.claim_uncertain(Lane.BULK, limit=5, now=now, lease=LEASE)
        assert (looked.state, looked.lookups, looked.attempts) == (EffectState.UNCERTAIN, 1, 1)
        assert await unit.outbox.claim_uncertain(Lane.BULK, limit=5, now=now, lease=LEASE) == [], "leased"
        (again,) = await unit.outbox.claim_uncertain(Lane.BULK, limit=5, now=now + LEASE, lease=LEASE)
        assert again.lookups == 1, "a look that never ended learned nothing"
        assert not await unit.outbox.settle(looked, looked.done(NOON)), "another finder has it"
        assert await unit.outbox.settle(again, again.uncertain(NOON, "not found yet"))
        (third,) = await unit.outbox.claim_uncertain(Lane.BULK, limit=5, now=now, lease=LEASE)
        assert third.lookups == 2
        assert await unit.outbox.settle(third, third.later(NOON, "certainly not there"))
        (once_more,) = await _claim(unit)
        assert once_more.attempts == 2


async def test_a_person_decides_only_what_nobody_has_in_hand(database: Database) -> None:
    await _owe(database, effect())
    async with database.units_of_work.begin() as unit:
        (claimed,) = await _claim(unit)
        with pytest.raises(WrongState):
            await unit.outbox.save(msgspec.structs.replace(claimed, state=EffectState.DEAD))
        await unit.outbox.settle(claimed, claimed.dead(NOON, "bug"))
        dead = await unit.outbox.get("store-one", claimed.id)
        assert dead is not None
        await unit.outbox.save(dead.retried(NOON, repeatable=True))
        assert [one.key for one in await _claim(unit)] == ["buy:e"]
        with pytest.raises(NotFound):
            await unit.outbox.save(effect("unknown"))


async def test_the_outbox_is_paged_newest_first(database: Database) -> None:
    await _owe(database, *(effect(str(number), created_at=NOON + number * MINUTE) for number in range(4)))
    async with database.units_of_work.begin() as unit:
        newest = await unit.outbox.page("store-one", limit=3)
        rest = await unit.outbox.page(None, limit=3, before=newest[-1].created_at)
        assert [one.key for one in (*newest, *rest)] == ["buy:3", "buy:2", "buy:1", "buy:0"]
        await _claim(unit, limit=1)
        assert [one.key for one in await unit.outbox.page(None, state=EffectState.RUNNING)] == ["buy:0"]
        assert await unit.outbox.counts() == {"pending": 3, "running": 1}
