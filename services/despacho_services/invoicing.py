"""Fiscal documents of orders: asked for by a person, a program or the store's button, one for each order at any time.

The document is computed and kept before the invoicing system is asked, so that what was asked for is known whatever happens. What is
owed without anybody asking is decided in :mod:`despacho_services.self_issuing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despacho_core.billing import MendedBilling, check_billing
from despacho_core.errors import (
    AccountNeedsAttention,
    Conflict,
    DomainError,
    InvoicingRefused,
    NotFound,
    NothingToInvoice,
    NotYetKnown,
    WrongState,
)
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.fiscal_credits import Chosen, Remaining, remaining
from despacho_core.ledgers import Effect, Lane
from despacho_core.orders import Order
from despacho_core.stores import AccountState, Store
from despacho_core.waiting import SALE
from despacho_ports.documents import StoredDocument
from despacho_ports.persistence import UnitOfWork
from despacho_services.act_keys import NO_KEY, ActKey, not_put_off, taken_up
from despacho_services.doing_over import doing_over, done_over
from despacho_services.effects import EffectRunner
from despacho_services.fiscal_files import invoice_pdf
from despacho_services.held_documents import notes_of, sale_in_force, store_and_order
from despacho_services.office import Office
from despacho_services.owing_documents import ISSUE, DocumentsOwed, Owed
from despacho_services.waiting_room import WaitingRoom

__all__ = ["ISSUE", "SALE", "Invoicing"]


class CreditedMeanwhile(Conflict):
    """The document has more credit notes than were there when lines were chosen."""

    code = "credited-meanwhile"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "Another credit note over {document} was made meanwhile. Look at what is left, then choose again.",
        "es": "Entretanto se hizo otra nota de crédito sobre {document}. Revisa lo que queda y elige de nuevo.",
        "pt": "Entretanto foi feita outra nota de crédito sobre {document}. Veja o que resta e escolha de novo.",
    }


@dataclass(frozen=True)
class Asked:
    """A document that was asked for in a transaction, or why it cannot be; ``claimed`` is its effect where the asker is to run it."""

    invoice: Invoice | None = None
    effect: Effect | None = None
    claimed: Effect | None = None
    refusal: DomainError | None = None

    @property
    def document(self) -> Invoice:
        """The document; there is one, or a refusal."""
        if self.invoice is None:
            raise self.refusal or NotFound(what="invoice", id="")
        return self.invoice


class Invoicing:
    """Issues, credits and hands out fiscal documents."""

    def __init__(self, office: Office, runner: EffectRunner, owed: DocumentsOwed, waiting: WaitingRoom) -> None:
        self._office = office
        self._runner = runner
        self._owed = owed
        self._waiting = waiting
        self.button_wait = runner.policy.button_wait

    async def invoice(self, store_id: str, order_number: int, *, wait: float, under: ActKey = NO_KEY) -> Invoice:
        """Issue the order's document now, or return the one it has. What cannot be issued is listed as waiting.

        ``under`` the same key it is the same document, whatever became of it.

        Raises:
            NotFound: No such order.
            DomainError: What is missing or wrong, for the merchant to mend.
            InvoicingRefused: The invoicing system said no.
            NotYetKnown: It has not answered within ``wait`` seconds; ask again.
        """

        async def ask() -> Asked:
            async with self._office.units.begin() as work:
                asked = await self._made(work, under)
                if asked is None:
                    asked = await self.ask(work, *await store_and_order(work, store_id, order_number))
                    if asked.invoice is not None:
                        await under.keep(work, asked.invoice.id)
                await work.commit()
            return asked

        return await self.answered(await done_over(ask), wait=wait)

    async def ask(self, work: UnitOfWork, store: Store, order: Order, *, button: bool = False) -> Asked:
        """Owe the order's document and take its effect at once, for somebody who waits for :meth:`answered` after the commit.

        What is missing or wrong is said there: that the order waits for it has to be committed as well.
        """
        try:
            invoice, effect = await self.owe_sale(work, store, order, button=button)
        except DomainError as error:
            if not isinstance(error, NothingToInvoice):
                await self._waiting.keep(work, store.id, order.number, error)
            return Asked(refusal=error)
        claimed = await self._runner.claim(work, effect.id) if effect is not None else None
        return Asked(invoice, effect, claimed)

    async def _made(self, work: UnitOfWork, under: ActKey) -> Asked | None:
        """The document that was asked for under the key before."""
        made = await under.made(work, self._office.now())
        if made is None:
            return None
        invoice = await work.invoices.get(under.store_id, made)
        if invoice is None:
            raise NotFound(what="invoice", id=made)
        effect = await self._owed.effect_of(work, invoice)
        return Asked(invoice, effect, await taken_up(work, self._runner, effect, self._office.now()))

    async def answered(self, asked: Asked, *, wait: float) -> Invoice:
        """The document that was asked for. Raises as :meth:`invoice`."""
        if asked.refusal is not None:
            raise asked.refusal
        if asked.effect is not None:
            await self._runner.run_claimed(asked.effect.id, asked.claimed, wait=wait)
        return await self._issued(asked.document)

    async def credit(
        self,
        store_id: str,
        invoice_id: str,
        *,
        reason: str | None,
        wait: float,
        chosen: Sequence[Chosen] | None = None,
    ) -> Invoice:
        """Take back an issued document with a credit note now; raises as :meth:`owe_credit` and :meth:`invoice`."""
        note, effect = await done_over(lambda: self.owe_credit(store_id, invoice_id, reason=reason, chosen=chosen))
        return await self.settled(note, effect, wait=wait)

    async def owe_credit(
        self,
        store_id: str,
        invoice_id: str,
        *,
        reason: str | None,
        chosen: Sequence[Chosen] | None = None,
        seen: int | None = None,
        under: ActKey = NO_KEY,
    ) -> Owed:
        """Owe a credit note over all that is left of an issued document, or over chosen lines; see :meth:`DocumentsOwed.credit`.

        ``seen`` is how many credit notes the document had when somebody chose lines of it: a form that is sent twice credits once.
        ``under`` the same key it is the same note.

        Raises:
            NotFound: No such document.
            WrongState: It is not issued, or is a credit note itself.
            CreditedMeanwhile: Another note was made since it was looked at.
            DomainError: More is chosen than is left, or the account issues no credit notes.
        """
        async with self._office.units.begin() as work:
            made = await under.made(work, self._office.now())
            note = await work.invoices.get(store_id, made) if made is not None else None
            if note is not None:
                return note, not_put_off(await self._owed.effect_of(work, note), self._office.now())
            original = await work.invoices.get(store_id, invoice_id)
            store = await work.stores.get(store_id)
            if original is None or store is None:
                raise NotFound(what="invoice", id=invoice_id)
            notes = notes_of(await work.invoices.of_order(store_id, original.order_number), original.id)
            if chosen is not None and seen is not None and len(notes) != seen:
                raise CreditedMeanwhile(document=original.public_id or original.id)
            owed = await self._owed.credit(work, store, original, reason=reason, chosen=chosen)
            await under.keep(work, owed[0].id)
            await work.commit()
        return owed

    async def left_of(self, store_id: str, invoice_id: str) -> tuple[Invoice, Remaining]:
        """What no credit note has taken back of a receipt or invoice. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            original = await work.invoices.get(store_id, invoice_id)
            if original is None or original.kind is DocumentKind.CREDIT_NOTE:
                raise NotFound(what="invoice", id=invoice_id)
            notes = notes_of(await work.invoices.of_order(store_id, original.order_number), original.id)
        return original, remaining(original.document, [one.document for one in notes])

    async def owe_sale(self, work: UnitOfWork, store: Store, order: Order, *, button: bool = False) -> Owed:
        """Owe the issue of the order's document, in the caller's transaction; see :meth:`DocumentsOwed.sale`."""
        return await self._owed.sale(work, store, order, button=button)

    @doing_over
    async def mend_billing(self, store_id: str, order_number: int, billing: MendedBilling | None) -> None:
        """Keep the buyer's data as the merchant says for this order; None goes back to what the store says.

        Raises:
            NotFound: No such order.
            TaxIdInvalid: The tax id breaks the rule of its country.
            WrongState: The order has a document, or is getting one: that has to be credited first.
        """
        async with self._office.units.begin() as work:
            store, order = await store_and_order(work, store_id, order_number)
            held = sale_in_force(await work.invoices.of_order(store_id, order_number))
            if held is not None:
                raise WrongState(
                    what="document", id=held.public_id or held.id, state=held.state.value, action="be changed"
                )
            if billing is not None:
                check_billing(billing, order, store.country)
            await work.orders.save_billing(store_id, order_number, billing)
            await work.commit()

    async def pdf(self, invoice: Invoice) -> StoredDocument:
        """The document's PDF. Raises as :func:`invoice_pdf`."""
        return await invoice_pdf(self._office, invoice)

    async def settled(self, invoice: Invoice, effect: Effect | None, *, wait: float) -> Invoice:
        """The invoice once its effect has run, for somebody who waits. Raises as :meth:`invoice`."""
        if effect is not None:
            await self._runner.run_now(effect.id, wait=wait)
        return await self._issued(invoice)

    async def _issued(self, invoice: Invoice) -> Invoice:
        """The document as it now is. Raises as :meth:`invoice` unless it is issued."""
        current = await self.get(invoice.store_id, invoice.id)
        if current.state is InvoiceState.ISSUED:
            return current
        raise await self._why_not(current)

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

    async def _why_not(self, invoice: Invoice) -> DomainError:
        """What stands between the asker and the document."""
        async with self._office.units.begin(write=False) as work:
            account = await work.accounts.get(invoice.store_id, invoice.account_id)
        provider = self._office.provider_name(account) if account is not None else "?"
        if invoice.state is InvoiceState.REJECTED:
            return InvoicingRefused(provider=provider, message=invoice.problem or "")
        if account is not None and account.state is AccountState.NEEDS_ATTENTION:
            return AccountNeedsAttention(account=account.id, reason=account.problem or "")
        await self._office.wake(Lane.FISCAL)
        return NotYetKnown(provider=provider)
