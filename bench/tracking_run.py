"""``python -m bench.tracking_run DATABASE_URL DATA_DIR``: one tracking cycle in a process of its own, so that its memory is its own.

Prints one JSON object with what was seen.
"""

from __future__ import annotations

import asyncio
import base64
import resource
import sys
import time
from dataclasses import replace

import httpx
import msgspec

from bench.tracking_world import Calls, StoreLine, catalogue
from despacho.bootstrap import Hub, open_hub
from despacho.settings import Settings
from despacho_core.ledgers import Lane
from despacho_jumpseller import JumpsellerStorefronts
from despacho_services.credentials import StoredCredentials
from despacho_services.effects import EffectRunner
from despacho_services.installation import NoApp
from despacho_services.lanes import Lanes
from despacho_services.pushing_status import PushStatusHandler
from despacho_services.tracking_result import SyncResult
from tests.town import Silence

WIDTH = 16
"""Pushes at once, as a worker has them."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one cycle was like; seconds and megabytes."""

    asked: int
    new_events: int
    changed: int
    problems: tuple[str, ...]
    cycle_s: float
    telling_s: float
    peak_mb: float
    carrier_calls: int
    carrier_most_in_a_second: int
    account_speeds: dict[str, float]
    store_calls: dict[str, int]
    store_most_in_a_second: int
    store_most_in_a_minute: int


async def run(url: str, folder: str) -> Seen:
    """One cycle: every shipment that is due, then everything that the stores are owed of it."""
    key = base64.b64encode(b"b" * 32).decode()
    settings = Settings.from_environment(
        {"DESPACHO_DATA_DIR": folder, "DESPACHO_DATABASE_URL": url, "DESPACHO_SECRET_KEY": key}
    )
    carriers, stores = Calls(), Calls()
    async with (
        open_hub(settings, Silence(), catalogue=catalogue(carriers)) as hub,
        httpx.AsyncClient(transport=StoreLine(stores)) as platform,
    ):
        begun = time.perf_counter()
        result = await hub.services.tracking.sync_due()
        cycle_s = time.perf_counter() - begun
        await _told(hub, platform)
        telling_s = time.perf_counter() - begun - cycle_s
        return _seen(result, carriers, stores, cycle_s, telling_s)


async def _told(hub: Hub, platform: httpx.AsyncClient) -> None:
    """Everything that the stores are owed, told to stores that only count, behind the hub's own pacing of each store."""
    database, clock = hub.database, hub.services.office.clock
    keeper = StoredCredentials(database.units_of_work, database.locks)
    storefronts = JumpsellerStorefronts(platform, NoApp(), keeper, clock)  # type: ignore[arg-type]  # no store here has tokens to renew
    office = replace(hub.services.office, storefronts=storefronts)
    runner = EffectRunner(office)
    runner.register([PushStatusHandler(office)])
    lanes = Lanes(office, runner, width=WIDTH)
    while await lanes.drain(Lane.INTERACTIVE):
        pass
    await runner.close()


def _seen(result: SyncResult, carriers: Calls, stores: Calls, cycle_s: float, telling_s: float) -> Seen:
    return Seen(
        asked=result.asked,
        new_events=result.new_events,
        changed=result.changed,
        problems=result.problems,
        cycle_s=cycle_s,
        telling_s=telling_s,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        carrier_calls=carriers.by_kind.total(),
        carrier_most_in_a_second=carriers.most_within(1.0),
        account_speeds={whom: carriers.speed(whom) for whom in carriers.at},
        store_calls=dict(stores.by_kind),
        store_most_in_a_second=stores.most_within(1.0),
        store_most_in_a_minute=stores.most_within(60.0),
    )


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.encode(asyncio.run(run(*sys.argv[1:3]))).decode())
