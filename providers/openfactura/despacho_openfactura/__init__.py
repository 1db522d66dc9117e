"""OpenFactura (Haulmer) for Despacho: boletas, facturas and credit notes in Chile."""

from __future__ import annotations

from despacho_openfactura.connector import OpenFactura
from despacho_openfactura.form_words import FORM_WORDS
from despacho_openfactura.sentences import SENTENCES
from despacho_openfactura.settings import OpenFacturaSettings
from despacho_ports.providers import Provider, ProviderKind, RateLimit, provider_hook

__all__ = ["OpenFactura", "OpenFacturaSettings", "__version__", "despacho_providers"]

__version__ = "0.1.0"


@provider_hook
def despacho_providers() -> list[Provider]:
    """The one provider of this package, with the vendor's two limits (contract/invoicing.md 2.1)."""
    return [
        Provider(
            id="openfactura",
            name="OpenFactura",
            kind=ProviderKind.INVOICING,
            version=__version__,
            settings=OpenFacturaSettings,
            words=FORM_WORDS,
            sentences=SENTENCES,
            connector=OpenFactura,
            countries=("CL",),
            currencies=("CLP",),
            rate_limits=(RateLimit(3, 1.0), RateLimit(100, 60.0)),
        )
    ]
