"""Admin calls on orders: what buyers do at the checkout and merchants at the order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from despacho_sandbox.kit.asgi import Request
from despacho_sandbox.store.builders import OrderDraft
from despacho_sandbox.store.checkout import CheckoutRequest
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.order import Order
from despacho_sandbox.store.order_view import order_object
from despacho_sandbox.store.web import AdminHandler, AdminRoute, decoded, number_of

if TYPE_CHECKING:
    from despacho_sandbox.store.simulator import StoreSimulator


class Orders(OrderDraft, kw_only=True):
    """Orders to place: a draft, and how many of it."""

    count: int = 1


class OrderAdmin:
    """Places and moves orders.

    Args:
        simulator: Whose orders.
    """

    def __init__(self, simulator: StoreSimulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[AdminRoute]:
        """The calls, below `/admin`."""
        store = "/stores/{code}"
        order = f"{store}/orders/{{id}}"
        return [
            ("POST", f"{store}/checkout", self.checkout),
            ("POST", f"{store}/orders", self.place),
            ("POST", f"{order}/pay", self._on_order(self._simulator.pay)),
            ("POST", f"{order}/cancel", self._on_order(self._simulator.cancel)),
            ("POST", f"{order}/abandon", self._on_order(self._simulator.abandon)),
            ("POST", f"{order}/announce", self._on_order(self._simulator.announce)),
            ("POST", f"{order}/silence", self._on_order(self._simulator.silence)),
            ("POST", f"{order}/create-invoice", self.create_invoice),
        ]

    async def checkout(self, request: Request) -> object:
        """Takes a buyer through the checkout."""
        store = self._store(request)
        result = await self._simulator.run_checkout(store.code, decoded(request, CheckoutRequest))
        shown = order_object(result.order, store) if result.order else None
        return {"order": shown, "offers": result.offers, "calls": result.calls, "problem": result.problem}

    async def place(self, request: Request) -> object:
        """Places orders without a checkout."""
        store, wanted = self._store(request), decoded(request, Orders)
        placed = [self._simulator.place_draft(store.code, wanted) for _ in range(wanted.count)]
        return {"orders": [order_object(order, store) for order in placed]}

    async def create_invoice(self, request: Request) -> object:
        """Presses "Create invoice"."""
        call = await self._simulator.create_invoice(number_of(request), self._store(request).code)
        return {**msgspec.to_builtins(call), "message": call.message}

    def _on_order(self, act: Callable[[int, str], Order]) -> AdminHandler:
        async def handler(request: Request) -> object:
            store = self._store(request)
            return order_object(act(number_of(request), store.code), store)

        return handler

    def _store(self, request: Request) -> Store:
        return self._simulator.store(request.params["code"])
