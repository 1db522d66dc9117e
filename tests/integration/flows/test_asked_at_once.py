"""People and programs that ask for the same thing at the same moment, while a worker is at it too."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from despacho_core.errors import BuyerIncomplete, CreditTooLarge
from despacho_core.fiscal_credits import Chosen
from despacho_core.stores import InvoiceTrigger
from despacho_sandbox.store.order import BillingInformation
from tests.town import Town, open_town


async def issues_when_asked(town: Town) -> None:
    settings = msgspec.structs.replace(town.store.settings, invoices=InvoiceTrigger.MANUAL)
    town.store = await town.services.installation.change_settings(town.store.id, settings)


async def test_all_who_ask_for_a_document_that_nobody_asked_for_yet_get_the_same_one(town: Town) -> None:
    await issues_when_asked(town)
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    asked = [town.services.invoicing.invoice(town.store.id, order.id, wait=10) for _ in range(8)]
    invoices = await asyncio.gather(*asked)
    assert len({invoice.public_id for invoice in invoices}) == 1
    assert town.at_invoicing(order) == [39]


async def test_all_who_ask_for_a_credit_note_get_the_same_one(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    invoice = await town.services.invoicing.invoice(town.store.id, order.id, wait=10)
    asked = [town.services.invoicing.credit(town.store.id, invoice.id, reason="Devuelto", wait=10) for _ in range(8)]
    notes = await asyncio.gather(*asked)
    assert len({note.public_id for note in notes}) == 1
    assert town.at_invoicing(order) == [39, 61]


async def test_all_who_ask_for_another_document_after_a_whole_credit_get_the_same_one(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    first = await town.services.invoicing.invoice(town.store.id, order.id, wait=10)
    await town.services.invoicing.credit(town.store.id, first.id, reason=None, wait=10)
    asked = [town.services.invoicing.invoice(town.store.id, order.id, wait=10) for _ in range(8)]
    anew = {invoice.public_id for invoice in await asyncio.gather(*asked)}
    assert len(anew) == 1
    assert first.public_id not in anew
    assert town.at_invoicing(order) == [39, 61, 39]


async def test_who_takes_parts_back_at_the_same_moment_takes_no_more_than_there_is(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code, "several")
    await town.take_in(order)
    invoice = await town.services.invoicing.invoice(town.store.id, order.id, wait=10)
    three_mugs = [Chosen(line=2, quantity=Decimal(3))]
    asked = [
        town.services.invoicing.credit(town.store.id, invoice.id, reason=None, wait=10, chosen=three_mugs)
        for _ in range(6)
    ]
    results = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one for one in results if isinstance(one, BaseException)]
    assert all(isinstance(one, CreditTooLarge) for one in refused), refused
    assert (len(refused), town.at_invoicing(order)) == (5, [39, 61])


async def test_all_who_are_refused_at_the_same_moment_leave_one_order_waiting(town: Town) -> None:
    await issues_when_asked(town)
    order = town.sandbox.store.place_order(town.store.code)
    order.billing_information = BillingInformation(company_name="Ferretería Austral SpA")
    await town.take_in(order)
    asked = [town.services.invoicing.invoice(town.store.id, order.id, wait=10) for _ in range(6)]
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(one) for one in results} == {BuyerIncomplete}
    assert [one.order_number for one in await town.services.waiting.of_store(town.store.id)] == [order.id]


@pytest.mark.postgresql
async def test_who_asks_for_a_document_does_not_wait_for_who_settles_it(postgresql_url: str, tmp_path: Path) -> None:
    """Who settles holds the effect and wants the document; who asks holds the document: waiting would be a deadlock."""
    async with open_town(postgresql_url, tmp_path) as town:
        order = town.sandbox.store.place_order(town.store.code)
        await town.webhook(order)
        await town.services.work.drain_inbox()
        [effect] = await town.services.ledgers.outbox(town.store.id)
        office = town.services.office

        async def ask() -> str:
            async with office.units.begin() as work:
                record = await work.orders.get(town.store.id, order.id)
                assert record is not None
                invoice, owed = await town.services.invoicing.owe_sale(work, town.store, record.order)
                assert owed is not None
                assert owed.id == effect.id
                return invoice.id

        async with office.units.begin() as settling:
            await settling.outbox.claim_one(effect.id, now=office.now(), lease=town.services.runner.policy.lease)
            async with asyncio.timeout(5):
                assert await asyncio.create_task(ask()) == effect.subject
