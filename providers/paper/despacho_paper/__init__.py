"""Paper for Despacho: numbered PDF documents of the hub's own, clearly not fiscal, for shops that invoice elsewhere."""

from __future__ import annotations

from despacho_paper.connector import Paper
from despacho_paper.form_words import FORM_WORDS
from despacho_paper.settings import PaperSettings
from despacho_ports.providers import Provider, ProviderKind, provider_hook

__all__ = ["Paper", "PaperSettings", "__version__", "despacho_providers"]

__version__ = "0.1.0"


@provider_hook
def despacho_providers() -> list[Provider]:
    """The one provider of this package: every country, every currency, and nobody whose limits it could exceed."""
    return [
        Provider(
            id="paper",
            name="Paper",
            kind=ProviderKind.INVOICING,
            version=__version__,
            settings=PaperSettings,
            words=FORM_WORDS,
            connector=Paper,
        )
    ]
