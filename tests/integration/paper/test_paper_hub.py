"""A whole hub with a store that invoices on paper: a paid order has one document, attached, and taken back when it is cancelled."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from despacho.bootstrap import open_hub
from despacho.provider_loader import ProviderCatalogue
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.stores import Store
from despacho_paper import Paper, PaperSettings, despacho_providers
from despacho_ports.errors import Uncertain
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import Toolbox
from despacho_sandbox.kit.server import running_sandbox
from despacho_sandbox.store.order import Order
from despacho_sandbox.store.stores import StoreSpec
from tests.town import FIRST_STORE, IMPATIENT, SECOND_STORE, Silence, Town, TurnedClock, settings_for, settled_store

SETTINGS: dict[str, object] = {"issuer_name": "Panadería São João", "tax_id": "76.795.561-8"}
LISBON = "loja-lisboa"


class TornPaper(Paper):
    """Draws, and is cut off before it can answer: the first time for each reference."""

    def __init__(self, settings: PaperSettings, toolbox: Toolbox) -> None:
        super().__init__(settings, toolbox)
        self._torn: set[str] = set()

    async def issue_document(self, request: IssueRequest) -> IssuedDocument:
        return await self._cut_off(request, await super().issue_document(request))

    async def credit_document(self, request: IssueRequest) -> IssuedDocument:
        return await self._cut_off(request, await super().credit_document(request))

    async def _cut_off(self, request: IssueRequest, issued: IssuedDocument) -> IssuedDocument:
        if request.reference not in self._torn:
            self._torn.add(request.reference)
            raise Uncertain("the process died here")
        return issued


@asynccontextmanager
async def opened_shop(
    database_url: str, folder: Path, *, connector: type[Paper] = Paper, code: str = FIRST_STORE, **changes: object
) -> AsyncIterator[Town]:
    clock = TurnedClock()
    (provider,) = despacho_providers()
    catalogue = ProviderCatalogue({provider.id: msgspec.structs.replace(provider, connector=connector)})
    async with running_sandbox(port=0, seed=1) as sandbox:
        sandbox.store.add_store(StoreSpec(code=LISBON, country="PT"))
        settings = settings_for(sandbox, database_url, folder)
        async with open_hub(settings, Silence(), clock=clock, policy=IMPATIENT, catalogue=catalogue) as hub:
            store = await settled_store(hub, sandbox, code)
            account = await hub.services.accounts.add(store.id, "paper", name=None, settings=SETTINGS | changes)
            yield Town(sandbox, hub, clock, store, account, account)


@pytest.fixture
async def shop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened_shop(sqlite_url, tmp_path) as town:
        yield town


async def invoices_of(town: Town, order: Order, store: Store | None = None) -> list[Invoice]:
    async with town.services.office.units.begin(write=False) as work:
        return list(await work.invoices.of_order((store or town.store).id, order.id))


async def read(town: Town, invoice: Invoice) -> str:
    stored = await town.services.invoicing.pdf(invoice)
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(stored.content)).pages)


@pytest.mark.parametrize("kind", ["simple", "several", "company", "digital"])
async def test_a_paid_order_has_its_paper_at_once_in_the_hub_and_in_the_store(shop: Town, kind: str) -> None:
    order = shop.sandbox.store.place_order(FIRST_STORE, kind)
    await shop.take_in(order)
    [invoice] = await invoices_of(shop, order)
    assert (invoice.state, invoice.problem) == (InvoiceState.ISSUED, None)
    assert (invoice.public_id or "").startswith(f"P-{order.id}-")
    [attached] = shop.sandbox.store.documents(order.id, FIRST_STORE)
    assert (attached.public_id, attached.document_type) == (invoice.public_id, 1)
    text = await read(shop, invoice)
    total = f"{invoice.document.totals.total:,}".replace(",", ".")
    assert f"Comprobante de venta N.º {invoice.public_id}" in text
    assert "DOCUMENTO SIN VALIDEZ FISCAL" in text
    assert f"Total {total} CLP" in text
    assert invoice.reference in text


async def test_a_portuguese_store_has_its_paper_in_euros_and_portuguese(sqlite_url: str, tmp_path: Path) -> None:
    async with opened_shop(sqlite_url, tmp_path, code=LISBON, language="pt", series="TESTE") as shop:
        order = shop.sandbox.store.place_order(LISBON)
        await shop.take_in(order)
        [invoice] = await invoices_of(shop, order)
        text = await read(shop, invoice)
        assert f"Comprovativo de venda N.º TESTE-{order.id}-" in text
        assert f"Total {invoice.document.totals.total} EUR".replace(".", ",") in text
        assert "não serve de fatura" in text


async def test_a_cancelled_order_is_taken_back_on_a_paper_of_its_own(shop: Town) -> None:
    order = shop.sandbox.store.place_order(FIRST_STORE, "several")
    await shop.take_in(order)
    shop.sandbox.store.cancel(order.id, FIRST_STORE)
    await shop.webhook(order, "order_canceled")
    await shop.work()
    sale, note = sorted(await invoices_of(shop, order), key=lambda one: one.credits_id is not None)
    assert (note.kind, note.state, note.credits_id) == (DocumentKind.CREDIT_NOTE, InvoiceState.ISSUED, sale.id)
    assert note.document.totals == sale.document.totals
    assert (note.public_id or "").startswith(f"PC-{order.id}-")
    attached = {one.public_id: one.document_type for one in shop.sandbox.store.documents(order.id, FIRST_STORE)}
    assert attached == {sale.public_id: 1, note.public_id: 0}
    assert f"Deja sin efecto {sale.public_id}" in await read(shop, note)


async def test_two_clicks_and_a_webhook_are_one_document(shop: Town) -> None:
    order = shop.sandbox.store.place_order(FIRST_STORE)
    press = shop.services.button.press
    body = msgspec.json.encode({"order": {"id": order.id}})
    first, second, _ = await asyncio.gather(press(shop.store, body), press(shop.store, body), shop.webhook(order))
    await shop.work(seconds=30)
    [invoice] = await invoices_of(shop, order)
    assert {first.public_id, second.public_id} == {invoice.public_id}
    assert first.url == second.url
    assert len(shop.sandbox.store.documents(order.id, FIRST_STORE)) == 1


async def test_what_was_cut_off_after_issuing_is_found_and_is_one(sqlite_url: str, tmp_path: Path) -> None:
    async with opened_shop(sqlite_url, tmp_path, connector=TornPaper) as shop:
        order = shop.sandbox.store.place_order(FIRST_STORE)
        await shop.webhook(order)
        await shop.work()
        [doubtful] = await invoices_of(shop, order)
        assert doubtful.state is InvoiceState.UNCERTAIN
        await shop.work(seconds=10)
        shop.sandbox.store.cancel(order.id, FIRST_STORE)
        await shop.webhook(order, "order_canceled")
        await shop.work(seconds=10)
        both = await invoices_of(shop, order)
        assert [one.state for one in both] == [InvoiceState.ISSUED] * 2
        attached = [one.public_id for one in shop.sandbox.store.documents(order.id, FIRST_STORE)]
        assert len(attached) == 2
        assert set(attached) == {one.public_id for one in both}
        for one in both:
            assert f"N.º {one.public_id}" in await read(shop, one)


async def test_two_stores_with_one_series_never_share_a_number(shop: Town) -> None:
    other = await settled_store(shop.hub, shop.sandbox, SECOND_STORE)
    await shop.services.accounts.add(other.id, "paper", name=None, settings=SETTINGS)
    order = shop.sandbox.store.place_order(FIRST_STORE)
    await shop.take_in(order)
    [here] = await invoices_of(shop, order)
    async with shop.services.office.units.begin() as work:
        record = await work.orders.get(shop.store.id, order.id)
        assert record is not None
        await work.orders.save(other.id, record.order, read_at=shop.clock.now())
        await work.commit()
    there = await shop.services.invoicing.invoice(other.id, order.id, wait=10)
    assert there.order_number == here.order_number
    assert there.public_id != here.public_id


async def test_a_paper_stays_as_it_was_issued_whatever_is_changed_afterwards(shop: Town) -> None:
    order = shop.sandbox.store.place_order(FIRST_STORE)
    await shop.take_in(order)
    [invoice] = await invoices_of(shop, order)
    before = await shop.services.invoicing.pdf(invoice)
    await shop.services.accounts.remove(shop.store.id, shop.invoicing.id)
    assert await shop.services.invoicing.pdf(invoice) == before


async def test_an_order_cancelled_while_its_document_hung_in_doubt_has_both_papers(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with opened_shop(sqlite_url, tmp_path, connector=TornPaper) as shop:
        order = shop.sandbox.store.place_order(FIRST_STORE)
        await shop.take_in(order)
        shop.sandbox.store.cancel(order.id, FIRST_STORE)
        await shop.webhook(order, "order_canceled")
        await shop.work(seconds=10)
        kinds = sorted(one.kind for one in await invoices_of(shop, order) if one.state is InvoiceState.ISSUED)
        assert kinds == [DocumentKind.CREDIT_NOTE, DocumentKind.RECEIPT]
