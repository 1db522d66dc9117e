"""How a call to a store proves who it is, and how that proof is renewed."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Protocol

from despacho_core.stores import BasicCredentials, Credentials, OAuthCredentials
from despacho_ports.errors import RateLimited, Unavailable
from despacho_ports.system import Clock

Renewal = Callable[[OAuthCredentials], Awaitable[OAuthCredentials]]
"""Gives tokens newer than these, saved; one at a time for a store, whatever process asks."""

Report = Callable[[Credentials, str], Awaitable[None]]
"""Takes note of credentials that are refused for good, with what the platform said."""

_RENEW_AFTER = 0.8


class Authorization(Protocol):
    """The ``Authorization`` header of one store's calls."""

    async def header(self) -> str:
        """The header for a call that is made now."""
        ...

    async def renew(self, refused: str) -> bool:
        """Whether there is another header than the one that was refused; gets one if it can."""
        ...

    async def give_up(self, problem: str) -> None:
        """The platform refuses the newest header there is."""
        ...


class BasicAuthorization:
    """Login and authtoken: valid until the merchant changes them (contract/jumpseller.md 4.1).

    Args:
        credentials: The pair.
        report: Told when they are refused; None during an installation.
    """

    def __init__(self, credentials: BasicCredentials, report: Report | None = None) -> None:
        self._credentials = credentials
        self._report = report
        pair = f"{credentials.login}:{credentials.authtoken}"
        self._header = f"Basic {base64.b64encode(pair.encode()).decode()}"

    async def header(self) -> str:
        """Always the same."""
        return self._header

    async def renew(self, refused: str) -> bool:
        """There is no other."""
        return refused != self._header

    async def give_up(self, problem: str) -> None:
        """The merchant has changed them."""
        if self._report is not None:
            await self._report(self._credentials, problem)


class BearerAuthorization:
    """An access token, renewed at four fifths of its life and when it is refused.

    Args:
        credentials: The tokens to begin with.
        clock: What time it is.
        renewal: How to get newer ones; None where nobody could save them, during an installation.
        report: Told when the newest are refused; None during an installation.
    """

    def __init__(
        self, credentials: OAuthCredentials, clock: Clock, renewal: Renewal | None, report: Report | None = None
    ) -> None:
        self._report = report
        self._credentials = credentials
        self._clock = clock
        self._renewal = renewal
        self._renewing = asyncio.Lock()

    def adopt(self, credentials: OAuthCredentials) -> None:
        """Takes over tokens if they are newer: a new consent, or what another process has saved."""
        if credentials.created_at > self._credentials.created_at:
            self._credentials = credentials

    async def header(self) -> str:
        """The header, renewed before if its time has come; an early renewal that fails leaves the valid token in use."""
        if self._is_due() and self._renewal is not None:
            async with self._renewing:
                if self._is_due():
                    await self._renew_early(self._renewal)
        return self._bearer()

    async def renew(self, refused: str) -> bool:
        """Gets new tokens, unless somebody did since the refused header was made."""
        async with self._renewing:
            if refused != self._bearer():
                return True
            if self._renewal is None:
                return False
            self._credentials = await self._renewal(self._credentials)
            return True

    async def give_up(self, problem: str) -> None:
        """Not even new tokens are taken."""
        if self._report is not None:
            await self._report(self._credentials, problem)

    async def _renew_early(self, renewal: Renewal) -> None:
        try:
            self._credentials = await renewal(self._credentials)
        except (Unavailable, RateLimited):
            if self._clock.now() >= self._credentials.expires_at:
                raise

    def _is_due(self) -> bool:
        life = self._credentials.expires_at - self._credentials.created_at
        return self._clock.now() >= self._credentials.created_at + life * _RENEW_AFTER

    def _bearer(self) -> str:
        return f"Bearer {self._credentials.access_token}"
