"""What merchants and buyers do in the sandbox, for tests in the same process; the admin calls over HTTP do the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.store.builders import Cart, OrderDraft, build_order
from despacho_sandbox.store.checkout import Checkout, CheckoutRequest, CheckoutResult
from despacho_sandbox.store.delivery import Delivery, WebhookCounts, count
from despacho_sandbox.store.hooks import WebhookSender
from despacho_sandbox.store.invoice_button import create_invoice
from despacho_sandbox.store.model import Document, Fulfillment, ShippingMethod, Store
from despacho_sandbox.store.oauth import OAuthServer
from despacho_sandbox.store.order import Order, OrderStatus
from despacho_sandbox.store.orders import OrderBook
from despacho_sandbox.store.orders_api import find_order
from despacho_sandbox.store.records import InvoiceCall
from despacho_sandbox.store.shipping_methods import fetch_services, find_method
from despacho_sandbox.store.stores import DEFAULT_CODES, StoreSpec, make_store
from despacho_sandbox.store.web import ApiError


class StoreActions:
    """Acts on the stores. A store is named by its code; the first default store is meant if none is named.

    All of these raise `ApiError` (404) for a store, order, hook or delivery that does not exist.
    """

    clock: SandboxClock

    def __init__(self, stores: dict[str, Store], oauth: OAuthServer, sender: WebhookSender, orders: OrderBook) -> None:
        self.stores = stores
        self.oauth = oauth
        self.sender = sender
        self.orders = orders
        self._checkout = Checkout(orders)

    def store(self, code: str = DEFAULT_CODES[0]) -> Store:
        """A store."""
        if code not in self.stores:
            raise ApiError(404, {"message": f"no store {code!r}"})
        return self.stores[code]

    def order(self, order_id: int, store: str = DEFAULT_CODES[0]) -> Order:
        """An order of a store."""
        return find_order(self.store(store), order_id)

    def add_store(self, spec: StoreSpec) -> Store:
        """Opens a further store.

        Raises:
            ApiError: 400 if the code is taken or the country is not simulated.
        """
        if spec.code in self.stores:
            raise ApiError(400, {"message": f"there is a store {spec.code!r} already"})
        made = make_store(spec, len(self.stores))
        self.stores[made.code] = made
        return made

    def place_order(
        self, store: str = DEFAULT_CODES[0], kind: str = "simple", *, cart: Cart | None = None, **draft: Any
    ) -> Order:
        """Places an order without a checkout; the keywords are those of `OrderDraft`, plain values will do."""
        wanted = msgspec.convert({"kind": kind, **draft}, OrderDraft)
        wanted.cart = cart
        return self.place_draft(store, wanted)

    def place_draft(self, store: str, draft: OrderDraft) -> Order:
        """Places the order that a draft describes."""
        its = self.store(store)
        return self.orders.place(its, build_order(its, draft, self.clock.now()), draft.status)

    async def checkout(
        self, store: str = DEFAULT_CODES[0], *, cart: Cart | None = None, **wanted: Any
    ) -> CheckoutResult:
        """Takes a buyer through the checkout; the keywords are those of `CheckoutRequest`, plain values will do."""
        request = msgspec.convert(wanted, CheckoutRequest)
        request.cart = cart
        return await self.run_checkout(store, request)

    async def run_checkout(self, store: str, request: CheckoutRequest) -> CheckoutResult:
        """Takes a buyer through the checkout, with rates from the store's external shipping methods."""
        return await self._checkout.run(self.store(store), request)

    def pay(self, order_id: int, store: str = DEFAULT_CODES[0]) -> Order:
        """The buyer pays."""
        return self._set_status(order_id, store, OrderStatus.PAID)

    def cancel(self, order_id: int, store: str = DEFAULT_CODES[0]) -> Order:
        """The merchant cancels."""
        return self._set_status(order_id, store, OrderStatus.CANCELED)

    def abandon(self, order_id: int, store: str = DEFAULT_CODES[0]) -> Order:
        """The buyer walks away."""
        return self._set_status(order_id, store, OrderStatus.ABANDONED)

    def announce(self, order_id: int, store: str = DEFAULT_CODES[0]) -> Order:
        """Ends an order's silence and tells of it as it is now."""
        order = self.order(order_id, store)
        order.silent = False
        self.orders.announce_edit(self.store(store), order)
        return order

    def silence(self, order_id: int, store: str = DEFAULT_CODES[0]) -> Order:
        """From now on no webhook tells of this order."""
        order = self.order(order_id, store)
        order.silent = True
        return order

    async def create_invoice(self, order_id: int, store: str = DEFAULT_CODES[0]) -> InvoiceCall:
        """The merchant presses "Create invoice"."""
        return await create_invoice(self.store(store), self.order(order_id, store), self.clock)

    async def fetch_services(self, method_id: int, store: str = DEFAULT_CODES[0]) -> ShippingMethod:
        """The merchant presses "Fetch Services" of an external shipping method."""
        method = find_method(self.store(store), method_id)
        await fetch_services(self.store(store), method)
        return method

    def uninstall(self, store: str = DEFAULT_CODES[0]) -> int:
        """The merchant removes the App: its tokens are dead, if the store's quirks say so.

        Hooks and shipping methods stay (contract 7.14 leaves that open).

        Returns:
            How many tokens died.
        """
        its = self.store(store)
        its.installed = False
        return self.oauth.revoke(its.code) if its.quirks.revokes_on_uninstall else 0

    def fulfillments(self, order_id: int, store: str = DEFAULT_CODES[0]) -> list[Fulfillment]:
        """An order's fulfilments, oldest first."""
        return [one for one in self.store(store).fulfillments.values() if one.order_id == order_id]

    def documents(self, order_id: int, store: str = DEFAULT_CODES[0]) -> list[Document]:
        """An order's documents, oldest first."""
        return [one for one in self.store(store).documents if one.order_id == order_id]

    def configure(self, store: str = DEFAULT_CODES[0], *, invoices_url: str | None = None, **quirks: Any) -> Store:
        """Sets a store's invoices URL or quirks (see `model.Quirks`)."""
        its = self.store(store)
        if invoices_url is not None:
            its.invoices_url = invoices_url
        its.quirks = msgspec.convert({**msgspec.to_builtins(its.quirks), **quirks}, type(its.quirks))
        return its

    def deliveries(self, store: str | None = None) -> list[Delivery]:
        """Webhook deliveries, oldest first, of one store or all."""
        return list(self.sender.deliveries) if store is None else self.sender.of_store(self.store(store))

    def delivery(self, delivery_id: int) -> Delivery:
        """One delivery."""
        for delivery in self.sender.deliveries:
            if delivery.id == delivery_id:
                return delivery
        raise ApiError(404, {"message": f"no delivery {delivery_id}"})

    def hold_webhooks(self, store: str = DEFAULT_CODES[0]) -> None:
        """Keeps back whatever happens from now on."""
        self.sender.hold(self.store(store))

    def release_webhooks(self, store: str = DEFAULT_CODES[0], order: str = "reverse") -> list[Delivery]:
        """Sends what was kept back: `forward`, `reverse` or `shuffled`."""
        return self.sender.release(self.store(store), order)

    def duplicate(self, delivery_id: int) -> Delivery:
        """Sends a delivery once more."""
        delivery = self.delivery(delivery_id)
        self.sender.duplicate(delivery)
        return delivery

    def redeliver(self, store: str | None = None, only: Iterable[Delivery] | None = None) -> list[Delivery]:
        """Sends at once whatever was not acknowledged."""
        return self.sender.redeliver(self.deliveries(store) if only is None else only)

    def unpause_hooks(self, store: str = DEFAULT_CODES[0], hook_id: int | None = None) -> int:
        """Lets paused hooks send again (one, or all of the store); says how many were paused."""
        hooks = [hook for hook in self.store(store).hooks.values() if hook_id in (None, hook.id)]
        paused = [hook for hook in hooks if hook.paused]
        for hook in hooks:
            self.sender.unpause(hook)
        return len(paused)

    def webhook_counts(self, store: str | None = None) -> WebhookCounts:
        """How many webhooks were sent, acknowledged, doubled."""
        return count(self.deliveries(store))

    async def idle(self) -> None:
        """Returns once every webhook that is due has been attempted."""
        await self.sender.idle()

    def _set_status(self, order_id: int, store: str, status: OrderStatus) -> Order:
        order = self.order(order_id, store)
        self.orders.set_status(self.store(store), order, status)
        return order
