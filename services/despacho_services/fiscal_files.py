"""A fiscal document's PDF, read from the invoicing system for somebody who looks at an empty page meanwhile."""

from __future__ import annotations

import asyncio

from despacho_core.errors import DocumentMissing, ProviderDown
from despacho_core.fiscal import Invoice
from despacho_ports.errors import ProviderError, RateLimited, Rejected
from despacho_ports.invoicing import FetchesDocuments

MOST_PAUSE_SECONDS = 3.0
"""A pause up to this long, asked for by the system, is waited out."""


async def fetched_pdf(connector: FetchesDocuments, invoice: Invoice, *, provider: str) -> bytes:
    """The PDF of an issued document.

    Raises:
        DocumentMissing: The system has none.
        ProviderDown: The system cannot be asked now; later it can.
    """
    try:
        return await _read(connector, invoice.external_id or "")
    except Rejected as error:
        raise missing_pdf(invoice) from error
    except ProviderError as error:
        raise ProviderDown(provider=provider, message=error.message) from error


def missing_pdf(invoice: Invoice) -> DocumentMissing:
    """There is no PDF of it."""
    return DocumentMissing(what="invoice", id=invoice.public_id or invoice.id, format="pdf")


async def _read(connector: FetchesDocuments, external_id: str) -> bytes:
    try:
        return await connector.fetch_pdf(external_id)
    except RateLimited as error:
        if error.retry_after > MOST_PAUSE_SECONDS:
            raise
        await asyncio.sleep(error.retry_after)
    return await connector.fetch_pdf(external_id)
