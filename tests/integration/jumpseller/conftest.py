"""The store adapter before the simulated platform, over real HTTP on loopback."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest_asyncio

from despacho_core.stores import BasicCredentials, Credentials, OAuthCredentials, Store
from despacho_jumpseller import App, JumpsellerConsent, JumpsellerStorefronts, Pace, open_client
from despacho_jumpseller.storefront import JumpsellerStorefront
from despacho_ports.storefront import Renew
from despacho_ports.system import Clock
from despacho_sandbox.kit.control import reset_simulator
from despacho_sandbox.kit.server import running_sandbox
from despacho_sandbox.store import StoreSimulator


class Keeper:
    """Keeps tokens in memory as the real one does in the database: newer ones win, one renewal at a time."""

    def __init__(self) -> None:
        self.saved: dict[str, OAuthCredentials] = {}
        self.refusals: list[tuple[str, Credentials, str]] = []
        self._lock = asyncio.Lock()

    async def renewed(self, store_id: str, stale: OAuthCredentials, renew: Renew) -> OAuthCredentials:
        async with self._lock:
            known = self.saved.get(store_id)
            if known is not None and known.access_token != stale.access_token:
                return known
            self.saved[store_id] = await renew(stale)
            return self.saved[store_id]

    async def refused(self, store_id: str, credentials: Credentials, problem: str) -> None:
        self.refusals.append((store_id, credentials, problem))


class Hub:
    """One process of the hub, as far as the store is concerned; it lives on the sandbox's clock."""

    def __init__(self, stores: StoreSimulator, client: httpx.AsyncClient, keeper: Keeper) -> None:
        self.stores = stores
        self.client = client
        app = stores.oauth.app
        self.consent = JumpsellerConsent(
            client,
            App(
                client_id=app.client_id,
                client_secret=app.client_secret,
                redirect_url="http://127.0.0.1/jumpseller/callback",
            ),
            stores.clock,
            stores.base_url,
        )
        self.keeper = keeper
        self.fronts = self.paced(Pace())

    def paced(self, pace: Pace, *, clock: Clock | None = None, api_url: str | None = None) -> JumpsellerStorefronts:
        return JumpsellerStorefronts(
            self.client,
            self.consent,
            self.keeper,
            clock or self.stores.clock,
            api_url=api_url or f"{self.stores.base_url}/v1",
            pace=pace,
        )

    def store(self, credentials: Credentials | None = None, code: str = "tienda-norte") -> Store:
        known = self.stores.store(code)
        basic = BasicCredentials(login=known.login, authtoken=known.authtoken)
        return Store(
            id=f"id-of-{code}",
            code=code,
            key="key",
            name=known.name,
            currency=known.currency,
            country=known.country_code,
            timezone=known.timezone,
            created_at=self.now(),
            hooks_token=known.hooks_token,
            credentials=credentials or basic,
        )

    @property
    def front(self) -> JumpsellerStorefront:
        """The first store's API, with login and authtoken."""
        return self.fronts.of(self.store())

    def now(self) -> datetime:
        return self.stores.clock.now()

    async def consented(self, code: str = "tienda-norte") -> OAuthCredentials:
        """The merchant's browser is sent to the consent page, approves, and comes back with a code."""
        answer = await self.client.get(f"{self.consent.address('the-state')}&store={code}&approve=1")
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        assert back["state"] == ["the-state"]
        return await self.consent.exchange(back["code"][0])


TRUST = ssl.create_default_context()
"""Made once: making it for every client would take longer than most tests."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_stores() -> AsyncIterator[StoreSimulator]:
    async with running_sandbox(seed=7, speed=0, simulators=(StoreSimulator,)) as sandbox:
        simulator = sandbox.simulators["jumpseller"]
        assert isinstance(simulator, StoreSimulator)
        yield simulator


@pytest_asyncio.fixture(loop_scope="module")
async def stores(running_stores: StoreSimulator) -> StoreSimulator:
    """The simulator as if new, with its true limits; its clock stands still until a test turns it."""
    reset_simulator(running_stores)
    for store in running_stores.stores.values():
        store.quirks.probes_hooks = store.quirks.fetches_services = False
    return running_stores


@pytest_asyncio.fixture(loop_scope="module")
async def hub(stores: StoreSimulator) -> AsyncIterator[Hub]:
    async with open_client(httpx.AsyncHTTPTransport(verify=TRUST)) as client:
        yield Hub(stores, client, Keeper())


@pytest_asyncio.fixture(loop_scope="module")
async def other_process(hub: Hub) -> AsyncIterator[Hub]:
    """A second process of the same hub: the same database, nothing else in common."""
    async with open_client(httpx.AsyncHTTPTransport(verify=TRUST)) as client:
        yield Hub(hub.stores, client, hub.keeper)
