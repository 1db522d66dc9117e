"""One torture from beginning to end: furnish, storm, calm, gather the evidence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from despacho.bootstrap import Hub
from despacho_core.orders import OrderStatus
from tests.torture.evidence import Carrier, Evidence, Invoicing, Owed, Received, Stores, Wanted, read
from tests.torture.furnishing import Shop, codes, furnish, open_desk
from tests.torture.hubs import Tortured, hub_for
from tests.torture.people import People
from tests.torture.plan import Hold, Kill, Plan
from tests.torture.world import IDLE_SECONDS, World, open_world

CALM_SECONDS = 240.0
"""How long after the last kill everything may take to come to rest."""
REST_SECONDS = 1.0
"""So long nothing may be owed by anybody before it counts as rest."""

Say = Callable[[str], None]


@dataclass
class Outcome:
    """What came of it: the evidence, and figures for the report."""

    evidence: Evidence
    killed: list[str] = field(default_factory=list)
    webhooks: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    storm_seconds: float = 0.0
    calm_seconds: float = 0.0
    at_rest: bool = False
    outbox: dict[str, int] = field(default_factory=dict)


async def torture(plan: Plan, database_url: str, folder: Path, say: Say) -> Outcome:
    """Carry out a plan on a migrated, empty database. Logs of all processes end in ``folder``."""
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(open_world(folder, plan.seed))
        hub = hub_for(plan, folder, database_url, world.url)
        stack.push_async_callback(hub.end)
        await hub.start()
        desk = await stack.enter_async_context(open_desk(hub))
        shops = await furnish(desk, hub, world, plan.size.stores)
        await world.parcels_wait()
        await world.curse()
        say(f"{len(shops)} stores are furnished; {len(plan.kills)} kills are planned")
        limits = httpx.Limits(max_connections=100, keepalive_expiry=IDLE_SECONDS)
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=30, trust_env=False, limits=limits))
        people = People(world, hub.addresses, shops, http, plan.seed)
        return await _Torture(plan, world, hub, desk, shops, people, say).run()


@dataclass
class _Torture:
    _plan: Plan
    _world: World
    _hub: Tortured
    _desk: Hub
    _shops: Sequence[Shop]
    _people: People
    _say: Say
    _killed: list[str] = field(default_factory=list)

    async def run(self) -> Outcome:
        begun = time.monotonic()
        await self._storm()
        calm = time.monotonic()
        self._say(f"the storm is over after {calm - begun:.0f} s; waiting for rest")
        at_rest = await self._calm()
        outcome = Outcome(evidence=await self._evidence(), killed=self._killed, at_rest=at_rest)
        outcome.storm_seconds, outcome.calm_seconds = calm - begun, time.monotonic() - calm
        outcome.webhooks = await self._world.webhooks()
        outcome.faults = await self._world.faults_that_struck()
        outcome.outbox = (await self._desk.services.ledgers.counts())["outbox"]
        return outcome

    async def _storm(self) -> None:
        """Orders come, parcels move, webhooks are kept back and doubled; and processes die. Ends when everybody has an answer."""
        over = asyncio.Event()
        stories = [self._people.live(order) for order in self._plan.orders]
        holds = [self._hold(hold) for hold in self._plan.holds]
        async with asyncio.TaskGroup() as nuisances:
            for nuisance in (self._move_parcels(over), self._double(over), self._merchants(over)):
                nuisances.create_task(nuisance)
            try:
                async with asyncio.TaskGroup() as under_way:
                    for one in (*stories, *holds, self._kill_all()):
                        under_way.create_task(one)
            finally:
                over.set()
        await self._hub.heal()

    async def _kill_all(self) -> None:
        begun = time.monotonic()
        async with asyncio.TaskGroup() as under_way:
            for kill in self._plan.kills:
                await asyncio.sleep(max(0.0, begun + kill.at - time.monotonic()))
                under_way.create_task(self._kill(kill))

    async def _kill(self, kill: Kill) -> None:
        if await self._hub.kill(kill):
            self._killed.append(kill.victim)

    async def _hold(self, hold: Hold) -> None:
        await asyncio.sleep(hold.at)
        code = self._shops[hold.store].code
        await self._world.hold(code)
        await asyncio.sleep(hold.seconds)
        await self._world.release(code)

    async def _move_parcels(self, over: asyncio.Event) -> None:
        """A lorry now and then; somebody asks where the parcels are while it drives."""
        random = Random(f"{self._plan.seed}:lorries")
        async for _ in _now_and_then(over, 1.5):
            if await self._world.move_parcel(random) is not None:
                await self._people.sync_tracking(random.choice(self._shops))

    async def _double(self, over: asyncio.Event) -> None:
        random = Random(f"{self._plan.seed}:doubles")
        async for _ in _now_and_then(over, 0.5):
            await self._world.double(random.choice(self._shops).code, random)

    async def _merchants(self, over: asyncio.Event) -> None:
        """They are told when a hook is paused, and let it send again."""
        async for _ in _now_and_then(over, 10.0):
            await self._world.redeliver(codes(self._shops))

    async def _calm(self) -> bool:
        """Let everything come to rest, ask once more where all parcels are, and rest again."""
        await asyncio.gather(*(self._people.sync_tracking(shop) for shop in self._shops))
        if not await self._rest():
            return False
        await asyncio.gather(*(self._people.sync_tracking(shop) for shop in self._shops))
        return await self._rest()

    async def _rest(self) -> bool:
        """Whether nothing is owed any more, by anybody, for a while."""
        deadline, quiet_since = time.monotonic() + CALM_SECONDS, None
        while (now := time.monotonic()) < deadline:
            owed = await self._owed()
            quiet_since = (quiet_since or now) if not owed else None
            if quiet_since is not None and now - quiet_since >= REST_SECONDS:
                return True
            await asyncio.sleep(0.25)
        self._say(f"no rest: still owed {await self._owed()}")
        return False

    async def _owed(self) -> dict[str, int]:
        counts = await self._desk.services.ledgers.counts()
        owed = {
            "webhooks": await self._world.redeliver(codes(self._shops)),
            "inbox": counts["inbox"].get("pending", 0),
            **{state: counts["outbox"].get(state, 0) for state in ("pending", "running", "uncertain")},
            "orders not known to be paid": await self._unknown(),
        }
        return {name: count for name, count in owed.items() if count}

    async def _unknown(self) -> int:
        """Orders that the hub has not read since they were paid: of some no webhook tells."""
        numbers: dict[str, list[int]] = {}
        for shop, number in self._people.placed:
            numbers.setdefault(shop.store_id, []).append(number)
        missing = 0
        async with self._desk.services.office.units.begin(write=False) as work:
            for store_id, of_store in numbers.items():
                known = await work.orders.known_numbers(store_id, of_store)
                missing += sum(known.get(number) is not OrderStatus.PAID for number in of_store)
        return missing

    async def _evidence(self) -> Evidence:
        return Evidence(
            wanted=[Wanted(store=shop.code, number=number) for shop, number in self._people.placed],
            stores={
                code: store
                for code, store in read(await self._world.state("jumpseller"), Stores).stores.items()
                if code in codes(self._shops)
            },
            carrier=read(await self._world.state("chilexpress"), Carrier),
            invoicing=read(await self._world.state("openfactura"), Invoicing),
            taxpayers={shop.code: shop.taxpayer for shop in self._shops},
            inbox=await self._inbox(),
            outbox=await self._outbox(),
            complaints=self._people.complaints,
        )

    async def _inbox(self) -> list[Received]:
        rows: list[Received] = []
        for shop in self._shops:
            before: int | None = None
            while page := await self._desk.services.ledgers.inbox(shop.store_id, before=before, limit=500):
                before = page[-1].id
                for row in page:
                    told = row.dedupe_key.removeprefix(f"{shop.store_id}:{row.event}:")
                    trigger, _, digest = told.rpartition(":")
                    rows.append(
                        Received(store=shop.code, told=(row.event, trigger, digest), state=row.state, error=row.error)
                    )
        return rows

    async def _outbox(self) -> list[Owed]:
        rows: dict[str, Owed] = {}
        for shop in self._shops:
            before = None
            while page := await self._desk.services.ledgers.outbox(shop.store_id, before=before, limit=500):
                before = page[-1].created_at
                rows |= {
                    one.id: Owed(store=shop.code, key=one.key, state=one.state, message=one.message) for one in page
                }
        return list(rows.values())


async def _now_and_then(over: asyncio.Event, seconds: float) -> AsyncIterator[None]:
    """Once in so many seconds until it is over."""
    while not over.is_set():
        try:
            async with asyncio.timeout(seconds):
                await over.wait()
        except TimeoutError:
            yield
