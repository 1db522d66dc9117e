"""The record of who did what, kept around all handlers of the App and of the API, so that none of them can forget it.

A change is recorded under the name of its handler; the words for it stand in ``desk/doings.py``, in all languages. It is written
before the answer is sent, so that the next page shows it. What was refused changed nothing and is not recorded; neither is an answer that
is given again under an ``Idempotency-Key``.
"""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from despacho_http.desk.visitor import Visitor
from despacho_http.recording_notes import note_of
from despacho_ports.activity import Through
from despacho_ports.records import ApiToken
from despacho_services.activity_log import Deed
from despacho_services.services import Services

CHANGES = frozenset({"DELETE", "PATCH", "POST", "PUT"})
QUIET = frozenset(
    {"choose_language", "create_quotes", "explain_quotes", "name_person", "print_orders", "sign_out", "try_parcels"}
)
"""Handlers that are called like changes and change nothing of the store's."""

_LIST = "/app/orders/"


class Recorded:
    """Middleware: records every change that succeeds. Stands behind whoever finds out who is asking."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and write down what was done before the answer goes out."""
        action = action_of(scope)
        if scope.get("method") not in CHANGES or action in QUIET:
            await self._app(scope, receive, send)
            return

        async def recorded(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                await _record(scope, receive, action)
            await send(message)

        await self._app(scope, receive, recorded)


async def _record(scope: Scope, receive: Receive, action: str) -> None:
    said = note_of(scope)
    if said is None:
        return
    store_id, actor, through = _who(scope)
    path = {name: str(value) for name, value in scope["path_params"].items()}
    services: Services = scope["litestar_app"].state.services
    orders = said.orders or await _chosen(scope, receive)
    deed = Deed(
        actor=actor,
        through=through,
        action=action,
        path=path,
        orders=orders,
        subject=said.subject,
        detail=said.detail,
    )
    await services.activity.record(store_id, deed)


def _who(scope: Scope) -> tuple[str, str, Through]:
    token: ApiToken | None = scope.get("auth")
    if token is not None:
        return token.store_id, token.name or token.id, Through.API
    visitor: Visitor = scope["user"]
    return visitor.store.id, visitor.actor, Through.APP


async def _chosen(scope: Scope, receive: Receive) -> list[int]:
    """The orders that were chosen in the App's list of them: the field ``order`` of its form, which was read by now."""
    if not scope["path"].startswith(_LIST):
        return []
    form = await Request[Any, Any, Any](scope, receive=receive).form()
    return [int(one) for one in form.getall("order", []) if isinstance(one, str) and one.isdecimal() and len(one) < 19]


def action_of(scope: Scope) -> str:
    """What is being done: the name of the handler that was found for it."""
    handler: Any = scope.get("route_handler")
    return str(handler.handler_name.rpartition(".")[2]) if handler is not None else ""
