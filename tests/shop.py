"""A hub with one store and carriers made up by a test: no simulator, no HTTP, a real database."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec

from despacho.bootstrap import Hub, open_hub
from despacho.provider_loader import ProviderCatalogue
from despacho.settings import Settings
from despacho_core.addresses import Address
from despacho_core.orders import Order, OrderLine, OrderStatus
from despacho_core.stores import BasicCredentials, Store, StoreSettings
from despacho_ports.providers import Provider, ProviderKind, Toolbox
from despacho_ports.system import Clock
from despacho_services.identifiers import new_id, new_token
from tests.town import IMPATIENT, Silence

PLACE = Address(
    country="CL", municipality="Providencia", city="Santiago", street="Calle Uno", street_number="12", name="Ana Pérez"
)


NOBODY = "http://127.0.0.1:9"
"""Where the store would be asked: nobody listens."""


class NoSettings(msgspec.Struct, frozen=True):
    """Nothing to set."""


def provider(name: str, connector: type) -> Provider:
    """A carrier whose accounts are opened as ``connector()``."""

    def opened(settings: NoSettings, toolbox: Toolbox) -> object:
        return connector()

    for member in dir(connector):
        if not member.startswith("_"):
            setattr(opened, member, getattr(connector, member))
    return Provider(id=name, name=name, kind=ProviderKind.CARRIER, version="1", settings=NoSettings, connector=opened)


@asynccontextmanager
async def open_shop(
    url: str,
    folder: Path,
    providers: Sequence[Provider],
    *,
    clock: Clock | None = None,
    settings_of: dict[str, dict[str, object]] | None = None,
) -> AsyncIterator[tuple[Hub, Store]]:
    """A store with one account for each provider, with the settings of its id if there are any."""
    key = base64.b64encode(b"k" * 32).decode()
    settings = Settings.from_environment(
        {
            "DESPACHO_DATA_DIR": str(folder),
            "DESPACHO_DATABASE_URL": url,
            "DESPACHO_SECRET_KEY": key,
            "DESPACHO_JUMPSELLER_API_URL": NOBODY,
        }
    )
    catalogue = ProviderCatalogue({one.id: one for one in providers})
    async with open_hub(settings, Silence(), catalogue=catalogue, clock=clock, policy=IMPATIENT) as hub:
        store = Store(
            id=new_id(),
            code="shop",
            key=new_token(),
            name="Shop",
            currency="CLP",
            country="CL",
            timezone="America/Santiago",
            created_at=datetime.now(UTC),
            hooks_token="fake",
            credentials=BasicCredentials(login="fake", authtoken="fake"),
            settings=StoreSettings(origin=PLACE),
        )
        async with hub.services.office.units.begin() as work:
            await work.stores.add(store)
            await work.commit()
        for one in providers:
            await hub.services.accounts.add(store.id, one.id, name=None, settings=(settings_of or {}).get(one.id, {}))
        yield hub, store


async def paid_order(hub: Hub, store: Store, number: int = 1001) -> int:
    """An order that the hub holds."""
    line = OrderLine(product_id="1", name="Taza", quantity=1, unit_price=Decimal(6990), weight_g=450)
    order = Order(
        number=number,
        status=OrderStatus.PAID,
        currency="CLP",
        total=Decimal(6990),
        subtotal=Decimal(6990),
        shipping_address=PLACE,
        lines=(line,),
    )
    async with hub.services.office.units.begin() as work:
        await work.orders.save(store.id, order, read_at=hub.services.office.now())
        await work.commit()
    return number
