"""Fiscal documents, kept answers and stored documents in the database."""

import msgspec
import pytest

from despacho_core.fiscal import DocumentKind
from despacho_database import Database
from despacho_ports.records import AlreadyThere
from tests.integration.database.samples import (
    HOUR,
    MINUTE,
    NOON,
    add_stores,
    answer,
    credit_note,
    document,
    invoice,
)


async def test_an_invoice_comes_back_to_the_cent(database: Database) -> None:
    await add_stores(database)
    issued = invoice().issued(NOON, external_id="1", public_id="39-1", folio="1")
    async with database.units_of_work.begin() as unit:
        await unit.invoices.add(invoice())
        await unit.invoices.save(issued)
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.invoices.get("store-one", "invoice-i") == issued
        assert await unit.invoices.by_token(issued.token) == issued
        assert await unit.invoices.by_token("") is None


async def test_an_order_gets_one_receipt_or_one_invoice(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.invoices.add(invoice("a"))
        for kind in (DocumentKind.RECEIPT, DocumentKind.INVOICE):
            with pytest.raises(AlreadyThere):
                await unit.invoices.add(invoice("b", kind=kind))
        await unit.invoices.save(invoice("a").rejected("no tax id"))
        await unit.invoices.add(invoice("c", kind=DocumentKind.INVOICE))
        assert [one.id for one in await unit.invoices.of_order("store-one", 1001)] == ["invoice-a", "invoice-c"]


async def test_a_rejected_invoice_whose_place_was_taken_stays_rejected(database: Database) -> None:
    await add_stores(database)
    rejected = invoice("a").rejected("no tax id")
    async with database.units_of_work.begin() as unit:
        await unit.invoices.add(rejected)
        await unit.invoices.add(invoice("b"))
        with pytest.raises(AlreadyThere):
            await unit.invoices.save(rejected.retried())
        assert await unit.invoices.get("store-one", "invoice-a") == rejected, "and the transaction goes on"


async def test_a_document_is_taken_back_whole_only_once(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.invoices.add(invoice("a"))
        await unit.invoices.add(credit_note("part-1", "invoice-a", whole=False))
        await unit.invoices.add(credit_note("part-2", "invoice-a", whole=False))
        await unit.invoices.add(credit_note("n", "invoice-a"))
        with pytest.raises(AlreadyThere):
            await unit.invoices.add(credit_note("m", "invoice-a"))
        await unit.invoices.add(credit_note("other", "invoice-b"))
        await unit.invoices.save(credit_note("n", "invoice-a").rejected("closed"))
        await unit.invoices.add(credit_note("m", "invoice-a"))


async def test_invoices_are_paged_by_kind(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in range(4):
            kind = DocumentKind.INVOICE if number % 2 else DocumentKind.RECEIPT
            one = invoice(str(number), kind=kind, order_number=number, created_at=NOON + number * MINUTE)
            await unit.invoices.add(one)
        everything = await unit.invoices.page("store-one", limit=3)
        rest = await unit.invoices.page("store-one", limit=3, before=everything[-1].created_at)
        invoices = await unit.invoices.page("store-one", kind=DocumentKind.INVOICE)
    assert [one.order_number for one in (*everything, *rest)] == [3, 2, 1, 0]
    assert [one.order_number for one in invoices] == [3, 1]


async def test_the_first_request_under_a_key_is_worked_on_and_the_next_gets_its_answer(database: Database) -> None:
    await add_stores(database)
    finished = answer(status=201, headers={"location": "/1"}, body=b"{}\x00", locked_until=None)
    async with database.units_of_work.begin() as unit:
        assert await unit.answers.begin(answer()) is None
        assert await unit.answers.begin(answer(fingerprint="other")) == answer()
        await unit.answers.finish(finished)
        assert await unit.answers.begin(answer(created_at=NOON + HOUR)) == finished
        await unit.answers.release("store-one", "k")
        assert await unit.answers.begin(answer()) == finished, "a finished answer cannot be given up"


async def test_an_abandoned_reservation_is_taken_over(database: Database) -> None:
    await add_stores(database)
    later = answer(created_at=NOON + 2 * MINUTE, locked_until=NOON + 3 * MINUTE)
    async with database.units_of_work.begin() as unit:
        await unit.answers.begin(answer())
        assert await unit.answers.begin(later) is None
        assert await unit.answers.begin(answer()) == later


async def test_a_key_that_was_given_up_is_free_again(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.answers.begin(answer())
        await unit.answers.release("store-one", "k")
        assert await unit.answers.begin(answer()) is None


async def test_the_first_finished_answer_stays(database: Database) -> None:
    await add_stores(database)
    first = answer(status=201, body=b"first")
    async with database.units_of_work.begin() as unit:
        await unit.answers.begin(answer())
        await unit.answers.finish(first)
        await unit.answers.finish(msgspec.structs.replace(first, body=b"second"))
        assert await unit.answers.begin(answer()) == first


async def test_old_answers_go_in_bounded_batches(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in range(3):
            await unit.answers.begin(answer(str(number), created_at=NOON + number * MINUTE))
        assert await unit.answers.remove_older(NOON + 2 * MINUTE, 1) == 1
        assert await unit.answers.remove_older(NOON + 2 * MINUTE, 9) == 1
        assert await unit.answers.begin(answer("2")) is not None


async def test_a_stored_document_stays_as_it_is(database: Database) -> None:
    await add_stores(database)
    await database.documents.put(document())
    await database.documents.put(document(content=b"other"))
    assert await database.documents.get("store-one", "document-d") == document()
    assert await database.documents.get("store-one", "document-x") is None
