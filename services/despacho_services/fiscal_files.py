"""A fiscal document's PDF, read from the invoicing system for somebody who looks at an empty page meanwhile."""

from __future__ import annotations

import asyncio

from despacho_core.errors import AccountRemoved, DocumentMissing, ProviderDown
from despacho_core.fiscal import Invoice, InvoiceState
from despacho_ports.documents import StoredDocument
from despacho_ports.errors import ProviderError, RateLimited, Rejected
from despacho_ports.invoicing import FetchesDocuments, FindsDocuments, IssueRequest
from despacho_services.office import Office

MOST_PAUSE_SECONDS = 3.0
"""A pause up to this long, asked for by the system, is waited out."""


async def invoice_pdf(office: Office, invoice: Invoice) -> StoredDocument:
    """The document's PDF: kept, or fetched from the invoicing system and kept.

    Raises:
        DocumentMissing: Not issued, or the system has none.
        AccountRemoved: It was never fetched while there was somebody to ask.
        ProviderDown: The system cannot be asked now; later it can.
    """
    document_id = f"{invoice.id}-pdf"
    stored = await office.documents.get(invoice.store_id, document_id)
    if stored is not None:
        return stored
    stored = StoredDocument(
        id=document_id,
        store_id=invoice.store_id,
        media_type="application/pdf",
        filename=f"{invoice.public_id}.pdf",
        content=await _fetched(office, invoice),
        created_at=office.now(),
    )
    await office.documents.put(stored)
    return stored


async def _fetched(office: Office, invoice: Invoice) -> bytes:
    if invoice.state is not InvoiceState.ISSUED or invoice.external_id is None:
        raise missing_pdf(invoice)
    async with office.units.begin(write=False) as work:
        account = await work.accounts.get(invoice.store_id, invoice.account_id)
    if account is None:
        raise AccountRemoved(what="invoice", id=invoice.public_id or invoice.id, format="pdf")
    connector, provider = office.connector(account), office.provider_name(account)
    if isinstance(connector, FetchesDocuments):
        return await fetched_pdf(connector, invoice, provider=provider)
    if isinstance(connector, FindsDocuments):
        return await _found_pdf(connector, invoice, provider=provider)
    raise missing_pdf(invoice)


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


async def _found_pdf(connector: FindsDocuments, invoice: Invoice, *, provider: str) -> bytes:
    """The PDF that comes with a document when it is looked for. Raises as :func:`fetched_pdf`."""
    try:
        found = await connector.find_document(IssueRequest(reference=invoice.reference, document=invoice.document))
    except ProviderError as error:
        raise ProviderDown(provider=provider, message=error.message) from error
    if found is None or found.pdf is None:
        raise missing_pdf(invoice)
    return found.pdf


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
