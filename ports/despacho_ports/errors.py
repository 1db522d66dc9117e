"""The only errors that a provider or the store's API client may raise.

ProviderError
├── Rejected       it said no: final, its words kept
├── Unauthorized   the credentials are refused: stop using the account until it is mended
├── RateLimited    certainly nothing happened: again after ``retry_after``
├── Unavailable    certainly nothing happened: again later
└── Uncertain      it may have happened: find, never repeat
"""

from __future__ import annotations

ADDRESS_BARRED = "address-barred"
"""The ``code`` of a :class:`Rejected` that is the hub's own: it does not call the account's address."""


class ProviderError(Exception):
    """Base of the five. ``message`` holds the provider's own words where there are any."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Rejected(ProviderError):
    """The provider refused. Final: the same request would be refused again.

    ``field`` names what it objected to, ``code`` is its own error code; ``not_found`` tells "no such thing" from other refusals.
    """

    def __init__(
        self, message: str, *, field: str | None = None, code: str | None = None, not_found: bool = False
    ) -> None:
        super().__init__(message)
        self.field = field
        self.code = code
        self.not_found = not_found


class Unauthorized(ProviderError):
    """Credentials wrong, expired for good, or without the needed permission."""


class RateLimited(ProviderError):
    """Too many requests; nothing happened. ``retry_after`` is in seconds."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(ProviderError):
    """Certainly nothing happened: no connection, or the provider said so."""


class Uncertain(ProviderError):
    """The request may have been carried out: time-out, cut connection, or a server error after sending."""
