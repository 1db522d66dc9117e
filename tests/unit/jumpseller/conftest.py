"""What the tests of the store adapter share: the captured order, and time that passes only when somebody waits."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from despacho_core.stores import BasicCredentials, Credentials, OAuthCredentials, Store
from despacho_jumpseller import App, JumpsellerConsent, JumpsellerStorefronts, Pace, open_client
from despacho_jumpseller.storefront import JumpsellerStorefront
from despacho_ports.storefront import Renew

T = TypeVar("T")


class VirtualTime:
    """A clock whose sleepers wake in order, without anybody really waiting."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 7, 23, 12, 0, tzinfo=UTC) + timedelta(seconds=self.seconds - 1000)

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + seconds, next(self._numbers), waiting))
        await waiting

    async def run(self, story: Coroutine[Any, Any, T]) -> T:
        """Plays a story to its end: whenever everybody waits, the next sleeper wakes."""
        task = asyncio.ensure_future(story)
        while not task.done():
            for _ in range(50):
                await asyncio.sleep(0)
            if not task.done() and self._sleepers:
                when, _, waiting = heapq.heappop(self._sleepers)
                self.seconds = max(self.seconds, when)
                if not waiting.done():
                    waiting.set_result(None)
        return task.result()


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture(scope="session")
def new_time() -> type[VirtualTime]:
    """For properties, which need time afresh for every example."""
    return VirtualTime


@pytest.fixture(scope="session")
def captured() -> bytes:
    """The order_paid webhook of contract/jumpseller.md 2.4, value by value."""
    return Path(__file__).with_name("captured_order.json").read_bytes()


class Keeper:
    """Keeps tokens in memory as the real one does in the database: newer ones win, one renewal at a time."""

    def __init__(self) -> None:
        self.saved: dict[str, OAuthCredentials] = {}
        self.refusals: list[tuple[str, Credentials, str]] = []
        self.asked = 0
        self._lock = asyncio.Lock()

    async def renewed(self, store_id: str, stale: OAuthCredentials, renew: Renew) -> OAuthCredentials:
        self.asked += 1
        async with self._lock:
            known = self.saved.get(store_id)
            if known is not None and known.access_token != stale.access_token:
                return known
            fresh = await renew(stale)
            self.saved[store_id] = fresh
            return fresh

    async def refused(self, store_id: str, credentials: Credentials, problem: str) -> None:
        self.refusals.append((store_id, credentials, problem))


class Shop:
    """The hub's store adapter before a scripted platform.

    ``script`` answers one request after the other: a response, or an exception to raise; the last one goes on for ever.
    """

    def __init__(self, time: VirtualTime) -> None:
        self.time = time
        self.requests: list[httpx.Request] = []
        self.script: list[httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]] = []
        self.keeper = Keeper()
        self.client = open_client(httpx.MockTransport(self._answer))
        app = App(
            client_id="fake-client", client_secret="fake-client-secret", redirect_url="https://hub.example/callback"
        )
        self.consent = JumpsellerConsent(self.client, app, time, "https://accounts.example/")
        pace = Pace(monotonic=time.monotonic, sleep=time.sleep)
        self.fronts = JumpsellerStorefronts(
            self.client,
            self.consent,
            self.keeper,
            time,
            api_url="https://api.example/v1/",
            app_code="despacho",
            pace=pace,
        )

    @property
    def front(self) -> JumpsellerStorefront:
        """A store with login and authtoken."""
        return self.fronts.of(self.store(BasicCredentials(login="fake-login", authtoken="fake-authtoken")))

    def store(self, credentials: Credentials, **values: Any) -> Store:
        known = {
            "id": "s1", "code": "tienda", "key": "k", "name": "Tienda", "currency": "CLP", "country": "CL",
            "timezone": "America/Santiago", "created_at": self.time.now(), "hooks_token": "fake", **values,
        }  # fmt: skip
        return Store(credentials=credentials, **known)

    def tokens(self, access: str = "old-access", refresh: str = "old-refresh", *, life: int = 3600) -> OAuthCredentials:
        now = self.time.now()
        return OAuthCredentials(
            access_token=access, refresh_token=refresh, created_at=now, expires_at=now + timedelta(seconds=life)
        )

    def answers(self, *script: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]) -> "Shop":
        self.script = list(script)
        return self

    async def run(self, story: Coroutine[Any, Any, T]) -> T:
        return await self.time.run(story)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        await asyncio.sleep(0)  # others run meanwhile, as they do while a network answers
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, httpx.Response) else step(request)


@pytest.fixture
async def shop(time: VirtualTime) -> AsyncIterator[Shop]:
    made = Shop(time)
    async with made.client:
        yield made
