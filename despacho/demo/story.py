"""What all acts of the story share: who acts, what was ordered, what was kept, and what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from despacho.demo.cast import STORES, Placed
from despacho.demo.front_desk import CommandFailed
from despacho.demo.hub import HubRefused
from despacho.demo.narration import Act, Narrator
from despacho.demo.output import Output, ShipmentFiles
from despacho.demo.setting_up import Desk
from despacho.demo.waiting import NotInTime
from despacho.demo.world import World, WorldRefused

PATIENCE = 90.0
"""Seconds until something that should happen by itself counts as missing."""

FINDINGS = (NotInTime, HubRefused, WorldRefused, CommandFailed)
"""What goes wrong in the story is a finding; the story goes on, so that the end shows how far everything came."""

Seen = Mapping[str, Any]
"""What the sandbox tells of a store."""


@dataclass
class Story:
    """The story so far."""

    world: World
    desks: Mapping[str, Desk]
    output: Output
    narrator: Narrator
    placed: list[Placed] = field(default_factory=list)
    files: list[ShipmentFiles] = field(default_factory=list)
    owner_of_label: dict[str, str] = field(default_factory=dict)
    """Shipment by label, as the hub numbers them."""
    findings: list[str] = field(default_factory=list)
    arranged: list[tuple[str, str, int]] = field(default_factory=list)
    """Faults: what they are in words, the simulator, the rule's number."""

    async def attempt(self, deed: Awaitable[None]) -> None:
        """Do it; what goes wrong is a finding."""
        try:
            await deed
        except FINDINGS as error:
            self.findings.append(str(error))

    async def all_of(self, *deeds: Awaitable[None]) -> None:
        """Do all of it at once."""
        await asyncio.gather(*(self.attempt(deed) for deed in deeds))

    async def break_once(self, words: str, simulator: str, kind: str, endpoint: str) -> None:
        """Arrange that the next call of an endpoint goes wrong; in the end it is checked that it did."""
        self.arranged.append((words, simulator, await self.world.break_once(simulator, kind, endpoint)))

    def documents_of(self, one: Placed) -> Callable[[], Awaitable[bool]]:
        """Whether the order shows a document in its store."""

        async def shown() -> bool:
            state = await self.world.store_state(one.store)
            return any(document["order_id"] == one.id for document in state["documents"])

        return shown

    def counted(self, act: Act, count: Callable[[Seen], int]) -> Callable[[], Awaitable[bool]]:
        """Whether the stores together come to as many as the act is to bring; the act follows on the way there."""

        async def enough() -> bool:
            states = await asyncio.gather(*(self.world.store_state(store) for store in STORES))
            act.reached(min(sum(count(state) for state in states), act.total))
            return act.done == act.total

        return enough
