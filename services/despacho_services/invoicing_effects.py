"""Issuing documents with the invoicing system."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from despacho_core.errors import DomainError, NoAccount, OrderNotPaid, WrongState
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.fiscal_credits import remaining
from despacho_core.ledgers import Effect, Lane
from despacho_core.orders import OrderStatus
from despacho_core.stores import Account
from despacho_core.waiting import SALE
from despacho_ports.documents import StoredDocument
from despacho_ports.errors import Rejected
from despacho_ports.invoicing import CreditsDocuments, FindsDocuments, IssuedDocument, IssueRequest, IssuesDocuments
from despacho_ports.persistence import UnitOfWork
from despacho_services.attaching import attach_effect, invoice_of, path_safe
from despacho_services.handling import Parties, Settlement
from despacho_services.held_documents import notes_of
from despacho_services.office import Office
from despacho_services.owing_documents import ISSUE, DocumentsOwed
from despacho_services.waiting_room import WaitingRoom


class IssueHandler:
    """Issues a document or a credit note, once."""

    kind = ISSUE
    repeatable = False

    def __init__(self, office: Office, owed: DocumentsOwed, waiting: WaitingRoom, *, button_wait: timedelta) -> None:
        self._office = office
        self._owed = owed
        self._waiting = waiting
        self._button_wait = button_wait
        # A refusal's field on its way from the call to its settlement, which is given the words alone.
        self._fields: dict[str, str | None] = {}

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Ask the invoicing system to issue it, unless the order was cancelled first."""
        invoice, cancelled = await self._subject(effect)
        if cancelled and invoice.kind is not DocumentKind.CREDIT_NOTE:
            raise OrderNotPaid(order=invoice.order_number, status=OrderStatus.CANCELED.value)
        try:
            issued = await self._asked(parties.account, invoice)
        except Rejected as error:
            self._fields[effect.id] = error.field
            raise
        return await self._issued(effect, invoice, issued)

    async def _asked(self, account: Account, invoice: Invoice) -> IssuedDocument:
        connector = self._office.connector(account)
        request = IssueRequest(reference=invoice.reference, document=invoice.document)
        if invoice.kind is DocumentKind.CREDIT_NOTE:
            if not isinstance(connector, CreditsDocuments):
                raise NoAccount(capability="issue credit notes")
            return await connector.credit_document(request)
        if not isinstance(connector, IssuesDocuments):
            raise NoAccount(capability="issue invoices")
        return await connector.issue_document(request)

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
        """Ask the invoicing system for our reference."""
        invoice, _ = await self._subject(effect)
        connector = self._office.connector(parties.account)
        if not isinstance(connector, FindsDocuments):
            raise NotImplementedError
        found = await connector.find_document(IssueRequest(reference=invoice.reference, document=invoice.document))
        return None if found is None else await self._issued(effect, invoice, found)

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """The document is rejected, with the system's words, and the order waits for somebody to look at them."""
        field = self._fields.pop(effect.id, None)
        invoice = await invoice_of(work, effect)
        if invoice.state is InvoiceState.ISSUED:
            return
        await work.invoices.save(invoice.rejected(message))
        if invoice.kind is DocumentKind.CREDIT_NOTE or not await _is_cancelled(work, invoice):
            await self._waiting.keep_refusal(work, invoice, message, field=field)

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nobody knows whether it is issued."""
        invoice = await invoice_of(work, effect)
        if invoice.state is not InvoiceState.ISSUED:
            await work.invoices.save(invoice.uncertain(message))

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """Certainly not issued: asked for once more, unless the order has got another document meanwhile."""
        invoice = await invoice_of(work, effect)
        if invoice.state is InvoiceState.REJECTED:
            for other in await work.invoices.of_order(effect.store_id, invoice.order_number):
                if other.credits_id == invoice.credits_id and other.state is not InvoiceState.REJECTED:
                    raise WrongState(
                        what="document", id=other.public_id or other.id, state=other.state.value, action="be retried"
                    )
            await work.waiting.remove(invoice.store_id, invoice.order_number, invoice.credits_id or SALE)
        if invoice.state is not InvoiceState.ISSUED:
            await work.invoices.save(invoice.retried())

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:
        """A person says that it was issued: it stays without a number of ours, and says why."""
        invoice = await invoice_of(work, effect)
        await work.invoices.save(invoice.uncertain(note))

    async def _subject(self, effect: Effect) -> tuple[Invoice, bool]:
        async with self._office.units.begin(write=False) as work:
            invoice = await invoice_of(work, effect)
            return invoice, await _is_cancelled(work, invoice)

    async def _issued(self, effect: Effect, invoice: Invoice, issued: IssuedDocument) -> Settlement:
        now = self._office.now()
        if issued.pdf is not None:
            await self._office.documents.put(
                StoredDocument(
                    id=f"{invoice.id}-pdf",
                    store_id=invoice.store_id,
                    media_type="application/pdf",
                    filename=f"{path_safe(issued.public_id)}.pdf",
                    content=issued.pdf,
                    created_at=now,
                )
            )

        async def apply(work: UnitOfWork) -> None:
            if invoice.credits_id is not None:  # what is credited is locked before its notes, as by everybody
                await work.invoices.get(invoice.store_id, invoice.credits_id)
            current = await work.invoices.get(invoice.store_id, invoice.id)
            if current is None or current.state is InvoiceState.ISSUED:
                return
            changed = current.issued(
                issued.issued_at or now,
                external_id=issued.external_id,
                public_id=path_safe(issued.public_id),
                folio=issued.folio,
                problem=_problem(invoice, issued),
            )
            await work.invoices.save(changed)
            await work.waiting.remove(changed.store_id, changed.order_number, changed.credits_id or SALE)
            await work.outbox.owe(
                attach_effect(changed, now=self._office.now(), wait=self._attach_wait(effect), lane=effect.lane)
            )
            if changed.credits_id is not None:
                await _take_back(work, changed, now)
            elif await _is_cancelled(work, changed):
                await self._credit(work, changed)

        return Settlement(apply, issued.warning, wakes=(effect.lane, Lane.FISCAL))

    def _attach_wait(self, effect: Effect) -> timedelta:
        """The store's button attaches by itself once it has our answer; only if it did not do we."""
        return self._button_wait if effect.payload.get("button") else timedelta(0)

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


async def _is_cancelled(work: UnitOfWork, invoice: Invoice) -> bool:
    record = await work.orders.get(invoice.store_id, invoice.order_number)
    return record is not None and record.order.status is OrderStatus.CANCELED
