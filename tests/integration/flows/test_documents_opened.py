"""A buyer opens an invoice: what the invoicing system says then decides between a page, a later try and none at all."""

from __future__ import annotations

import pytest

from despacho_core.errors import AccountRemoved, ProviderDown
from despacho_core.fiscal import Invoice
from tests.town import Town


async def issued(town: Town) -> Invoice:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    async with town.services.office.units.begin(write=False) as work:
        [invoice] = await work.invoices.of_order(town.store.id, order.id)
    return invoice


async def test_a_short_pause_that_the_invoicing_system_asks_for_is_waited_out(small_town: Town) -> None:
    invoice = await issued(small_town)
    await small_town.fault("openfactura", "rate_limited", "document.pdf", retry_after=0)
    assert (await small_town.services.invoicing.pdf(invoice)).content.startswith(b"%PDF")


async def test_a_long_pause_is_not_waited_out(small_town: Town) -> None:
    invoice = await issued(small_town)
    await small_town.fault("openfactura", "rate_limited", "document.pdf", retry_after=60)
    with pytest.raises(ProviderDown):
        await small_town.services.invoicing.pdf(invoice)


async def test_an_invoicing_system_that_cannot_be_asked_now_is_no_missing_document(small_town: Town) -> None:
    invoice = await issued(small_town)
    await small_town.fault("openfactura", "fail_before", "document.pdf")
    with pytest.raises(ProviderDown):
        await small_town.services.invoicing.pdf(invoice)
    assert (await small_town.services.invoicing.pdf(invoice)).content.startswith(b"%PDF")


async def test_a_document_that_was_opened_once_outlives_its_account_and_one_that_never_was_says_why(
    small_town: Town,
) -> None:
    opened, never = await issued(small_town), await issued(small_town)
    before = await small_town.services.invoicing.pdf(opened)
    await small_town.services.accounts.remove(small_town.store.id, small_town.invoicing.id)
    assert await small_town.services.invoicing.pdf(opened) == before
    with pytest.raises(AccountRemoved, match="no pdf of it was kept"):
        await small_town.services.invoicing.pdf(never)
