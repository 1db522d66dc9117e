"""Settling documents of which nobody knows whether they were issued, by what a person found at the invoicing system.

What was issued needs its number: the store's order shows it, a credit note names it, and nobody else may have it. Its amounts are those
that were asked for.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from despacho_core.errors import Conflict, FileTooLarge, FileUnreadable, Invalid, NotFound
from despacho_core.fiscal import Invoice, InvoiceState
from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_ports.invoicing import IssuedDocument
from despacho_ports.persistence import UnitOfWork
from despacho_ports.shipment_lists import InvoiceFilter
from despacho_services.attaching import path_safe
from despacho_services.doing_over import doing_over, done_over
from despacho_services.issued_documents import IssuedDocuments
from despacho_services.ledger_desk import LedgerDesk
from despacho_services.office import Office
from despacho_services.owing_documents import ISSUE

MOST_PDF = 5_000_000
"""Octets of a PDF that a person gives."""

LONGEST_NUMBER = 40
BY_HAND = "by-hand:"
"""How the id begins that stands for the invoicing system's own where nobody gave that: it is nobody's, so no other document is fetched."""

_PREFIX = re.compile(r"^(?:folio|n[°º.]|#)\s*", re.IGNORECASE)
_TYPE_AND_FOLIO = re.compile(r"[0-9]{2,3}-0*([0-9]+)")


class DocumentNumberInvalid(Invalid):
    """Not the number of a fiscal document."""

    code = "document-number-invalid"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "“{number}” is no number of a document. Write it as it stands on the document, such as 39-1020 or FR 2026/17.",
        "es": "“{number}” no es el número de un documento. Escríbelo como aparece en el documento, por ejemplo 39-1020 o FR 2026/17.",
        "pt": "“{number}” não é o número de um documento. Escreva-o como está no documento, por exemplo 39-1020 ou FR 2026/17.",
    }


class DocumentNumberTaken(Conflict):
    """Another document of the account has this number."""

    code = "document-number-taken"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "The document of order {order} has the number {number} already. Look at the invoicing system once more.",
        "es": "El documento del pedido {order} ya tiene el número {number}. Revísalo de nuevo en el sistema de facturación.",
        "pt": "O documento da encomenda {order} já tem o número {number}. Verifique-o de novo no sistema de faturação.",
    }


@dataclass(frozen=True)
class FoundDocument:
    """A document as a person found it.

    Attributes:
        number: As it stands on the document, with its type or series where it has one: ``39-1020``, ``FR 2026/17``.
        external_id: The system's own id of it, if that is known; without it the system cannot be asked for it.
        pdf: The document itself.
    """

    number: str
    external_id: str = ""
    pdf: bytes | None = None

    def as_issued(self) -> IssuedDocument:
        """What the invoicing system would have answered. Raises ``DocumentNumberInvalid``."""
        public_id, folio = document_number(self.number)
        own = self.external_id.strip()
        return IssuedDocument(external_id=own or f"{BY_HAND}{public_id}", public_id=public_id, folio=folio)


class SettlingDocuments:
    """Settles documents in doubt."""

    def __init__(self, office: Office, ledgers: LedgerDesk, documents: IssuedDocuments) -> None:
        self._office = office
        self._ledgers = ledgers
        self._documents = documents

    async def issued(self, store_id: str, invoice_id: str, found: FoundDocument, *, note: str) -> Invoice:
        """It was issued, under this number: all follows as if the system had answered.

        Said once more of a document that was settled so, it adds the PDF that was missing.

        Raises:
            NotFound: No such document.
            WrongState: Nothing about it is in doubt, or somebody is looking for it just now.
            DocumentNumberInvalid: That is no number.
            DocumentNumberTaken: Another document of the account has it.
            FileTooLarge: The PDF has more than 5,000,000 octets.
            FileUnreadable: It is no PDF, or a blank one.
        """
        issued = found.as_issued()
        await self._check(found.pdf)
        invoice = await done_over(lambda: self._settled(store_id, invoice_id, issued, note))
        if found.pdf is not None:
            await self._documents.keep_pdf(invoice, found.pdf, public_id=issued.public_id)
        await self._office.wake(Lane.FISCAL)
        return invoice

    @doing_over
    async def not_issued(self, store_id: str, invoice_id: str, *, note: str) -> Effect:
        """It certainly was not: it is issued once more. Raises ``NotFound`` and ``WrongState`` as :meth:`issued`."""
        async with self._office.units.begin() as work:
            effect = await _issuing(work, store_id, invoice_id)
            resolved = await self._ledgers.resolve_in(work, effect, happened=False, note=note)
            await work.commit()
        await self._office.wake(resolved.lane)
        return resolved

    async def _settled(self, store_id: str, invoice_id: str, issued: IssuedDocument, note: str) -> Invoice:
        async with self._office.units.begin(write=False) as work:
            seen = await work.invoices.get(store_id, invoice_id)
            credits_id = seen.credits_id if seen is not None else None
        async with self._office.units.begin() as work:
            effect = await _issuing(work, store_id, invoice_id)
            # Whoever gives a number meanwhile waits here, and then sees this one.
            await work.invoices.take_turn(store_id)
            if credits_id is not None:  # what is credited is locked before its notes, as by everybody
                await work.invoices.get(store_id, credits_id)
            invoice = await work.invoices.get(store_id, invoice_id)
            if invoice is None:
                raise NotFound(what="invoice", id=invoice_id)
            if _is_said_again(invoice, issued):
                return invoice
            if effect.state is EffectState.UNCERTAIN or invoice.state is not InvoiceState.UNCERTAIN:
                await self._ledgers.resolve_in(work, effect, happened=True, note=note)
            await _check_free(work, invoice, issued)
            invoice = await self._documents.keep_in(work, invoice, issued)
            await work.commit()
        return invoice

    async def _check(self, pdf: bytes | None) -> None:
        if pdf is None:
            return
        if len(pdf) > MOST_PDF:
            raise FileTooLarge(what="document", octets=len(pdf), most=MOST_PDF)
        try:
            await asyncio.to_thread(self._office.renderer.check, pdf)
        except ValueError as error:
            raise FileUnreadable(what="document", reason=str(error), formats="PDF") from error


def document_number(text: str) -> tuple[str, str]:
    """The number as people and paths have it, and the legal number alone: ``39-1020`` and ``1020``, ``FR-2026-17`` and ``FR 2026/17``.

    Raises:
        DocumentNumberInvalid: It has no digit, is too long, or has characters that nobody can see.
    """
    shown = _PREFIX.sub("", " ".join(text.split())).upper()
    if len(shown) > LONGEST_NUMBER or not shown.isprintable() or not any(char in "0123456789" for char in shown):
        raise DocumentNumberInvalid(number=text[:LONGEST_NUMBER])
    typed = _TYPE_AND_FOLIO.fullmatch(shown)
    if typed:
        kind = shown.partition("-")[0]
        return f"{kind}-{typed[1]}", typed[1]
    folio = shown.lstrip("0") or "0" if shown.isdecimal() else shown
    return path_safe(folio), folio


async def _issuing(work: UnitOfWork, store_id: str, invoice_id: str) -> Effect:
    """What issues it, kept for this unit: two people who settle it do so one after the other."""
    effects = [one for one in await work.outbox.of_subject(store_id, invoice_id) if one.kind == ISSUE]
    if not effects:
        raise NotFound(what="invoice", id=invoice_id)
    return await work.outbox.get(store_id, effects[-1].id) or effects[-1]


def _is_said_again(invoice: Invoice, issued: IssuedDocument) -> bool:
    by_hand = (invoice.external_id or "").startswith(BY_HAND) or invoice.external_id == issued.external_id
    return invoice.state is InvoiceState.ISSUED and by_hand and invoice.public_id == issued.public_id


async def _check_free(work: UnitOfWork, invoice: Invoice, issued: IssuedDocument) -> None:
    """A number is one document's; one without its type or series is taken by any of the same kind that ends in it."""
    held: dict[str, Invoice] = {}
    for text in {issued.public_id, issued.folio}:
        some = await work.shipment_lists.invoices(invoice.store_id, InvoiceFilter(text=text))
        held |= {one.id: one for one in some if one.id != invoice.id and one.account_id == invoice.account_id}
    for one in held.values():
        alike = one.kind is invoice.kind and one.folio == issued.folio
        bare = issued.public_id == issued.folio or one.public_id == one.folio
        if one.public_id == issued.public_id or (alike and bare):
            raise DocumentNumberTaken(order=one.order_number, number=one.public_id or one.folio or "")
