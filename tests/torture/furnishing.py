"""What an operator does before the first order: stores, accounts, tokens, and what each merchant wants done by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec

from despacho.bootstrap import Hub, open_hub
from despacho.settings import Settings
from despacho_core.ledgers import Lane
from despacho_core.stores import BasicCredentials, InvoiceTrigger, LabelTrigger, StoreSettings
from tests.torture.hubs import Tortured
from tests.torture.plan import buys_by_setting, issues_by_setting
from tests.torture.world import Company, World
from tests.town import CHILEXPRESS, OPENFACTURA

SERVICE = "3"
"""“Día hábil siguiente”: what clients of the API ask for."""


@dataclass(frozen=True)
class Shop:
    """A store that the hub serves."""

    code: str
    store_id: str
    token: str
    carrier_account: str
    taxpayer: str


class _Nobody:
    """Wakes nobody: whatever this process does with the hub's data is found by the workers' sweep."""

    async def wake(self, lane: Lane) -> None:
        """Nobody listens."""

    async def wake_inbox(self) -> None:
        """Nobody listens."""


@asynccontextmanager
async def open_desk(hub: Tortured) -> AsyncIterator[Hub]:
    """The use cases beside the running hub, as its command line has them."""
    async with open_hub(Settings.from_environment(hub.environment), _Nobody()) as opened:
        yield opened


async def furnish(desk: Hub, hub: Tortured, world: World, count: int) -> list[Shop]:
    """Open stores in the world and install them in the hub; its web process must answer."""
    return [await _shop(desk, hub, world, number) for number in range(count)]


async def _shop(desk: Hub, hub: Tortured, world: World, number: int) -> Shop:
    its = await world.add_store(f"tienda-{number:02d}")
    company = await world.add_company(number)
    services = desk.services
    installed = await services.installation.install(
        BasicCredentials(login=its["login"], authtoken=its["authtoken"]), code=its["code"]
    )
    store = await services.installation.change_settings(
        installed.store.id, _decisions(installed.store.settings, number)
    )
    carrier = await services.accounts.add(
        store.id, "chilexpress", name=None, settings={**CHILEXPRESS, "base_url": f"{world.url}/chilexpress"}
    )
    await services.accounts.add(store.id, "openfactura", name=None, settings=_taxpayer(company, world))
    await services.installation.repair(store)
    _, token = await services.tokens.create(store.id)
    await world.settings(store.code, invoices_url=f"{hub.addresses[0]}/jumpseller/invoices/{store.key}")
    return Shop(store.code, store.id, token, carrier.id, company.rut)


def _decisions(settings: StoreSettings, number: int) -> StoreSettings:
    return msgspec.structs.replace(
        settings,
        labels=LabelTrigger.ON_PAID if buys_by_setting(number) else LabelTrigger.MANUAL,
        invoices=InvoiceTrigger.ON_PAID if issues_by_setting(number) else InvoiceTrigger.MANUAL,
    )


def _taxpayer(company: Company, world: World) -> dict[str, object]:
    return {
        **OPENFACTURA, "rut": company.rut, "api_key": company.api_key, "base_url": f"{world.url}/openfactura",
        "razon_social": "TIENDA SPA", "direccion": "ARTURO PRAT 527",
    }  # fmt: skip


def codes(shops: Sequence[Shop]) -> list[str]:
    """The stores' codes."""
    return [shop.code for shop in shops]
