"""Documents that are issued without anybody asking: when an order owes one, and trying again what had to wait."""

from __future__ import annotations

import logging
from datetime import timedelta

from despacho_core.document_rules import check_start, is_shipped
from despacho_core.errors import DomainError
from despacho_core.fiscal import DocumentKind, InvoiceState
from despacho_core.ledgers import Lane
from despacho_core.orders import Order, OrderStatus
from despacho_core.stores import InvoiceTrigger, Store
from despacho_core.waiting import REFUSED, SALE, UNLISTED, WaitingDocument
from despacho_ports.persistence import UnitOfWork
from despacho_services.doing_over import doing_over
from despacho_services.held_documents import sale_in_force, sales_of
from despacho_services.office import Office
from despacho_services.owing_documents import DocumentsOwed
from despacho_services.shops import zone_of
from despacho_services.waiting_room import WaitingRoom

log = logging.getLogger("despacho.invoicing")

LOOK_BACK = timedelta(days=90)
"""How far back the periodic look goes for orders that we hold and that have no document, unless the merchant says since when."""

BATCH = 200
_NOT_ASKED_FOR = UNLISTED | {"order-before-start"}


class SelfIssuing:
    """Applies the store's trigger and rules to orders, in the transaction that learnt something about them."""

    def __init__(self, office: Office, owed: DocumentsOwed, waiting: WaitingRoom) -> None:
        self._office = office
        self._owed = owed
        self._waiting = waiting

    async def consider(self, work: UnitOfWork, store: Store, order: Order, *, force: bool = False) -> list[Lane]:
        """Owe what this order owes by itself now, or note why it cannot; returns the lanes to wake.

        ``force`` puts to the invoicing system again what it has refused, because something else than the order has changed.
        """
        if order.status is OrderStatus.CANCELED:
            return await self._cancelled(work, store, order)
        waiting = await work.waiting.get(store.id, order.number)
        if not order.is_paid:
            if waiting is not None and waiting.code != "dismissed":
                await work.waiting.remove(store.id, order.number)
            return []
        try:
            if not await self._is_due(work, store, order, waiting):
                return []
            _, effect = await self._owed.sale(work, store, order, by_itself=not force)
        except DomainError as error:
            await self._waiting.keep(work, store.id, order.number, error)
            return []
        return [Lane.FISCAL] if effect is not None else []

    async def catch_up(self, store: Store) -> int:
        """Owe the documents of orders that we hold and that should have one: the trigger was changed, or something broke.

        Returns how many were looked at. What waits already is tried again by :meth:`retry`.
        """
        if store.settings.invoices is InvoiceTrigger.MANUAL:
            return 0
        since = store.settings.documents.since or max(store.created_at, self._office.now() - LOOK_BACK)
        count, after, found = 0, 0, BATCH
        while found == BATCH:
            async with self._office.units.begin(write=False) as work:
                records = await work.orders.without_document(store.id, seen_since=since, after=after, limit=BATCH)
            for record in records:
                await self._considered(store, record.order.number, force=False)
            count, found = count + len(records), len(records)
            if records:
                since, after = records[-1].first_seen_at, records[-1].order.number
        return count

    async def retry(self, store: Store, *, force: bool) -> int:
        """Try everything that waits in a store again; returns how many orders. ``force`` as in :meth:`consider`.

        What a system has refused is considered again on another day: it may have been for its date.
        """
        async with self._office.units.begin(write=False) as work:
            waiting = await work.waiting.page(store.id, limit=1_000)
        zone = zone_of(store)
        today = self._office.now().astimezone(zone).date()
        tried = [one for one in waiting if force or one.code != REFUSED or one.tried_at.astimezone(zone).date() < today]
        for number in dict.fromkeys(one.order_number for one in tried):
            await self._considered(store, number, force=force)
        return len(tried)

    async def account_works(self, store_id: str) -> None:
        """An account was added, changed, or found to work: what waits in its store is tried again."""
        await self.retry(await self._office.store(store_id), force=True)

    async def rules_changed(self, store_id: str) -> None:
        """The merchant decided otherwise: what waits in the store is tried again, but for what a system has refused."""
        await self.retry(await self._office.store(store_id), force=False)

    async def shipped(self, work: UnitOfWork, store_id: str, order_number: int) -> None:
        """A label was bought: the document may be owed now, in the caller's transaction."""
        store = await work.stores.get(store_id)
        record = await work.orders.get(store_id, order_number)
        wanted = store is not None and store.settings.invoices is InvoiceTrigger.ON_SHIPPED
        if store is not None and wanted and record is not None and record.order.is_paid:
            await self.consider(work, store, record.order)

    async def retry_order(self, store_id: str, order_number: int) -> None:
        """Try one order again, because something that its document needs was mended."""
        await self._considered(await self._office.store(store_id), order_number, force=True)

    @doing_over
    async def _considered(self, store: Store, order_number: int, *, force: bool) -> None:
        async with self._office.units.begin() as work:
            record = await work.orders.get(store.id, order_number)
            lanes = await self.consider(work, store, record.order, force=force) if record is not None else []
            await work.commit()
        await self._office.wake(*lanes)

    async def _is_due(self, work: UnitOfWork, store: Store, order: Order, waiting: WaitingDocument | None) -> bool:
        """Whether the document is owed now without being asked for. Raises ``OrderBeforeStart``."""
        if waiting is not None and waiting.code == "dismissed":
            return False
        # Shipments are locked before documents, as by whoever settles a purchase.
        waits = store.settings.invoices is InvoiceTrigger.ON_SHIPPED
        shipped = not waits or is_shipped(order, await work.shipments.of_order(store.id, order.number))
        held = await work.invoices.of_order(store.id, order.number)
        if waiting is not None and waiting.code not in _NOT_ASKED_FOR:
            return True  # somebody, or the rules, wanted it already
        if sale_in_force(held) is not None:
            return True  # only to be run
        if sales_of(held) or store.settings.invoices is InvoiceTrigger.MANUAL:
            return False  # what was wholly taken back is issued anew by a person alone
        return shipped and check_start(order, store.documents_start.astimezone(zone_of(store)))

    async def _cancelled(self, work: UnitOfWork, store: Store, order: Order) -> list[Lane]:
        """A cancelled order waits for no document any more, and owes a credit note over the one it has."""
        await work.waiting.remove(store.id, order.number, SALE)
        if not store.settings.credit_on_cancel:
            return []
        lanes: list[Lane] = []
        for invoice in await work.invoices.of_order(store.id, order.number):
            sale = invoice.kind is not DocumentKind.CREDIT_NOTE
            if not sale or invoice.state is not InvoiceState.ISSUED or invoice.credited_at is not None:
                continue
            try:
                _, effect = await self._owed.credit(work, store, invoice)
            except DomainError as error:
                await self._waiting.keep(work, store.id, order.number, error, purpose=invoice.id)
                continue
            lanes += [Lane.FISCAL] if effect is not None else []
        return lanes
