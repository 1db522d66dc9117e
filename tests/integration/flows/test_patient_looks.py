"""Looking for what may have happened: only a provider's own "no" counts, and it is asked again when it said so."""

from __future__ import annotations

from datetime import timedelta

from despacho_core.ledgers import Effect, EffectState, Lane
from tests.town import IMPATIENT, Town

LEASE = IMPATIENT.lease


async def one_uncertain_document(town: Town) -> Effect:
    """The invoicing system did nothing and cut the connection."""
    order = town.sandbox.store.place_order(town.store.code)
    await town.webhook(order)
    await town.fault("openfactura", "cut_before", "issue")
    await town.work(rounds=2)
    [effect] = await town.services.ledgers.outbox(town.store.id)
    assert effect.state is EffectState.UNCERTAIN
    return effect


async def a_look_that_dies(town: Town) -> None:
    office = town.services.office
    async with office.units.begin() as work:
        [_] = await work.outbox.claim_uncertain(Lane.FISCAL, limit=9, now=office.now(), lease=LEASE)
        await work.commit()
    town.clock.turn(LEASE.total_seconds() + 1)


async def test_processes_that_died_while_they_looked_have_learned_nothing(town: Town) -> None:
    effect = await one_uncertain_document(town)
    town.clock.turn(10)
    for _ in range(5):
        await a_look_that_dies(town)
    await town.services.work.sweep()
    [looked_for] = await town.services.ledgers.outbox(town.store.id)
    assert (looked_for.id, looked_for.state, looked_for.lookups) == (effect.id, EffectState.UNCERTAIN, 1)
    assert looked_for.message == "not found yet"


async def test_a_provider_that_is_asked_too_often_is_asked_again_when_it_said(small_town: Town) -> None:
    town = small_town
    await one_uncertain_document(town)
    town.clock.turn(3_600)
    await town.fault("openfactura", "rate_limited", "issued", retry_after=7)
    await town.services.work.sweep()
    [put_off] = await town.services.ledgers.outbox(town.store.id)
    assert put_off.due_at - town.clock.now() == timedelta(seconds=7) + IMPATIENT.look_after[0]
