"""Owing a receipt, an invoice or a credit note: computed and kept, together with the effect that issues it, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from despacho_core.billing import with_billing
from despacho_core.document_rules import decide
from despacho_core.errors import NoAccount, OrderNotPaid, WrongState
from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument, Invoice, InvoiceState
from despacho_core.fiscal_computation import compute_document
from despacho_core.fiscal_credits import Chosen, credit_lines, remaining
from despacho_core.ledgers import Effect, Lane
from despacho_core.orders import Order
from despacho_core.stores import Account, Store
from despacho_core.waiting import SALE
from despacho_ports.invoicing import CreditsDocuments
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere
from despacho_services.held_documents import (
    last_rejected,
    notes_of,
    owed_already,
    sale_in_force,
    sales_of,
    whole_note,
)
from despacho_services.identifiers import new_id, new_token
from despacho_services.issuing_accounts import issuing_account
from despacho_services.office import Office, account_of
from despacho_services.owing_again import owed_again
from despacho_services.shops import zone_of

ISSUE = "issue"

NEWER_DATES = timedelta(days=7)
"""So long is what a system refused put to it again under each day's date."""

_CANCELLED = {"es": "Pedido anulado", "pt": "Encomenda anulada", "en": "Order cancelled"}
_RETURNED = {"es": "Devolución parcial", "pt": "Devolução parcial", "en": "Partial return"}

Owed = tuple[Invoice, Effect | None]
"""A document with the effect that issues it; none once it is issued, or where asking again would change nothing."""


class DocumentsOwed:
    """Owes documents, each once, in the caller's transaction."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def sale(
        self,
        work: UnitOfWork,
        store: Store,
        order: Order,
        *,
        button: bool = False,
        by_itself: bool = False,
        lane: Lane = Lane.FISCAL,
    ) -> Owed:
        """The order's receipt or invoice: the one in force, or a new one.

        ``button`` tells that the store's own button asked, which attaches the document by itself. ``by_itself`` tells that nobody asked:
        what the system refused before is then not put to it again unchanged, but under a newer date. What is asked for of many orders at
        once goes in its own ``lane``, so that a single one never waits behind it.

        Raises:
            DomainError: What is missing or wrong, for the merchant to mend.
        """
        if not order.is_paid:
            raise OrderNotPaid(order=order.number, status=order.status.value)
        held = await work.invoices.of_order(store.id, order.number)
        key = _sale_key(store, order.number, len(sales_of(held)))
        existing = sale_in_force(held)
        if existing is not None:
            return existing, await owed_already(work, existing, _sale_key(store, order.number, len(sales_of(held)) - 1))
        account, document = await self._computed(work, store, order)
        refused = last_rejected(held)
        is_known = by_itself and refused is not None and _is_the_same(refused, account, document)
        if refused is not None and is_known and not self._may_be_for_its_date(refused, document, held):
            return refused, None
        invoice = self._new(store, account, document)
        try:
            await work.invoices.add(invoice)
        except AlreadyThere:  # somebody else asked at the same moment
            return await self.sale(work, store, order, button=button, by_itself=by_itself, lane=lane)
        await work.waiting.remove(store.id, order.number)
        return invoice, await self._owed(work, invoice, key, button=button, lane=lane)

    async def credit(
        self,
        work: UnitOfWork,
        store: Store,
        original: Invoice,
        *,
        reason: str | None = None,
        chosen: Sequence[Chosen] | None = None,
    ) -> Owed:
        """A credit note over ``original``: over all that is left of it, or over chosen lines.

        Who asks for all of it gets the note that takes it, however often; chosen lines are a new note each time, while something is left.

        Raises:
            WrongState: The document is not issued, or is a credit note itself.
            NoAccount: Its system issues no credit notes.
            DomainError: More is chosen than is left, or no such line.
        """
        original = await _to_credit(work, original)
        of_order = await work.invoices.of_order(store.id, original.order_number)
        notes = notes_of(of_order, original.id)
        taken = _taken_already(original, notes) if chosen is None else None
        if taken is not None:
            return taken, await self.effect_of(work, taken)
        account = await account_of(work, store.id, original.account_id)
        if not isinstance(self._office.connector(account), CreditsDocuments):
            raise NoAccount(capability="issue credit notes")
        document = self._note(store, original, notes, chosen, reason)
        note = self._new(store, account, document, credits_id=original.id)
        try:
            await work.invoices.add(note)
        except AlreadyThere:  # somebody else asked at the same moment
            return await self.credit(work, store, original, reason=reason, chosen=chosen)
        await work.waiting.remove(store.id, original.order_number, original.id)
        earlier = sum(one.credits_id == original.id for one in of_order)
        return note, await self._owed(work, note, _credit_key(note, None if whole_note([note]) else earlier + 1))

    async def _computed(self, work: UnitOfWork, store: Store, order: Order) -> tuple[Account, FiscalDocument]:
        record = await work.orders.get(store.id, order.number)
        billing = record.billing if record is not None else None
        order = with_billing(order, billing)
        rules = store.settings.documents
        decision = decide(order, store.country, rules, said=billing.kind if billing is not None else None)
        account = await issuing_account(self._office, work, store, order, decision.kind)
        document = compute_document(
            order,
            kind=decision.kind,
            country=store.country,
            issued_on=self._today(store),
            untaxed_rate=store.untaxed_rate,
            gift_card_exemption=rules.gift_cards_untaxed_for,
        )
        if decision.note is not None:
            document = msgspec.structs.replace(document, notes=(*document.notes, decision.note))
        return account, document

    def _note(
        self,
        store: Store,
        original: Invoice,
        notes: Sequence[Invoice],
        chosen: Sequence[Chosen] | None,
        reason: str | None,
    ) -> FiscalDocument:
        credited = CreditedDocument(
            kind=original.kind,
            public_id=original.public_id or "",
            external_id=original.external_id or "",
            folio=original.folio or "",
            issued_on=original.document.issued_on,
            reason=reason or (_CANCELLED if chosen is None else _RETURNED)[store.language],
        )
        return credit_lines(
            original.document,
            [one.document for one in notes],
            chosen,
            credited=credited,
            issued_on=self._today(store),
            country=store.country,
        )

    def _may_be_for_its_date(self, refused: Invoice, document: FiscalDocument, held: Sequence[Invoice]) -> bool:
        """Whether the same under a newer date is worth a question: a system refuses dates before its latest (contract/invoicing.md 9.4).

        Nobody can tell such a refusal from others by its words, so that each is put once more a day, for some days.
        """
        first = min(one.created_at for one in held if one.state is InvoiceState.REJECTED)
        newer = document.issued_on > refused.document.issued_on
        return newer and self._office.now() - first < NEWER_DATES

    async def effect_of(self, work: UnitOfWork, invoice: Invoice) -> Effect | None:
        """What issues a document that was asked for; None once it is issued."""
        if invoice.state is InvoiceState.ISSUED:
            return None
        effects = await work.outbox.of_subject(invoice.store_id, invoice.id)
        return next((one for one in effects if one.kind == ISSUE), None)

    async def _owed(
        self, work: UnitOfWork, invoice: Invoice, key: str, *, button: bool = False, lane: Lane = Lane.FISCAL
    ) -> Effect:
        """The effect that issues it; a rejected or dead earlier one is taken up again under its key.

        Its document was never issued: what is dead gave up without ever being let in, and what may have happened is neither.
        """
        payload: dict[str, object] = {"button": button}
        now = self._office.now()
        effect = Effect(
            id=new_id(),
            store_id=invoice.store_id,
            account_id=invoice.account_id,
            key=key,
            kind=ISSUE,
            subject=invoice.id,
            lane=lane,
            created_at=now,
            due_at=now,
            payload=payload,
        )
        return await owed_again(work, effect)

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

    def _today(self, store: Store) -> date:
        """The date on documents: the store's own."""
        return self._office.now().astimezone(zone_of(store)).date()


async def _to_credit(work: UnitOfWork, original: Invoice) -> Invoice:
    """The document as it now is, locked on its own: what others add meanwhile is seen by the statement after this one."""
    current = await work.invoices.get(original.store_id, original.id) or original
    if current.state is not InvoiceState.ISSUED or current.kind is DocumentKind.CREDIT_NOTE:
        raise WrongState(
            what="document", id=current.public_id or current.id, state=current.state.value, action="be credited"
        )
    return current


def _sale_key(store: Store, order_number: int, taken_back: int) -> str:
    """One effect for each round: an order whose document was wholly taken back may get another one."""
    key = f"{ISSUE}:{store.id}:{order_number}:{SALE}"
    return key if not taken_back else f"{key}:{taken_back + 1}"


def _credit_key(note: Invoice, ordinal: int | None) -> str:
    key = f"{ISSUE}:{note.store_id}:{note.order_number}:{DocumentKind.CREDIT_NOTE.value}:{note.credits_id}"
    return key if ordinal is None else f"{key}:{ordinal}"


def _taken_already(original: Invoice, notes: Sequence[Invoice]) -> Invoice | None:
    """The note that leaves nothing of a document: the one over all of it, else the last of those over its parts."""
    whole = whole_note(notes)
    if whole is not None or not notes:
        return whole
    left = remaining(original.document, [one.document for one in notes]).totals.total
    return None if left else notes[-1]


def _is_the_same(refused: Invoice, account: Account, document: FiscalDocument) -> bool:
    """Whether the system would be asked for what it has refused, but for the date."""
    again = msgspec.structs.replace(document, issued_on=refused.document.issued_on)
    return refused.account_id == account.id and refused.document == again
