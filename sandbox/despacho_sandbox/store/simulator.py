"""The store simulator: puts the parts together behind one ASGI application.

`/v1/…` is the API, `/oauth/…` the accounts server, `/admin/…` what a merchant, a buyer or a test does; all below `/jumpseller`.
"""

from __future__ import annotations

from random import Random

from despacho_sandbox.kit.asgi import Handler, Receive, Reply, Request, Scope, Send, read_body
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.routing import Endpoint
from despacho_sandbox.kit.simulator import Simulator
from despacho_sandbox.store.actions import StoreActions
from despacho_sandbox.store.admin import Admin
from despacho_sandbox.store.delivery import count
from despacho_sandbox.store.documents_api import DocumentsApi
from despacho_sandbox.store.fulfillments_api import FulfillmentsApi
from despacho_sandbox.store.gate import ApiRoute, Gate
from despacho_sandbox.store.hooks import WebhookSender
from despacho_sandbox.store.hooks_api import HooksApi
from despacho_sandbox.store.limits import refusal
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.oauth import OAuthServer
from despacho_sandbox.store.oauth_api import OAuthApi
from despacho_sandbox.store.orders import OrderBook
from despacho_sandbox.store.orders_api import OrdersApi
from despacho_sandbox.store.shipping_methods import ShippingMethodsApi
from despacho_sandbox.store.state import store_state
from despacho_sandbox.store.store_api import StoreApi
from despacho_sandbox.store.stores import default_stores
from despacho_sandbox.store.web import json_answer


class StoreSimulator(StoreActions, Simulator):
    """Simulated Jumpseller stores.

    Args:
        clock: The sandbox's clock.
        seed: Makes tokens and shuffles repeatable.
    """

    name = "jumpseller"

    def __init__(self, clock: SandboxClock, *, seed: int = 0) -> None:
        stores: dict[str, Store] = {store.code: store for store in default_stores()}
        random = Random(f"{seed}:{self.name}:stores")  # noqa: S311 - a repeatable story, nothing secret
        oauth, sender = OAuthServer(clock, random), WebhookSender(clock, random)
        orders = OrderBook(clock, sender)
        self.accounts = OAuthApi(stores, oauth, clock)
        self.gate = Gate(stores, oauth, _api_routes(clock, orders, sender, oauth))
        accounts = self.accounts.routes()
        self._handlers: dict[Endpoint, Handler] = {route.endpoint: route.handler for route in accounts}
        Simulator.__init__(self, clock, seed=seed, endpoints=(*self.gate.endpoints, *self._handlers))
        StoreActions.__init__(self, stores, oauth, sender, orders)
        self._admin = Admin(self)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        reply = await self._answer(scope, receive)
        await reply.send_to(send)

    async def start(self) -> None:
        """Opens the webhook sender."""
        await self.sender.start()

    async def stop(self) -> None:
        """Closes the webhook sender."""
        await self.sender.stop()

    def reset(self) -> None:
        """Back to the two default stores; added ones, tokens and webhooks are gone."""
        self.sender.forget()
        self.gate.clear()
        self.oauth.clear()
        self.accounts.merchant_of, self.accounts.auto_approve = None, False
        self.stores.clear()
        self.stores.update({store.code: store for store in default_stores()})

    def state(self) -> dict[str, object]:
        """Every store with all it holds, the tokens, and what became of the webhooks."""
        return {
            "stores": {code: store_state(store, self.sender, self.gate) for code, store in self.stores.items()},
            "oauth": {"app": self.oauth.app, "tokens": self.oauth.tokens, "merchant_of": self.accounts.merchant_of},
            "webhooks": count(self.sender.deliveries),
        }

    def counts(self) -> dict[str, int]:
        """For the index and the terminal."""
        webhooks = count(self.sender.deliveries)
        stores = self.stores.values()
        return {
            "stores": len(self.stores),
            "orders": sum(len(store.orders) for store in stores),
            "fulfillments": sum(len(store.fulfillments) for store in stores),
            "documents": sum(len(store.documents) for store in stores),
            "webhooks_sent": webhooks.sent,
            "webhooks_acknowledged": webhooks.acknowledged,
            "webhooks_outstanding": webhooks.outstanding,
            "calls_refused": sum(limiter.counts.refused for limiter in self.gate.limiters.values()),
        }

    def rate_limited(self, endpoint: str, retry_after: int) -> Reply:  # noqa: ARG002 - this platform says no wait
        """A 429 without any hint of how long to wait, but with nothing remaining of the minute."""
        reply, limits = refusal(), next(iter(self.stores.values())).limits
        headers = {
            "Jumpseller-PerMinuteRateLimit-Limit": str(limits.per_minute),
            "Jumpseller-PerMinuteRateLimit-Remaining": "0",
            "Jumpseller-PerSecondRateLimit-Limit": str(limits.per_second),
            "Jumpseller-PerSecondRateLimit-Remaining": "0",
        }
        return Reply(reply.status, reply.body, {**reply.headers, **headers})

    def unauthorized(self, endpoint: str) -> Reply:
        """A 401 in the words of the API or of the accounts server."""
        if endpoint.startswith("oauth."):
            return json_answer({"error": "invalid_client", "error_description": "Client authentication failed."}, 401)
        return json_answer({"message": "Unauthorized"}, 401)

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        method, path = scope["method"], scope["path"]
        body = await read_body(receive)
        if (found := self.endpoints.match(method, path)) is not None:
            endpoint, params = found
            request = Request(scope, params, body)
            if endpoint in self._handlers:
                return await self._handlers[endpoint](request)
            return await self.gate.answer(endpoint, request)
        if (wanted := self._admin.match(method, path)) is not None:
            handler, params = wanted
            return await self._admin.answer(handler, Request(scope, params, body))
        return json_answer({"message": "Page Not Found."}, 404)


def _api_routes(clock: SandboxClock, orders: OrderBook, sender: WebhookSender, oauth: OAuthServer) -> list[ApiRoute]:
    return [
        *OrdersApi(orders).routes(),
        *FulfillmentsApi(orders).routes(),
        *DocumentsApi().routes(),
        *HooksApi(clock, sender).routes(),
        *ShippingMethodsApi().routes(),
        *StoreApi(oauth, clock.now()).routes(),
    ]
