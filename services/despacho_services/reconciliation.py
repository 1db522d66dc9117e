"""Finding what no webhook told us: recent orders of each store that we do not hold, or hold in an older state.

And orders that we hold and that should have a document: the rules were changed, a reason to wait is gone, or something broke.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from despacho_core.orders import OrderStatus
from despacho_core.stores import Store, StoreState
from despacho_ports.errors import ProviderError
from despacho_services.credentials import put_to_sleep
from despacho_services.intake import Intake
from despacho_services.office import Office
from despacho_services.self_issuing import SelfIssuing

log = logging.getLogger("despacho.reconciliation")

LOOK_BACK = timedelta(days=3)
UNINSTALLED = "the platform says that the App is not installed any more"


class Reconciliation:
    """Compares our orders with the store's."""

    def __init__(self, office: Office, intake: Intake, documents: SelfIssuing) -> None:
        self._office = office
        self._intake = intake
        self._documents = documents

    async def all_stores(self) -> int:
        """Reconcile every active store; returns how many orders were taken in."""
        async with self._office.units.begin(write=False) as work:
            stores = [store for store in await work.stores.all() if store.state is StoreState.ACTIVE]
        count = 0
        for store in stores:
            try:
                count += await self.store(store)
            except ProviderError as error:
                log.warning("store %s could not be reconciled: %s", store.code, error)
        return count

    async def store(self, store: Store) -> int:
        """Take in recent paid and cancelled orders that we do not hold in that state; nothing of a store that has removed the App."""
        today = self._office.now().date()
        storefront = self._office.storefronts.of(store)
        if not await storefront.is_installed():
            await put_to_sleep(self._office.units, store.id, UNINSTALLED, known_by=store.credentials)
            return 0
        count = 0
        for status in (OrderStatus.PAID, OrderStatus.CANCELED):
            recent = storefront.orders(status, since=today - LOOK_BACK, until=today + timedelta(days=1))
            numbers = [order.number async for order in recent]
            async with self._office.units.begin(write=False) as work:
                known = await work.orders.known_numbers(store.id, numbers)
            for number in sorted(number for number in numbers if known.get(number) is not status):
                await self._intake.take_in(store, number)
                count += 1
        await self.documents(store)
        return count

    async def documents(self, store: Store) -> int:
        """Owe the documents of orders that we hold: those never owed, and those whose reason to wait is gone."""
        return await self._documents.retry(store, force=False) + await self._documents.catch_up(store)
