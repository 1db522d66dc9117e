"""Parts of a document taken back, by several people at once on both databases: never more than was invoiced, and in the end all of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from despacho_core.errors import CreditTooLarge, DomainError, InvoicingRefused
from despacho_core.fiscal import FiscalTotals, Invoice
from despacho_core.fiscal_credits import Chosen, remaining
from despacho_core.stores import InvoiceTrigger
from despacho_sandbox.store.order import Order
from tests.town import Town, open_town

SHIRTS, MUGS = 1, 2


@pytest.fixture
async def home(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """On one database: where it is not what matters."""
    async with open_town(sqlite_url, tmp_path) as opened:
        yield opened


async def sold(town: Town) -> tuple[Order, Invoice]:
    """An order of 2 shirts, 4 mugs and a book, with its boleta."""
    order = town.sandbox.store.place_order(town.store.code, "several")
    await town.take_in(order)
    return order, await town.services.invoicing.invoice(town.store.id, order.id, wait=10)


async def credit(town: Town, sale: Invoice, *chosen: Chosen) -> Invoice:
    ask = town.services.invoicing.credit
    return await ask(town.store.id, sale.id, reason=None, wait=10, chosen=chosen or None)


def units(line: int, quantity: int) -> Chosen:
    return Chosen(line=line, quantity=Decimal(quantity))


async def all_of(town: Town, *asked: asyncio.Task[Invoice]) -> tuple[list[Invoice], list[DomainError]]:
    """Who got a note, and who was refused."""
    answers = await asyncio.gather(*asked, return_exceptions=True)
    notes = [one for one in answers if isinstance(one, Invoice)]
    refused = [one for one in answers if isinstance(one, DomainError)]
    assert len(notes) + len(refused) == len(asked), answers
    return notes, refused


def together(notes: list[Invoice]) -> FiscalTotals:
    held = {one.id: one.document.totals for one in notes}.values()
    return FiscalTotals(
        **{name: sum((getattr(one, name) for one in held), Decimal(0)) for name in FiscalTotals.__struct_fields__}
    )


async def test_of_four_mugs_six_people_at_once_take_back_four(town: Town) -> None:
    order, sale = await sold(town)
    asked = [asyncio.create_task(credit(town, sale, units(MUGS, 1))) for _ in range(6)]
    notes, refused = await all_of(town, *asked)
    assert len({one.id for one in notes}) == 4
    assert [type(one) for one in refused] == [CreditTooLarge] * 2
    assert len({one.public_id for one in notes}) == 4
    assert town.at_invoicing(order) == [39, 61, 61, 61, 61]


async def test_parts_and_the_whole_at_once_never_exceed_and_the_rest_makes_it_whole(town: Town) -> None:
    order, sale = await sold(town)
    wishes = [(units(MUGS, 3),), (units(MUGS, 2), units(SHIRTS, 1)), (), (Chosen(line=SHIRTS, amount=Decimal(1000)),)]
    notes, _ = await all_of(town, *(asyncio.create_task(credit(town, sale, *wish)) for wish in wishes))
    left = remaining(sale.document, [one.document for one in notes])
    if left.totals.total:
        notes.append(await credit(town, sale))
    assert together(notes) == sale.document.totals
    receipt, *taken_back = town.sandbox.openfactura.documents_for(str(order.id))
    assert receipt.taken_back == receipt.total == sum(one.total for one in taken_back)


async def test_all_of_what_is_left_is_taken_back_once_however_often_it_is_asked_for(home: Town) -> None:
    order, sale = await sold(home)
    first = await credit(home, sale, units(MUGS, 1))
    home.clock.turn(1)
    again = await asyncio.gather(*(credit(home, sale) for _ in range(4)))
    assert len({one.id for one in again}) == 1
    assert together([first, *again]) == sale.document.totals
    assert home.at_invoicing(order) == [39, 61, 61]
    await home.work()
    attached = {one.public_id: one.document_type for one in home.sandbox.store.documents(order.id, home.store.code)}
    assert attached == {sale.public_id: 1, first.public_id: 0, again[0].public_id: 0}


async def test_a_cancelled_order_gets_a_note_over_what_its_parts_have_left(home: Town) -> None:
    order, sale = await sold(home)
    part = await credit(home, sale, units(SHIRTS, 1))
    home.sandbox.store.cancel(order.id, home.store.code)
    await home.webhook(order, "order_canceled")
    await home.work()
    assert part.document.credits is not None
    assert part.document.credits.reason == "Devolución parcial"
    receipt, *taken_back = home.sandbox.openfactura.documents_for(str(order.id))
    assert [one.dte["Referencia"][0]["CodRef"] for one in taken_back] == ["3", "3"]
    assert receipt.taken_back == receipt.total


async def test_a_note_that_the_system_refused_takes_nothing(home: Town) -> None:
    order, sale = await sold(home)
    home.sandbox.openfactura.options.change({"emission_error": "OF-07"})
    with pytest.raises(InvoicingRefused):
        await credit(home, sale, units(MUGS, 4))
    home.sandbox.openfactura.options.change({"emission_error": None})
    note = await credit(home, sale, units(MUGS, 4))
    assert note.document.totals.total + (await credit(home, sale)).document.totals.total == sale.document.totals.total
    assert home.at_invoicing(order) == [39, 61, 61]


async def test_a_note_of_which_nobody_knows_counts_as_taken(home: Town) -> None:
    order, sale = await sold(home)
    await home.fault("openfactura", "cut_after", "issue")
    with pytest.raises(DomainError):
        await credit(home, sale, units(MUGS, 3))
    with pytest.raises(CreditTooLarge):
        await credit(home, sale, units(MUGS, 2))
    await home.work(seconds=60)
    assert home.at_invoicing(order) == [39, 61]


NIGHTS = [
    # Chile is three hours behind UTC in November: 23:59:59 of the 20th, and a second later; four in winter
    (datetime(2026, 11, 21, 2, 59, 59, tzinfo=UTC), date(2026, 11, 20)),
    (datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC), date(2026, 11, 21)),
    (datetime(2027, 6, 16, 3, 59, 59, tzinfo=UTC), date(2027, 6, 15)),
    (datetime(2027, 6, 16, 4, 0, 0, tzinfo=UTC), date(2027, 6, 16)),
]


async def test_documents_and_notes_bear_the_day_that_it_is_in_the_store(home: Town) -> None:
    settings = msgspec.structs.replace(home.store.settings, invoices=InvoiceTrigger.MANUAL)
    home.store = await home.services.installation.change_settings(home.store.id, settings)
    orders = [home.sandbox.store.place_order(home.store.code, "several") for _ in NIGHTS]
    for order in orders:
        await home.take_in(order)
    for order, (moment, day) in zip(orders, NIGHTS, strict=True):
        home.clock.moment = moment
        sale = await home.services.invoicing.invoice(home.store.id, order.id, wait=10)
        note = await credit(home, sale, units(MUGS, 1))
        assert (sale.document.issued_on, note.document.issued_on) == (day, day)
        issued = home.sandbox.openfactura.documents_for(str(order.id))
        assert {one.dte["Encabezado"]["IdDoc"]["FchEmis"] for one in issued} == {day.isoformat()}
