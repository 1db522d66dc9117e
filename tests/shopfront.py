"""The web app over a shop of made-up carriers, called in the same process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from despacho.bootstrap import Hub
from despacho_core.stores import Account, Store
from despacho_ports.providers import Provider
from despacho_ports.system import Clock
from despacho_services.services import Services
from tests.shop import open_shop
from tests.web import app_over, caller, running


@dataclass
class Shopfront:
    """A running app, its hub, and its callers: ``client`` is anybody, ``api`` has a token of the store."""

    hub: Hub
    store: Store
    client: httpx.AsyncClient
    api: httpx.AsyncClient

    @property
    def services(self) -> Services:
        """The use cases."""
        return self.hub.services

    async def account(self, provider: str) -> Account:
        """The store's account with a provider."""
        accounts = await self.services.accounts.all(self.store.id)
        return next(one for one in accounts if one.provider == provider)


@asynccontextmanager
async def open_shopfront(
    url: str,
    folder: Path,
    providers: Sequence[Provider],
    *,
    clock: Clock | None = None,
    settings_of: dict[str, dict[str, object]] | None = None,
) -> AsyncIterator[Shopfront]:
    """Run the app over a shop with one account for each provider."""
    async with open_shop(url, folder, providers, clock=clock, settings_of=settings_of) as (hub, store):
        _, token = await hub.services.tokens.create(store.id)
        async with app_over(hub.services) as app, running(app), caller(app) as client, caller(app, token) as api:
            yield Shopfront(hub, store, client, api)
