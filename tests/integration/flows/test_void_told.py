"""The store is told of void labels: their number is marked, and the order's next label takes their place."""

from __future__ import annotations

from despacho_core.ledgers import EffectState
from despacho_core.shipments import Shipment, ShipmentState, ShipmentWish
from tests.town import Town


async def taken_in(town: Town) -> int:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    return order.id


async def bought(town: Town, number: int) -> Shipment:
    wish = ShipmentWish(account_id=town.carrier.id, service_code="3")
    shipment, _, _ = await town.services.shipping.buy(town.store.id, number, wish, wait=10)
    return shipment


async def voided(town: Town, shipment: Shipment) -> None:
    await town.services.shipping.void(town.store.id, shipment.id, wait=10)
    await town.work(rounds=2, seconds=5)


def shown(town: Town, number: int) -> list[tuple[str | None, str | None]]:
    return [(one.tracking_number, one.external_id) for one in town.sandbox.store.fulfillments(number, town.store.code)]


async def test_a_void_label_is_marked_and_the_next_one_shown_in_its_place(small_town: Town) -> None:
    town = small_town
    order = await taken_in(town)
    first = await bought(town, order)
    await town.work(rounds=2)
    [(number, _)] = shown(town, order)
    await voided(town, first)
    assert shown(town, order) == [(f"{number} (anulada)", first.id)]

    second = await bought(town, order)
    await town.work(rounds=2)
    [label] = (await town.services.shipping.get(town.store.id, second.id))[1]
    assert shown(town, order) == [(label.tracking_number, second.id)]
    [fulfillment] = town.sandbox.store.fulfillments(order, town.store.code)
    assert (fulfillment.tracking_url or "").endswith(second.track_token)
    assert (await town.shipment(first)).fulfillment_id is None
    assert (await town.shipment(second)).fulfillment_id == str(fulfillment.id)

    await town.parcels_reach("in_transit", label.tracking_number)
    await town.services.tracking.sync_store(town.store.id)
    await town.work(rounds=2)
    assert str(fulfillment.shipment_status) == "in_transit"


async def test_what_the_store_was_never_told_of_is_not_told_as_void(small_town: Town) -> None:
    town = small_town
    order = await taken_in(town)
    first = await bought(town, order)
    await voided(town, first)
    assert shown(town, order) == []
    effects = await town.services.ledgers.outbox(town.store.id)
    assert {one.kind: one.state for one in effects if one.subject == first.id} == {
        "buy": EffectState.DONE,
        "fulfil": EffectState.DONE,
    }


async def test_a_void_that_overtakes_the_telling_is_told_too(small_town: Town) -> None:
    """The store got the fulfillment, and its answer was lost; meanwhile the labels were voided."""
    town = small_town
    order = await taken_in(town)
    await town.fault("jumpseller", "fail_after", "fulfillments.create")
    first = await bought(town, order)
    await town.work(rounds=1)
    await town.services.shipping.void(town.store.id, first.id, wait=10)
    assert (await town.shipment(first)).state is ShipmentState.VOIDED
    await town.work(rounds=4, seconds=10)
    [(number, _)] = shown(town, order)
    assert (number or "").endswith("(anulada)")


async def test_two_labels_that_follow_a_void_one_are_two_fulfillments(small_town: Town) -> None:
    town = small_town
    order = await taken_in(town)
    first = await bought(town, order)
    await town.work(rounds=2)
    await voided(town, first)
    wish = ShipmentWish(account_id=town.carrier.id, service_code="3", additional=True)
    both = [(await town.services.shipping.buy(town.store.id, order, wish, wait=10))[0] for _ in range(2)]
    await town.work(rounds=3)
    assert sorted(external or "" for _, external in shown(town, order)) == sorted(one.id for one in both)
