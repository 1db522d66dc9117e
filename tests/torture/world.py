"""The sandbox, in a process of its own that nobody kills, and what is done to it by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec
from stdnum.cl import rut

from tests.torture.plan import PlannedOrder
from tests.torture.processes import HOST, Program, clean_environment, despacho, free_ports, until_answers

SPEED = 20.0
"""Sandbox seconds per second: a first retry of a webhook comes after 3 s, a second 48 s later."""

IDLE_SECONDS = 1.0
"""A connection that was idle for longer is not used again: servers close theirs after five, maybe just as a call is on its way."""

FAILS_AFTER_ACTING = (
    ("chilexpress", "create-shipment"),
    ("openfactura", "issue"),
    ("jumpseller", "fulfillments.create"),
    ("jumpseller", "documents.create"),
)
"""What must not happen twice, and is not answered in five calls of a hundred although it was done."""


class Refused(RuntimeError):
    """The sandbox did not do what was asked."""


class Company(msgspec.Struct, frozen=True):
    """A taxpayer: tax number and API key. One for each store, so that the invoicing system's real limits can stay (3/s, 100/min)."""

    rut: str
    api_key: str


class World:
    """The sandbox's admin calls."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url = url
        self._http = http

    async def add_store(self, code: str) -> dict[str, str]:
        """Open a store; its credentials."""
        credentials: dict[str, str] = await self._post("jumpseller/admin/stores", {"code": code})
        return credentials

    async def add_company(self, number: int) -> Company:
        """A taxpayer with a key."""
        digits = str(76_900_000 + number)
        company = Company(f"{digits}-{rut.calc_check_digit(digits)}", f"badc0de{1000 + number:025d}")
        await self._post(
            "openfactura/_sandbox/companies",
            {
                "rut": company.rut, "name": f"TIENDA {number} SPA", "activity": "VENTA AL POR MENOR",
                "activity_code": 479100, "address": "ARTURO PRAT 527", "commune": "Curicó",
                "api_key": company.api_key, "branch_code": "81303347",
            },
        )  # fmt: skip
        return company

    async def settings(self, store: str, **settings: object) -> None:
        """Change a store's settings."""
        await self._store(store, "settings", settings)

    async def curse(self) -> None:
        """From now on one call in twenty fails after it acted, half of them with a 500, half with a cut connection."""
        for simulator, endpoint in FAILS_AFTER_ACTING:
            for kind in ("fail_after", "cut_after"):
                fault = {"kind": kind, "endpoint": endpoint, "probability": 0.025}
                await self._post(f"{simulator}/_sandbox/faults", fault)

    async def faults_that_struck(self) -> int:
        """How many calls failed after they had acted."""
        states = [await self._get(f"{name}/_sandbox/faults") for name in {one for one, _ in FAILS_AFTER_ACTING}]
        return sum(rule["hits"] for state in states for rule in state["faults"])

    async def parcels_wait(self) -> None:
        """The clock, which runs fast for the webhooks' sake, moves no parcel: lorries are sent by hand."""
        await self._patch("chilexpress/_sandbox/options", {"journey": None})

    async def move_parcel(self, random: Random) -> str | None:
        """A lorry comes for one of the parcels that still wait; its reference."""
        state = await self._get("chilexpress/_sandbox/state")
        waiting = [one for one in state["transport_orders"] if one["at"] == "requested"]
        if not waiting:
            return None
        chosen = random.choice(waiting)
        wanted = {"to": random.choice(("in_transit", "delivered")), "transportOrderNumber": chosen["number"]}
        await self._post("chilexpress/_sandbox/advance", wanted)
        return str(chosen["reference"])

    async def checkout(self, store: str, order: PlannedOrder) -> int | None:
        """A buyer goes through the checkout; the order's number, None if no shipping was offered."""
        result = await self._store(store, "checkout", {"cart": _cart(order), "silent": order.silent})
        return int(result["order"]["id"]) if result["order"] else None

    async def place(self, store: str, order: PlannedOrder) -> int:
        """A clerk writes an order down, paid or to be paid."""
        status = "paid" if order.pays_after is None else "pending_payment"
        draft = {"cart": _cart(order), "silent": order.silent, "status": status}
        return int((await self._store(store, "orders", draft))["orders"][0]["id"])

    async def pay(self, store: str, order: int) -> None:
        """The buyer pays."""
        await self._store(store, f"orders/{order}/pay")

    async def press_create_invoice(self, store: str, order: int) -> bool:
        """The merchant presses the button; whether a document was attached."""
        return bool((await self._store(store, f"orders/{order}/create-invoice"))["attached"])

    async def hold(self, store: str) -> None:
        """Keep the store's webhooks back."""
        await self._store(store, "webhooks/hold")

    async def release(self, store: str) -> None:
        """Send them, in a wild order."""
        await self._store(store, "webhooks/release", {"order": "shuffled"})

    async def double(self, store: str, random: Random) -> None:
        """Send one that was sent before once more."""
        deliveries = (await self._get(f"jumpseller/admin/stores/{store}/webhooks"))["deliveries"]
        sent = [one["id"] for one in deliveries if one["attempts"]]
        if sent:
            await self._store(store, f"webhooks/{random.choice(sent)}/duplicate")

    async def redeliver(self, stores: Sequence[str]) -> int:
        """As a merchant would: let paused hooks send again, and send what was not acknowledged; how many are still owed."""
        for store in stores:
            await self._store(store, "hooks/unpause")
            await self._store(store, "webhooks/redeliver")
        state = await self._get("_sandbox/")
        return int(
            next(one for one in state["simulators"] if one["name"] == "jumpseller")["counts"]["webhooks_outstanding"]
        )

    async def webhooks(self) -> dict[str, int]:
        """How many were sent, acknowledged, doubled."""
        counts: dict[str, int] = (await self._get("jumpseller/_sandbox/state"))["webhooks"]
        return counts

    async def state(self, simulator: str) -> bytes:
        """All that a simulator knows."""
        answer = await self._http.get(f"{self.url}/{simulator}/_sandbox/state")
        return answer.raise_for_status().content

    async def _store(self, store: str, path: str, body: object = None) -> Any:
        return await self._post(f"jumpseller/admin/stores/{store}/{path}", body or {})

    async def _get(self, path: str) -> Any:
        return _read(await self._http.get(f"{self.url}/{path}"))

    async def _post(self, path: str, body: object) -> Any:
        return _read(await self._http.post(f"{self.url}/{path}", json=body))

    async def _patch(self, path: str, body: object) -> Any:
        return _read(await self._http.patch(f"{self.url}/{path}", json=body))


@asynccontextmanager
async def open_world(folder: Path, seed: int) -> AsyncIterator[World]:
    """Start the sandbox and end it afterwards."""
    (port,) = free_ports(1)
    url = f"http://{HOST}:{port}"
    command = despacho("sandbox", "--host", HOST, "--port", str(port), "--seed", str(seed), "--speed", str(SPEED))
    sandbox = Program("sandbox", command, clean_environment(), folder)
    await sandbox.start()
    try:
        await until_answers(f"{url}/_sandbox/clock", sandbox)
        limits = httpx.Limits(max_connections=200, keepalive_expiry=IDLE_SECONDS)
        async with httpx.AsyncClient(timeout=60, trust_env=False, limits=limits) as http:
            yield World(url, http)
    finally:
        await sandbox.end()


def _cart(order: PlannedOrder) -> dict[str, object]:
    return {"lines": [{"sku": "POL-01", "qty": order.units, "discount": str(order.discount)}]}


def _read(answer: httpx.Response) -> Any:
    if not answer.is_success:
        raise Refused(f"{answer.request.url.path}: {answer.status_code} {answer.text[:300]}")
    return msgspec.json.decode(answer.content)
