"""The other side's view: orders from the stores' own API, parcels from the carrier, documents from the invoicing system."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import httpx
import msgspec

from despacho.demo.cast import STORES, Placed
from despacho.demo.evidence import Document, Evidence, Fulfillment, Issued, Order, Parcel, Webhooks
from despacho.demo.world import World

APART_SECONDS = 1 / 18
TRIES = 60


class StoreSilent(RuntimeError):
    """The store's API does not answer as it should."""


class StoreReader:
    """Reads from a store's API with the merchant's own login and authtoken, apart from the hub.

    The API lets a store's callers make 20 calls a second together (contract/jumpseller.md 4.1), and the hub may be calling
    too: one call at a time, and not more than 18 a second; a refused one is made again.

    Args:
        url: Of the API, with its version.
        http: Sends the calls.
        credentials: Login and authtoken.
    """

    def __init__(self, url: str, http: httpx.AsyncClient, credentials: tuple[str, str]) -> None:
        self._url = url
        self._http = http
        self._auth = httpx.BasicAuth(*credentials)
        self._turn = asyncio.Lock()

    async def order(self, store: str, number: int) -> Order:
        """One order with its fulfillments and documents."""
        async with self._turn:
            shown = (await self._read(f"orders/{number}.json"))["order"]
            fulfillments = await self._read(f"order/{number}/fulfillments.json")
            documents = await self._read(f"orders/{number}/documents.json")
        return Order(
            store=store,
            id=int(shown["id"]),
            status=str(shown["status_enum"]),
            shipment_status=str(shown["shipment_status_enum"]),
            to_invoice=_to_invoice(shown),
            fulfillments=tuple(_fulfillment(one) for one in fulfillments),
            documents=tuple(_document(one["document"]) for one in documents),
        )

    async def _read(self, path: str) -> Any:
        for _ in range(TRIES):
            answer, _ = await asyncio.gather(
                self._http.get(f"{self._url}/{path}", auth=self._auth), asyncio.sleep(APART_SECONDS)
            )
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
        if not answer.is_success:
            raise StoreSilent(f"The store's API answered {answer.status_code} to {path}: {answer.text[:300]}")
        return json.loads(answer.content, parse_float=Decimal)


def _to_invoice(order: dict[str, Any]) -> Decimal:
    gifts = (line for line in order["products"] if line["type"] == "gift_card")
    return Decimal(order["total"]) - sum((Decimal(one["price"]) * one["qty"] for one in gifts), Decimal(0))


def _fulfillment(wrapped: dict[str, Any]) -> Fulfillment:
    """The root key differs between the live platform and its document (contract/jumpseller.md 4.4)."""
    shown = wrapped.get("order_fulfillment") or wrapped["fulfillment"]
    return Fulfillment(
        external_id=str(shown["external_id"]),
        tracking_numbers=tuple(str(shown["tracking_number"] or "").replace(",", " ").split()),
        shipment_status=str(shown["shipment_status"]),
        tracking_url=str(shown["tracking_url"]),
    )


def _document(shown: dict[str, Any]) -> Document:
    return Document(document_type=int(shown["document_type"]), public_id=str(shown["public_id"]), url=str(shown["url"]))


async def read_back(world: World, http: httpx.AsyncClient, placed: Sequence[Placed]) -> Evidence:
    """Everything that the verdict rests on."""
    carrier = await world.simulator_state("chilexpress")
    invoicing = await world.simulator_state("openfactura")
    told = [(await world.webhooks(store))["counts"] for store in STORES]
    return Evidence(
        orders=await _orders(world, http, placed),
        parcels=tuple(_parcel(one) for one in carrier["transport_orders"]),
        issued=tuple(_issued(one) for one in invoicing["documents"]),
        webhooks=sum((msgspec.convert(one, Webhooks) for one in told), Webhooks()),
    )


async def _orders(world: World, http: httpx.AsyncClient, placed: Sequence[Placed]) -> tuple[Order, ...]:
    readers = {}
    for store in STORES:
        known = await world.credentials(store)
        login = (known["login"], known["authtoken"])
        readers[store] = StoreReader(f"{world.url}/jumpseller/v1", http, login)
    return tuple(await asyncio.gather(*(readers[one.store].order(one.store, one.id) for one in placed)))


def _parcel(shown: dict[str, Any]) -> Parcel:
    return Parcel(
        number=str(shown["number"]),
        card=str(shown["tcc"]),
        group=str(shown["group_reference"]),
        reference=str(shown["reference"]),
        at=str(shown["at"]),
    )


def _issued(shown: dict[str, Any]) -> Issued:
    return Issued(
        rut=str(shown["rut"]),
        kind=int(shown["kind"]),
        total=Decimal(shown["total"]),
        orders=tuple(str(order) for order in shown["orders"]),
    )
