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
from despacho_jumpseller import JumpsellerMessages, JumpsellerStorefronts
from despacho_services.credentials import StoredCredentials
from despacho_services.installation import NoApp
from despacho_services.services import Services, build_services
from despacho_services.tracking_result import SyncResult
from tests.town import Silence


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
        services = _with_stores(hub, platform)
        begun = time.perf_counter()
        result = await services.tracking.sync_due()
        cycle_s = time.perf_counter() - begun
        await _told(services)
        telling_s = time.perf_counter() - begun - cycle_s
        await services.runner.close()
        return _seen(result, carriers, stores, cycle_s, telling_s)


def _with_stores(hub: Hub, platform: httpx.AsyncClient) -> Services:
    """The hub's services over stores that only count, behind the hub's own pacing of each store."""
    office, database = hub.services.office, hub.database
    keeper = StoredCredentials(database.units_of_work, database.locks)
    storefronts = JumpsellerStorefronts(platform, NoApp(), keeper, office.clock)  # type: ignore[arg-type]  # no store here has tokens to renew
    return build_services(
        replace(office, storefronts=storefronts),
        messages=JumpsellerMessages(),
        consent=NoApp(),
        writer=database.inbox_writer,
    )


async def _told(services: Services) -> None:
    while await services.work.drain(Lane.INTERACTIVE):
        pass


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
