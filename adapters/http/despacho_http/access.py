"""Who asks: the hub's use cases for every handler, and the store behind a bearer token."""

from __future__ import annotations

from typing import Any, TypeAlias

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Receive, Scope, Send

from despacho_core.errors import StoreAsleep
from despacho_http.answers import send_problem
from despacho_http.refusals import TokenRefused
from despacho_ports.records import ApiToken
from despacho_services.services import Services

Hub: TypeAlias = NamedDependency[SkipValidation[Services]]
"""The use cases, as a handler's parameter ``services``."""

StoreId: TypeAlias = NamedDependency[SkipValidation[str]]
"""The store that the caller's token belongs to, as a handler's parameter ``store_id``."""


async def provide_services(state: State) -> Services:
    """The use cases of the running app."""
    services: Services = state.services
    return services


async def provide_store_id(request: Request[Any, Any, Any]) -> str:
    """The store that the request is made for."""
    token: ApiToken = request.scope["auth"]
    return token.store_id


class BearerOnly:
    """Middleware: lets nobody pass without a live token, and notes whose it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the token; tokens are found by their digest, so that no comparison can be timed. Those of a sleeping store open nothing."""
        services: Services = scope["litestar_app"].state.services
        text = _bearer(scope)
        try:
            token = await services.tokens.recognise(text) if text else None
        except StoreAsleep as asleep:
            await send_problem(scope, send, asleep)
            return
        if token is None:
            await send_problem(scope, send, TokenRefused())
            return
        scope["auth"] = token
        await self._app(scope, receive, send)


def _bearer(scope: Scope) -> str | None:
    given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, text = given.decode("latin-1").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None
