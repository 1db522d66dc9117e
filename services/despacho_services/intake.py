"""Working off the inbox: a message is only a trigger; the truth is read from the store."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta

from despacho_core.errors import DomainError, NotFound
from despacho_core.label_rules import owes_label
from despacho_core.ledgers import InboxRow, InboxState, Lane, backoff
from despacho_core.orders import Order, OrderStatus
from despacho_core.shipments import ShipmentWish
from despacho_core.stores import LabelTrigger, Store, StoreState
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized
from despacho_ports.persistence import UnitOfWork
from despacho_ports.storefront import MessageInvalid, StoreMessages
from despacho_services.carrier_pushes import listener
from despacho_services.doing_over import done_over
from despacho_services.office import Office
from despacho_services.reception import STORE_SOURCE
from despacho_services.self_issuing import SelfIssuing
from despacho_services.shipping import Shipping
from despacho_services.tracking import Tracking

log = logging.getLogger("despacho.intake")

GIVE_UP_AFTER = 12
ASLEEP_WAIT = timedelta(minutes=15)
LABELS_ARE_KEPT_WITHIN = timedelta(minutes=2)
"""A carrier may push the first event before its answer to our purchase is kept."""
PUSHED_TOO_EARLY_S = 45.0


class Intake:
    """Takes in orders, and decides what each owes."""

    def __init__(
        self, office: Office, messages: StoreMessages, documents: SelfIssuing, shipping: Shipping, tracking: Tracking
    ) -> None:
        self._office = office
        self._messages = messages
        self._documents = documents
        self._shipping = shipping
        self._tracking = tracking

    async def handle(self, row: InboxRow) -> None:
        """Work off one claimed row and settle it. Raises nothing but cancellation."""
        try:
            await self._handled(row)
        except MessageInvalid as error:
            await self._settle(row, InboxState.DEAD, f"cannot be read: {error}")
        except Unauthorized as error:
            await self._put_off(row, ASLEEP_WAIT, f"the store refuses our credentials: {error}")
        except RateLimited as error:
            await self._put_off(row, timedelta(seconds=error.retry_after), str(error))
        except (ProviderError, DomainError) as error:
            await self._failed(row, str(error))
        except Exception as error:
            log.exception("inbox row %s broke", row.id)
            await self._failed(row, f"the hub's own error: {error!r}")

    async def take_in(self, store: Store, number: int, *, told_by: InboxRow | None = None) -> Order | None:
        """Read one order from the store, keep it, and owe what it needs; None if the store has no such order.

        ``told_by`` is the claimed message that spoke of it: it is settled in the transaction that keeps the order.
        """
        read_at = self._office.now()
        try:
            order = await self._office.storefronts.of(store).order(number)
        except Rejected as error:
            if error.not_found:
                return None
            raise
        await self.keep(store, order, read_at=read_at, told_by=told_by)
        return order

    async def keep(self, store: Store, order: Order, *, read_at: datetime, told_by: InboxRow | None = None) -> None:
        """Keep an order as it was read, and owe what it needs, as one: whoever finds it read later need not decide again.

        ``told_by`` as in :meth:`take_in`.
        """

        async def keep() -> list[Lane]:
            async with self._office.units.begin() as work:
                _, lanes = await self.keep_in(work, store, order, read_at=read_at)
                if told_by is not None:
                    await work.inbox.settle(told_by, InboxState.DONE, order_number=order.number)
                await work.commit()
            return lanes

        await self._office.wake(*await done_over(keep))

    async def keep_in(
        self, work: UnitOfWork, store: Store, order: Order, *, read_at: datetime, sale: bool = True
    ) -> tuple[bool, list[Lane]]:
        """As :meth:`keep`, in the caller's transaction: whether it was kept, and the lanes to wake afterwards.

        Nothing happens if a newer reading is there. Without ``sale`` the caller owes a paid order's receipt or invoice itself.
        """
        if not await work.orders.save(store.id, order, read_at=read_at):
            return False, []
        return True, await self._owe(work, store, order, sale=sale)

    async def _handled(self, row: InboxRow) -> None:
        """Do what the message is about, and settle it."""
        if row.source == STORE_SOURCE and row.event.startswith("order"):
            await self._told_of_order(row)
            return
        store = await self._office.store(row.store_id)
        state = InboxState.IGNORED if row.source == STORE_SOURCE else await self._pushed(store, row)
        await self._settle(row, state, None)

    async def _told_of_order(self, row: InboxRow) -> None:
        """Read the order, unless it was read since the message came: one change brings several messages, and one reading serves all.

        Clocks of several machines may differ a little; what slips through is found by the reconciliation.
        """
        async with self._office.units.begin(write=False) as work:
            store = await work.stores.get(row.store_id)
            if store is None:
                raise NotFound(what="store", id=row.store_id)
            if store.state is StoreState.ASLEEP:
                raise Unauthorized("the store is asleep")
            number = self._messages.order_number(row.body)
            read_at = await work.orders.read_at(row.store_id, number)
        if read_at is not None and read_at > row.received_at:
            await self._settle(row, InboxState.DONE, None, number)
        elif await self.take_in(store, number, told_by=row) is None:
            await self._settle(row, InboxState.IGNORED, None)

    async def _pushed(self, store: Store, row: InboxRow) -> InboxState:
        account_id = row.source.partition(":")[2]
        async with self._office.units.begin(write=False) as work:
            account = await work.accounts.get(store.id, account_id)
        reader = listener(self._office, account) if account is not None else None
        if reader is None:
            return InboxState.IGNORED
        try:
            events = reader.decode_tracking(row.headers, row.body)
        except Rejected as error:
            raise MessageInvalid(error.message) from error
        taken = await self._tracking.take_in(store.id, events, account_id=account_id)
        if taken.unknown_numbers and self._office.now() - row.received_at < LABELS_ARE_KEPT_WITHIN:
            raise RateLimited("no label has the number yet", retry_after=PUSHED_TOO_EARLY_S)
        return InboxState.DONE

    async def _owe(self, work: UnitOfWork, store: Store, order: Order, *, sale: bool) -> list[Lane]:
        """The rules: what an order in this state owes. Every effect has a key, so that deciding twice changes nothing."""
        lanes: list[Lane] = []
        # Shipments are locked before documents, as by whoever settles a purchase.
        if order.status is OrderStatus.CANCELED:
            lanes += await self._owe_voids(work, store, order)
        elif order.is_paid and store.settings.labels is LabelTrigger.ON_PAID:
            lanes += await self._owe_label(work, store, order)
        if sale or not order.is_paid:
            lanes += await self._documents.consider(work, store, order)
        return lanes

    async def _owe_label(self, work: UnitOfWork, store: Store, order: Order) -> list[Lane]:
        if not owes_label(order, store.labels_start) or await work.shipments.of_order(store.id, order.number):
            return []
        try:
            await self._shipping.request_in(work, store.id, order.number, ShipmentWish(), lane=Lane.BULK)
        except DomainError as error:
            log.warning("no label for order %s of %s by itself: %s", order.number, store.code, error)
            return []
        return [Lane.BULK]

    async def _owe_voids(self, work: UnitOfWork, store: Store, order: Order) -> list[Lane]:
        shipments = await work.shipments.of_order(store.id, order.number)
        owed = [await self._shipping.void_for_cancelled_order(work, one) for one in shipments]
        return [Lane.INTERACTIVE] if any(owed) else []

    async def _failed(self, row: InboxRow, error: str) -> None:
        if row.attempts >= GIVE_UP_AFTER:
            await self._settle(row, InboxState.DEAD, error)
        else:
            await self._put_off(row, backoff(row.attempts, random.random()), error)  # noqa: S311 - spreads load

    async def _settle(self, row: InboxRow, state: InboxState, error: str | None, number: int | None = None) -> None:
        async with self._office.units.begin() as work:
            await work.inbox.settle(row, state, error=error, order_number=number)
            await work.commit()

    async def _put_off(self, row: InboxRow, wait: timedelta, error: str) -> None:
        async with self._office.units.begin() as work:
            await work.inbox.put_off(row, due_at=self._office.now() + wait, error=error)
            await work.commit()
