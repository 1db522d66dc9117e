"""Admin calls on stores, the App and its installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.store.merchant import merchant_cookie
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.oauth import App
from despacho_sandbox.store.page import index_page, store_page
from despacho_sandbox.store.settings import Limits, Quirks
from despacho_sandbox.store.state import store_state
from despacho_sandbox.store.stores import StoreSpec
from despacho_sandbox.store.web import HTML, AdminRoute, converted, decoded, form_or_json, number_of, text_answer

if TYPE_CHECKING:
    from despacho_sandbox.store.simulator import StoreSimulator


class Settings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What can be set on a store; quirks and limits only as far as they are named."""

    invoices_url: str | None = None
    quirks: dict[str, Any] = {}
    limits: dict[str, Any] = {}


class Login(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whose merchant opens the consent page next, and whether the page is skipped."""

    store: str
    auto_approve: bool = False


class StoreAdmin:
    """Opens, sets and shows stores.

    Args:
        simulator: Whose stores.
    """

    def __init__(self, simulator: StoreSimulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[AdminRoute]:
        """The calls, below `/admin`."""
        store = "/stores/{code}"
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
            ("POST", f"{store}/shipping-methods/{{id}}/fetch-services", self.fetch_services),
            ("POST", f"{store}/uninstall", self.uninstall),
            ("POST", f"{store}/lift-ban", self.lift_ban),
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
        headers = {"content-type": HTML, "set-cookie": merchant_cookie(store.code)}
        return Reply(200, page.encode(), headers)

    async def list_stores(self, _: Request) -> object:
        """The stores with their credentials."""
        return [_credentials(store) for store in self._simulator.stores.values()]

    async def add_store(self, request: Request) -> object:
        """Opens a store."""
        return _credentials(self._simulator.add_store(decoded(request, StoreSpec)))

    async def show_app(self, _: Request) -> object:
        """The App."""
        return self._simulator.oauth.app

    async def set_app(self, request: Request) -> object:
        """Changes the App: its URL, its redirect, its credentials."""
        merged = {**msgspec.to_builtins(self._simulator.oauth.app), **form_or_json(request)}
        self._simulator.oauth.app = converted(merged, App)
        return self._simulator.oauth.app

    async def login(self, request: Request) -> object:
        """Sets whose merchant opens the consent page."""
        login = decoded(request, Login)
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
        store, wanted = self._store(request), decoded(request, Settings)
        quirks = converted({**msgspec.to_builtins(store.quirks), **wanted.quirks}, Quirks)
        limits = converted({**msgspec.to_builtins(store.limits), **wanted.limits}, Limits)
        store.quirks, store.limits = quirks, limits
        store.invoices_url = wanted.invoices_url or store.invoices_url
        return {"invoices_url": store.invoices_url, "quirks": store.quirks, "limits": store.limits}

    async def fetch_services(self, request: Request) -> object:
        """Presses "Fetch Services"."""
        return await self._simulator.fetch_services(number_of(request), self._store(request).code)

    async def uninstall(self, request: Request) -> object:
        """Removes the App."""
        return {"revoked": self._simulator.uninstall(self._store(request).code)}

    async def lift_ban(self, request: Request) -> object:
        """Ends a ban before its time."""
        limiter = self._simulator.gate.limiter(self._store(request))
        limiter.lift_ban()
        return limiter.counts

    def _store(self, request: Request) -> Store:
        return self._simulator.store(request.params["code"])


def _credentials(store: Store) -> dict[str, str]:
    names = ("code", "name", "country_code", "currency", "login", "authtoken", "hooks_token")
    return {name: getattr(store, name) for name in names}
