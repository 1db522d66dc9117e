"""Fiscal documents of orders: asked for by a rule, a person or the store's button, one for each order and purpose.

The document is computed and kept before the invoicing system is asked, so that what was asked for is known whatever happens.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from despacho_core.errors import (
    AccountNeedsAttention,
    DomainError,
    InvoicingRefused,
    NoAccount,
    NotFound,
    NotYetKnown,
    WrongState,
)
from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument, Invoice, InvoiceState
from despacho_core.document_rules import decide
from despacho_core.fiscal_computation import compute_document, credit_whole
from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_core.orders import Order
from despacho_core.stores import Account, AccountState, Store
from despacho_ports.connectors import ProviderMissing
from despacho_ports.documents import StoredDocument
from despacho_ports.invoicing import CreditsDocuments, FetchesDocuments, IssuesDocuments
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere
from despacho_ports.settings import SettingsInvalid
from despacho_services.effects import EffectRunner
from despacho_services.fiscal_files import fetched_pdf, missing_pdf
from despacho_services.held_documents import current_document, owed_already, store_and_order
from despacho_services.identifiers import new_id, new_token
from despacho_services.office import Office, account_of

ISSUE = "issue"
SALE = "sale"

_CANCELLED = {"es": "Pedido anulado", "pt": "Encomenda anulada", "en": "Order cancelled"}


class Invoicing:
    """Issues, credits and hands out fiscal documents."""

    def __init__(self, office: Office, runner: EffectRunner) -> None:
        self._office = office
        self._runner = runner
        self.button_wait = runner.policy.button_wait

    async def invoice(self, store_id: str, order_number: int, *, wait: float) -> Invoice:
        """Issue the order's document now, or return the one it has.

        Raises:
            NotFound: No such order.
            DomainError: What is missing or wrong, for the merchant to mend.
            InvoicingRefused: The invoicing system said no.
            NotYetKnown: It has not answered within ``wait`` seconds; ask again.
        """
        async with self._office.units.begin() as work:
            store, order = await store_and_order(work, store_id, order_number)
            invoice, effect = await self.owe_sale(work, store, order)
            await work.commit()
        return await self.settled(invoice, effect, wait=wait)

    async def credit(self, store_id: str, invoice_id: str, *, reason: str | None, wait: float) -> Invoice:
        """Take back a whole issued document with a credit note, or return the note it has.

        Raises:
            NotFound: No such document.
            WrongState: It is not issued, or is a credit note itself.
        """
        async with self._office.units.begin() as work:
            original = await work.invoices.get(store_id, invoice_id)
            store = await work.stores.get(store_id)
            if original is None or store is None:
                raise NotFound(what="invoice", id=invoice_id)
            note, effect = await self.owe_credit(work, store, original, reason=reason)
            await work.commit()
        return await self.settled(note, effect, wait=wait)

    async def owe_sale(
        self, work: UnitOfWork, store: Store, order: Order, *, button: bool = False
    ) -> tuple[Invoice, Effect | None]:
        """Compute the order's document and owe its issue, in the caller's transaction.

        Returns what is there already, without an effect once it is issued. ``button`` tells that the store's own button asked, which
        attaches the document by itself. Raises as :meth:`invoice`.
        """
        existing = current_document(await work.invoices.of_order(store.id, order.number), credits_id=None)
        key = f"{ISSUE}:{store.id}:{order.number}:{SALE}"
        if existing is not None:
            return existing, await owed_already(work, existing, key)
        account = await self._account(work, store)
        document = compute_document(
            order,
            kind=decide(order, store.country, store.settings.documents).kind,
            country=store.country,
            issued_on=self._today(store),
            untaxed_rate=store.untaxed_rate,
        )
        invoice = self._new(store, account, document)
        try:
            await work.invoices.add(invoice)
        except AlreadyThere:  # somebody else asked at the same moment
            return await self.owe_sale(work, store, order, button=button)
        return invoice, await self._owed(work, invoice, key, button=button)

    async def owe_credit(
        self, work: UnitOfWork, store: Store, original: Invoice, *, reason: str | None = None
    ) -> tuple[Invoice, Effect | None]:
        """Owe the credit note that takes back ``original`` as a whole, in the caller's transaction."""
        if original.state is not InvoiceState.ISSUED or original.kind is DocumentKind.CREDIT_NOTE:
            raise WrongState(
                what="document", id=original.public_id or original.id, state=original.state.value, action="be credited"
            )
        of_order = await work.invoices.of_order(store.id, original.order_number)
        existing = current_document(of_order, credits_id=original.id)
        key = f"{ISSUE}:{store.id}:{original.order_number}:{DocumentKind.CREDIT_NOTE.value}:{original.id}"
        if existing is not None:
            return existing, await owed_already(work, existing, key)
        account = await account_of(work, store.id, original.account_id)
        if not isinstance(self._office.connector(account), CreditsDocuments):
            raise NoAccount(capability="issue credit notes")
        credited = CreditedDocument(
            kind=original.kind,
            public_id=original.public_id or "",
            external_id=original.external_id or "",
            folio=original.folio or "",
            issued_on=original.document.issued_on,
            reason=reason or _CANCELLED[store.language],
        )
        document = credit_whole(original.document, credited=credited, issued_on=self._today(store))
        note = self._new(store, account, document, credits_id=original.id)
        try:
            await work.invoices.add(note)
        except AlreadyThere:  # somebody else asked at the same moment
            return await self.owe_credit(work, store, original, reason=reason)
        return note, await self._owed(work, note, key)

    async def keep_refusal(self, work: UnitOfWork, store: Store, order: Order, error: DomainError) -> None:
        """Note that an automatic document is waiting for somebody to mend the order; listed with its reason."""
        key = f"{ISSUE}:{store.id}:{order.number}:{SALE}"
        now = self._office.now()
        earlier = await work.outbox.by_key(store.id, key)
        refused = self._effect(store.id, None, str(order.number), key, {})
        refused = msgspec.structs.replace(
            refused, state=EffectState.REJECTED, message=error.text(store.language), settled_at=now
        )
        if earlier is None:
            await work.outbox.owe(refused)
        elif earlier.state is EffectState.REJECTED:
            await work.outbox.save(msgspec.structs.replace(earlier, message=refused.message, settled_at=now))

    async def pdf(self, invoice: Invoice) -> StoredDocument:
        """The document's PDF: kept, or fetched from the invoicing system and kept.

        Raises:
            DocumentMissing: Not issued, or the system has none.
            ProviderDown: The system cannot be asked now; later it can.
        """
        document_id = f"{invoice.id}-pdf"
        stored = await self._office.documents.get(invoice.store_id, document_id)
        if stored is not None:
            return stored
        content = await self._fetched(invoice)
        stored = StoredDocument(
            id=document_id,
            store_id=invoice.store_id,
            media_type="application/pdf",
            filename=f"{invoice.public_id}.pdf",
            content=content,
            created_at=self._office.now(),
        )
        await self._office.documents.put(stored)
        return stored

    async def settled(self, invoice: Invoice, effect: Effect | None, *, wait: float) -> Invoice:
        """The invoice once its effect has run, for somebody who waits. Raises as :meth:`invoice`."""
        if effect is not None:
            effect = await self._runner.run_now(effect.id, wait=wait)
        current = await self.get(invoice.store_id, invoice.id)
        if current.state is InvoiceState.ISSUED:
            return current
        provider = await self._provider_name(current)
        if current.state is InvoiceState.REJECTED:
            raise InvoicingRefused(provider=provider, message=current.problem or "")
        await self._office.wake(Lane.FISCAL)
        raise NotYetKnown(provider=provider)

    async def by_token(self, token: str) -> Invoice | None:
        """The document behind an unguessable address."""
        async with self._office.units.begin(write=False) as work:
            return await work.invoices.by_token(token)

    async def get(self, store_id: str, invoice_id: str) -> Invoice:
        """One document. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            invoice = await work.invoices.get(store_id, invoice_id)
        if invoice is None:
            raise NotFound(what="invoice", id=invoice_id)
        return invoice

    async def _fetched(self, invoice: Invoice) -> bytes:
        if invoice.state is not InvoiceState.ISSUED or invoice.external_id is None:
            raise missing_pdf(invoice)
        async with self._office.units.begin(write=False) as work:
            account = await account_of(work, invoice.store_id, invoice.account_id)
        connector = self._office.connector(account)
        if not isinstance(connector, FetchesDocuments):
            raise missing_pdf(invoice)
        return await fetched_pdf(connector, invoice, provider=self._office.provider_name(account))

    async def _provider_name(self, invoice: Invoice) -> str:
        async with self._office.units.begin(write=False) as work:
            account = await work.accounts.get(invoice.store_id, invoice.account_id)
        return self._office.provider_name(account) if account is not None else "?"

    async def _account(self, work: UnitOfWork, store: Store) -> Account:
        """The store's invoicing account: the oldest that is in use.

        Raises:
            AccountNeedsAttention: There are only accounts whose credentials were refused.
            NoAccount: There is none.
        """
        refused: Account | None = None
        for account in await work.accounts.of_store(store.id):
            try:
                connector = self._office.connectors.open(account)
            except (ProviderMissing, SettingsInvalid):
                continue
            if not isinstance(connector, IssuesDocuments):
                continue
            if account.state is AccountState.ACTIVE:
                return account
            refused = refused or account
        if refused is not None:
            raise AccountNeedsAttention(account=refused.id, reason=refused.problem or "")
        raise NoAccount(capability="issue invoices")

    async def _owed(self, work: UnitOfWork, invoice: Invoice, key: str, *, button: bool = False) -> Effect:
        """The effect that issues it; a rejected earlier one is taken up again under its key."""
        payload: dict[str, object] = {"button": button}
        effect = self._effect(invoice.store_id, invoice.account_id, invoice.id, key, payload)
        if await work.outbox.owe(effect):
            return effect
        earlier = await work.outbox.by_key(invoice.store_id, key)
        if earlier is None:
            raise NotFound(what="effect", id=key)
        taken_up = msgspec.structs.replace(
            earlier.retried(self._office.now(), repeatable=False),
            account_id=invoice.account_id,
            subject=invoice.id,
            payload=payload,
        )
        await work.outbox.save(taken_up)
        return taken_up

    def _new(
        self, store: Store, account: Account, document: FiscalDocument, *, credits_id: str | None = None
    ) -> Invoice:
        invoice_id = new_id()
        return Invoice(
            id=invoice_id,
            store_id=store.id,
            order_number=document.order_number,
            account_id=account.id,
            reference=f"D-{document.order_number}-{invoice_id.upper()}",
            token=new_token(),
            document=document,
            created_at=self._office.now(),
            credits_id=credits_id,
        )

    def _effect(
        self, store_id: str, account_id: str | None, subject: str, key: str, payload: dict[str, object]
    ) -> Effect:
        now = self._office.now()
        return Effect(
            id=new_id(),
            store_id=store_id,
            account_id=account_id,
            key=key,
            kind=ISSUE,
            subject=subject,
            lane=Lane.FISCAL,
            created_at=now,
            due_at=now,
            payload=payload,
        )

    def _today(self, store: Store) -> date:
        return local(self._office.now(), store).date()


def local(moment: datetime, store: Store) -> datetime:
    """A moment in the store's own time zone."""
    return moment.astimezone(ZoneInfo(store.timezone))
