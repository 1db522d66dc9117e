"""What merchants, buyers, the carrier's lorries and bad luck do in the sandbox, over its admin and control addresses."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec


class WorldRefused(RuntimeError):
    """The sandbox did not do what the story asked of it."""


class World:
    """The sandbox's admin client.

    Args:
        url: Where the sandbox listens.
        http: Sends the calls.
    """

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url = url
        self._http = http

    async def credentials(self, store: str) -> dict[str, str]:
        """Login, authtoken and hooks token of a store, as its merchant sees them."""
        stores: list[dict[str, str]] = await self._get("jumpseller/admin/stores")
        return next(one for one in stores if one["code"] == store)

    async def log_in(self, store: str) -> None:
        """This store's merchant opens the consent page next, and allows what it asks."""
        await self._post("jumpseller/admin/login", {"store": store, "auto_approve": True})

    async def register_app(self, app_url: str) -> None:
        """Every store's admin shows the App at this address."""
        await self._post("jumpseller/admin/app", {"app_url": app_url})

    def admin(self, store: str) -> str:
        """The page of a store's admin, with the App in its frame."""
        return f"{self.url}/jumpseller/admin/stores/{store}"

    async def set_invoices_url(self, store: str, url: str) -> None:
        """The merchant pastes the address of the invoicing service into the store's settings."""
        await self._store(store, "settings", {"invoices_url": url})

    async def checkout(self, store: str, kind: str, *, silent: bool = False) -> dict[str, Any]:
        """A buyer fills a cart, chooses the cheapest rate, and pays.

        Raises:
            WorldRefused: No shipping was offered.
        """
        result = await self._store(store, "checkout", {"kind": kind, "silent": silent})
        if result["order"] is None:
            calls = [{name: call[name] for name in ("status", "error", "answer")} for call in result["calls"]]
            raise WorldRefused(f"{store}: a buyer could not order: {result['problem']} ({calls})")
        order: dict[str, Any] = result["order"]
        return order

    async def place(self, store: str, kind: str) -> dict[str, Any]:
        """An order that was paid, without a checkout of ours."""
        placed: list[dict[str, Any]] = (await self._store(store, "orders", {"kind": kind}))["orders"]
        return placed[0]

    async def cancel(self, store: str, order: int) -> None:
        """The merchant cancels."""
        await self._store(store, f"orders/{order}/cancel")

    async def press_create_invoice(self, store: str, order: int) -> dict[str, Any]:
        """The merchant presses the button; returns the call that the store made and what came back."""
        call: dict[str, Any] = await self._store(store, f"orders/{order}/create-invoice")
        return call

    async def hold_webhooks(self, store: str) -> None:
        """From now on the store's webhooks are kept back."""
        await self._store(store, "webhooks/hold")

    async def release_reversed(self, store: str) -> None:
        """What was kept back goes out, the newest first."""
        await self._store(store, "webhooks/release", {"order": "reverse"})

    async def webhooks(self, store: str) -> dict[str, Any]:
        """A store's deliveries, and what became of them."""
        told: dict[str, Any] = await self._get(f"jumpseller/admin/stores/{store}/webhooks")
        return told

    async def duplicate_webhook(self, store: str, delivery: int) -> None:
        """The very same webhook is sent once more."""
        await self._store(store, f"webhooks/{delivery}/duplicate")

    async def webhooks_idle(self) -> None:
        """Returns once every webhook that is due was attempted."""
        await self._post("jumpseller/admin/idle", {})

    async def store_state(self, store: str) -> dict[str, Any]:
        """All that is known of a store."""
        state: dict[str, Any] = await self._get(f"jumpseller/admin/stores/{store}/state")
        return state

    async def break_once(self, simulator: str, kind: str, endpoint: str) -> int:
        """The next call of an endpoint goes wrong; returns the rule's number."""
        rule = await self._post(f"{simulator}/_sandbox/faults", {"kind": kind, "endpoint": endpoint, "times": 1})
        return int(rule["id"])

    async def broke(self, simulator: str, rule: int) -> bool:
        """Whether the rule has struck."""
        rules: list[dict[str, Any]] = (await self._get(f"{simulator}/_sandbox/faults"))["faults"]
        return any(one["id"] == rule and one["hits"] for one in rules)

    async def simulator_state(self, simulator: str) -> dict[str, Any]:
        """All that a carrier or an invoicing system has."""
        state: dict[str, Any] = await self._get(f"{simulator}/_sandbox/state")
        return state

    async def add_carrier_customer(self, account: dict[str, object]) -> None:
        """The carrier gets a further customer."""
        await self._post("chilexpress/_sandbox/accounts", account)

    async def carrier_customers(self) -> list[dict[str, Any]]:
        """The carrier's customers with their keys, oldest first."""
        customers: list[dict[str, Any]] = await self._get("chilexpress/_sandbox/accounts")
        return customers

    async def add_company(self, company: dict[str, object]) -> None:
        """The invoicing system gets a further company."""
        await self._post("openfactura/_sandbox/companies", company)

    async def companies(self) -> list[dict[str, Any]]:
        """The companies that issue, with their keys, oldest first."""
        companies: list[dict[str, Any]] = await self._get("openfactura/_sandbox/companies")
        return companies

    async def move_parcels(self, milestone: str) -> int:
        """The carrier brings all its parcels somewhere; returns how many."""
        return len((await self._post("chilexpress/_sandbox/advance", {"to": milestone, "all": True}))["moved"])

    async def _store(self, store: str, path: str, body: object = None) -> Any:
        return await self._post(f"jumpseller/admin/stores/{store}/{path}", body or {})

    async def _get(self, path: str) -> Any:
        return _read(await self._http.get(f"{self.url}/{path}"))

    async def _post(self, path: str, body: object) -> Any:
        return _read(await self._http.post(f"{self.url}/{path}", json=body))


def _read(answer: httpx.Response) -> Any:
    if not answer.is_success:
        raise WorldRefused(f"{answer.request.url.path}: {answer.status_code} {answer.text[:500]}")
    return msgspec.json.decode(answer.content)
