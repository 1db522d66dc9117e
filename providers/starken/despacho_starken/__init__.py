"""Starken for Despacho: rates, labels and tracking in Chile, by polling and by push."""

from __future__ import annotations

from despacho_ports.providers import Provider, ProviderKind, provider_hook
from despacho_starken.connector import Starken
from despacho_starken.form_words import FORM_WORDS
from despacho_starken.sentences import SENTENCES
from despacho_starken.settings import StarkenSettings

__all__ = ["Starken", "StarkenSettings", "__version__", "despacho_providers"]

__version__ = "0.1.0"


@provider_hook
def despacho_providers() -> list[Provider]:
    """The one provider of this package. No rate limit is declared: the carrier publishes none."""
    return [
        Provider(
            id="starken",
            name="Starken",
            kind=ProviderKind.CARRIER,
            version=__version__,
            settings=StarkenSettings,
            words=FORM_WORDS,
            sentences=SENTENCES,
            connector=Starken,
            countries=("CL",),
            currencies=("CLP",),
            tracking_page="https://www.starken.cl/seguimiento?codigo={number}",
        )
    ]
