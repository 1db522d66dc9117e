"""The store's "Create invoice" button: answered while the merchant waits, and the same answer whenever it is clicked."""

from __future__ import annotations

import asyncio
from datetime import datetime

import msgspec

from despacho_core.errors import NotFound, NotYetKnown, ProviderDown
from despacho_core.fiscal import Invoice
from despacho_core.ledgers import EffectState, Lane
from despacho_core.orders import Order
from despacho_core.stores import Store
from despacho_ports.errors import ProviderError, Rejected
from despacho_ports.persistence import UnitOfWork
from despacho_ports.storefront import StoreMessages
from despacho_services.attaching import ATTACH
from despacho_services.doing_over import done_over
from despacho_services.intake import Intake
from despacho_services.invoicing import Asked, Invoicing
from despacho_services.office import Office

READ_SECONDS = 3.0
ISSUE_SECONDS = 8.0
ATTACH_SECONDS = 3.0
ENOUGH = 0.8
"""The part of its time that the platform must have left for a pending attachment to stay as it is."""

_DONE = {
    "es": "Documento {id} emitido.",
    "pt": "Documento {id} emitido.",
    "en": "Document {id} issued.",
}


class ButtonAnswer(msgspec.Struct, frozen=True):
    """What the platform attaches to the order (contract/jumpseller.md 5.3)."""

    url: str
    public_id: str
    message: str


class InvoiceButton:
    """Issues the document of the order that the merchant looks at."""

    def __init__(self, office: Office, messages: StoreMessages, intake: Intake, invoicing: Invoicing) -> None:
        self._office = office
        self._messages = messages
        self._intake = intake
        self._invoicing = invoicing

    async def press(self, store: Store, body: bytes) -> ButtonAnswer:
        """Issue, or return what was issued.

        The call's own order may be a reduced one without taxes, so the order is read from the store; the one that we hold is
        used while the store cannot be asked.

        Raises:
            MessageInvalid: The body cannot be read.
            DomainError: ``NotAvailable`` where trying later helps, everything else for the merchant to mend.
        """
        asked = await self._ask(store, self._messages.invoice_order(body).number)
        invoice = await self._invoicing.answered(asked, wait=ISSUE_SECONDS)
        await self._make_way(invoice)
        public_id = invoice.public_id or invoice.id
        return ButtonAnswer(
            url=self._office.links.document(invoice.token),
            public_id=public_id,
            message=_DONE[store.language].format(id=public_id),
        )

    async def _make_way(self, invoice: Invoice) -> None:
        """The platform attaches the document as soon as it has our answer: until then nobody else may be about to do so.

        What attaches it besides looks first, but between its look and its act the platform could come.

        Raises:
            NotYetKnown: It is being attached at this moment.
        """
        if await self._is_put_off(invoice):
            return
        deadline = asyncio.get_running_loop().time() + ATTACH_SECONDS
        while not await self._put_off(invoice):
            if asyncio.get_running_loop().time() >= deadline:
                raise NotYetKnown(provider="Jumpseller")
            await asyncio.sleep(0.05)

    async def _is_put_off(self, invoice: Invoice) -> bool:
        """Whether the platform has its time already, as after a document that was issued for the button just now."""
        async with self._office.units.begin(write=False) as work:
            effect = await work.outbox.by_key(invoice.store_id, f"{ATTACH}:{invoice.id}", change=False)
        if effect is None or effect.state is not EffectState.PENDING:
            return False
        return effect.due_at - self._office.now() >= self._invoicing.button_wait * ENOUGH

    async def _put_off(self, invoice: Invoice) -> bool:
        """Let a pending attachment wait until the platform has had its time; False while one is under way."""
        async with self._office.units.begin() as work:
            effect = await work.outbox.by_key(invoice.store_id, f"{ATTACH}:{invoice.id}")
            if effect is None or effect.state is not EffectState.PENDING:
                return effect is None or effect.state is not EffectState.RUNNING
            due_at = max(effect.due_at, self._office.now() + self._invoicing.button_wait)
            await work.outbox.save(msgspec.structs.replace(effect, due_at=due_at))
            await work.commit()
        return True

    async def _ask(self, store: Store, number: int) -> Asked:
        """Keep what the store says of the order, together with all that it owes, and ask for its document, as one.

        A webhook that told of the same state is settled by this reading.
        """
        read_at = self._office.now()
        read: Order | ProviderDown
        try:
            read = await self._read(store, number)
        except ProviderDown as error:
            read = error

        async def ask() -> tuple[Asked, list[Lane]]:
            async with self._office.units.begin() as work:
                order, lanes = await self._kept(work, store, number, read, read_at)
                asked = await self._invoicing.ask(work, store, order, button=True)
                await work.commit()
            return asked, lanes

        asked, lanes = await done_over(ask)
        await self._office.wake(*lanes)
        return asked

    async def _kept(
        self, work: UnitOfWork, store: Store, number: int, read: Order | ProviderDown, read_at: datetime
    ) -> tuple[Order, list[Lane]]:
        """The order as it was read, else as we hold it, and the lanes to wake."""
        lanes: list[Lane] = []
        if isinstance(read, Order):
            is_newest, lanes = await self._intake.keep_in(work, store, read, read_at=read_at, sale=False)
            if is_newest:
                return read, lanes
        record = await work.orders.get(store.id, number)
        if record is not None:
            return record.order, lanes
        raise read if isinstance(read, ProviderDown) else NotFound(what="order", id=number)

    async def _read(self, store: Store, number: int) -> Order:
        """The order as the store's API has it.

        Raises:
            NotFound: The store has no such order.
            ProviderDown: It cannot be asked.
        """
        try:
            async with asyncio.timeout(READ_SECONDS):
                return await self._office.storefronts.of(store).order(number)
        except Rejected as error:
            raise NotFound(what="order", id=number) from error
        except (ProviderError, TimeoutError) as error:
            raise ProviderDown(provider="Jumpseller", message=str(error)) from error
