"""The API's door: who calls, how often, with which scopes; then the endpoint itself.

Contract 4.1: Basic `login:authtoken`, the deprecated query parameters of the same names, or an OAuth bearer token. Each store is counted
on its own, and every answer to a known caller carries the four rate-limit headers.
"""

from __future__ import annotations

import base64
import binascii
import inspect
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import msgspec

from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.kit.routing import Endpoint
from despacho_sandbox.store.limits import RateLimiter, refusal
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.oauth import OAuthServer
from despacho_sandbox.store.web import ApiError, json_object, query_values

MAX_PAGE = 100
DEFAULT_PAGE = 50


class Grant(msgspec.Struct, frozen=True):
    """What a caller may do; `scopes` is None for a store's own login, which may do everything."""

    scopes: frozenset[str] | None = None
    app_id: int | None = None
    app_code: str | None = None


class Call:
    """One authenticated call."""

    def __init__(self, request: Request, store: Store, grant: Grant) -> None:
        self.request = request
        self.store = store
        self.grant = grant
        self.query = query_values(request)

    def first(self, name: str, default: str = "") -> str:
        """The first query value of this name."""
        return next((value for key, value in self.query if key == name), default)

    def all(self, name: str) -> list[str]:
        """Every query value of this name."""
        return [value for key, value in self.query if key == name]

    def number(self, name: str) -> int:
        """A path parameter that must be a number.

        Raises:
            ApiError: 404 if it is none, as for something that does not exist.
        """
        text = self.request.params[name]
        if not text.isdecimal():
            raise ApiError(404, {"message": "Page Not Found."})
        return int(text)

    def body(self, root: str) -> dict[str, Any]:
        """The object under the body's root key.

        Raises:
            ApiError: 400 if it is missing.
        """
        value = json_object(self.request).get(root)
        if not isinstance(value, dict):
            raise ApiError(400, {"message": f"param is missing or the value is empty: {root}"})
        return value

    def page(self, items: list[Any]) -> list[Any]:
        """The page that `page` and `limit` ask for; more than 100 are never given (contract 4.1)."""
        limit = min(_positive(self.first("limit"), DEFAULT_PAGE), MAX_PAGE)
        start = (_positive(self.first("page"), 1) - 1) * limit
        return items[start : start + limit]


Handler = Callable[[Call], Reply | Awaitable[Reply]]


class ApiRoute(msgspec.Struct, frozen=True):
    """An endpoint of the API; any one of `scopes` opens it, none needed if empty."""

    endpoint: Endpoint
    scopes: tuple[str, ...]
    handler: Handler


def api_route(name: str, method: str, path: str, handler: Handler, *scopes: str) -> ApiRoute:
    """An endpoint under `/v1`."""
    return ApiRoute(Endpoint(name, method, f"/v1{path}"), scopes, handler)


class Gate:
    """Lets calls through to the API's endpoints.

    Args:
        stores: The stores by code.
        oauth: Knows bearer tokens.
        routes: The API.
    """

    def __init__(self, stores: Mapping[str, Store], oauth: OAuthServer, routes: Iterable[ApiRoute]) -> None:
        self._stores = stores
        self._oauth = oauth
        self._routes = {route.endpoint: route for route in routes}
        self.limiters: dict[str, RateLimiter] = {}
        self.calls: dict[str, Counter[str]] = {}

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every endpoint of the API, in the order in which they are tried."""
        return tuple(self._routes)

    def limiter(self, store: Store) -> RateLimiter:
        """What counts this store's calls."""
        return self.limiters.setdefault(store.code, RateLimiter())

    def clear(self) -> None:
        """Forgets all counts."""
        self.limiters.clear()
        self.calls.clear()

    async def answer(self, endpoint: Endpoint, request: Request) -> Reply:
        """The answer to a call of this endpoint."""
        identity = self._identify(request)
        if identity is None:
            return ApiError(401, {"message": "Unauthorized"}).reply
        store, grant = identity
        limiter = self.limiter(store)
        self.calls.setdefault(store.code, Counter())[endpoint.name] += 1
        if limiter.hit(store.limits):
            reply = await self._serve(self._routes[endpoint], Call(request, store, grant))
        else:
            reply = refusal(store.limits.refusal_status)
        return Reply(reply.status, reply.body, {**reply.headers, **limiter.headers(store.limits)})

    async def _serve(self, route: ApiRoute, call: Call) -> Reply:
        granted = call.grant.scopes
        if granted is not None and route.scopes and granted.isdisjoint(route.scopes):
            return ApiError(403, {"message": f"The App lacks the scope {' or '.join(route.scopes)}."}).reply
        try:
            reply = route.handler(call)
            return await reply if inspect.isawaitable(reply) else reply
        except ApiError as error:
            return error.reply

    def _identify(self, request: Request) -> tuple[Store, Grant] | None:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._by_token(credentials.strip())
        if scheme.lower() == "basic":
            return self._by_login(*_basic(credentials))
        query = dict(query_values(request))
        return self._by_login(query.get("login", ""), query.get("authtoken", ""))

    def _by_token(self, access_token: str) -> tuple[Store, Grant] | None:
        token = self._oauth.find(access_token)
        if token is None or token.store_code not in self._stores:
            return None
        app = self._oauth.app
        return self._stores[token.store_code], Grant(frozenset(token.scopes), app.id, app.code)

    def _by_login(self, login: str, authtoken: str) -> tuple[Store, Grant] | None:
        for store in self._stores.values():
            same_login = secrets.compare_digest(login.encode(), store.login.encode())
            if same_login and secrets.compare_digest(authtoken.encode(), store.authtoken.encode()):
                return store, Grant()
        return None


def _basic(credentials: str) -> tuple[str, str]:
    try:
        login, _, authtoken = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return login, authtoken


def _positive(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and int(text) > 0 else default
