"""Attaching issued documents to the store's order."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from despacho_core.errors import NotFound
from despacho_core.fiscal import DocumentKind, Invoice
from despacho_core.ledgers import Effect, Lane
from despacho_core.stores import Store
from despacho_ports.persistence import UnitOfWork
from despacho_ports.storefront import AttachedDocument
from despacho_services.handling import NotYet, Parties, Settlement
from despacho_services.identifiers import new_id
from despacho_services.office import Office

ATTACH = "attach"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class AttachHandler:
    """Attaches an issued document to the store's order, unless it hangs there already."""

    kind = ATTACH
    repeatable = False

    def __init__(self, office: Office) -> None:
        self._office = office

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Look first: the store's button attaches by itself."""
        invoice = await self._invoice(effect)
        found = await self._found(invoice, parties.store)
        if found is not None:
            return found
        if invoice.public_id is None or invoice.external_id is None:
            raise NotYet("the document is not issued yet")
        await self._office.storefronts.of(parties.store).attach_document(
            invoice.order_number,
            AttachedDocument(
                document_type=_document_type(invoice),
                public_id=invoice.public_id,
                external_id=invoice.external_id,
                url=self._office.links.document(invoice.token),
            ),
        )
        return self._attached(invoice)

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
        """Look through the order's documents."""
        return await self._found(await self._invoice(effect), parties.store)

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """The document shows what the store objected to."""
        invoice = await invoice_of(work, effect)
        await work.invoices.save(msgspec.structs.replace(invoice, problem=f"the store refused: {message}"))

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nothing to write: it is looked for."""

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """Nothing to write."""

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:
        """Nothing to write: the ledger says it."""

    async def _invoice(self, effect: Effect) -> Invoice:
        async with self._office.units.begin(write=False) as work:
            return await invoice_of(work, effect)

    async def _found(self, invoice: Invoice, store: Store) -> Settlement | None:
        documents = await self._office.storefronts.of(store).documents_of(invoice.order_number)
        there = any(
            one.public_id == invoice.public_id and one.document_type == _document_type(invoice) for one in documents
        )
        return self._attached(invoice) if there else None

    def _attached(self, invoice: Invoice) -> Settlement:
        now = self._office.now()

        async def apply(work: UnitOfWork) -> None:
            current = await work.invoices.get(invoice.store_id, invoice.id)
            if current is not None:
                await work.invoices.save(msgspec.structs.replace(current, attached_at=now))

        return Settlement(apply)


def path_safe(public_id: str) -> str:
    """A human number as one segment of the platform's paths, whoever made it: ``FR 2026/17`` becomes ``FR-2026-17``."""
    return _UNSAFE.sub("-", public_id).strip("-.") or "-"


def attach_effect(
    invoice: Invoice, *, now: datetime, wait: timedelta = timedelta(0), lane: Lane = Lane.FISCAL
) -> Effect:
    """The effect that attaches an issued document, due after ``wait``."""
    return Effect(
        id=new_id(),
        store_id=invoice.store_id,
        key=f"{ATTACH}:{invoice.id}",
        kind=ATTACH,
        subject=invoice.id,
        lane=lane,
        created_at=now,
        due_at=now + wait,
    )


async def invoice_of(work: UnitOfWork, effect: Effect) -> Invoice:
    """The document that an effect is about. Raises ``NotFound``."""
    invoice = await work.invoices.get(effect.store_id, effect.subject)
    if invoice is None:
        raise NotFound(what="invoice", id=effect.subject)
    return invoice


def _document_type(invoice: Invoice) -> int:
    """0 credit note, 1 invoice (contract/jumpseller.md 4.5)."""
    return 0 if invoice.kind is DocumentKind.CREDIT_NOTE else 1
