"""Buyers order, and the webhooks that tell of it come twice, in reverse, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from despacho.demo.cast import STORES, Part, Placed, Twist, of_store, with_twist
from despacho.demo.narration import Act
from despacho.demo.story import Story
from despacho.demo.waiting import until

UNANNOUNCED = frozenset({Twist.SILENT, Twist.BUTTON})
"""No webhook tells of these: one is found by asking the store, at the other the merchant is quicker."""


async def buyers_order(story: Story, cast: Sequence[Part]) -> None:
    """All orders, in both stores at once."""
    with story.narrator.act("Buyers order at the checkouts", len(cast)) as act:
        await story.all_of(*(_in_store(story, act, of_store(cast, store)) for store in STORES))


async def double_webhooks(story: Story) -> None:
    """Some orders' webhooks are sent once more, after they were acknowledged."""
    for one in with_twist(story.placed, Twist.DUPLICATED):
        await story.world.webhooks_idle()
        for delivery in (await story.world.webhooks(one.store))["deliveries"]:
            if delivery["order_id"] == one.id and delivery["state"] == "acknowledged":
                await story.world.duplicate_webhook(one.store, delivery["id"])


async def until_found(story: Story, one: Placed) -> None:
    """Wait until the hub has found an order that nobody announced: its invoice is in the store then."""
    await until(f"{one.name}, which no webhook told of, is found", story.documents_of(one), within=90)


async def _in_store(story: Story, act: Act, parts: Sequence[Part]) -> None:
    for part in parts:
        await story.attempt(_order(story, part))
        act.advance()


async def _order(story: Story, part: Part) -> None:
    world, store = story.world, part.store
    if part.twist is Twist.INVOICING_CUTS:
        await story.break_once("the invoicing system cuts the line after acting", "openfactura", "cut_after", "issue")
    if part.twist is Twist.REORDERED:
        await world.hold_webhooks(store)
    if part.through_checkout:
        order = await world.checkout(store, part.kind, silent=part.twist in UNANNOUNCED)
    else:
        order = await world.place(store, part.kind)
    story.placed.append(Placed(part, int(order["id"])))
    if part.twist is Twist.REORDERED:
        await world.release_reversed(store)
