"""Rounds of asking: every account with something due, side by side, each claim of its shipments written in one transaction.

A claim puts its shipments off for a while, so that no two workers ask about the same and whoever dies over it has lost nothing: they
are due again afterwards. A round takes only what was due when it began, so that it ends. Accounts are asked side by side, so that one
with a hundred thousand parcels keeps nobody waiting; and a claim is small, so that all of them together take little memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from despacho_core.errors import AccountNeedsAttention
from despacho_core.ledgers import Lane
from despacho_core.shipments import Shipment
from despacho_core.stores import Account, Store, StoreState
from despacho_ports.carriers import TracksShipments
from despacho_services.credentials import out_of_use
from despacho_services.doing_over import doing_over
from despacho_services.office import Office
from despacho_services.tracking_asking import CALLS_TOGETHER, Asked, ask
from despacho_services.tracking_result import SyncResult
from despacho_services.tracking_taking import take_in

CLAIM = 200
CLAIM_LASTS = timedelta(minutes=20)
ACCOUNTS_AT_ONCE = 64
PENS = 2
"""So many write at once or wait for their turn: purchases and webhooks must not queue behind every account that is asked."""


class TrackingRounds:
    """Asks carriers."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lines = asyncio.Semaphore(CALLS_TOGETHER)
        self._pens = asyncio.Semaphore(PENS)

    async def due(self, *, store_id: str | None = None) -> SyncResult:
        """Ask about all shipments whose check is due, of every store or of one."""
        began = self._office.now()
        async with self._office.units.begin(write=False) as work:
            accounts = await work.followed.due_accounts(began, store_id=store_id)
        turns = asyncio.Semaphore(ACCOUNTS_AT_ONCE)

        async def one(of_store: str, account_id: str) -> SyncResult:
            async with turns:
                return await self._account(of_store, account_id, began)

        return sum(await asyncio.gather(*(one(*account) for account in accounts)), SyncResult())

    async def about(self, shipment: Shipment) -> SyncResult:
        """Ask about one shipment, due or not."""
        found = await self._opened(shipment.store_id, shipment.account_id)
        if isinstance(found, SyncResult):
            return found
        store, account, connector = found
        result, _ = await self._asked(store, account, connector, [shipment])
        return result

    async def _account(self, store_id: str, account_id: str, began: datetime) -> SyncResult:
        found = await self._opened(store_id, account_id)
        if isinstance(found, SyncResult):
            return found
        store, account, connector = found
        total, is_over = SyncResult(), False
        while not is_over:
            async with self._pens, self._office.units.begin() as work:
                until = self._office.now() + CLAIM_LASTS
                claimed = await work.followed.claim(store_id, account_id, due=began, until=until, limit=CLAIM)
                await work.commit()
            if not claimed:
                break
            result, is_over = await self._asked(store, account, connector, claimed)
            total += result
            is_over = is_over or len(claimed) < CLAIM
        return total

    async def _opened(self, store_id: str, account_id: str) -> tuple[Store, Account, TracksShipments] | SyncResult:
        """The account, open; or why it is not asked. Its shipments stay due, which costs one look into an index each round."""
        async with self._office.units.begin(write=False) as work:
            store, account = await work.stores.get(store_id), await work.accounts.get(store_id, account_id)
        if store is None or account is None:
            return SyncResult()
        if store.state is StoreState.ASLEEP:
            return SyncResult(problems=(f"the store {store.code} is asleep",))
        try:
            connector = self._office.connector(account)
        except AccountNeedsAttention as error:
            return SyncResult(problems=(str(error),))
        if not isinstance(connector, TracksShipments):
            return SyncResult(problems=(f"{self._office.provider_name(account)} cannot be asked",))
        return store, account, connector

    async def _asked(
        self, store: Store, account: Account, connector: TracksShipments, shipments: Sequence[Shipment]
    ) -> tuple[SyncResult, bool]:
        async with self._office.units.begin(write=False) as work:
            labels = await work.labels.of_shipments(store.id, [shipment.id for shipment in shipments])
        asked = await ask(account, connector, shipments, labels, lines=self._lines)
        result = await self._written(store, account, asked)
        return result, asked.is_over

    @doing_over
    async def _written(self, store: Store, account: Account, asked: Asked) -> SyncResult:
        now = self._office.now()
        async with self._pens, self._office.units.begin() as work:
            result = await take_in(work, store, asked.answered, now=now, asked=True)
            await work.followed.check_at(store.id, dict.fromkeys(asked.failed, now + asked.again_in))
            if asked.refused is not None:
                await out_of_use(work, account, asked.refused)
            await work.commit()
        if result.changed:
            await self._office.wake(Lane.INTERACTIVE)
        return result + SyncResult(problems=tuple(asked.problems))
