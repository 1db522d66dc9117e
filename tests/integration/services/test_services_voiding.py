"""Taking shipments back: what was not asked yet is withdrawn, what was bought is voided, whoever wants it and whenever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from despacho_core.errors import OrderCancelled, WrongState
from despacho_core.ledgers import EffectState
from despacho_core.shipments import LabelState, ShipmentState
from despacho_ports.errors import ProviderError, Rejected, Unauthorized, Uncertain
from tests.dock import Dock, Van, open_dock


@pytest.fixture
async def dock(database_url: str, tmp_path: Path) -> AsyncIterator[Dock]:
    """On both databases: who takes an effect first is what matters."""
    async with open_dock(database_url, tmp_path) as opened:
        yield opened


async def test_a_void_that_was_refused_can_be_asked_for_again(dock: Dock) -> None:
    shipment, _ = await dock.buy()
    void = dock.hub.services.shipping.void
    Van.breaks = [Rejected("the van has left")]
    kept = await void(dock.store.id, shipment.id, wait=5)
    assert (kept.state, kept.problem) == (ShipmentState.BOUGHT, "the van has left")
    assert (await void(dock.store.id, shipment.id, wait=5)).state is ShipmentState.VOIDED
    assert Van.asked == ["buy", "void", "void"]


async def test_a_purchase_that_waits_is_withdrawn_and_its_place_free(dock: Dock) -> None:
    Van.breaks = [Unauthorized("the contract is suspended")]
    shipment, effect = await dock.buy()
    assert (shipment.state, effect.state) == (ShipmentState.REQUESTED, EffectState.PENDING)
    gone = await dock.hub.services.shipping.void(dock.store.id, shipment.id, wait=5)
    assert gone.state is ShipmentState.VOIDED
    await dock.hub.services.accounts.change(dock.store.id, dock.account_id, name=None, settings={})
    await dock.wait(2, 1_000)
    assert Van.asked == ["buy"], "never bought later"
    another, _ = await dock.buy()
    assert (another.state, another.ordinal) == (ShipmentState.BOUGHT, 2)


async def test_what_is_being_bought_or_in_doubt_is_not_withdrawn(dock: Dock) -> None:
    shipment, effect = await dock.request()
    await dock.claim(effect)
    with pytest.raises(WrongState, match="being bought"):
        await dock.hub.services.shipping.void(dock.store.id, shipment.id, wait=1)
    await dock.wait(1, 95)  # its process has died
    with pytest.raises(WrongState, match="uncertain"):
        await dock.hub.services.shipping.void(dock.store.id, shipment.id, wait=1)


async def test_an_order_that_is_cancelled_while_its_label_waits_gets_none(dock: Dock) -> None:
    shipment, effect = await dock.request()
    await dock.cancel()
    assert (await dock.shipment(shipment)).state is ShipmentState.VOIDED
    assert (await dock.effect(effect)).state is EffectState.DONE
    await dock.wait(1, 1)
    assert Van.asked == []
    with pytest.raises(OrderCancelled):
        await dock.hub.services.shipping.buy(dock.store.id, 1001, dock.wish(), wait=1)


async def test_an_order_that_is_cancelled_as_a_worker_takes_its_label_up_gets_none(dock: Dock) -> None:
    shipment, effect = await dock.request()
    claimed = await dock.claim(effect)
    await dock.cancel()
    settled = await dock.hub.services.runner.run(claimed)
    assert (settled.state, (await dock.shipment(shipment)).state) == (EffectState.DONE, ShipmentState.VOIDED)
    assert Van.asked == []


@pytest.mark.parametrize("unheard", [False, True], ids=["answered", "found again"])
async def test_a_label_that_is_bought_while_its_order_is_cancelled_is_voided(dock: Dock, unheard: bool) -> None:
    if unheard:
        shipment = await dock.sold_unheard()
        await dock.cancel()
        await dock.wait(3, 95)
    else:
        shipment, effect = await dock.request()
        claimed, runner = await dock.claim(effect), dock.hub.services.runner
        handler = runner.handler("buy")
        settlement = await handler.perform(claimed, await runner.parties(claimed))
        await dock.cancel()
        await runner._outcomes.done(handler, claimed, settlement)
        await dock.wait(1, 1)
    current, [label] = await dock.hub.services.shipping.get(dock.store.id, shipment.id)
    assert (current.state, label.state) == (ShipmentState.VOIDED, LabelState.VOIDED)
    assert Van.asked[-1] == "void"
    assert {one.kind for one in await dock.hub.services.ledgers.outbox(dock.store.id)} == {"buy", "void"}


async def test_a_label_that_a_person_finds_for_a_cancelled_order_is_voided_too(dock: Dock) -> None:
    shipment = await dock.sold_unheard()
    await dock.wait(1, 95)
    await dock.cancel()
    assert (await dock.shipment(shipment)).state is ShipmentState.UNCERTAIN
    await dock.hub.services.settling.bought(dock.store.id, shipment.id, ["V1"], note="seen in the portal")
    await dock.wait(1, 1)
    assert (await dock.shipment(shipment)).state is ShipmentState.VOIDED
    assert Van.asked[-1] == "void"


async def test_who_says_that_the_carrier_voided_it_is_believed(dock: Dock) -> None:
    shipment, _ = await dock.buy()
    Van.breaks = [Uncertain("no answer")]
    await dock.hub.services.shipping.void(dock.store.id, shipment.id, wait=5)
    ledgers = dock.hub.services.ledgers
    [void] = [one for one in await ledgers.outbox(dock.store.id) if one.kind == "void"]
    await dock.claim(void)
    await dock.hub.services.runner.expire()
    dock.clock.turn(95)
    assert await dock.hub.services.runner.expire() == 1
    await ledgers.resolve(dock.store.id, void.id, happened=True, note="seen in the portal")
    assert (await dock.shipment(shipment)).state is ShipmentState.VOIDED


@pytest.mark.parametrize("answer", [Rejected("the van has left"), Uncertain("no answer")])
async def test_what_the_carrier_said_of_a_cancelled_orders_label_stands_however_often_the_order_is_read(
    dock: Dock, answer: ProviderError
) -> None:
    await dock.buy()
    Van.breaks = [answer]
    await dock.cancel()
    await dock.wait(2, 60)
    asked = Van.asked.copy()
    for _ in range(3):
        await dock.cancel()
        await dock.wait(1, 60)
    assert Van.asked == asked
