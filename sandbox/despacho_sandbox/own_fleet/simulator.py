"""The drivers of an own fleet, put together: parcels are loaded by their links, and driven on step by step."""

from __future__ import annotations

import asyncio
from typing import Annotated

import httpx
import msgspec

from despacho_sandbox.kit.asgi import Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.routing import Endpoint, Route, Router
from despacho_sandbox.kit.simulator import Simulator
from despacho_sandbox.kit.trust import trusted
from despacho_sandbox.own_fleet.driver import STEPS, Parcel, Plan, press

_MOST_AT_ONCE = 8
_SETTINGS = {"fleet_name": "Reparto Norte", "services": "same-day:Mismo día, next-day:Día siguiente", "prefix": "RN"}


class Load(msgspec.Struct, forbid_unknown_fields=True):
    """Parcels for the van: the addresses behind the QR codes on their labels, and how their way goes."""

    links: Annotated[list[str], msgspec.Meta(min_length=1, max_length=1000)]
    plan: Plan = Plan.DELIVERED
    receiver: Annotated[str, msgspec.Meta(max_length=200)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=40)] = "recipient_absent"


class Drive(msgspec.Struct, forbid_unknown_fields=True):
    """How many steps all parcels are driven on; to the end of their plan unless said."""

    steps: Annotated[int, msgspec.Meta(ge=1, le=10)] = 10


class OwnFleetSimulator(Simulator):
    """Drivers who scan labels and press buttons, over HTTP, as people do.

    Attributes:
        parcels: What was loaded, by link.
    """

    name = "own-fleet"

    def __init__(self, clock: SandboxClock, *, seed: int = 0) -> None:
        self.parcels: dict[str, Parcel] = {}
        routes = (
            Route(Endpoint("load", "POST", "/parcels"), self._load),
            Route(Endpoint("parcels", "GET", "/parcels"), self._list),
            Route(Endpoint("drive", "POST", "/drive"), self._drive),
        )
        super().__init__(clock, seed=seed, endpoints=tuple(route.endpoint for route in routes))
        self.app = Router(routes)

    def load(self, links: list[str], plan: Plan = Plan.DELIVERED, *, receiver: str = "", reason: str = "other") -> None:
        """Put parcels on the van; one that is there already goes its way anew."""
        for link in links:
            self.parcels[link] = Parcel(link=link, plan=plan, receiver=receiver, reason=reason)

    async def drive(self, steps: int = 10) -> list[Parcel]:
        """Drive all parcels on by so many steps, some at once; those that end have nothing more to say."""
        turns = asyncio.Semaphore(_MOST_AT_ONCE)

        async def go(client: httpx.AsyncClient, parcel: Parcel) -> None:
            async with turns:
                for _ in range(steps):
                    await press(client, parcel)

        async with httpx.AsyncClient(trust_env=False, verify=trusted()) as client:
            await asyncio.gather(*(go(client, parcel) for parcel in self.parcels.values()))
        return list(self.parcels.values())

    def state(self) -> dict[str, object]:
        """What is on the van, and what a hub's account of it may look like."""
        return {"accounts": [_SETTINGS], "plans": STEPS, "parcels": list(self.parcels.values())}

    def reset(self) -> None:
        """Empties the van."""
        self.parcels.clear()

    def hub_accounts(self) -> list[dict[str, object]]:
        """A fleet with two drivers: nothing has to be agreed with anybody. Buyers read its services, in Portugal in their own words."""
        settings = {"fleet_name": "Reparto de prueba", "services": "same-day:Mismo día, next-day:Día siguiente"}
        portuguese = {"fleet_name": "Frota de teste", "services": "same-day:No mesmo dia, next-day:No dia seguinte"}
        return [
            {"provider": self.name, "name": "Reparto propio", "settings": settings},
            {"provider": self.name, "name": "Frota própria", "settings": portuguese, "countries": ["PT", "BR"]},
        ]

    def counts(self) -> dict[str, int]:
        """Parcels, and buttons pressed."""
        return {
            "parcels": len(self.parcels),
            "steps_said": sum(one.problem is None for parcel in self.parcels.values() for one in parcel.pressed),
        }

    async def _load(self, request: Request) -> Reply:
        try:
            wanted = msgspec.json.decode(request.body, type=Load)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return json_reply({"error": str(error)}, 400)
        self.load(wanted.links, wanted.plan, receiver=wanted.receiver, reason=wanted.reason)
        return json_reply({"parcels": len(self.parcels)}, 201)

    async def _list(self, _: Request) -> Reply:
        return json_reply({"parcels": list(self.parcels.values())})

    async def _drive(self, request: Request) -> Reply:
        try:
            wanted = msgspec.json.decode(request.body or b"{}", type=Drive)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return json_reply({"error": str(error)}, 400)
        return json_reply({"parcels": await self.drive(wanted.steps)})
