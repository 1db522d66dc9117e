"""Documents that a person found: one number each however many people are at it, and all that follows from being issued."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from despacho.bootstrap import Hub
from despacho_core.errors import NotFound, WrongState
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.ledgers import EffectState
from despacho_core.orders import OrderStatus
from despacho_core.stores import Store
from despacho_ports.errors import Uncertain
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import Provider, ProviderKind
from despacho_services.settling_documents import BY_HAND, DocumentNumberTaken, FoundDocument
from tests.shop import open_shop, paid_order, provider


class Mute:
    """An invoicing system that answers nothing, and cannot be asked what it did."""

    async def issue_document(self, request: IssueRequest) -> IssuedDocument:
        raise Uncertain("the connection was cut")

    async def credit_document(self, request: IssueRequest) -> IssuedDocument:
        raise Uncertain("the connection was cut")


def invoicing() -> Provider:
    """The system as a provider."""
    return msgspec.structs.replace(provider("mute", Mute), kind=ProviderKind.INVOICING)


class Desk:
    """Somebody with the system's own pages open."""

    def __init__(self, hub: Hub, store: Store) -> None:
        self.hub, self.store, self.settling = hub, store, hub.services.settling_documents

    async def in_doubt(self, number: int) -> Invoice:
        """The document of a new order, of which nobody knows."""
        await paid_order(self.hub, self.store, number)
        batch = await self.hub.services.bulk_invoicing.invoice(self.store.id, [number], wait=10)
        await self.hub.services.work.look_at_everything()
        invoice = await self.now(batch.lines[0].line.invoice_id or "")
        assert invoice.state is InvoiceState.UNCERTAIN
        return invoice

    async def now(self, invoice_id: str) -> Invoice:
        return await self.hub.services.invoicing.get(self.store.id, invoice_id)

    async def found(self, invoice: Invoice, number: str, *, external_id: str = "") -> Invoice:
        found = FoundDocument(number=number, external_id=external_id)
        return await self.settling.issued(self.store.id, invoice.id, found, note="seen there")


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_shop(database_url, tmp_path, [invoicing()]) as (hub, store):
        yield Desk(hub, store)


async def test_two_people_give_the_same_number_to_two_documents_and_one_of_them_is_refused(desk: Desk) -> None:
    documents = [await desk.in_doubt(1001), await desk.in_doubt(1002)]
    answers = await asyncio.gather(*(desk.found(one, "39-7") for one in documents), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == [DocumentNumberTaken.__name__, Invoice.__name__]
    after = [await desk.now(one.id) for one in documents]
    assert sorted(one.state for one in after) == [InvoiceState.ISSUED, InvoiceState.UNCERTAIN]


async def test_two_people_settle_one_document_once(desk: Desk) -> None:
    invoice = await desk.in_doubt(1001)
    answers = await asyncio.gather(
        *(desk.found(invoice, number) for number in ("39-7", "39-8")), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in answers) == [Invoice.__name__, WrongState.__name__]
    assert (await desk.now(invoice.id)).public_id in {"39-7", "39-8"}
    again = await desk.found(invoice, (await desk.now(invoice.id)).public_id or "")
    assert again.state is InvoiceState.ISSUED, "the same said again changes nothing"


async def test_its_own_id_is_kept_or_one_that_is_nobodys(desk: Desk) -> None:
    first, second = await desk.in_doubt(1001), await desk.in_doubt(1002)
    assert (await desk.found(first, "FR 2026/17", external_id=" 4711 ")).external_id == "4711"
    named = await desk.found(second, "4711")
    assert named.external_id == f"{BY_HAND}4711", "a number is not an id: that may be another document's"
    assert (await desk.now(first.id)).folio == "FR 2026/17"


async def test_an_order_that_was_cancelled_meanwhile_gets_its_credit_note(desk: Desk) -> None:
    invoice = await desk.in_doubt(1001)
    office = desk.hub.services.office
    async with office.units.begin() as work:
        record = await work.orders.get(desk.store.id, 1001)
        assert record is not None
        changed = msgspec.structs.replace(record.order, status=OrderStatus.CANCELED)
        assert await work.orders.save(desk.store.id, changed, read_at=office.now())
        await work.commit()
    await desk.found(invoice, "39-7")
    _, note = (await desk.hub.services.reading.order(desk.store.id, 1001)).invoices
    assert (note.kind, note.credits_id) == (DocumentKind.CREDIT_NOTE, invoice.id)
    assert note.document.credits is not None
    assert note.document.credits.folio == "7"


async def test_what_is_not_there_is_issued_once_more_and_another_stores_is_not_there(desk: Desk) -> None:
    invoice = await desk.in_doubt(1001)
    for store, what in (("other", invoice.id), (desk.store.id, "nothing")):
        with pytest.raises(NotFound):
            await desk.settling.issued(store, what, FoundDocument(number="39-7"), note="x")
    effect = await desk.settling.not_issued(desk.store.id, invoice.id, note="looked through all of the month")
    assert (effect.state, effect.message) == (EffectState.PENDING, "looked through all of the month")
    assert (await desk.now(invoice.id)).state is InvoiceState.REQUESTED
    with pytest.raises(WrongState):
        await desk.settling.not_issued(desk.store.id, invoice.id, note="again")
