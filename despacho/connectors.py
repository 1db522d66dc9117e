"""Opens accounts with the providers that are installed, and keeps the open connectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from despacho.provider_loader import ProviderCatalogue
from despacho_core.stores import Account
from despacho_ports.documents import Renderer
from despacho_ports.providers import Provider, Toolbox
from despacho_ports.settings import fields_of
from despacho_ports.system import Clock
from despacho_system.outbound import OutboundClients


class AccountConnectors:
    """Implements :class:`despacho_ports.connectors.Connectors`. A connector is kept while its account's settings stay the same."""

    def __init__(
        self, catalogue: ProviderCatalogue, clients: OutboundClients, clock: Clock, renderer: Renderer
    ) -> None:
        self.catalogue = catalogue
        self._clients = clients
        self._clock = clock
        self._renderer = renderer
        self._open: dict[str, tuple[bytes, object]] = {}

    def provider(self, provider_id: str) -> Provider:
        """The declaration. Raises ``ProviderMissing``."""
        return self.catalogue.provider(provider_id)

    def installed(self) -> Sequence[Provider]:
        """All declarations, by name."""
        return sorted(self.catalogue.providers.values(), key=lambda one: one.name.casefold())

    def open(self, account: Account) -> object:
        """The account's connector. Raises ``ProviderMissing`` or ``SettingsInvalid``."""
        made_for = msgspec.json.encode([account.provider, account.settings])
        known = self._open.get(account.id)
        if known is None or known[0] != made_for:
            known = (made_for, self._opened(account))
            self._open[account.id] = known
        return known[1]

    def failures(self) -> dict[str, str]:
        """Packages that could not be loaded, with the reason."""
        return {failure.name: failure.error for failure in self.catalogue.failures}

    def _opened(self, account: Account) -> object:
        provider = self.provider(account.provider)
        secret = {field.name for field in fields_of(provider.settings) if field.secret}
        secrets = [text for name in secret for text in _texts(account.settings.get(name))]
        client = self._clients.client(account.id, rate_limits=provider.rate_limits, secrets=secrets)
        toolbox = Toolbox(http=client, clock=self._clock, renderer=self._renderer, account_id=account.id)
        return self.catalogue.open(account, toolbox)


def _texts(value: object) -> Iterator[str]:
    """All texts within a secret setting, however it is nested."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner)
