"""Nothing twice: what providers do when they fail after acting, when people click twice, when processes die."""

from __future__ import annotations

import asyncio

import pytest

from despacho_core.errors import AccountNeedsAttention, OrderAlreadyShipped
from despacho_core.ledgers import EffectState
from despacho_core.shipments import ShipmentState, ShipmentWish
from despacho_core.stores import AccountState
from despacho_ports.carriers import LabelFormat
from tests.town import Town

AFTER_ACTING = ("fail_after", "cut_after", "malformed")
BEFORE_ACTING = ("fail_before", "cut_before")


def wish(town: Town, *, additional: bool = False) -> ShipmentWish:
    return ShipmentWish(account_id=town.carrier.id, service_code="3", additional=additional)


@pytest.mark.parametrize("kind", AFTER_ACTING)
async def test_a_carrier_that_fails_after_acting_has_one_shipment_and_we_have_its_label(town: Town, kind: str) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    await town.fault("chilexpress", kind, "create-shipment")
    shipment, labels, effect = await town.services.shipping.buy(town.store.id, order.id, wish(town), wait=10)
    assert (shipment.state, effect.state, list(labels)) == (ShipmentState.UNCERTAIN, EffectState.UNCERTAIN, [])
    await town.work(seconds=10)
    assert (await town.shipment(shipment)).state is ShipmentState.BOUGHT
    assert town.at_carrier(shipment) == 1
    assert (await town.services.labels.of_shipment(town.store.id, shipment.id, LabelFormat.PDF)).startswith(b"%PDF")
    assert len(town.sandbox.store.fulfillments(order.id, town.store.code)) == 1


@pytest.mark.parametrize("kind", BEFORE_ACTING)
async def test_a_carrier_that_failed_before_acting_is_asked_again_once_it_certainly_has_nothing(
    small_town: Town, kind: str
) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    await town.fault("chilexpress", kind, "create-shipment")
    shipment, _, _ = await town.services.shipping.buy(town.store.id, order.id, wish(town), wait=10)
    assert shipment.state is ShipmentState.UNCERTAIN
    await town.work(seconds=30, rounds=8)
    assert (await town.shipment(shipment)).state is ShipmentState.BOUGHT
    assert town.at_carrier(shipment) == 1


@pytest.mark.parametrize("kind", AFTER_ACTING)
async def test_an_invoicing_system_that_fails_after_acting_has_one_document(town: Town, kind: str) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.fault("openfactura", kind, "issue")
    await town.webhook(order)
    await town.work(seconds=10, rounds=8)
    assert town.at_invoicing(order) == [39]
    assert len(town.sandbox.store.documents(order.id, town.store.code)) == 1


@pytest.mark.parametrize("endpoint", ["fulfillments.create", "documents.create"])
async def test_a_store_that_fails_after_acting_is_told_once(small_town: Town, endpoint: str) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code)
    await town.fault("jumpseller", "fail_after", endpoint)
    await town.take_in(order)
    await town.services.shipping.buy(town.store.id, order.id, wish(town), wait=10)
    await town.work(seconds=10, rounds=8)
    assert len(town.sandbox.store.fulfillments(order.id, town.store.code)) == 1
    assert len(town.sandbox.store.documents(order.id, town.store.code)) == 1


async def test_two_people_who_buy_the_same_label_at_once_buy_one(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    tries = [town.services.shipping.buy(town.store.id, order.id, wish(town), wait=10) for _ in range(8)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    bought = [one for one in results if not isinstance(one, BaseException)]
    refused = [one for one in results if isinstance(one, BaseException)]
    assert len(bought) == 1
    assert all(isinstance(one, OrderAlreadyShipped) for one in refused), refused
    assert town.at_carrier(bought[0][0]) == 1


async def test_everybody_who_asks_for_the_invoice_at_once_gets_the_same_document(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.webhook(order)
    await town.services.work.drain_inbox()
    clicks = [town.services.invoicing.invoice(town.store.id, order.id, wait=10) for _ in range(5)]
    invoices, _ = await asyncio.gather(asyncio.gather(*clicks), town.work())
    assert len({invoice.public_id for invoice in invoices}) == 1
    assert town.at_invoicing(order) == [39]


async def test_a_process_that_dies_while_buying_leaves_an_effect_that_is_looked_for(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    _, effect = await town.services.shipping.request(town.store.id, order.id, wish(town))
    office = town.services.office
    async with office.units.begin() as work:
        claimed = await work.outbox.claim_one(effect.id, now=office.now(), lease=town.services.runner.policy.lease)
        await work.commit()
    assert claimed is not None
    # The carrier acted; the process died before it could write that down.
    await town.services.runner.handler("buy").perform(claimed, await town.services.runner.parties(claimed))
    await town.work()
    shipment, _ = await town.services.shipping.get(town.store.id, effect.subject)
    assert shipment.state is ShipmentState.REQUESTED
    town.clock.turn(100)
    await town.work(seconds=10)
    shipment = await town.shipment(shipment)
    assert shipment.state is ShipmentState.BOUGHT
    assert town.at_carrier(shipment) == 1


async def test_who_was_thought_dead_cannot_settle_what_another_took_over(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    _, effect = await town.services.shipping.request(town.store.id, order.id, wish(town))
    office = town.services.office
    lease = town.services.runner.policy.lease
    async with office.units.begin() as work:
        claimed = await work.outbox.claim_one(effect.id, now=office.now(), lease=lease)
        await work.commit()
    assert claimed is not None
    handler = town.services.runner.handler("buy")
    settlement = await handler.perform(claimed, await town.services.runner.parties(claimed))
    town.clock.turn(100)
    await town.work(seconds=10)
    late = await town.services.runner._outcomes.done(handler, claimed, settlement)
    shipment, labels = await town.services.shipping.get(town.store.id, effect.subject)
    assert late.state is EffectState.RUNNING
    assert (len(labels), town.at_carrier(shipment)) == (1, 1)


async def test_refused_credentials_stop_the_account_until_it_is_mended(small_town: Town) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    await town.fault("chilexpress", "unauthorized", "create-shipment")
    shipment, _, effect = await town.services.shipping.buy(town.store.id, order.id, wish(town), wait=10)
    assert effect.state is EffectState.PENDING
    accounts = await town.services.accounts.all(town.store.id)
    carrier = next(account for account in accounts if account.id == town.carrier.id)
    assert carrier.state is AccountState.NEEDS_ATTENTION
    await town.work(seconds=1000, rounds=2)
    assert town.at_carrier(shipment) == 0
    assert (await town.services.accounts.test(town.store.id, carrier.id)).ok
    await town.work()
    assert (await town.shipment(shipment)).state is ShipmentState.BOUGHT
    assert town.at_carrier(shipment) == 1


async def test_a_fulfillment_is_found_by_its_tracking_number_where_the_store_gives_no_external_id(
    small_town: Town,
) -> None:
    town = small_town
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    await town.fault("jumpseller", "fail_after", "fulfillments.create")
    shipment, _, _ = await town.services.shipping.buy(town.store.id, order.id, wish(town), wait=10)
    await town.work(rounds=1)
    [fulfillment] = town.sandbox.store.fulfillments(order.id, town.store.code)
    fulfillment.external_id = None
    await town.work(seconds=10, rounds=8)
    assert len(town.sandbox.store.fulfillments(order.id, town.store.code)) == 1
    assert (await town.shipment(shipment)).fulfillment_id == str(fulfillment.id)


async def test_an_invoicing_account_that_was_refused_is_named_and_mended_before_anything_is_invoiced(
    small_town: Town,
) -> None:
    town = small_town
    async with town.services.office.units.begin() as work:
        await work.accounts.save(town.invoicing.needing_attention("wrong key"))
        await work.commit()
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    with pytest.raises(AccountNeedsAttention, match="wrong key"):
        await town.services.invoicing.invoice(town.store.id, order.id, wait=5)
    assert town.at_invoicing(order) == []
    assert (await town.services.accounts.test(town.store.id, town.invoicing.id)).ok
    await town.services.invoicing.invoice(town.store.id, order.id, wait=10)
    assert town.at_invoicing(order) == [39]
