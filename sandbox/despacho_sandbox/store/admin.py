"""`/admin/…`: what a merchant, a buyer or a test does to the stores, over HTTP. Nothing here exists at the platform.

Every POST takes JSON or a form. A browser (`Accept: text/html`) is sent back to the page; anyone else gets the result as JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.kit.routing import Endpoint, EndpointTable
from despacho_sandbox.store.admin_orders import OrderAdmin
from despacho_sandbox.store.admin_stores import StoreAdmin
from despacho_sandbox.store.admin_webhooks import WebhookAdmin
from despacho_sandbox.store.web import AdminHandler, ApiError, json_answer, redirect

if TYPE_CHECKING:
    from despacho_sandbox.store.simulator import StoreSimulator


class Admin:
    """Routes of the admin calls.

    Args:
        simulator: What they act on.
    """

    def __init__(self, simulator: StoreSimulator) -> None:
        self._simulator = simulator
        groups = (StoreAdmin(simulator), OrderAdmin(simulator), WebhookAdmin(simulator))
        routes = [route for group in groups for route in group.routes()]
        self._handlers = {Endpoint("", method, f"/admin{path}"): handler for method, path, handler in routes}
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
