"""A whole hub and its whole world in one process: real database, real HTTP to the simulators, no web server and no worker.

The tests say what happens next: a webhook arrives, the lanes are drained, time passes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import httpx
import msgspec

from despacho.bootstrap import Hub, open_hub
from despacho.provider_loader import ProviderCatalogue, load_providers
from despacho.settings import Settings
from despacho_core.addresses import Address
from despacho_core.ledgers import Lane
from despacho_core.shipments import Shipment
from despacho_core.stores import Account, BasicCredentials, Store
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.kit.trust import trusted
from despacho_sandbox.store.order import Order
from despacho_services.effects import EffectPolicy
from despacho_services.services import Services

FIRST_STORE = "tienda-norte"
SECOND_STORE = "tienda-sur"

CHILEXPRESS = {
    "key_coverage": "c0ffee00000000000000000000000001",
    "key_rating": "c0ffee00000000000000000000000002",
    "key_shipping": "c0ffee00000000000000000000000003",
    "customer_card": "18578680",
    "company_rut": "96756430",
    "sender_phone": "223824861",
}
OPENFACTURA = {
    "api_key": "badc0de0000000000000000000000001",
    "rut": "76795561-8",
    "razon_social": "HAULMER SPA",
    "giro": "VENTA AL POR MENOR POR INTERNET",
    "acteco": "479100",
    "direccion": "ARTURO PRAT 527   CURICO",
    "comuna": "Curicó",
    "sucursal": "81303347",
}
IMPATIENT = EffectPolicy(
    lease=timedelta(seconds=90),
    budget=timedelta(seconds=20),
    look_after=(timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=60)),
)


@dataclass
class TurnedClock:
    """A clock that a test turns; it stands still otherwise."""

    moment: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def now(self) -> datetime:
        """The moment that the test is in."""
        return self.moment

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)


class Silence:
    """A queue that wakes nobody: tests drain by hand, as the sweeper would."""

    async def wake(self, lane: Lane) -> None:
        """Nobody listens."""

    async def wake_inbox(self) -> None:
        """Nobody listens."""


@dataclass
class Town:
    """A hub with one installed store, both accounts, and its world."""

    sandbox: Sandbox
    hub: Hub
    clock: TurnedClock
    store: Store
    carrier: Account
    invoicing: Account
    triggered: int = 0

    @property
    def services(self) -> Services:
        """The hub's use cases."""
        return self.hub.services

    async def webhook(self, order: Order | int, event: str = "order_paid", *, signature: str | None = None) -> bool:
        """The store tells of an order; returns False for a duplicate."""
        number = order if isinstance(order, int) else order.id
        body = msgspec.json.encode({"order": {"id": number}})
        self.triggered += 1
        headers = {
            "jumpseller-store-code": self.store.code,
            "jumpseller-event": event,
            "jumpseller-hmac-sha256": signature or sign(body, self.store.hooks_token),
            "jumpseller-triggered-at": f"trigger {self.triggered}",
            "content-type": "application/json",
        }
        return await self.services.reception.webhook(headers, body)

    async def work(self, *, rounds: int = 6, seconds: float = 0) -> None:
        """Let a worker sweep until everything that is due is done; ``seconds`` pass before each round."""
        for _ in range(rounds):
            self.clock.turn(seconds)
            await self.services.work.look_at_everything()

    async def parcels_reach(self, milestone: str, tracking_number: str | None = None) -> None:
        """The carrier moves one parcel, or all."""
        which = {"all": True} if tracking_number is None else {"transportOrderNumber": int(tracking_number)}
        await self._control("chilexpress/_sandbox/advance", {"to": milestone, **which})

    async def fault(self, simulator: str, kind: str, endpoint: str, *, times: int = 1, **more: object) -> None:
        """Something goes wrong at a simulator, ``times`` times."""
        await self._control(
            f"{simulator}/_sandbox/faults", {"kind": kind, "endpoint": endpoint, "times": times, **more}
        )

    async def _control(self, path: str, wanted: dict[str, object]) -> None:
        async with httpx.AsyncClient(verify=trusted()) as client:
            answer = await client.post(f"{self.sandbox.url}/{path}", json=wanted)
        assert answer.is_success, answer.text

    def at_carrier(self, shipment: Shipment) -> int:
        """How many transport orders the carrier has under the shipment's references."""
        pieces = range(1, len(shipment.parcels) + 1)
        return sum(len(self.sandbox.chilexpress.shipments_with(shipment.piece_reference(piece))) for piece in pieces)

    def at_invoicing(self, order: Order) -> list[int]:
        """Types of the documents that the invoicing system has for an order."""
        return [document.kind for document in self.sandbox.openfactura.documents_for(str(order.id))]

    async def shipment(self, shipment: Shipment) -> Shipment:
        """The shipment as it now is."""
        current, _ = await self.services.shipping.get(self.store.id, shipment.id)
        return current

    async def take_in(self, order: Order) -> None:
        """The store tells of an order and the worker has worked it off."""
        await self.webhook(order)
        await self.work()


def sign(body: bytes, hooks_token: str) -> str:
    """The platform's signature of a body."""
    return base64.b64encode(hmac.digest(hooks_token.encode(), body, hashlib.sha256)).decode()


def settings_for(sandbox: Sandbox, database_url: str, folder: Path, **more: str) -> Settings:
    """The settings of a hub in this sandbox."""
    return Settings.from_environment(
        {
            "DESPACHO_DATA_DIR": str(folder),
            "DESPACHO_DATABASE_URL": database_url,
            "DESPACHO_SECRET_KEY": base64.b64encode(b"k" * 32).decode(),
            "DESPACHO_PUBLIC_URL": "http://127.0.0.1:8000",
            "DESPACHO_JUMPSELLER_API_URL": f"{sandbox.url}/jumpseller/v1",
            "DESPACHO_JUMPSELLER_ACCOUNTS_URL": f"{sandbox.url}/jumpseller",
            "DESPACHO_ALLOWED_NETWORKS": "127.0.0.0/8",
            **more,
        }
    )


@asynccontextmanager
async def open_town(
    database_url: str, folder: Path, *, code: str = FIRST_STORE, limits: bool = True
) -> AsyncIterator[Town]:
    """Open a town; the store is installed, without hooks since nothing listens.

    Without ``limits`` nobody counts how often a provider is asked: for tests that are many on one account, and about something else.
    """
    clock = TurnedClock()
    catalogue = _installed()
    if not limits:
        unlimited = {name: msgspec.structs.replace(one, rate_limits=()) for name, one in catalogue.providers.items()}
        catalogue = ProviderCatalogue(unlimited, catalogue.failures)
    async with running_sandbox(port=0, seed=1) as sandbox:
        settings = settings_for(sandbox, database_url, folder)
        if not limits:
            sandbox.openfactura.options.change({"requests_per_second": None, "requests_per_minute": None})
        async with open_hub(settings, Silence(), clock=clock, catalogue=catalogue, policy=IMPATIENT) as hub:
            store = await settled_store(hub, sandbox, code)
            carrier = await hub.services.accounts.add(
                store.id, "chilexpress", name=None, settings={**CHILEXPRESS, "base_url": f"{sandbox.url}/chilexpress"}
            )
            invoicing = await hub.services.accounts.add(
                store.id, "openfactura", name=None, settings={**OPENFACTURA, "base_url": f"{sandbox.url}/openfactura"}
            )
            yield Town(sandbox, hub, clock, store, carrier, invoicing)


@cache
def _installed() -> ProviderCatalogue:
    """The installed providers, loaded once for all towns."""
    return load_providers()


async def settled_store(hub: Hub, sandbox: Sandbox, code: str) -> Store:
    """A store of the sandbox, known to the hub; the platform is not asked to call us."""
    its = sandbox.store.store(code)
    installation = hub.services.installation
    credentials = BasicCredentials(login=its.login, authtoken=its.authtoken)
    storefront = hub.services.office.storefronts.with_credentials(credentials)
    info = await storefront.store_info()
    locations = list(await storefront.locations())
    store = await installation._saved(info, credentials, locations[0], None)
    if store.settings.origin is None:
        store = await installation.change_settings(
            store.id, msgspec.structs.replace(store.settings, origin=Address(country="CL", municipality="Providencia"))
        )
    return store
