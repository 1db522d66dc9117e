"""`/admin/…`: what a merchant, a buyer or a test does to the stores, over HTTP. Nothing here exists at the platform.

Every POST takes JSON or a form. A browser (`Accept: text/html`) is sent back to the page; anyone else gets the result as JSON.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.kit.routing import Endpoint, EndpointTable
from despacho_sandbox.store.builders import OrderDraft
from despacho_sandbox.store.checkout import CheckoutRequest
from despacho_sandbox.store.model import Limits, Quirks, Store
from despacho_sandbox.store.oauth import App
from despacho_sandbox.store.order import Order
from despacho_sandbox.store.order_view import order_object
from despacho_sandbox.store.page import index_page, store_page
from despacho_sandbox.store.state import store_state
from despacho_sandbox.store.stores import StoreSpec
from despacho_sandbox.store.web import HTML, ApiError, form_or_json, json_answer, redirect, text_answer

if TYPE_CHECKING:
    from despacho_sandbox.store.simulator import StoreSimulator

T = TypeVar("T")
AdminHandler = Callable[[Request], Awaitable[object]]


class Settings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What can be set on a store; quirks and limits only as far as they are named."""

    invoices_url: str | None = None
    quirks: dict[str, Any] = {}
    limits: dict[str, Any] = {}


class Login(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whose merchant opens the consent page next, and whether the page is skipped."""

    store: str
    auto_approve: bool = False


class Orders(OrderDraft, kw_only=True):
    """Orders to place: a draft, and how many of it."""

    count: int = 1


class Admin:
    """Routes of the admin calls.

    Args:
        simulator: What they act on.
    """

    def __init__(self, simulator: StoreSimulator) -> None:
        self._simulator = simulator
        self._handlers = {Endpoint("", method, f"/admin{path}"): handler for method, path, handler in self._routes()}
        self._table = EndpointTable(self._handlers)

    def match(self, method: str, path: str) -> tuple[AdminHandler, dict[str, str]] | None:
        """Who serves this, with the path's parameters."""
        found = self._table.match(method, path)
        return None if found is None else (self._handlers[found[0]], found[1])

    async def answer(self, handler: AdminHandler, request: Request) -> Reply:
        """Runs an admin call."""
        try:
            result = await handler(request)
        except ApiError as error:
            return error.reply
        if isinstance(result, Reply):
            return result
        if request.scope["method"] == "POST" and "text/html" in request.headers.get("accept", ""):
            code = request.params.get("code")
            return redirect(f"{self._simulator.base_url}/admin/{f'stores/{code}' if code else ''}", 303)
        return json_answer(result)

    def _routes(self) -> list[tuple[str, str, AdminHandler]]:
        store = "/stores/{code}"
        order = f"{store}/orders/{{id}}"
        return [
            ("GET", "/", self.index),
            ("GET", "/stores", self.list_stores),
            ("POST", "/stores", self.add_store),
            ("GET", "/app", self.show_app),
            ("POST", "/app", self.set_app),
            ("POST", "/login", self.login),
            ("POST", "/idle", self.idle),
            ("GET", f"{store}/state", self.state),
            ("POST", f"{store}/settings", self.settings),
            ("POST", f"{store}/checkout", self.checkout),
            ("POST", f"{store}/orders", self.place),
            ("POST", f"{order}/pay", self._on_order(self._simulator.pay)),
            ("POST", f"{order}/cancel", self._on_order(self._simulator.cancel)),
            ("POST", f"{order}/abandon", self._on_order(self._simulator.abandon)),
            ("POST", f"{order}/announce", self._on_order(self._simulator.announce)),
            ("POST", f"{order}/silence", self._on_order(self._simulator.silence)),
            ("POST", f"{order}/create-invoice", self.create_invoice),
            ("POST", f"{store}/shipping-methods/{{id}}/fetch-services", self.fetch_services),
            ("POST", f"{store}/uninstall", self.uninstall),
            ("POST", f"{store}/lift-ban", self.lift_ban),
            ("GET", f"{store}/webhooks", self.webhooks),
            ("POST", f"{store}/webhooks/hold", self.hold),
            ("POST", f"{store}/webhooks/release", self.release),
            ("POST", f"{store}/webhooks/redeliver", self.redeliver),
            ("POST", f"{store}/webhooks/{{id}}/duplicate", self.duplicate),
            ("POST", f"{store}/hooks/unpause", self.unpause),
            ("GET", store, self.page),
        ]

    async def index(self, _: Request) -> Reply:
        """The stores, for a browser."""
        return text_answer(
            index_page(list(self._simulator.stores.values()), self._simulator.base_url), content_type=HTML
        )

    async def page(self, request: Request) -> Reply:
        """One store, for a browser."""
        store = self._store(request)
        deliveries = self._simulator.deliveries(store.code)
        page = store_page(store, deliveries, self._simulator.oauth.app, f"{self._simulator.base_url}/admin")
        return text_answer(page, content_type=HTML)

    async def list_stores(self, _: Request) -> object:
        """The stores with their credentials."""
        return [_credentials(store) for store in self._simulator.stores.values()]

    async def add_store(self, request: Request) -> object:
        """Opens a store."""
        return _credentials(self._simulator.add_store(_decoded(request, StoreSpec)))

    async def show_app(self, _: Request) -> object:
        """The App."""
        return self._simulator.oauth.app

    async def set_app(self, request: Request) -> object:
        """Changes the App: its URL, its redirect, its credentials."""
        merged = {**msgspec.to_builtins(self._simulator.oauth.app), **form_or_json(request)}
        self._simulator.oauth.app = _converted(merged, App)
        return self._simulator.oauth.app

    async def login(self, request: Request) -> object:
        """Sets whose merchant opens the consent page."""
        login = _decoded(request, Login)
        self._simulator.store(login.store)
        self._simulator.accounts.merchant_of = login.store
        self._simulator.accounts.auto_approve = login.auto_approve
        return login

    async def idle(self, _: Request) -> object:
        """Answers once every webhook that is due has been attempted."""
        await self._simulator.idle()
        return self._simulator.webhook_counts()

    async def state(self, request: Request) -> object:
        """Everything about one store."""
        return store_state(self._store(request), self._simulator.sender, self._simulator.gate)

    async def settings(self, request: Request) -> object:
        """Changes a store's settings."""
        store, wanted = self._store(request), _decoded(request, Settings)
        quirks = _converted({**msgspec.to_builtins(store.quirks), **wanted.quirks}, Quirks)
        limits = _converted({**msgspec.to_builtins(store.limits), **wanted.limits}, Limits)
        store.quirks, store.limits = quirks, limits
        store.invoices_url = wanted.invoices_url or store.invoices_url
        return {"invoices_url": store.invoices_url, "quirks": store.quirks, "limits": store.limits}

    async def checkout(self, request: Request) -> object:
        """Takes a buyer through the checkout."""
        store = self._store(request)
        result = await self._simulator.run_checkout(store.code, _decoded(request, CheckoutRequest))
        shown = _shown(result.order, store) if result.order else None
        return {"order": shown, "offers": result.offers, "calls": result.calls, "problem": result.problem}

    async def place(self, request: Request) -> object:
        """Places orders without a checkout."""
        store, wanted = self._store(request), _decoded(request, Orders)
        placed = [self._simulator.place_draft(store.code, wanted) for _ in range(wanted.count)]
        return {"orders": [_shown(order, store) for order in placed]}

    async def create_invoice(self, request: Request) -> object:
        """Presses "Create invoice"."""
        call = await self._simulator.create_invoice(_number(request), self._store(request).code)
        return {**msgspec.to_builtins(call), "message": call.message}

    async def fetch_services(self, request: Request) -> object:
        """Presses "Fetch Services"."""
        return await self._simulator.fetch_services(_number(request), self._store(request).code)

    async def uninstall(self, request: Request) -> object:
        """Removes the App."""
        return {"revoked": self._simulator.uninstall(self._store(request).code)}

    async def lift_ban(self, request: Request) -> object:
        """Ends a ban before its time."""
        limiter = self._simulator.gate.limiter(self._store(request))
        limiter.lift_ban()
        return limiter.counts

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
        return {"duplicated": self._simulator.duplicate(_number(request)).id}

    async def unpause(self, request: Request) -> object:
        """Lets all paused hooks of a store send again."""
        return {"unpaused": self._simulator.unpause_hooks(self._store(request).code)}

    def _on_order(self, act: Callable[[int, str], Order]) -> AdminHandler:
        async def handler(request: Request) -> object:
            store = self._store(request)
            return _shown(act(_number(request), store.code), store)

        return handler

    def _store(self, request: Request) -> Store:
        return self._simulator.store(request.params["code"])


def _shown(order: Order, store: Store) -> dict[str, Any]:
    return order_object(order, store)


def _number(request: Request) -> int:
    text = request.params["id"]
    if not text.isdecimal():
        raise ApiError(404, {"message": f"{text!r} is no number"})
    return int(text)


def _credentials(store: Store) -> dict[str, str]:
    names = ("code", "name", "country_code", "currency", "login", "authtoken", "hooks_token")
    return {name: getattr(store, name) for name in names}


def _decoded(request: Request, wanted: type[T]) -> T:
    given = {name: value for name, value in form_or_json(request).items() if value != ""}
    return _converted(given, wanted)


def _converted(value: object, wanted: type[T]) -> T:
    try:
        return msgspec.convert(value, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise ApiError(400, {"message": str(error)}) from error
