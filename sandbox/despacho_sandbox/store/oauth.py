"""The accounts server's memory: the App, consents, codes and tokens (contract 3.1).

Access tokens live one hour of the sandbox clock. A refresh token can be used once: the platform does not say so (7.12), but a
client that survives this survives the milder rule too. Shapes and error words follow the usual OAuth2 server of that family.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from random import Random

import msgspec

from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.store.web import ApiError

OOB = "urn:ietf:wg:oauth:2.0:oob"
ACCESS_SECONDS = 3600
CODE_SECONDS = 600


class App(msgspec.Struct, kw_only=True):
    """The App that merchants install; `redirect_uri` empty accepts any."""

    id: int = 4001
    code: str = "despacho"
    name: str = "Despacho"
    client_id: str = "fake-client-id-despacho"
    client_secret: str = "fake-client-secret-despacho"  # noqa: S105 - the sandbox's own, plainly fake
    redirect_uri: str = ""
    app_url: str = ""


class Code(msgspec.Struct):
    """An authorisation code."""

    store_code: str
    redirect_uri: str
    scopes: tuple[str, ...]
    expires_at: datetime


class Token(msgspec.Struct):
    """A pair of tokens; `refreshed` once its refresh token has been used."""

    access_token: str
    refresh_token: str
    store_code: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    refreshed: bool = False
    revoked: bool = False


class OAuthServer:
    """Gives and takes tokens.

    Args:
        clock: Tokens age on it.
        random: Source of codes and tokens, so that a seeded story repeats.
    """

    def __init__(self, clock: SandboxClock, random: Random) -> None:
        self.app = App()
        self.codes: dict[str, Code] = {}
        self.tokens: list[Token] = []
        self._by_access: dict[str, Token] = {}
        self._by_refresh: dict[str, Token] = {}
        self._clock = clock
        self._random = random

    def clear(self) -> None:
        """Forgets all codes and tokens, and whatever was set on the App."""
        self.app = App()
        self.codes.clear()
        self.tokens.clear()
        self._by_access.clear()
        self._by_refresh.clear()

    def check_redirect(self, client_id: str, redirect_uri: str) -> None:
        """Refuses an unknown App or a redirect that is not the App's own.

        Raises:
            ApiError: 401 `invalid_client` or 400 `invalid_redirect_uri`.
        """
        if not secrets.compare_digest(client_id, self.app.client_id):
            raise _refusal(401, "invalid_client", "Client authentication failed due to unknown client.")
        if not redirect_uri or (self.app.redirect_uri and redirect_uri not in (self.app.redirect_uri, OOB)):
            raise _refusal(400, "invalid_redirect_uri", "The redirect uri included is not valid.")

    def consent(self, store_code: str, redirect_uri: str, scope: str) -> str:
        """Notes a merchant's consent and returns the code for it."""
        code = self._secret("code")
        expires = self._clock.now() + timedelta(seconds=CODE_SECONDS)
        self.codes[code] = Code(store_code, redirect_uri, tuple(scope.split()), expires)
        return code

    def exchange(self, client_id: str, client_secret: str, code: str, redirect_uri: str) -> Token:
        """Gives tokens for a code, once.

        Raises:
            ApiError: 401 `invalid_client`, 400 `invalid_grant`.
        """
        self._check_client(client_id, client_secret)
        known = self.codes.pop(code, None)
        if known is None or known.redirect_uri != redirect_uri or self._clock.now() >= known.expires_at:
            raise _invalid_grant()
        return self._issue(known.store_code, known.scopes)

    def refresh(self, client_id: str, client_secret: str, refresh_token: str, *, revokes_access: bool = True) -> Token:
        """Gives new tokens for a refresh token, once.

        Raises:
            ApiError: 401 `invalid_client`, 400 `invalid_grant` (unknown, used or revoked).
        """
        self._check_client(client_id, client_secret)
        old = self._by_refresh.get(refresh_token)
        if old is None or old.refreshed or old.revoked:
            raise _invalid_grant()
        old.refreshed = True
        if revokes_access:
            old.expires_at = min(old.expires_at, self._clock.now())
        return self._issue(old.store_code, old.scopes)

    def store_of_refresh_token(self, refresh_token: str) -> str | None:
        """The store that a refresh token was given for, be it valid or not."""
        token = self._by_refresh.get(refresh_token)
        return token.store_code if token else None

    def find(self, access_token: str) -> Token | None:
        """The token behind an access token, if it is still good."""
        token = self._by_access.get(access_token)
        if token is None or token.revoked or self._clock.now() >= token.expires_at:
            return None
        return token

    def revoke(self, store_code: str) -> int:
        """Ends every token of a store, as an uninstall does; says how many were ended."""
        live = [token for token in self.tokens if token.store_code == store_code and not token.revoked]
        for token in live:
            token.revoked = True
        return len(live)

    def _check_client(self, client_id: str, client_secret: str) -> None:
        same_id = secrets.compare_digest(client_id, self.app.client_id)
        if not (secrets.compare_digest(client_secret, self.app.client_secret) and same_id):
            raise _refusal(401, "invalid_client", "Client authentication failed.")

    def _issue(self, store_code: str, scopes: tuple[str, ...]) -> Token:
        now = self._clock.now()
        expires = now + timedelta(seconds=ACCESS_SECONDS)
        token = Token(self._secret("access"), self._secret("refresh"), store_code, scopes, now, expires)
        self.tokens.append(token)
        self._by_access[token.access_token] = token
        self._by_refresh[token.refresh_token] = token
        return token

    def _secret(self, kind: str) -> str:
        return f"fake-{kind}-{self._random.getrandbits(128):032x}"


def token_object(token: Token) -> dict[str, object]:
    """The token endpoint's answer."""
    return {
        "access_token": token.access_token,
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "refresh_token": token.refresh_token,
        "scope": " ".join(token.scopes),
        "created_at": int(token.created_at.timestamp()),
    }


def _invalid_grant() -> ApiError:
    return _refusal(400, "invalid_grant", "The provided authorization grant is invalid, expired, revoked or used.")


def _refusal(status: int, error: str, description: str) -> ApiError:
    return ApiError(status, {"error": error, "error_description": description})
