"""Labels are bought and printed, manifests closed and signed, parcels followed to the buyers' doors."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from despacho.demo.buying import until_found
from despacho.demo.cast import STORES, Placed, Twist, shipments_wanted, with_twist
from despacho.demo.evidence import Evidence
from despacho.demo.hub import Bought
from despacho.demo.narration import Act
from despacho.demo.output import ShipmentFiles
from despacho.demo.setting_up import Desk
from despacho.demo.story import PATIENCE, Seen, Story
from despacho.demo.waiting import until

EXPRESS = "3"
"""The carrier's code of its overnight service (contract/carriers.md 1.3)."""

SACK = {"weight_g": 18_400, "length_mm": 600, "width_mm": 400, "height_mm": 220}
"""One sack of coffee; an order of two is two parcels."""


async def labels_bought(story: Story) -> None:
    """Labels for all orders that are shipped; the one at which the carrier fails is bought before any other."""
    shipped = [one for one in story.placed if one.part.parcels]
    with story.narrator.act("Labels bought and printed", shipments_wanted(shipped)) as act:
        unlucky = with_twist(shipped, Twist.CARRIER_FAILS)
        words = "the carrier answers 500 after acting"
        finishing = []
        for one in unlucky:
            await story.break_once(words, "chilexpress", "fail_after", "create-shipment")
            bought = await _bought(story, one, 0)
            finishing.append(_printed(story, act, one, bought))
        others = [one for one in shipped if one not in unlucky]
        queues = [[one for one in others if one.store == store] for store in STORES]
        await story.all_of(*finishing, *(_in_store(story, act, queue) for queue in queues))


async def manifests_closed(story: Story) -> None:
    """A manifest for each store that ships something, with all its labels."""
    desks = [desk for desk in story.desks.values() if any(files.store == desk.store for files in story.files)]
    with story.narrator.act("Manifests closed and signed", len(desks)) as act:
        await story.all_of(*(_manifest(story, act, desk) for desk in desks))


async def parcels_reach(story: Story, milestone: str, title: str) -> None:
    """The carrier moves everything; the merchants ask how far it is, and the stores say it."""
    shipped = [one for one in story.placed if one.part.parcels]
    with story.narrator.act(title, len(shipped)) as act:
        await story.world.move_parcels(milestone)
        await asyncio.gather(*(desk.hub.sync_tracking(f"sync-{milestone}") for desk in story.desks.values()))

        def there(state: Seen) -> int:
            return sum(order["shipment_status_enum"] == milestone for order in state["orders"])

        what = f"every shipped order is {milestone} in its store"
        await until(what, story.counted(act, there), within=PATIENCE)


async def look_at_tracking_page(story: Story, evidence: Evidence) -> str | None:
    """A buyer opens the tracking page that the store links to; returns its address."""
    order = next((order for order in evidence.orders if order.fulfillments), None)
    if order is None:
        return None
    [fulfillment, *_] = order.fulfillments
    page = await story.desks[order.store].hub.public(fulfillment.tracking_url)
    if page.is_success and all(number in page.text for number in fulfillment.tracking_numbers):
        story.output.keep(f"tracking/{order.store}-{order.id}.html", page.content)
    else:
        story.findings.append(
            f"The tracking page of order {order.id} of {order.store} does not show its parcels "
            f"({fulfillment.tracking_url} answered {page.status_code})."
        )
    return fulfillment.tracking_url


async def _in_store(story: Story, act: Act, orders: Sequence[Placed]) -> None:
    """One order after the other, as a person works them off; the unannounced ones last."""
    for one in sorted(orders, key=lambda one: one.part.twist is Twist.SILENT):
        await story.attempt(_shipped(story, act, one))


async def _shipped(story: Story, act: Act, one: Placed) -> None:
    if one.part.twist is Twist.SILENT:
        await until_found(story, one)
    for ordinal in range(len(one.part.parcels)):
        bought = await _bought(story, one, ordinal)
        if one.part.twist is Twist.CLICKED_TWICE and await _bought(story, one, ordinal) != bought:
            story.findings.append(f"The label of {one.name}, asked for twice with the same key, is not the same.")
        await _printed(story, act, one, bought)


async def _bought(story: Story, one: Placed, ordinal: int) -> Bought:
    desk = story.desks[one.store]
    return await desk.hub.buy(one.id, _wish(one, desk, ordinal), key=f"demo-{one.id}-{ordinal}")


def _wish(one: Placed, desk: Desk, ordinal: int) -> dict[str, Any]:
    """What is asked for: nothing but the order where the buyer chose one of our rates."""
    chosen_by_hand = {"account_id": desk.carrier, "service_code": EXPRESS}
    if not one.part.through_checkout:
        return chosen_by_hand
    if one.part.twist is Twist.TWO_PARCELS:
        # The buyer's rate is the one for large parcels; packed apart, the sacks are small enough for the usual service.
        return {**chosen_by_hand, "parcels": [SACK, SACK]}
    return {"additional": True} if ordinal else {}


async def _printed(story: Story, act: Act, one: Placed, bought: Bought) -> None:
    hub = story.desks[one.store].hub
    shipment = await hub.settled(bought)
    name = f"labels/{one.store}-{one.id}-{shipment.labels[0].tracking_number if shipment.labels else shipment.id}"
    files = ShipmentFiles(store=one.store, order=one.id, shipment_id=shipment.id)
    story.files.append(files)
    story.owner_of_label.update({label.id: shipment.id for label in shipment.labels})
    files.label_pdf = story.output.keep(f"{name}.pdf", await hub.label(shipment.id, "pdf"))
    files.label_zpl = story.output.keep(f"{name}.zpl", await hub.label(shipment.id, "zpl"))
    act.advance()


async def _manifest(story: Story, act: Act, desk: Desk) -> None:
    opened = await desk.hub.open_manifest(desk.carrier)
    closed = await desk.hub.close_manifest(opened.id)
    await desk.hub.sign_manifest(closed.id, "merchant", "Rosa Díaz", "Bodega")
    await desk.hub.sign_manifest(closed.id, "carrier", "Luis Vera", "Conductor")
    name = f"manifests/{desk.store}-{closed.number}.pdf"
    story.output.keep(name, await desk.hub.manifest_pdf(closed.id))
    on_it = {story.owner_of_label.get(label.id) for label in closed.labels}
    for files in story.files:
        if files.shipment_id in on_it:
            files.manifest = name
    act.advance()
