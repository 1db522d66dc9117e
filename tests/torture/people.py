"""Buyers, merchants and programs that use the hub while it is tortured, and are as stubborn as real ones.

A program repeats a call with the same ``Idempotency-Key`` until it knows the outcome. One that is told that its own first call is still
being worked on, by a process that is dead by now, looks whether it has what it wanted, and in the end asks anew.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import httpx
import msgspec

from tests.torture.furnishing import SERVICE, Shop
from tests.torture.plan import Ask, PlannedOrder
from tests.torture.world import Refused, World

PAUSE = 0.7
PATIENCE = 240
"""So many tries of anything; then somebody complains."""
STILL_WORKED_ON = 6
"""So many times a program hears that its first call is not over, before it looks for itself."""

_ENOUGH = {"shipments": "order-already-shipped", "invoice": ""}


class People:
    """All of them.

    Args:
        world: Where they buy and sell.
        addresses: Of the hub's web processes.
        shops: The stores, in the order of the plan.
        http: Sends the programs' calls.
        seed: Decides what they do by chance.
    """

    def __init__(
        self, world: World, addresses: Sequence[str], shops: Sequence[Shop], http: httpx.AsyncClient, seed: int
    ) -> None:
        self._world = world
        self._shops = shops
        self._http = http
        self._addresses = itertools.cycle(addresses)
        self._random = Random(f"{seed}:people")
        self._keys = itertools.count()
        self.placed: list[tuple[Shop, int]] = []
        self.complaints: list[str] = []

    async def live(self, order: PlannedOrder) -> None:
        """One order's story, from its placing until everybody has what they asked for."""
        await asyncio.sleep(order.at)
        shop = self._shops[order.store]
        number = await self._placed(shop, order)
        if number is None:
            return
        self.placed.append((shop, number))
        if order.pays_after is not None:
            await asyncio.sleep(order.pays_after)
            await self._world.pay(shop.code, number)
        await asyncio.sleep(order.asks_after)
        wishes = []
        if order.label is Ask.API:
            wish = {"account_id": shop.carrier_account, "service_code": SERVICE}
            wishes.append(self._ask(shop, number, "shipments", wish))
        if Ask.API in order.document:
            wishes.append(self._ask(shop, number, "invoice", {}))
        if Ask.BUTTON in order.document:
            wishes.append(self._press(shop, number))
        await asyncio.gather(*wishes)

    async def sync_tracking(self, shop: Shop) -> None:
        """A program asks where the store's parcels are, and insists on an answer without problems."""
        for _ in range(PATIENCE):
            answer = await self._send(shop, "tracking/sync", {}, key=self._key())
            if answer is not None and answer.status_code == 200 and not msgspec.json.decode(answer.content)["problems"]:
                return
            await asyncio.sleep(PAUSE)
        self.complaints.append(f"{shop.code}: the parcels could not be followed")

    async def _placed(self, shop: Shop, order: PlannedOrder) -> int | None:
        """Buyers come back when a checkout offers no shipping."""
        if order.label is not Ask.SETTING:
            return await self._world.place(shop.code, order)
        for _ in range(PATIENCE):
            number = await self._world.checkout(shop.code, order)
            if number is not None:
                return number
            await asyncio.sleep(PAUSE)
        self.complaints.append(f"{shop.code}: no shipping was ever offered at the checkout")
        return None

    async def _press(self, shop: Shop, number: int) -> None:
        """A merchant presses "Create invoice" until a document hangs at the order."""
        for _ in range(PATIENCE):
            try:
                if await self._world.press_create_invoice(shop.code, number):
                    return
            except (Refused, httpx.TransportError):
                pass
            await asyncio.sleep(PAUSE + self._random.random())
        self.complaints.append(f"{shop.code} order {number}: the button never worked")

    async def _ask(self, shop: Shop, number: int, what: str, wish: Mapping[str, object]) -> None:
        key, worked_on, last = self._key(), 0, "no answer"
        for _ in range(PATIENCE):
            answer = await self._send(shop, f"orders/{number}/{what}", wish, key=key)
            if answer is not None:
                problem = _problem(answer)
                last = f"{answer.status_code} {problem}"
                if answer.status_code in {200, 201} or problem == _ENOUGH[what]:
                    return
                if problem == "idempotency-in-progress":
                    worked_on += 1
                    if worked_on % STILL_WORKED_ON == 0 and await self._has(shop, number, what):
                        return
                # A final refusal stays the answer to its key; so does a dead process's silence, for minutes.
                if problem != "idempotency-in-progress" or worked_on % (3 * STILL_WORKED_ON) == 0:
                    key = key if answer.status_code in {202, 500, 502, 503} else self._key()
            await asyncio.sleep(PAUSE + self._random.random() / 2)
        self.complaints.append(f"{shop.code} order {number}: {what} never answered for good; last: {last}")

    async def _has(self, shop: Shop, number: int, what: str) -> bool:
        try:
            answer = await self._http.get(f"{next(self._addresses)}/api/v1/orders/{number}", headers=_bearer(shop))
        except httpx.TransportError:
            return False
        name = "shipments" if what == "shipments" else "invoices"
        return answer.status_code == 200 and bool(msgspec.json.decode(answer.content)[name])

    async def _send(self, shop: Shop, path: str, body: Mapping[str, Any], *, key: str) -> httpx.Response | None:
        """One call; None if the connection broke."""
        headers = {**_bearer(shop), "idempotency-key": key}
        try:
            return await self._http.post(f"{next(self._addresses)}/api/v1/{path}", json=body, headers=headers)
        except httpx.TransportError:
            return None

    def _key(self) -> str:
        return f"torture-{next(self._keys)}"


def _bearer(shop: Shop) -> dict[str, str]:
    return {"authorization": f"Bearer {shop.token}"}


def _problem(answer: httpx.Response) -> str:
    """The code of a problem document; empty for any other answer."""
    if "problem+json" not in answer.headers.get("content-type", ""):
        return ""
    return str(msgspec.json.decode(answer.content).get("type", "")).rpartition(":")[2]
