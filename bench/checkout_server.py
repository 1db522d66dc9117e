"""``python -m bench.checkout_server PORT``: the hub's web app as it is served, with one store and made-up carriers that take their time.

The hub is told where its database and its Redis are by the usual environment. Everything but the carriers is what ``despacho web`` runs.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal

from bench.ground import bench_store
from despacho.bootstrap import Hub, open_hub
from despacho.provider_loader import ProviderCatalogue
from despacho.settings import Settings
from despacho_core.money import Money
from despacho_core.quotes import Rate, RateRequest
from despacho_http import create_app, run_web
from despacho_jobs.queue import ArqJobQueue
from despacho_services.services import Services
from despacho_system.shared_rates import SharedRates
from tests.shop import provider

ACCOUNTS = 5
TAKES_S = 0.05
RATES = tuple(
    Rate(service_code=code, service_name=code.title(), price=Money(Decimal(price), "CLP"), days_min=1, days_max=3)
    for code, price in (("day", 3990), ("express", 5990), ("point", 2990))
)


class StubCarrier:
    """Names three prices, 50 ms after it was asked."""

    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:  # noqa: ARG002 - the port's signature
        """Three services."""
        await asyncio.sleep(TAKES_S)
        return RATES


async def _furnish(hub: Hub) -> None:
    """One store with its accounts, unless a process before this one made them."""
    if await hub.services.installation.all():
        return
    store = bench_store()
    async with hub.services.office.units.begin() as work:
        await work.stores.add(store)
        await work.commit()
    for number in range(ACCOUNTS):
        await hub.services.accounts.add(store.id, "stub", name=f"account {number}", settings={})


@asynccontextmanager
async def _opened() -> AsyncIterator[Services]:
    settings = Settings.from_environment()
    redis_url = str(settings.redis_url)
    queue, rates = ArqJobQueue(redis_url), SharedRates(redis_url)
    catalogue = ProviderCatalogue({"stub": provider("stub", StubCarrier)})
    try:
        async with open_hub(settings, queue, catalogue=catalogue, rates=rates) as hub:
            await _furnish(hub)
            yield hub.services
    finally:
        await rates.aclose()
        await queue.aclose()


if __name__ == "__main__":
    sys.exit(run_web(create_app(_opened), "127.0.0.1", int(sys.argv[1])))
