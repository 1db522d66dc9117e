"""Opens stores' APIs; what one store's calls share, they share here: its turns and its tokens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import httpx

from despacho_core.stores import BasicCredentials, Credentials, OAuthCredentials, Store
from despacho_jumpseller.api import StoreApi
from despacho_jumpseller.authorization import Authorization, BasicAuthorization, BearerAuthorization
from despacho_jumpseller.pacing import Pacer
from despacho_jumpseller.storefront import JumpsellerStorefront
from despacho_jumpseller.tokens import JumpsellerConsent
from despacho_ports.storefront import CredentialsKeeper
from despacho_ports.system import Clock


@dataclass(frozen=True)
class Pace:
    """How calls wait: a source of seconds, a sleep, the ceilings, and how long a call waits before it gives up."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    per_second: int = 20
    per_minute: int = 800
    patience: float = 20.0


class JumpsellerStorefronts:
    """Implements :class:`despacho_ports.storefront.Storefronts`. One for a process.

    Args:
        client: Sends all requests; see :func:`despacho_jumpseller.transport.open_client`.
        consent: Renews tokens.
        keeper: Saves them, one renewal at a time.
        clock: What time it is.
        api_url: Base of the API, with its version.
        app_code: What the platform calls the App, to ask whether a store still has it; None asks nothing.
        pace: How calls wait.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        consent: JumpsellerConsent,
        keeper: CredentialsKeeper,
        clock: Clock,
        *,
        api_url: str = "https://api.jumpseller.com/v1",
        app_code: str | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._client = client
        self._consent = consent
        self._keeper = keeper
        self._clock = clock
        self._api_url = api_url
        self._app_code = app_code
        self._pace = pace or Pace()
        self._pacers: dict[str, Pacer] = {}
        self._bearers: dict[str, BearerAuthorization] = {}

    def of(self, store: Store) -> JumpsellerStorefront:
        """The API of an installed store; its tokens are renewed and saved as needed."""
        pacer = self._pacers.get(store.id)
        if pacer is None:
            pacer = self._pacers[store.id] = self._new_pacer()
        # A store that was added by its login has not installed the App.
        app_code = self._app_code if isinstance(store.credentials, OAuthCredentials) else None
        api = self._api(self._authorization(store), pacer)
        return JumpsellerStorefront(api, weight_unit=store.weight_unit, app_code=app_code)

    def with_credentials(self, credentials: Credentials) -> JumpsellerStorefront:
        """The API of a store that is being installed: nothing is renewed, since nobody could save it."""
        if isinstance(credentials, BasicCredentials):
            return JumpsellerStorefront(self._api(BasicAuthorization(credentials), self._new_pacer()))
        return JumpsellerStorefront(self._api(BearerAuthorization(credentials, self._clock, None), self._new_pacer()))

    def _authorization(self, store: Store) -> Authorization:
        report = partial(self._keeper.refused, store.id)
        if isinstance(store.credentials, BasicCredentials):
            return BasicAuthorization(store.credentials, report)
        known = self._bearers.get(store.id)
        if known is None:
            known = BearerAuthorization(store.credentials, self._clock, partial(self._renewed, store.id), report)
            self._bearers[store.id] = known
        known.adopt(store.credentials)
        return known

    async def _renewed(self, store_id: str, stale: OAuthCredentials) -> OAuthCredentials:
        return await self._keeper.renewed(store_id, stale, self._consent.refresh)

    def _api(self, authorization: Authorization, pacer: Pacer) -> StoreApi:
        return StoreApi(self._client, self._api_url, authorization, pacer, patience=self._pace.patience)

    def _new_pacer(self) -> Pacer:
        return Pacer(
            self._clock,
            monotonic=self._pace.monotonic,
            sleep=self._pace.sleep,
            per_second=self._pace.per_second,
            per_minute=self._pace.per_minute,
        )
