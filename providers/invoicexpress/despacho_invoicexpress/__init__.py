"""InvoiceXpress for Despacho: faturas, faturas-recibo, simplified invoices and credit notes in Portugal."""

from __future__ import annotations

from despacho_invoicexpress.connector import InvoiceXpress
from despacho_invoicexpress.form_words import FORM_WORDS
from despacho_invoicexpress.sentences import SENTENCES
from despacho_invoicexpress.settings import InvoiceXpressSettings
from despacho_ports.providers import Provider, ProviderKind, RateLimit, provider_hook

__all__ = ["InvoiceXpress", "InvoiceXpressSettings", "__version__", "despacho_providers"]

__version__ = "0.1.0"


@provider_hook
def despacho_providers() -> list[Provider]:
    """The one provider of this package.

    The official document allows 780 calls a minute, older ones 100 (contract/invoicing.md 9.1 and 17): 90 are right under both.
    """
    return [
        Provider(
            id="invoicexpress",
            name="InvoiceXpress",
            kind=ProviderKind.INVOICING,
            version=__version__,
            settings=InvoiceXpressSettings,
            words=FORM_WORDS,
            sentences=SENTENCES,
            connector=InvoiceXpress,
            countries=("PT",),
            currencies=("EUR",),
            rate_limits=(RateLimit(90, 60.0),),
        )
    ]
