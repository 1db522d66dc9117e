"""Chilexpress for Despacho: rates, labels, certificates and tracking in Chile."""

from __future__ import annotations

from despacho_chilexpress.connector import Chilexpress
from despacho_chilexpress.form_words import FORM_WORDS
from despacho_chilexpress.sentences import SENTENCES
from despacho_chilexpress.settings import ChilexpressSettings
from despacho_ports.providers import Provider, ProviderKind, provider_hook

__all__ = ["Chilexpress", "ChilexpressSettings", "__version__", "despacho_providers"]

__version__ = "0.1.0"


@provider_hook
def despacho_providers() -> list[Provider]:
    """The one provider of this package. No rate limit is declared: the carrier publishes none, and its 429 is obeyed."""
    return [
        Provider(
            id="chilexpress",
            name="Chilexpress",
            kind=ProviderKind.CARRIER,
            version=__version__,
            settings=ChilexpressSettings,
            words=FORM_WORDS,
            sentences=SENTENCES,
            connector=Chilexpress,
            countries=("CL",),
            currencies=("CLP",),
        )
    ]
