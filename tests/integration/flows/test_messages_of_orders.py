"""A message and the order that it tells of: kept together or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from despacho_core.ledgers import InboxState, Lane
from despacho_services.intake import Intake
from tests.town import Silence, Town


class Deaf(Silence):
    """A queue that is gone, of which nothing was known."""

    async def wake(self, lane: Lane) -> None:
        raise RuntimeError(f"nobody can be woken for {lane}")


async def test_what_is_kept_stays_kept_where_nobody_can_be_woken(
    small_town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town, services = small_town, small_town.services
    order = town.sandbox.store.place_order(town.store.code)
    await town.webhook(order)
    office = replace(services.office, queue=Deaf())
    intake = Intake(office, services.messages, services.self_issuing, services.shipping, services.tracking)
    async with office.units.begin() as work:
        [row] = await work.inbox.claim(limit=9, now=office.now(), lease=timedelta(minutes=1))
        await work.commit()
    await intake.handle(row)
    assert "nobody can be woken" in caplog.text
    async with office.units.begin(write=False) as work:
        settled = await work.inbox.get(town.store.id, row.id)
        read_at = await work.orders.read_at(town.store.id, order.id)
        about = await work.inbox.of_order(town.store.id, order.id)
    assert settled is not None
    assert (settled.state, settled.error) == (InboxState.DONE, None)
    assert read_at is not None
    assert [one.id for one in about] == [row.id]
    await town.work(seconds=10)
    assert town.at_invoicing(order) == [39], "what the order owes is found by the sweep"


async def test_who_lost_the_claim_settles_nothing_but_keeps_what_was_read(small_town: Town) -> None:
    town, services = small_town, small_town.services
    order = town.sandbox.store.place_order(town.store.code)
    await town.webhook(order)
    async with services.office.units.begin() as work:
        [late] = await work.inbox.claim(limit=9, now=town.clock.moment, lease=timedelta(minutes=1))
        await work.commit()
    town.clock.turn(120)
    async with services.office.units.begin() as work:
        [held] = await work.inbox.claim(limit=9, now=town.clock.moment, lease=timedelta(minutes=1))
        await work.commit()
    await services.intake.handle(late)
    async with services.office.units.begin(write=False) as work:
        still = await work.inbox.get(town.store.id, held.id)
        assert await work.orders.read_at(town.store.id, order.id) == town.clock.moment
    assert still is not None
    assert (still.state, still.attempts) == (InboxState.PENDING, held.attempts)
