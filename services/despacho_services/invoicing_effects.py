"""Issuing documents with the invoicing system."""

from __future__ import annotations

from datetime import timedelta

from despacho_core.errors import NoAccount, OrderNotPaid, WrongState
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.ledgers import Effect, Lane
from despacho_core.orders import OrderStatus
from despacho_core.stores import Account
from despacho_core.waiting import SALE
from despacho_ports.errors import Rejected
from despacho_ports.invoicing import CreditsDocuments, FindsDocuments, IssuedDocument, IssueRequest, IssuesDocuments
from despacho_ports.persistence import UnitOfWork
from despacho_services.attaching import invoice_of
from despacho_services.handling import Parties, Settlement
from despacho_services.issued_documents import IssuedDocuments, is_cancelled
from despacho_services.office import Office
from despacho_services.owing_documents import ISSUE
from despacho_services.waiting_room import WaitingRoom


class IssueHandler:
    """Issues a document or a credit note, once."""

    kind = ISSUE
    repeatable = False

    def __init__(
        self, office: Office, documents: IssuedDocuments, waiting: WaitingRoom, *, button_wait: timedelta
    ) -> None:
        self._office = office
        self._documents = documents
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
        return self._issued(effect, invoice, issued)

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
        return None if found is None else self._issued(effect, invoice, found)

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """The document is rejected, with the system's words, and the order waits for somebody to look at them."""
        field = self._fields.pop(effect.id, None)
        invoice = await invoice_of(work, effect)
        if invoice.state is InvoiceState.ISSUED:
            return
        await work.invoices.save(invoice.rejected(message))
        if invoice.kind is DocumentKind.CREDIT_NOTE or not await is_cancelled(work, invoice):
            await self._waiting.keep_refusal(work, invoice, message, field=field)

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nobody knows whether it is issued."""
        invoice = await invoice_of(work, effect)
        if invoice.state is not InvoiceState.ISSUED:
            await work.invoices.save(invoice.uncertain(message))

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """Certainly not issued: asked for once more, unless the order has got another document meanwhile."""
        invoice = await invoice_of(work, effect)
        if invoice.state is InvoiceState.ISSUED:
            raise WrongState(
                what="document", id=invoice.public_id or invoice.id, state=invoice.state.value, action="be retried"
            )
        if invoice.state is InvoiceState.REJECTED:
            for other in await work.invoices.of_order(effect.store_id, invoice.order_number):
                if other.credits_id == invoice.credits_id and other.state is not InvoiceState.REJECTED:
                    raise WrongState(
                        what="document", id=other.public_id or other.id, state=other.state.value, action="be retried"
                    )
            await work.waiting.remove(invoice.store_id, invoice.order_number, invoice.credits_id or SALE)
        await work.invoices.save(invoice.retried())

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:
        """A person says that it was issued, and not under which number: it is never issued again, and in doubt until it has one."""
        invoice = await invoice_of(work, effect)
        if invoice.state is not InvoiceState.ISSUED:
            await work.invoices.save(invoice.uncertain(note))

    async def _subject(self, effect: Effect) -> tuple[Invoice, bool]:
        async with self._office.units.begin(write=False) as work:
            invoice = await invoice_of(work, effect)
            return invoice, await is_cancelled(work, invoice)

    def _issued(self, effect: Effect, invoice: Invoice, issued: IssuedDocument) -> Settlement:
        """The number is written first; the PDF is kept afterwards, and had from the system again where it could not be."""

        async def apply(work: UnitOfWork) -> None:
            await self._documents.keep_in(work, invoice, issued, wait=self._attach_wait(effect), lane=effect.lane)

        return Settlement(
            apply,
            issued.warning,
            wakes=(effect.lane, Lane.FISCAL),
            afterwards=None if issued.pdf is None else lambda: self._keep_pdf(invoice, issued),
            told=issued.public_id,
        )

    async def _keep_pdf(self, invoice: Invoice, issued: IssuedDocument) -> None:
        await self._documents.keep_pdf(invoice, issued.pdf or b"", public_id=issued.public_id)

    def _attach_wait(self, effect: Effect) -> timedelta:
        """The store's button attaches by itself once it has our answer; only if it did not do we."""
        return self._button_wait if effect.payload.get("button") else timedelta(0)
