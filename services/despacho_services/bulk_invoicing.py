"""Documents of many orders in one request, with a result for each.

A batch is worked off as one of labels is: its lines are asked for a few at a time, and each becomes a document with its own ``issue``
effect, in the lane of what is done in bulk. An invoicing system that asks for patience is given it; what nobody knows is looked for and
never repeated. What cannot be issued waits with its reason where all such orders wait, and is tried again once that is mended; so a
line's result is read from what its order has now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from despacho_core.batches import Batch, BatchLine, BatchOrder, BatchPurpose, DocumentState, document_state_of
from despacho_core.errors import DomainError, NothingToInvoice, OrderTwiceInBatch
from despacho_core.fiscal import Invoice
from despacho_core.ledgers import Lane
from despacho_core.stores import Account
from despacho_core.waiting import SALE, UNLISTED, WaitingDocument
from despacho_ports.persistence import UnitOfWork
from despacho_services.bulk_opening import BatchOpening, batch_with_lines
from despacho_services.effects import EffectRunner
from despacho_services.held_documents import sale_in_force, store_and_order
from despacho_services.office import Office
from despacho_services.owing_documents import DocumentsOwed
from despacho_services.waiting_room import WaitingRoom

T = TypeVar("T", Invoice, WaitingDocument)


@dataclass(frozen=True)
class DocumentLine:
    """A line with what became of it.

    Attributes:
        document: What the order has now; None where nothing was asked of the invoicing system.
        waiting: Why the order waits for its document and what to do about it, if it does.
    """

    line: BatchLine
    state: DocumentState
    document: Invoice | None
    waiting: WaitingDocument | None

    def problem(self, language: str) -> str | None:
        """Why there is no document, or what is odd about it: in ``en``, ``es`` or ``pt``, or in the system's own words."""
        if self.waiting is not None:
            return self.waiting.message(language)
        if self.document is not None:
            return self.document.problem
        return self.line.refusal.text(language) if self.line.refusal is not None else None

    def remedy(self, language: str) -> str | None:
        """What to do about it."""
        return self.waiting.remedy(language) if self.waiting is not None else None

    @property
    def code(self) -> str | None:
        """The problem's type, where it is one of ours."""
        if self.waiting is not None:
            return self.waiting.code
        return self.line.refusal.code if self.line.refusal is not None and self.document is None else None


@dataclass(frozen=True)
class DocumentBatch:
    """A batch as it now is."""

    batch: Batch
    lines: tuple[DocumentLine, ...]

    @property
    def counts(self) -> dict[DocumentState, int]:
        """Lines by state; all states are named."""
        found = Counter(one.state for one in self.lines)
        return {state: found[state] for state in DocumentState}

    @property
    def is_settled(self) -> bool:
        """Whether nothing further will happen by itself, but for what is mended."""
        return not any(one.state in {DocumentState.WAITING, DocumentState.UNCERTAIN} for one in self.lines)


class DocumentLines:
    """Asks for the documents of a batch's lines."""

    def __init__(self, owed: DocumentsOwed, waiting: WaitingRoom) -> None:
        self._owed = owed
        self._waiting = waiting

    async def asked(self, work: UnitOfWork, line: BatchLine) -> BatchLine:
        """The line with the document that its order has or gets, or refused; then the order waits with the reason."""
        try:
            store, order = await store_and_order(work, line.store_id, line.order_number)
            invoice, _ = await self._owed.sale(work, store, order, lane=Lane.BULK)
        except DomainError as error:
            if not isinstance(error, NothingToInvoice):
                await self._waiting.keep(work, line.store_id, line.order_number, error)
            return line.refused(error)
        return line.asked_document(invoice.id)


class BulkInvoicing:
    """Opens batches of documents and shows them."""

    def __init__(self, office: Office, runner: EffectRunner, waiting: WaitingRoom) -> None:
        self._office = office
        self._waiting = waiting
        self._opening = BatchOpening(office, runner, BatchPurpose.DOCUMENTS)

    async def invoice(
        self,
        store_id: str,
        numbers: Sequence[int],
        *,
        key: str | None = None,
        fingerprint: str = "",
        wait: float = 0,
    ) -> DocumentBatch:
        """Ask for the documents of these orders; one that an order has already is its line's result.

        Takes and raises what :meth:`BatchOpening.open` does.
        """
        orders = [BatchOrder(order_number=number) for number in numbers]
        batch_id = await self._opening.open(store_id, orders, key=key, fingerprint=fingerprint, wait=wait)
        return await self.get(store_id, batch_id)

    async def get(self, store_id: str, batch_id: str) -> DocumentBatch:
        """A batch as it now is. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            batch, lines = await batch_with_lines(work, store_id, batch_id, BatchPurpose.DOCUMENTS)
            theirs = await work.order_lists.belongings(store_id, [line.order_number for line in lines])
            accounts = {one.id: one for one in await work.accounts.of_store(store_id)}
        invoices = _by_order(theirs.invoices)
        waiting = _by_order(one for one in theirs.waiting if one.purpose == SALE)
        shown = [self._shown(line, invoices[line.order_number], waiting[line.order_number], accounts) for line in lines]
        return DocumentBatch(batch, tuple(shown))

    async def by_key(self, store_id: str, key: str) -> DocumentBatch | None:
        """The batch that was asked for under this key, if any."""
        batch_id = await self._opening.by_key(store_id, key)
        return None if batch_id is None else await self.get(store_id, batch_id)

    async def page(self, store_id: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Batch]:
        """Batches, newest first."""
        return await self._opening.page(store_id, before=before, limit=limit)

    def _shown(
        self,
        line: BatchLine,
        invoices: Sequence[Invoice],
        waiting: Sequence[WaitingDocument],
        accounts: Mapping[str, Account],
    ) -> DocumentLine:
        if line.refusal is not None and line.refusal.code == OrderTwiceInBatch.code:
            return DocumentLine(line, DocumentState.REJECTED, None, None)
        document = _document(line, invoices)
        state = document_state_of(line, document)
        if state in {DocumentState.ISSUED, DocumentState.CREDITED}:
            return DocumentLine(line, state, document, None)
        reason = next((one for one in waiting if one.code not in UNLISTED), None)
        if document is not None and state is not DocumentState.REJECTED:
            reason = self._waiting.stuck(document, accounts)
        return DocumentLine(line, state, document, reason)


def _document(line: BatchLine, invoices: Sequence[Invoice]) -> Invoice | None:
    """What the line asked for; in the place of what was refused, what the order has got since."""
    own = next((one for one in invoices if one.id == line.invoice_id), None)
    if own is not None and document_state_of(line, own) is not DocumentState.REJECTED:
        return own
    return None if line.is_open else sale_in_force(invoices) or own


def _by_order(some: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for one in some:
        found[one.order_number].append(one)
    return found
