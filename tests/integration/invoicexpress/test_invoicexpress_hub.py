"""A whole hub with a Portuguese store and InvoiceXpress: paid orders become one document each, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from despacho.bootstrap import open_hub
from despacho_core.errors import ProviderDown
from despacho_core.fiscal import Invoice, InvoiceState
from despacho_invoicexpress import InvoiceXpress
from despacho_sandbox.invoicexpress.ledger import Document
from despacho_sandbox.kit.server import running_sandbox
from despacho_sandbox.store.order import Order
from despacho_sandbox.store.stores import StoreSpec
from tests.town import IMPATIENT, Silence, Town, TurnedClock, settings_for, settled_store
from tests.unit.invoicexpress.invoicexpress_cases import KEY

SHOP = "loja-porto"
FAULTS = ("fail_before", "cut_after", "malformed")
"""Every kind at every endpoint is tried against the provider alone."""


@asynccontextmanager
async def opened_shop(database_url: str, folder: Path) -> AsyncIterator[Town]:
    clock = TurnedClock()
    async with running_sandbox(port=0, seed=1) as sandbox:
        sandbox.store.add_store(StoreSpec(code=SHOP, country="PT"))
        async with open_hub(
            settings_for(sandbox, database_url, folder), Silence(), clock=clock, policy=IMPATIENT
        ) as hub:
            store = await settled_store(hub, sandbox, SHOP)
            account = await hub.services.accounts.add(
                store.id,
                "invoicexpress",
                name=None,
                settings={
                    "account": "loja-lisboa",
                    "api_key": KEY,
                    "base_url": f"{sandbox.url}/invoicexpress",
                },
            )
            yield Town(sandbox, hub, clock, store, account, account)


@pytest.fixture
async def shop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened_shop(sqlite_url, tmp_path) as town:
        yield town


async def invoices_of(town: Town, order: Order) -> list[Invoice]:
    async with town.services.office.units.begin(write=False) as work:
        return list(await work.invoices.of_order(town.store.id, order.id))


def issued(town: Town) -> list[Document]:
    return town.sandbox.invoicexpress.issued()


@pytest.mark.parametrize(
    ("kind", "number"), [("simple", "FR G/1"), ("several", "FR G/1"), ("company", "FT G/1"), ("digital", "FR G/1")]
)
async def test_a_paid_order_has_its_document_at_once_and_in_the_store(shop: Town, kind: str, number: str) -> None:
    order = shop.sandbox.store.place_order(SHOP, kind)
    await shop.take_in(order)
    [invoice] = await invoices_of(shop, order)
    [document] = issued(shop)
    assert (invoice.state, invoice.folio, invoice.problem) == (InvoiceState.ISSUED, number, None)
    assert document.legal_number == number
    assert document.sums.total == invoice.document.totals.total
    assert {line.tax_name for line in document.lines} == {"IVA23"}, "shipping bears the tax of the goods"
    [attached] = shop.sandbox.store.documents(order.id, SHOP)
    assert attached.public_id == number.replace(" ", "-").replace("/", "-")


async def test_its_pdf_can_be_opened(shop: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(InvoiceXpress, "pdf_waits", (0,))
    order = shop.sandbox.store.place_order(SHOP)
    await shop.take_in(order)
    [invoice] = await invoices_of(shop, order)
    shop.sandbox.invoicexpress.options.change({"pdf_polls": None})
    with pytest.raises(ProviderDown):
        await shop.services.invoicing.pdf(invoice)
    shop.sandbox.invoicexpress.options.change({"pdf_polls": 0})
    assert (await shop.services.invoicing.pdf(invoice)).content.startswith(b"%PDF")


async def test_a_cancelled_order_is_credited_as_a_whole(shop: Town) -> None:
    order = shop.sandbox.store.place_order(SHOP, "several")
    await shop.take_in(order)
    shop.sandbox.store.cancel(order.id, SHOP)
    await shop.webhook(order, "order_canceled")
    await shop.work()
    sale, note = issued(shop)
    assert (note.legal_number, note.owner_id) == ("NC G/1", sale.id)
    assert note.sums.total == sale.sums.total > Decimal(0)


@pytest.mark.parametrize("endpoint", ["create", "change_state"])
@pytest.mark.parametrize("kind", FAULTS)
async def test_whatever_goes_wrong_there_is_one_document_in_the_end(shop: Town, kind: str, endpoint: str) -> None:
    order = shop.sandbox.store.place_order(SHOP)
    await shop.fault("invoicexpress", kind, endpoint)
    await shop.webhook(order)
    await shop.work(seconds=30, rounds=10)
    [invoice] = await invoices_of(shop, order)
    assert invoice.state is InvoiceState.ISSUED
    assert [one.reference for one in issued(shop)] == [invoice.reference]
    assert len(shop.sandbox.store.documents(order.id, SHOP)) == 1


async def test_an_order_that_waits_for_the_merchant_says_why_and_is_issued_once_that_is_mended(shop: Town) -> None:
    # With two decimals: 14,90 / 1,23 = 12,11 and 1,00 / 1,23 = 0,81; 12,92 × 1,23 = 15,89 instead of 15,90
    simulator = shop.sandbox.invoicexpress
    simulator.options.change({"price_decimals": 2})
    order = shop.sandbox.store.place_order(SHOP, shipping="1.00")
    await shop.take_in(order)
    [refused] = await invoices_of(shop, order)
    assert refused.state is InvoiceState.REJECTED
    assert "15.89 EUR em vez de 15.90 EUR" in (refused.problem or "")
    assert [one.status for one in simulator.documents_for(refused.reference)] == ["deleted"]
    simulator.options.change({"price_decimals": 4})
    mended = await shop.services.invoicing.invoice(shop.store.id, order.id, wait=10)
    assert mended.state is InvoiceState.ISSUED
    assert [one.reference for one in issued(shop)] == [mended.reference]


async def test_an_exempt_order_waits_until_somebody_says_why_it_bears_no_tax(shop: Town) -> None:
    for product in shop.sandbox.store.store(SHOP).products:
        product.taxes = ()
    order = shop.sandbox.store.place_order(SHOP)
    await shop.take_in(order)
    [refused] = await invoices_of(shop, order)
    assert "motivo de isenção" in (refused.problem or "")
    assert not simulated_documents(shop)


def simulated_documents(town: Town) -> list[Document]:
    return list(town.sandbox.invoicexpress.ledger.documents.values())
