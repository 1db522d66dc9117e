"""After the story: hub and sandbox stay, and the App can be opened from each store's admin and on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from despacho.demo.cast import NORTH, STORES
from despacho.demo.narration import Narrator
from despacho.demo.stage import Stage
from despacho.demo.world import World

Visit = Callable[[Mapping[str, str]], Awaitable[None]]
"""Somebody who looks at what is kept, given all addresses by what they are."""

TO_WORK_ON = ("simple", "several", "company", "heavy")
"""Carts of orders that come in after the story: in each store there is something to do."""


async def ready_to_open(stage: Stage, world: World) -> None:
    """Make the App open in the stores' admin, and at its own address for the first store, without anybody being asked.

    One browser may go from the admin of one store to that of the other: the App follows.
    """
    await world.register_app(f"{stage.hub_url}/")
    await world.log_in(NORTH)


async def new_orders(world: World) -> None:
    """Buyers go on ordering."""
    for store in STORES:
        for kind in TO_WORK_ON:
            await world.checkout(store, kind)


def addresses(stage: Stage, world: World, tracking_page: str | None) -> list[tuple[str, str]]:
    """Where everything is: what it is, and its address."""
    return [
        *((f"the App in {store}'s admin", world.admin(store)) for store in STORES),
        (f"the App by itself ({NORTH})", f"{stage.hub_url}/"),
        ("a buyer's tracking page", tracking_page or "none"),
        ("the hub's API", f"{stage.hub_url}/schema"),
        ("the stores", f"{stage.sandbox_url}/jumpseller/admin/"),
        ("the sandbox", f"{stage.sandbox_url}/_sandbox/"),
    ]


async def keep_open(
    narrator: Narrator, stage: Stage, world: World, tracking_page: str | None, *, visit: Visit | None = None
) -> None:
    """Show where everything is, and wait to be ended, or until a visit is over where there is one."""
    await ready_to_open(stage, world)
    await new_orders(world)
    shown = addresses(stage, world, tracking_page)
    narrator.say("")
    for what, address in shown:
        narrator.say(f"{what:<32} {address}")
    narrator.say("Open one of the first three in a browser: it signs in by itself, and new orders wait there.")
    narrator.say("Ctrl-C ends hub and sandbox.")
    if visit is not None:
        await visit(dict(shown))
        return
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
