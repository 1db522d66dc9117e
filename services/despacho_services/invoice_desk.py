"""Fiscal documents as a merchant looks through them: the issued ones, those that wait with the reason, and one with all about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from despacho_core.billing import MendedBilling, with_billing
from despacho_core.errors import NotFound
from despacho_core.fiscal import Buyer, DocumentKind, Invoice, InvoiceState
from despacho_core.fiscal_buyers import given_buyer
from despacho_core.fiscal_credits import Remaining, remaining
from despacho_core.ledgers import Effect, EffectState
from despacho_core.orders import Order
from despacho_core.stores import Account
from despacho_core.waiting import SALE, WaitingDocument
from despacho_ports.connectors import ProviderMissing
from despacho_ports.invoicing import CreditsDocuments
from despacho_ports.settings import SettingsInvalid
from despacho_ports.shipment_lists import InvoiceFilter
from despacho_services.attaching import ATTACH
from despacho_services.held_documents import notes_of, sale_in_force
from despacho_services.office import Office
from despacho_services.owing_documents import ISSUE
from despacho_services.settling_documents import BY_HAND
from despacho_services.waiting_room import WaitingRoom


@dataclass(frozen=True)
class InvoiceFile:
    """One document with all that is known of it.

    Attributes:
        provider: The invoicing system's name for people.
        notes: Its credit notes that are not rejected, oldest first.
        original: What it takes back, if it is a credit note.
        left: What no credit note has taken back; None of a credit note.
        effects: What was owed to the outside world because of it, oldest first.
        may_be_credited: Whether something is left, and its system issues credit notes.
        lacks_pdf: Whether nobody but a person can give its PDF: it was settled by hand, and none is kept.
    """

    invoice: Invoice
    account: Account | None
    provider: str
    notes: tuple[Invoice, ...]
    original: Invoice | None
    left: Remaining | None
    effects: tuple[Effect, ...]
    may_be_credited: bool
    lacks_pdf: bool = False

    @property
    def attaching(self) -> Effect | None:
        """The effect that attaches it to the store's order."""
        return next((one for one in self.effects if one.kind == ATTACH), None)

    @property
    def is_in_doubt(self) -> bool:
        """Whether a person may settle its issuing."""
        return any(one.kind == ISSUE and one.state is EffectState.UNCERTAIN for one in self.effects)

    @property
    def lacks_number(self) -> bool:
        """Whether a person said that it was issued, and not under which number."""
        settled = all(one.state.is_settled for one in self.effects if one.kind == ISSUE)
        return self.invoice.state is InvoiceState.UNCERTAIN and settled

    @property
    def attaching_failed(self) -> bool:
        """Whether attaching does not repair itself any more."""
        effect = self.attaching
        return effect is not None and effect.state in {EffectState.REJECTED, EffectState.DEAD}


@dataclass(frozen=True)
class WaitingRow:
    """One order that waits for a document. ``order`` is None for one that is not held any more."""

    waiting: WaitingDocument
    order: Order | None
    account: Account | None = None


@dataclass(frozen=True)
class BillingFile:
    """An order whose document's data are mended.

    Attributes:
        said: The buyer as the store's order says.
        buyer: The same with what the merchant has mended.
        mended: What the merchant has mended.
        waiting: Why the order waits, if it does.
        invoice: The document that it has or is getting: then nothing can be mended.
    """

    order: Order
    said: Buyer
    buyer: Buyer
    mended: MendedBilling
    waiting: WaitingDocument | None
    invoice: Invoice | None


class InvoiceDesk:
    """Looks through documents. Reads alone, scoped by store."""

    def __init__(self, office: Office, waiting: WaitingRoom) -> None:
        self._office = office
        self._waiting = waiting

    async def page(
        self, store_id: str, wanted: InvoiceFilter, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Invoice]:
        """Documents that fit, newest first; a few more than ``limit`` where several are of one instant."""
        async with self._office.units.begin(write=False) as work:
            return await work.shipment_lists.invoices(store_id, wanted, before=before, limit=limit)

    async def waiting(self, store_id: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[WaitingRow]:
        """Orders that wait for a document, the latest first."""
        found = await self._waiting.of_store(store_id, before=before, limit=limit)
        async with self._office.units.begin(write=False) as work:
            orders = await work.batches.orders(store_id, [one.order_number for one in found])
        by_number = {one.number: one for one in orders}
        return [WaitingRow(one, by_number.get(one.order_number)) for one in found]

    async def file(self, store_id: str, invoice_id: str) -> InvoiceFile:
        """One document with all that is known of it. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            invoice = await work.invoices.get(store_id, invoice_id)
            if invoice is None:
                raise NotFound(what="invoice", id=invoice_id)
            account = await work.accounts.get(store_id, invoice.account_id)
            others = await work.invoices.of_order(store_id, invoice.order_number)
            effects = await work.outbox.of_subject(store_id, invoice_id)
        is_sale = invoice.kind is not DocumentKind.CREDIT_NOTE
        notes = notes_of(others, invoice_id) if is_sale else []
        left = remaining(invoice.document, [one.document for one in notes]) if is_sale else None
        issued = invoice.state is InvoiceState.ISSUED
        return InvoiceFile(
            invoice=invoice,
            account=account,
            provider=self._office.provider_name(account) if account else "",
            notes=tuple(notes),
            original=next((one for one in others if one.id == invoice.credits_id), None),
            left=left,
            effects=tuple(effects),
            may_be_credited=issued and left is not None and bool(left.totals.total) and self._credits(account),
            lacks_pdf=await self._lacks_pdf(invoice),
        )

    async def billing(self, store_id: str, order_number: int) -> BillingFile:
        """The buyer's data of an order, as said and as mended. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            record = await work.orders.get(store_id, order_number)
            if record is None:
                raise NotFound(what="order", id=order_number)
            held = sale_in_force(await work.invoices.of_order(store_id, order_number))
            waiting = await work.waiting.page(store_id, order_number=order_number)
        return BillingFile(
            order=record.order,
            said=given_buyer(record.order),
            buyer=given_buyer(with_billing(record.order, record.billing)),
            mended=record.billing or MendedBilling(),
            waiting=next((one for one in waiting if one.purpose == SALE), None),
            invoice=held,
        )

    async def _lacks_pdf(self, invoice: Invoice) -> bool:
        if invoice.state is not InvoiceState.ISSUED or not (invoice.external_id or "").startswith(BY_HAND):
            return False
        return await self._office.documents.get(invoice.store_id, f"{invoice.id}-pdf") is None

    def _credits(self, account: Account | None) -> bool:
        try:
            return account is not None and isinstance(self._office.connectors.open(account), CreditsDocuments)
        except (ProviderMissing, SettingsInvalid):
            return False
