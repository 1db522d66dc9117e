"""A person's look for something uncertain: taken by one at a time, and counted for nothing."""

from __future__ import annotations

from despacho_core.ledgers import EffectState
from despacho_database import Database
from tests.integration.database.samples import HOUR, MINUTE, NOON, add_stores, effect


async def test_one_uncertain_effect_is_taken_due_or_not_and_its_looks_are_not_counted(database: Database) -> None:
    await add_stores(database)
    uncertain = effect(state=EffectState.UNCERTAIN, due_at=NOON + HOUR, lookups=1)
    async with database.units_of_work.begin() as unit:
        await unit.outbox.owe(uncertain)
        await unit.commit()
    async with database.units_of_work.begin() as unit:
        taken = await unit.outbox.claim_one_uncertain(uncertain.id, now=NOON, lease=MINUTE)
        assert taken is not None
        assert (taken.state, taken.lookups) == (EffectState.UNCERTAIN, 1)
        assert await unit.outbox.claim_one_uncertain(uncertain.id, now=NOON, lease=MINUTE) is None, "somebody looks"
        again = await unit.outbox.claim_one_uncertain(uncertain.id, now=NOON + MINUTE, lease=MINUTE)
        assert again is not None
        assert again.lookups == 1
        assert again.claim != taken.claim
        assert not await unit.outbox.settle(taken, taken.done(NOON)), "taken over"
        await unit.commit()


async def test_what_is_not_uncertain_is_not_taken(database: Database) -> None:
    await add_stores(database)
    pending = effect()
    async with database.units_of_work.begin() as unit:
        await unit.outbox.owe(pending)
        assert await unit.outbox.claim_one_uncertain(pending.id, now=NOON, lease=MINUTE) is None
        assert await unit.outbox.claim_one_uncertain("nothing", now=NOON, lease=MINUTE) is None
