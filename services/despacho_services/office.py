"""What every use case works with, put together once by the front door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from despacho_core.errors import AccountNeedsAttention, NotFound
from despacho_core.ledgers import Lane
from despacho_core.stores import Account, AccountState, Store
from despacho_ports.connectors import Connectors, ProviderMissing
from despacho_ports.documents import DocumentStore, Renderer
from despacho_ports.health import HealthReports
from despacho_ports.persistence import UnitOfWork, UnitsOfWork
from despacho_ports.rate_cache import RateCache
from despacho_ports.sales import QuoteWriter
from despacho_ports.settings import SettingsInvalid
from despacho_ports.storefront import Storefronts
from despacho_ports.system import Clock, JobQueue, Locks


@dataclass(frozen=True)
class Links:
    """Addresses of this hub as the outside world sees them. ``base`` has no trailing slash."""

    base: str

    def webhooks(self) -> str:
        """Where the platform delivers webhooks."""
        return f"{self.base}/jumpseller/webhooks"

    def rates(self, store_key: str) -> str:
        """What the checkout asks for rates."""
        return f"{self.base}/jumpseller/rates/{store_key}"

    def services(self, store_key: str) -> str:
        """What the platform asks for the list of services."""
        return f"{self.base}/jumpseller/services/{store_key}"

    def invoices(self, store_key: str) -> str:
        """What the "Create invoice" button calls."""
        return f"{self.base}/jumpseller/invoices/{store_key}"

    def document(self, token: str) -> str:
        """Where a fiscal document opens in a browser."""
        return f"{self.base}/documents/{token}.pdf"

    def manifest(self, token: str) -> str:
        """The page that confirms a manifest; empty for one that has no address."""
        return f"{self.base}/manifests/{token}" if token else ""

    def scan(self, token: str) -> str:
        """Where the driver says how far a parcel is; empty for a label that has no such address."""
        return f"{self.base}/scan/{token}" if token else ""

    def carrier_events(self, account_key: str) -> str:
        """Where an account's carrier delivers what it tells by itself."""
        return f"{self.base}/carriers/{account_key}/events"

    def track(self, token: str) -> str:
        """The buyer's page of a shipment."""
        return f"{self.base}/track/{token}"


@dataclass(frozen=True)
class Office:
    """The driven ports together."""

    units: UnitsOfWork
    clock: Clock
    queue: JobQueue
    connectors: Connectors
    storefronts: Storefronts
    renderer: Renderer
    documents: DocumentStore
    locks: Locks
    links: Links
    rates: RateCache
    quotes: QuoteWriter
    health: HealthReports

    def now(self) -> datetime:
        """Aware UTC."""
        return self.clock.now()

    async def wake(self, *lanes: Lane) -> None:
        """Wake workers of the lanes."""
        for lane in dict.fromkeys(lanes):
            await self.queue.wake(lane)

    async def store(self, store_id: str) -> Store:
        """The store. Raises ``NotFound``."""
        async with self.units.begin(write=False) as work:
            store = await work.stores.get(store_id)
        if store is None:
            raise NotFound(what="store", id=store_id)
        return store

    def connector(self, account: Account) -> object:
        """The account's connector.

        Raises:
            AccountNeedsAttention: Its credentials were refused, its provider is not installed, or its settings do not fit.
        """
        if account.state is AccountState.NEEDS_ATTENTION:
            raise AccountNeedsAttention(account=account.id, reason=account.problem or "credentials refused")
        try:
            return self.connectors.open(account)
        except (ProviderMissing, SettingsInvalid) as error:
            raise AccountNeedsAttention(account=account.id, reason=str(error)) from error

    def tracking_page(self, account: Account) -> str:
        """The provider's own page for buyers, with ``{number}`` in it; empty where it has none or is not installed."""
        try:
            return self.connectors.provider(account.provider).tracking_page
        except ProviderMissing:
            return ""

    def provider_name(self, account: Account) -> str:
        """The provider's name for people; its id where it is not installed."""
        try:
            return self.connectors.provider(account.provider).name
        except ProviderMissing:
            return account.provider


async def account_of(work: UnitOfWork, store_id: str, account_id: str) -> Account:
    """The account. Raises ``NotFound``."""
    account = await work.accounts.get(store_id, account_id)
    if account is None:
        raise NotFound(what="account", id=account_id)
    return account
