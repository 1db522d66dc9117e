"""Finding what no webhook told us: orders of each store that we do not hold, or hold in an older state.

Every round looks at the orders of the last days. Once a day, and in the first round of a process, a look goes back for as long as a buyer
may take to pay (bank transfers, Multibanco) and a hub may be down.

And orders that we hold and that should have a document: the rules were changed, a reason to wait is gone, or something broke.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta

from despacho_core.errors import DomainError
from despacho_core.orders import OrderStatus
from despacho_core.stores import Store, StoreState
from despacho_ports.errors import ProviderError, Rejected, Unavailable
from despacho_ports.records import NotAccepted
from despacho_services.credentials import put_to_sleep
from despacho_services.intake import Intake
from despacho_services.office import Office
from despacho_services.self_issuing import SelfIssuing

log = logging.getLogger("despacho.reconciliation")

LOOK_BACK = timedelta(days=3)
LONG_LOOK_BACK = timedelta(days=60)
FAILURES_IN_A_ROW = 3
"""So many orders that cannot be read one after the other are no fault of the orders."""
UNINSTALLED = "the platform says that the App is not installed any more"


class Reconciliation:
    """Compares our orders with the store's."""

    def __init__(self, office: Office, intake: Intake, documents: SelfIssuing) -> None:
        self._office = office
        self._intake = intake
        self._documents = documents
        self._looked_far: dict[str, date] = {}
        """The day of each store's last far look, by its id. Forgotten with the process: the next one looks once more."""

    async def all_stores(self) -> int:
        """Reconcile every active store, whatever is wrong with another; returns how many orders were taken in."""
        async with self._office.units.begin(write=False) as work:
            stores = [store for store in await work.stores.all() if store.state is StoreState.ACTIVE]
        count = 0
        for store in stores:
            try:
                count += await self.store(store)
            except (ProviderError, DomainError, NotAccepted) as error:
                log.warning("store %s could not be reconciled: %s", store.code, error)
        return count

    async def store(self, store: Store) -> int:
        """Take in paid and cancelled orders that we do not hold in that state; nothing of a store that has removed the App."""
        today = self._office.now().date()
        if not await self._office.storefronts.of(store).is_installed():
            await put_to_sleep(self._office.units, store.id, UNINSTALLED, known_by=store.credentials)
            return 0
        is_far = self._looked_far.get(store.id) != today
        since = today - (LONG_LOOK_BACK if is_far else LOOK_BACK)
        count = 0
        for status in (OrderStatus.PAID, OrderStatus.CANCELED):
            count += await self._missed(store, status, since=since, until=today + timedelta(days=1))
        if is_far:
            self._looked_far[store.id] = today
        await self.documents(store)
        return count

    async def _missed(self, store: Store, status: OrderStatus, *, since: date, until: date) -> int:
        """Take in what was missed of one status. One order that the store cannot give keeps none of the others waiting."""
        listed = self._office.storefronts.of(store).orders(status, since=since, until=until)
        numbers = [order.number async for order in listed]
        async with self._office.units.begin(write=False) as work:
            known = await work.orders.known_numbers(store.id, numbers)
        count = failures = 0
        for number in sorted(number for number in numbers if known.get(number) is not status):
            try:
                await self._intake.take_in(store, number)
            except (Rejected, Unavailable, DomainError) as error:
                log.warning("order %s of %s could not be taken in: %s", number, store.code, error)
                failures += 1
                if failures == FAILURES_IN_A_ROW:
                    raise
            else:
                count, failures = count + 1, 0
        return count

    async def documents(self, store: Store) -> int:
        """Owe the documents of orders that we hold: those never owed, and those whose reason to wait is gone."""
        return await self._documents.retry(store, force=False) + await self._documents.catch_up(store)
