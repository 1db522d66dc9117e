"""How use cases reach an account's provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from despacho_core.stores import Account
from despacho_ports.providers import Provider


class ProviderMissing(LookupError):
    """The account's provider is not installed, or its package failed to load."""


class Connectors(Protocol):
    """Opens accounts with their providers; asked for capabilities with ``isinstance``."""

    def provider(self, provider_id: str) -> Provider:
        """The declaration. Raises ``ProviderMissing``."""
        ...

    def installed(self) -> Sequence[Provider]:
        """All declarations, by name."""
        ...

    def open(self, account: Account) -> object:
        """The account's connector, kept while its settings stay the same. Raises ``ProviderMissing`` or ``SettingsInvalid``."""
        ...

    def failures(self) -> dict[str, str]:
        """Packages that could not be loaded, with the reason."""
        ...
