"""Admin calls on webhooks: held back, reordered, doubled, sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from despacho_sandbox.kit.asgi import Request
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.web import AdminRoute, ApiError, form_or_json, number_of

if TYPE_CHECKING:
    from despacho_sandbox.store.simulator import StoreSimulator


class WebhookAdmin:
    """Steers webhooks.

    Args:
        simulator: Whose webhooks.
    """

    def __init__(self, simulator: StoreSimulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[AdminRoute]:
        """The calls, below `/admin`."""
        store = "/stores/{code}"
        return [
            ("GET", f"{store}/webhooks", self.webhooks),
            ("POST", f"{store}/webhooks/hold", self.hold),
            ("POST", f"{store}/webhooks/release", self.release),
            ("POST", f"{store}/webhooks/redeliver", self.redeliver),
            ("POST", f"{store}/webhooks/{{id}}/duplicate", self.duplicate),
            ("POST", f"{store}/hooks/unpause", self.unpause),
        ]

    async def webhooks(self, request: Request) -> object:
        """Every delivery of a store."""
        deliveries = self._simulator.deliveries(self._store(request).code)
        return {
            "counts": self._simulator.webhook_counts(request.params["code"]),
            "deliveries": [delivery.summary() for delivery in deliveries],
        }

    async def hold(self, request: Request) -> object:
        """Keeps webhooks back."""
        self._simulator.hold_webhooks(self._store(request).code)
        return {"holding": True}

    async def release(self, request: Request) -> object:
        """Sends what was kept back, in the `order` of the body."""
        order = str(form_or_json(request).get("order", "reverse"))
        if order not in ("forward", "reverse", "shuffled"):
            raise ApiError(400, {"message": "order must be forward, reverse or shuffled"})
        released = self._simulator.release_webhooks(self._store(request).code, order)
        return {"released": [delivery.id for delivery in released]}

    async def redeliver(self, request: Request) -> object:
        """Sends at once whatever was not acknowledged."""
        again = self._simulator.redeliver(self._store(request).code)
        return {"redelivered": [delivery.id for delivery in again]}

    async def duplicate(self, request: Request) -> object:
        """Sends a delivery once more."""
        return {"duplicated": self._simulator.duplicate(number_of(request)).id}

    async def unpause(self, request: Request) -> object:
        """Lets all paused hooks of a store send again."""
        return {"unpaused": self._simulator.unpause_hooks(self._store(request).code)}

    def _store(self, request: Request) -> Store:
        return self._simulator.store(request.params["code"])
