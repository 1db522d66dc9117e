"""Orders that should have a document and cannot get one: kept with the reason, and gone by themselves once it is mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from despacho_core.errors import (
    AccountNeedsAttention,
    DomainError,
    InvoicingRefused,
    NotFound,
    NotYetKnown,
    OrderNotPaid,
)
from despacho_core.fiscal import Invoice, InvoiceState
from despacho_core.stores import Account, AccountState
from despacho_core.waiting import SALE, WaitingDocument, waiting_for
from despacho_ports.persistence import UnitOfWork
from despacho_services.doing_over import doing_over
from despacho_services.office import Office

_REFUSED_ALONE = (OrderNotPaid, NotFound)
"""Said to whoever asks, and no reason to wait: there is no document that the order should have."""


class WaitingRoom:
    """The list of what waits.

    Most of it lies in a table of its own. What waits because its account was refused after the document had been asked for, or because
    nobody knows yet whether it was issued, is seen from the documents themselves.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    async def keep(
        self,
        work: UnitOfWork,
        store_id: str,
        order_number: int,
        error: DomainError,
        *,
        purpose: str = SALE,
        account_id: str | None = None,
    ) -> None:
        """Note why the order waits, in the caller's transaction. Refusals that concern the asker alone are not kept."""
        if isinstance(error, _REFUSED_ALONE):
            return
        waiting = waiting_for(
            error,
            store_id=store_id,
            order_number=order_number,
            at=self._office.now(),
            purpose=purpose,
            account_id=account_id,
        )
        await work.waiting.keep(waiting)

    async def keep_refusal(self, work: UnitOfWork, invoice: Invoice, message: str, *, field: str | None) -> None:
        """Note that the invoicing system said no."""
        account = await work.accounts.get(invoice.store_id, invoice.account_id)
        provider = self._office.provider_name(account) if account is not None else "?"
        error = InvoicingRefused(provider=provider, message=message, **({"field": field} if field else {}))
        purpose, account_id = invoice.credits_id or SALE, invoice.account_id
        await self.keep(work, invoice.store_id, invoice.order_number, error, purpose=purpose, account_id=account_id)

    async def of_store(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[WaitingDocument]:
        """What asks something of somebody, the latest first; a page may hold a few more than ``limit``."""
        async with self._office.units.begin(write=False) as work:
            kept = await work.waiting.page(store_id, before=before, limit=limit)
            pending = await work.invoices.open_of_store(store_id, before=before, limit=limit)
            accounts = {one.id: one for one in await work.accounts.of_store(store_id)}
            open_ones = [invoice for invoice in pending if await _is_owed(work, invoice)]
        stuck = [one for invoice in open_ones if (one := self.stuck(invoice, accounts)) is not None]
        everything = sorted([*kept, *stuck], key=lambda one: (one.since, one.order_number), reverse=True)
        last = everything[limit - 1].since if len(everything) > limit else None
        return [one for one in everything if last is None or one.since >= last]

    async def of_order(self, store_id: str, order_number: int) -> WaitingDocument | None:
        """Why the order waits for its receipt or invoice, if it does."""
        async with self._office.units.begin(write=False) as work:
            found = await work.waiting.page(store_id, order_number=order_number)
        return next((one for one in found if one.purpose == SALE), None)

    @doing_over
    async def dismiss(self, store_id: str, order_number: int) -> None:
        """A person says that the order needs no document: it is listed no more and not tried by itself; by hand it still is.

        Raises:
            NotFound: The order does not wait.
        """
        async with self._office.units.begin() as work:
            waiting = await work.waiting.get(store_id, order_number)
            if waiting is None:
                raise NotFound(what="waiting document", id=order_number)
            await work.waiting.keep(msgspec.structs.replace(waiting, code="dismissed", tried_at=self._office.now()))
            await work.commit()

    def stuck(self, invoice: Invoice, accounts: Mapping[str, Account]) -> WaitingDocument | None:
        """Why a document that was asked for is not issued yet, where that is more than a matter of seconds."""
        account = accounts.get(invoice.account_id)
        if account is not None and account.state is AccountState.NEEDS_ATTENTION:
            error: DomainError = AccountNeedsAttention(account=account.id, reason=account.problem or "")
        elif invoice.state is InvoiceState.UNCERTAIN:
            error = NotYetKnown(provider=self._office.provider_name(account) if account is not None else "?")
        else:
            return None
        return waiting_for(
            error,
            store_id=invoice.store_id,
            order_number=invoice.order_number,
            at=invoice.created_at,
            purpose=invoice.credits_id or SALE,
            account_id=invoice.account_id,
        )


async def _is_owed(work: UnitOfWork, invoice: Invoice) -> bool:
    """Whether anything is still under way: what a person has resolved by hand keeps its doubt, and waits for nothing."""
    if invoice.state is InvoiceState.REQUESTED:
        return True
    return any(not one.state.is_settled for one in await work.outbox.of_subject(invoice.store_id, invoice.id))
