"""What follows once a document is issued, whoever found that out: the invoicing system's answer, a look for it, or a person."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from despacho_core.errors import DomainError
from despacho_core.fiscal import Invoice, InvoiceState
from despacho_core.fiscal_credits import remaining
from despacho_core.ledgers import Lane
from despacho_core.orders import OrderStatus
from despacho_core.waiting import SALE
from despacho_ports.documents import StoredDocument
from despacho_ports.invoicing import IssuedDocument
from despacho_ports.persistence import UnitOfWork
from despacho_services.attaching import attach_effect, path_safe
from despacho_services.held_documents import notes_of
from despacho_services.office import Office
from despacho_services.owing_documents import DocumentsOwed
from despacho_services.waiting_room import WaitingRoom


class IssuedDocuments:
    """Keeps issued documents, each once."""

    def __init__(self, office: Office, owed: DocumentsOwed, waiting: WaitingRoom) -> None:
        self._office = office
        self._owed = owed
        self._waiting = waiting

    async def keep_pdf(self, invoice: Invoice, content: bytes, *, public_id: str) -> None:
        """Keep the document's PDF, under a name made of its number; the first one that is kept stays."""
        await self._office.documents.put(
            StoredDocument(
                id=f"{invoice.id}-pdf",
                store_id=invoice.store_id,
                media_type="application/pdf",
                filename=f"{path_safe(public_id)}.pdf",
                content=content,
                created_at=self._office.now(),
            )
        )

    async def keep_in(
        self,
        work: UnitOfWork,
        invoice: Invoice,
        issued: IssuedDocument,
        *,
        wait: timedelta = timedelta(0),
        lane: Lane = Lane.FISCAL,
    ) -> Invoice:
        """The document as it now is: issued, no order waiting for it, and owed to the store's order after ``wait``.

        A note marks what it took back; a document whose order was cancelled meanwhile is taken back itself.
        """
        now = self._office.now()
        if invoice.credits_id is not None:  # what is credited is locked before its notes, as by everybody
            await work.invoices.get(invoice.store_id, invoice.credits_id)
        current = await work.invoices.get(invoice.store_id, invoice.id)
        if current is None or current.state is InvoiceState.ISSUED:
            return current or invoice
        changed = current.issued(
            issued.issued_at or now,
            external_id=issued.external_id,
            public_id=path_safe(issued.public_id),
            folio=issued.folio,
            problem=_problem(invoice, issued),
        )
        await work.invoices.save(changed)
        await work.waiting.remove(changed.store_id, changed.order_number, changed.credits_id or SALE)
        await work.outbox.owe(attach_effect(changed, now=now, wait=wait, lane=lane))
        if changed.credits_id is not None:
            await _take_back(work, changed, now)
        elif await is_cancelled(work, changed):
            await self._credit(work, changed)
        return changed

    async def _credit(self, work: UnitOfWork, invoice: Invoice) -> None:
        """The order was cancelled while its document was being issued."""
        store = await work.stores.get(invoice.store_id)
        if store is None:
            return
        try:
            await self._owed.credit(work, store, invoice)
        except DomainError as error:
            await work.invoices.save(msgspec.structs.replace(invoice, problem=f"no credit note: {error}"))
            await self._waiting.keep(work, store.id, invoice.order_number, error, purpose=invoice.id)


async def is_cancelled(work: UnitOfWork, invoice: Invoice) -> bool:
    """Whether the document's order was cancelled, as last read."""
    record = await work.orders.get(invoice.store_id, invoice.order_number)
    return record is not None and record.order.status is OrderStatus.CANCELED


def _problem(invoice: Invoice, issued: IssuedDocument) -> str | None:
    """What the merchant has to know: another total than computed, or the system's own warning."""
    if issued.total is not None and issued.total != invoice.document.totals.total:
        return f"issued with a total of {issued.total} instead of {invoice.document.totals.total}"
    return issued.warning


async def _take_back(work: UnitOfWork, note: Invoice, at: datetime) -> None:
    """Mark the document of which issued notes have left nothing: its order may get another one."""
    original = await work.invoices.get(note.store_id, note.credits_id or "")
    if original is None or original.credited_at is not None:
        return
    notes = notes_of(await work.invoices.of_order(note.store_id, note.order_number), original.id)
    issued = [one.document for one in notes if one.state is InvoiceState.ISSUED]
    if not remaining(original.document, issued).totals.total:
        await work.invoices.save(msgspec.structs.replace(original, credited_at=at))
