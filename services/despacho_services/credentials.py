"""Keeping a store's tokens: one renewal at a time across all processes, both tokens saved together."""

from __future__ import annotations

from despacho_core.stores import OAuthCredentials
from despacho_ports.errors import Unauthorized
from despacho_ports.persistence import UnitsOfWork
from despacho_ports.storefront import Renew
from despacho_ports.system import Locks


class StoredCredentials:
    """The :class:`despacho_ports.storefront.CredentialsKeeper` over the database."""

    def __init__(self, units: UnitsOfWork, locks: Locks) -> None:
        self._units = units
        self._locks = locks

    async def renewed(self, store_id: str, stale: OAuthCredentials, renew: Renew) -> OAuthCredentials:
        """Tokens newer than ``stale``, renewed by us or by somebody else meanwhile."""
        async with self._locks.hold(f"renew:{store_id}", seconds=60):
            async with self._units.begin(write=False) as work:
                store = await work.stores.get(store_id)
            if store is None:
                raise Unauthorized("the store is no longer installed")
            current = store.credentials
            if isinstance(current, OAuthCredentials) and current.access_token != stale.access_token:
                return current
            try:
                fresh = await renew(current if isinstance(current, OAuthCredentials) else stale)
            except Unauthorized as error:
                await self._sleep(store_id, error.message)
                raise
            async with self._units.begin() as work:
                await work.stores.save_credentials(store_id, fresh)
                await work.commit()
            return fresh

    async def _sleep(self, store_id: str, problem: str) -> None:
        async with self._units.begin() as work:
            store = await work.stores.get(store_id)
            if store is not None:
                await work.stores.save(store.asleep(problem))
            await work.commit()
