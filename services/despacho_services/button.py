"""The store's "Create invoice" button: answered while the merchant waits, and the same answer whenever it is clicked."""

from __future__ import annotations

import asyncio

import msgspec

from despacho_core.errors import NotFound, NotYetKnown, ProviderDown
from despacho_core.fiscal import Invoice
from despacho_core.ledgers import EffectState
from despacho_core.stores import Store
from despacho_ports.errors import ProviderError, Rejected
from despacho_ports.storefront import StoreMessages
from despacho_services.attaching import ATTACH
from despacho_services.intake import Intake
from despacho_services.invoicing import Invoicing
from despacho_services.office import Office

READ_SECONDS = 3.0
ISSUE_SECONDS = 8.0
ATTACH_SECONDS = 3.0

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
        number = self._messages.invoice_order(body).number
        await self._refresh(store, number)
        invoice = await self._invoicing.invoice(store.id, number, wait=ISSUE_SECONDS, button=True)
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
        deadline = asyncio.get_running_loop().time() + ATTACH_SECONDS
        while not await self._put_off(invoice):
            if asyncio.get_running_loop().time() >= deadline:
                raise NotYetKnown(provider="Jumpseller")
            await asyncio.sleep(0.05)

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

    async def _refresh(self, store: Store, number: int) -> None:
        read_at = self._office.now()
        try:
            async with asyncio.timeout(READ_SECONDS):
                order = await self._office.storefronts.of(store).order(number)
        except Rejected as error:
            raise NotFound(what="order", id=number) from error
        except (ProviderError, TimeoutError) as error:
            async with self._office.units.begin(write=False) as work:
                if await work.orders.get(store.id, number) is None:
                    raise ProviderDown(provider="Jumpseller", message=str(error)) from error
            return
        # Together with all that it owes: a webhook that told of the same state is settled by this reading.
        await self._intake.keep(store, order, read_at=read_at, button=True)
