"""A store with its accounts and its plan, remembered for a moment: a checkout under load reads none of it from the database.

At most :data:`SECONDS` old, so a changed price, rule or account counts at every checkout within that time, and at once in the process in
which it was changed.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from despacho_core.errors import NotFound
from despacho_core.shipping_plans import AccountTerms, ShippingPlan
from despacho_core.stores import Account, Store
from despacho_core.tariffs import TariffRow
from despacho_services.office import Office
from despacho_services.rate_keys import account_key

log = logging.getLogger("despacho.quotes")

SECONDS = 2.0
MOST_SHOPS = 5_000


@dataclass(frozen=True)
class Shop:
    """A store as quoting needs it.

    Attributes:
        store: The store.
        accounts: Its accounts, oldest first.
        keys: The accounts' digests, in the same order.
        plan: Its shipping plan; empty where there is none.
        digest: Of all of it together.
        zone: Its time zone.
        rows: The plan's tariff by account; None has the services without one.
        terms: The plan's terms by account.
    """

    store: Store
    accounts: tuple[Account, ...]
    keys: tuple[bytes, ...]
    plan: ShippingPlan
    digest: bytes
    zone: tzinfo
    rows: Mapping[str | None, tuple[TariffRow, ...]]
    terms: Mapping[str, AccountTerms]

    def time_of_day(self, now: datetime) -> str:
        """As ``14:30``, at the store."""
        return f"{now.astimezone(self.zone):%H:%M}"

    def past(self, now: datetime) -> tuple[bool, ...]:
        """Which of the plan's times of day are over."""
        moments = self.plan.times_of_day()
        if not moments:
            return ()
        today = self.time_of_day(now)
        return tuple(today >= moment for moment in moments)

    def account(self, account_id: str) -> Account | None:
        """One of its accounts."""
        return next((one for one in self.accounts if one.id == account_id), None)


class Shops:
    """Stores as quoting needs them."""

    def __init__(self, office: Office, *, seconds: float = SECONDS) -> None:
        self._office = office
        self._seconds = seconds
        self._known: dict[str, tuple[float, Shop]] = {}
        self._reading: dict[str, asyncio.Task[Shop]] = {}

    async def remembered(self, store_id: str) -> Shop:
        """As it was a moment ago. Raises ``NotFound``."""
        known = self._known.get(store_id)
        if known is None:
            return await self._shared(store_id)
        age = time.monotonic() - known[0]
        if age > self._seconds:
            return await self._shared(store_id)
        if age > self._seconds / 2 and store_id not in self._reading:
            self._begin(store_id)  # nobody waits for it
        return known[1]

    async def now(self, store_id: str) -> Shop:
        """As it is now. Raises ``NotFound``."""
        return await self._read(store_id)

    def forget(self, store_id: str) -> None:
        """Something of it was changed here."""
        self._known.pop(store_id, None)
        self._reading.pop(store_id, None)

    async def close(self) -> None:
        """Let no reading outlive the database."""
        for reading in list(self._reading.values()):
            reading.cancel()
        await asyncio.gather(*self._reading.values(), return_exceptions=True)

    async def _shared(self, store_id: str) -> Shop:
        return await asyncio.shield(self._reading.get(store_id) or self._begin(store_id))

    def _begin(self, store_id: str) -> asyncio.Task[Shop]:
        reading = self._reading[store_id] = asyncio.create_task(self._reread(store_id))
        reading.add_done_callback(lambda done: self._over(store_id, done))
        return reading

    def _over(self, store_id: str, done: asyncio.Task[Shop]) -> None:
        if self._reading.get(store_id) is done:
            del self._reading[store_id]
        if not done.cancelled():
            done.exception()  # whoever waits is told; where nobody does, the next who asks is

    async def _reread(self, store_id: str) -> Shop:
        begun = time.monotonic()
        shop = await self._read(store_id)
        if self._reading.get(store_id) is asyncio.current_task():  # else it was changed meanwhile
            if len(self._known) >= MOST_SHOPS:
                self._known.clear()
            self._known[store_id] = (begun, shop)
        return shop

    async def _read(self, store_id: str) -> Shop:
        async with self._office.units.begin(write=False) as work:
            store = await work.stores.get(store_id)
            if store is None:
                raise NotFound(what="store", id=store_id)
            accounts = tuple(await work.accounts.of_store(store_id))
            try:
                record = await work.plans.get(store_id)
            except ValueError:
                log.exception("the shipping plan of %s cannot be read; quoting goes on without it", store.code)
                record = None
        keys = tuple(account_key(account) for account in accounts)
        version = 0 if record is None else record.version
        plan = ShippingPlan() if record is None else record.plan
        together = (version, keys, [account.state for account in accounts], store.settings, store.currency)
        return Shop(
            store=store,
            accounts=accounts,
            keys=keys,
            plan=plan,
            digest=hashlib.sha256(msgspec.json.encode(together)).digest(),
            zone=zone_of(store),
            rows=_by_account(plan),
            terms={account.id: plan.terms(account.id) for account in accounts},
        )


def _by_account(plan: ShippingPlan) -> dict[str | None, tuple[TariffRow, ...]]:
    rows: dict[str | None, list[TariffRow]] = {}
    for row in plan.tariff:
        rows.setdefault(row.account, []).append(row)
    return {account: tuple(some) for account, some in rows.items()}


def zone_of(store: Store) -> tzinfo:
    """The store's time zone; UTC where its name is none."""
    try:
        return ZoneInfo(store.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
