"""Keeping a store's tokens: one renewal at a time across all processes, both tokens saved together.

A renewal goes on where whoever needed it has no time left: the platform may have spent the old tokens by then, and without the new ones
nobody would ever reach the store again.
"""

from __future__ import annotations

import asyncio

from despacho_core.stores import Account, Credentials, OAuthCredentials, StoreState
from despacho_ports.errors import Unauthorized
from despacho_ports.persistence import UnitOfWork, UnitsOfWork
from despacho_ports.storefront import Renew
from despacho_ports.system import Locks


class StoredCredentials:
    """The :class:`despacho_ports.storefront.CredentialsKeeper` over the database."""

    def __init__(self, units: UnitsOfWork, locks: Locks) -> None:
        self._units = units
        self._locks = locks
        self._under_way: set[asyncio.Task[OAuthCredentials]] = set()

    async def close(self) -> None:
        """Wait for the renewals that are under way."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def renewed(self, store_id: str, stale: OAuthCredentials, renew: Renew) -> OAuthCredentials:
        """Tokens newer than ``stale``, renewed by us or by somebody else meanwhile."""
        renewal = asyncio.ensure_future(self._renewed(store_id, stale, renew))
        self._under_way.add(renewal)
        renewal.add_done_callback(self._ended)
        return await asyncio.shield(renewal)

    def _ended(self, renewal: asyncio.Task[OAuthCredentials]) -> None:
        self._under_way.discard(renewal)
        if not renewal.cancelled():
            renewal.exception()  # whoever asked may be gone; the next one meets it again

    async def _renewed(self, store_id: str, stale: OAuthCredentials, renew: Renew) -> OAuthCredentials:
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
                await self.refused(store_id, current, error.message)
                raise
            async with self._units.begin() as work:
                await work.stores.save_credentials(store_id, fresh)
                await work.commit()
            return fresh

    async def refused(self, store_id: str, credentials: Credentials, problem: str) -> None:
        """Put the store to sleep, unless it has other credentials by now."""
        await put_to_sleep(self._units, store_id, problem, known_by=credentials)


async def out_of_use(work: UnitOfWork, asked_as: Account, problem: str) -> bool:
    """Use an account no more until somebody mends it; False if it has other settings by now than when it was ``asked_as``, or is gone.

    The refusal of an old key may arrive long after the merchant has put the new one in.
    """
    account = await work.accounts.get(asked_as.store_id, asked_as.id)
    if account is None or account.settings != asked_as.settings:
        return False
    await work.accounts.save(account.needing_attention(problem))
    return True


async def put_to_sleep(units: UnitsOfWork, store_id: str, problem: str, *, known_by: Credentials) -> None:
    """Call the store no more until it is installed again; nothing if that has happened since ``known_by`` was in use."""
    async with units.begin() as work:
        store = await work.stores.get(store_id)
        if store is not None and store.state is StoreState.ACTIVE and store.credentials == known_by:
            await work.stores.save(store.asleep(problem))
            await work.commit()
