"""The merchant's own van, or a local courier without an API, for Despacho."""

from __future__ import annotations

from despacho_own_fleet.connector import OwnFleet
from despacho_own_fleet.form_words import FORM_WORDS
from despacho_own_fleet.sentences import SENTENCES
from despacho_own_fleet.settings import OwnFleetSettings
from despacho_ports.providers import Provider, ProviderKind, provider_hook

__all__ = ["OwnFleet", "OwnFleetSettings", "__version__", "despacho_providers"]

__version__ = "0.1.0"


@provider_hook
def despacho_providers() -> list[Provider]:
    """The one provider of this package: wherever the van goes, in whatever currency, and nobody whose limits it could exceed."""
    return [
        Provider(
            id="own-fleet",
            name="Own fleet",
            kind=ProviderKind.CARRIER,
            version=__version__,
            settings=OwnFleetSettings,
            words=FORM_WORDS,
            sentences=SENTENCES,
            connector=OwnFleet,
        )
    ]
