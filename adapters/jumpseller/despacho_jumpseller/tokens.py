"""The platform's OAuth2: the merchant's consent, tokens for a code, new tokens for old (contract/jumpseller.md 3.1)."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlencode

import httpx
import msgspec

from despacho_core.stores import OAuthCredentials
from despacho_jumpseller.answers import Answer, words
from despacho_jumpseller.fields import Fields, root
from despacho_jumpseller.transport import send
from despacho_jumpseller.values import decode
from despacho_ports.errors import ProviderError, RateLimited, Unauthorized, Unavailable
from despacho_ports.storefront import MessageInvalid
from despacho_ports.system import Clock

SCOPES = (
    "read_orders",
    "write_orders",
    "read_fulfillments",
    "write_fulfillments",
    "read_store",
    "read_locations",
    "read_hooks",
    "write_hooks",
    "read_shipping_methods",
    "write_shipping_methods",
    "read_products",
    "read_apps",
)
"""What the hub asks of a merchant, and no more (contract 3.2)."""

_USUAL_LIFE = 3600
_LONGEST_LIFE = 366 * 24 * 3600


class App(msgspec.Struct, frozen=True, kw_only=True):
    """The App as the platform registered it. ``redirect_url`` is the hub's own ``/jumpseller/callback``."""

    client_id: str
    client_secret: str
    redirect_url: str

    def __repr__(self) -> str:
        return f"App(client_id={self.client_id!r})"


class JumpsellerConsent:
    """Implements :class:`despacho_ports.storefront.Consent`, and renews tokens.

    Args:
        client: Sends the requests; see :func:`despacho_jumpseller.transport.open_client`.
        app: The hub, as the platform knows it.
        clock: What time it is. Lives are counted on our own clock, so that the platform's need not agree with it.
        accounts_url: The platform's accounts server.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        app: App,
        clock: Clock,
        accounts_url: str = "https://accounts.jumpseller.com",
    ) -> None:
        self._client = client
        self._app = app
        self._clock = clock
        self._accounts_url = accounts_url.rstrip("/")

    def address(self, state: str) -> str:
        """Where to send the merchant's browser."""
        query = {
            "client_id": self._app.client_id,
            "redirect_uri": self._app.redirect_url,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "state": state,
        }
        return f"{self._accounts_url}/oauth/authorize?{urlencode(query)}"

    async def exchange(self, code: str) -> OAuthCredentials:
        """Tokens for a code.

        Raises:
            Unauthorized: The code is wrong, used or expired.
            RateLimited: Too many requests.
            Unavailable: No answer, or not the hub's own credentials; a new consent is needed if the code was used up.
        """
        fields = await self._ask(grant_type="authorization_code", code=code, redirect_uri=self._app.redirect_url)
        return self._credentials(fields, refresh_token="")

    async def refresh(self, stale: OAuthCredentials) -> OAuthCredentials:
        """New tokens for old; the old refresh token stays where the answer brings none.

        Raises:
            Unauthorized: The platform takes the refresh token no more: the App was removed, or consent withdrawn.
            RateLimited: Too many requests.
            Unavailable: No answer, or not the hub's own credentials.
        """
        fields = await self._ask(grant_type="refresh_token", refresh_token=stale.refresh_token)
        return self._credentials(fields, refresh_token=stale.refresh_token)

    async def _ask(self, **form: str) -> Fields:
        secrets = {"client_id": self._app.client_id, "client_secret": self._app.client_secret}
        request = self._client.build_request("POST", f"{self._accounts_url}/oauth/token", data={**form, **secrets})
        answer = await send(self._client, request, repeatable=True)
        if not answer.is_success:
            raise _refused(answer)
        try:
            return root(decode(answer.body or b""), "token")
        except MessageInvalid as error:
            raise Unavailable(f"The accounts server's answer cannot be read: {error}") from error

    def _credentials(self, fields: Fields, *, refresh_token: str) -> OAuthCredentials:
        now = self._clock.now()
        loose = fields.tolerant([])
        access_token = loose.text("access_token")
        if access_token is None:
            raise Unavailable("The accounts server's answer holds no access token.")
        life = loose.whole("expires_in")
        seconds = min(life, _LONGEST_LIFE) if life is not None and life > 0 else _USUAL_LIFE
        return OAuthCredentials(
            access_token=access_token,
            refresh_token=loose.text("refresh_token") or refresh_token,
            created_at=now,
            expires_at=now + timedelta(seconds=seconds),
        )


def _refused(answer: Answer) -> ProviderError:
    """A refused grant is the store's matter; a client that the platform does not know is the hub's, and puts no store to sleep."""
    said = f"{answer.status}: {words(answer.body)}"
    if answer.came_too_soon:
        return RateLimited(f"The accounts server refused for its rate limit ({said})", retry_after=60.0)
    if words(answer.body) == "invalid_client":
        return Unavailable("The platform does not accept the hub's client id or secret: correct them in its settings.")
    if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return Unauthorized(f"The platform does not accept the store's consent any more ({said})")
    return Unavailable(f"The accounts server failed ({said})")
