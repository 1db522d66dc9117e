"""CTT Expresso for Despacho: labels, close-outs, tracking and delivery points in Portugal."""

from __future__ import annotations

from despacho_ctt.connector import Ctt
from despacho_ctt.form_words import FORM_WORDS
from despacho_ctt.sentences import SENTENCES
from despacho_ctt.settings import CttSettings
from despacho_ports.providers import Provider, ProviderKind, provider_hook

__all__ = ["Ctt", "CttSettings", "__version__", "despacho_providers"]

__version__ = "0.1.0"


@provider_hook
def despacho_providers() -> list[Provider]:
    """The one provider of this package. No rate limit is declared: the carrier publishes none."""
    return [
        Provider(
            id="ctt",
            name="CTT Expresso",
            kind=ProviderKind.CARRIER,
            version=__version__,
            settings=CttSettings,
            words=FORM_WORDS,
            sentences=SENTENCES,
            connector=Ctt,
            countries=("PT",),
            currencies=("EUR",),
        )
    ]
