"""Setting the hub up: two stores, one by login and one by consent in a browser, each with its carrier and its invoicing system."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from despacho.demo.browsing import merchants_browser
from despacho.demo.cast import NORTH, SOUTH, STORES
from despacho.demo.front_desk import FrontDesk
from despacho.demo.hub import Hub, HubRefused
from despacho.demo.narration import Act
from despacho.demo.stage import Stage
from despacho.demo.world import World

STEPS = 8

SOUTHERN_COMPANY: dict[str, object] = {
    "rut": "77777777-7",
    "name": "TIENDA SUR SPA",
    "activity": "VENTA AL POR MENOR POR INTERNET",
    "activity_code": 479100,
    "address": "AVENIDA DEL SUR 100",
    "commune": "Temuco",
    "api_key": "badc0de0000000000000000000000003",
    "branch_code": "81303348",
}
SOUTHERN_CUSTOMER: dict[str, object] = {
    "tcc": "18578681",
    "rut": 77777777,
    "name": "TIENDA SUR SPA",
    "georeference_key": "decaf000000000000000000000000001",
    "rating_key": "decaf000000000000000000000000002",
    "transport_orders_key": "decaf000000000000000000000000003",
}
"""The second store's company at the invoicing system and the carrier; all of it is made up."""

CAPTURED_ON = "2026-07-23"
"""The day of the order that was captured from a real store."""


@dataclass(frozen=True)
class Desk:
    """What a merchant works with: the store's API token in use, the carrier's account, the company that invoices."""

    store: str
    hub: Hub
    carrier: str
    rut: str


async def set_up(stage: Stage, world: World, http: httpx.AsyncClient, act: Act) -> dict[str, Desk]:
    """Install both stores with both accounts each; returns a desk for each store.

    Raises:
        CommandFailed: A command of the hub did.
        HubRefused: The installation in the browser failed.
    """
    await world.add_carrier_customer(SOUTHERN_CUSTOMER)
    await world.add_company(SOUTHERN_COMPANY)
    desks = await asyncio.gather(
        *(_set_up_store(stage, world, http, act, store=store, number=number) for number, store in enumerate(STORES))
    )
    return {desk.store: desk for desk in desks}


async def _set_up_store(
    stage: Stage, world: World, http: httpx.AsyncClient, act: Act, *, store: str, number: int
) -> Desk:
    clerk = FrontDesk(stage.environment)
    install = {NORTH: _install_by_login, SOUTH: _install_by_consent}[store]
    await world.set_invoices_url(store, await install(stage, world, clerk))
    act.advance()
    customer = (await world.carrier_customers())[number]
    company = (await world.companies())[-1 if number else 0]
    carrier = await clerk.add_account(store, "chilexpress", _carrier_settings(stage, customer))
    act.advance()
    await clerk.add_account(store, "openfactura", _invoicing_settings(stage, company))
    act.advance()
    token = str((await clerk.run("tokens", "create", store, "--name", "demo"))["token"])
    act.advance()
    return Desk(store=store, hub=Hub(stage.hub_url, http, token), carrier=carrier, rut=str(company["rut"]))


async def _install_by_login(_stage: Stage, world: World, clerk: FrontDesk) -> str:
    known = await world.credentials(NORTH)
    login, authtoken = known["login"], known["authtoken"]
    added = await clerk.run("stores", "add", NORTH, "--login", login, "--authtoken", authtoken)
    # Orders from before the installation get no document by themselves; the captured one is dated July 2026.
    await clerk.run("stores", "set", NORTH, f"documents.since={CAPTURED_ON}")
    return str(added["invoices_url"])


async def _install_by_consent(stage: Stage, world: World, _clerk: FrontDesk) -> str:
    """The merchant opens the App in a browser and allows what it asks; the store then knows our addresses."""
    await world.log_in(SOUTH)
    async with merchants_browser() as browser:
        page = await browser.get(f"{stage.hub_url}/jumpseller/install")
    if not page.is_success:
        raise HubRefused(f"The installation of {SOUTH} ended with {page.status_code}: {page.text[:300]}")
    methods: list[dict[str, Any]] = (await world.store_state(SOUTH))["shipping_methods"]
    ours = next((one["callback_url"] for one in methods if "/jumpseller/rates/" in str(one["callback_url"])), None)
    if ours is None:
        raise HubRefused(f"The installation of {SOUTH} registered no shipping method.")
    return str(ours).replace("/rates/", "/invoices/")


def _carrier_settings(stage: Stage, customer: Mapping[str, Any]) -> dict[str, object]:
    return {
        "key_coverage": customer["georeference_key"],
        "key_rating": customer["rating_key"],
        "key_shipping": customer["transport_orders_key"],
        "customer_card": customer["tcc"],
        "company_rut": customer["rut"],
        "sender_phone": "223824861",
        "base_url": f"{stage.sandbox_url}/chilexpress",
    }


def _invoicing_settings(stage: Stage, company: Mapping[str, Any]) -> dict[str, object]:
    return {
        "api_key": company["api_key"],
        "rut": company["rut"],
        "razon_social": company["name"],
        "giro": company["activity"],
        "acteco": company["activity_code"],
        "direccion": company["address"],
        "comuna": company["commune"],
        "sucursal": company["branch_code"],
        "base_url": f"{stage.sandbox_url}/openfactura",
    }
