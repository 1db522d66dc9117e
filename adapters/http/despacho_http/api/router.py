"""All routes of the API behind the token check, and what every answer of theirs has in common."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from despacho_http.access import BearerOnly, provide_store_id
from despacho_http.api import (
    accounts,
    batches,
    document_batches,
    invoices,
    ledgers,
    manifests,
    orders,
    places,
    plans,
    quotes,
    returns,
    settling,
    shipments,
    tracking,
    waiting,
)
from despacho_http.api.idempotency import Repeatable, provide_act_key
from despacho_http.bodies import StrictJson
from despacho_http.metrics import Counted
from despacho_http.recording import Recorded

_HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


class Unkept:
    """Middleware: no answer of the API is kept by anybody in between."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to whatever is answered."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0].lower() != b"cache-control"]
                message["headers"] = [*kept, *_HEADERS]
            await send(message)

        await self._app(scope, receive, marked)


def api_router() -> Router:
    """The router of ``/api/v1``. The middlewares stand from the outside in."""
    return Router(
        orders.BASE,
        route_handlers=[
            *orders.ROUTES,
            *quotes.ROUTES,
            *places.ROUTES,
            *plans.ROUTES,
            *shipments.ROUTES,
            *tracking.ROUTES,
            *returns.ROUTES,
            *batches.ROUTES,
            *document_batches.ROUTES,
            *manifests.ROUTES,
            *invoices.ROUTES,
            *waiting.ROUTES,
            *ledgers.ROUTES,
            *settling.ROUTES,
            *accounts.ROUTES,
        ],
        middleware=[Counted, Unkept, BearerOnly, Repeatable, Recorded],
        dependencies={"store_id": Provide(provide_store_id), "under": Provide(provide_act_key)},
        dto=StrictJson,
        return_dto=None,
    )
