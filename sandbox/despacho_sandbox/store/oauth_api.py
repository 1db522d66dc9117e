"""The accounts server: `/oauth/authorize`, `/oauth/token`, `/oauth/token/info` (contract 3.1).

There is no login: whoever opens the consent page is the merchant of the store that the page names, else of the one whose admin the
browser was in last, else of the one that was set by `POST /admin/login`. The page is skipped for the store of that admin once it has the
App, as the platform is thought to do (3.4); and by `approve=1` in the address, or `auto_approve` in that call.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from despacho_sandbox.kit.asgi import Handler, Reply, Request
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.routing import Endpoint, Route
from despacho_sandbox.store.merchant import merchant_in
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.oauth import OOB, OAuthServer, token_object
from despacho_sandbox.store.page import code_page, consent_page
from despacho_sandbox.store.web import HTML, ApiError, form_or_json, json_answer, query_values, redirect, text_answer

_BOTH = (
    "products", "orders", "customers", "categories", "store", "settings", "shipping_methods", "payment_methods", "hooks",
    "promotions", "taxes", "pages", "countries", "custom_fields", "checkout_custom_fields", "customer_categories", "jsapps",
    "fulfillments", "locations",
)  # fmt: skip
SCOPES = frozenset(
    [f"{verb}_{what}" for verb in ("read", "write") for what in _BOTH]
    + ["read_apps", "write_reviews", "read_transaction_ledgers", "write_store_setup"]
)
"""Every scope there is (contract 3.2)."""


class OAuthApi:
    """Consent page and token endpoints.

    Args:
        stores: The stores by code.
        oauth: Gives the tokens.
        clock: Tells how long a token still lives.
    """

    def __init__(self, stores: Mapping[str, Store], oauth: OAuthServer, clock: SandboxClock) -> None:
        self.merchant_of: str | None = None
        self.auto_approve = False
        self._stores = stores
        self._oauth = oauth
        self._clock = clock

    def routes(self) -> list[Route]:
        """The endpoints."""
        return [
            Route(Endpoint("oauth.authorize", "GET", "/oauth/authorize"), _guarded(self.authorize)),
            Route(Endpoint("oauth.token", "POST", "/oauth/token"), _guarded(self.token)),
            Route(Endpoint("oauth.token-info", "GET", "/oauth/token/info"), _guarded(self.token_info)),
        ]

    async def authorize(self, request: Request) -> Reply:
        """Asks the merchant, or sends the browser back with a code or an error."""
        asked = dict(query_values(request))
        redirect_uri, state = asked.get("redirect_uri", ""), asked.get("state")
        self._oauth.check_redirect(asked.get("client_id", ""), redirect_uri)
        if asked.get("response_type") != "code":
            return _back(redirect_uri, state, error="unsupported_response_type")
        scope = asked.get("scope", "")
        if not scope.split() or not SCOPES.issuperset(scope.split()):
            return _back(redirect_uri, state, error="invalid_scope")
        if "deny" in asked:
            return _back(redirect_uri, state, error="access_denied")
        visited = self._stores.get(merchant_in(request) or "")
        merchant = visited.code if visited is not None else self.merchant_of
        store_code = asked.get("store") or merchant or ""
        is_allowed = visited is not None and visited.installed and store_code == visited.code
        if not (self.auto_approve or is_allowed or "approve" in asked) or store_code not in self._stores:
            page = consent_page(self._oauth.app, asked, list(self._stores.values()), merchant)
            return text_answer(page, content_type=HTML)
        code = self._oauth.consent(store_code, redirect_uri, scope)
        return (
            text_answer(code_page(code), content_type=HTML)
            if redirect_uri == OOB
            else _back(redirect_uri, state, code=code)
        )

    async def token(self, request: Request) -> Reply:
        """Gives tokens for a code or a refresh token."""
        given = {name: str(value) for name, value in form_or_json(request).items()}
        client = (given.get("client_id", ""), given.get("client_secret", ""))
        if given.get("grant_type") == "authorization_code":
            token = self._oauth.exchange(*client, given.get("code", ""), given.get("redirect_uri", ""))
            self._stores[token.store_code].installed = True
            return json_answer(token_object(token))
        if given.get("grant_type") == "refresh_token":
            refresh_token = given.get("refresh_token", "")
            store = self._stores.get(self._oauth.store_of_refresh_token(refresh_token) or "")
            revokes = store is None or store.quirks.revokes_access_on_refresh
            return json_answer(token_object(self._oauth.refresh(*client, refresh_token, revokes_access=revokes)))
        raise ApiError(
            400, {"error": "unsupported_grant_type", "error_description": "The grant type is not supported."}
        )

    async def token_info(self, request: Request) -> Reply:
        """What an access token is good for."""
        scheme, _, access_token = request.headers.get("authorization", "").partition(" ")
        token = self._oauth.find(access_token.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise ApiError(
                401, {"error": "invalid_token", "error_description": "The access token is invalid or expired."}
            )
        shown = {
            "resource_owner_id": self._stores[token.store_code].id,
            "scope": list(token.scopes),
            "expires_in": int((token.expires_at - self._clock.now()).total_seconds()),
            "application": {"uid": self._oauth.app.client_id},
            "created_at": int(token.created_at.timestamp()),
        }
        return json_answer(shown)


def _back(redirect_uri: str, state: str | None, **said: str) -> Reply:
    if state is not None:
        said["state"] = state
    return redirect(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(said)}")


def _guarded(handler: Handler) -> Handler:
    async def answer(request: Request) -> Reply:
        try:
            return await handler(request)
        except ApiError as error:
            return error.reply

    return answer
