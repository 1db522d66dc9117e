"""Orders that wait for a document, what the merchant mended, and which orders have none."""

import msgspec
import pytest

from despacho_core.billing import MendedBilling
from despacho_core.errors import NotFound
from despacho_core.fiscal import DocumentKind
from despacho_core.orders import OrderStatus
from despacho_database import Database
from despacho_ports.records import AlreadyThere
from tests.integration.database.samples import HOUR, MINUTE, NOON, add_stores, credit_note, invoice, order, waiting

STORE = "store-one"


async def test_an_order_waits_once_for_each_purpose_and_since_the_first_time(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.waiting.keep(waiting())
        await unit.waiting.keep(waiting(code="no-account", since=NOON + HOUR, tried_at=NOON + HOUR, field=None))
        await unit.waiting.keep(waiting(purpose="invoice-i"))
        kept = await unit.waiting.get(STORE, 1001)
        assert kept == waiting(code="no-account", tried_at=NOON + HOUR, field=None)
        await unit.waiting.remove(STORE, 1001)
        assert [one.purpose for one in await unit.waiting.page(STORE)] == ["invoice-i"]


async def test_what_asks_nothing_of_anybody_is_kept_and_not_listed(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number, code in enumerate(("nothing-to-invoice", "dismissed", "tax-id-invalid"), start=1):
            await unit.waiting.keep(waiting(order_number=number, code=code))
        assert [one.order_number for one in await unit.waiting.page(STORE)] == [3]
        assert await unit.waiting.get(STORE, 1) is not None


async def test_a_page_of_waiting_orders_never_ends_between_rows_of_one_instant(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number, minute in ((1, 0), (2, 1), (3, 1), (4, 2)):
            await unit.waiting.keep(waiting(order_number=number, since=NOON + minute * MINUTE))
        first = await unit.waiting.page(STORE, limit=2)
        second = await unit.waiting.page(STORE, limit=2, before=first[-1].since)
        only = await unit.waiting.page(STORE, order_number=3)
    assert [one.order_number for one in (*first, *second)] == [4, 3, 2, 1]
    assert [one.order_number for one in only] == [3]


async def test_what_the_merchant_mended_outlives_every_reading_of_the_order(database: Database) -> None:
    await add_stores(database)
    mended = MendedBilling(kind=DocumentKind.RECEIPT, tax_id="76430498-5")
    async with database.units_of_work.begin() as unit:
        with pytest.raises(NotFound):
            await unit.orders.save_billing(STORE, 1001, mended)
        await unit.orders.save(STORE, order(), read_at=NOON)
        await unit.orders.save_billing(STORE, 1001, mended)
        await unit.orders.save(STORE, order(customer_name="Ana"), read_at=NOON + HOUR)
        record = await unit.orders.get(STORE, 1001)
        assert record is not None
        assert (record.billing, record.order.customer_name) == (mended, "Ana")
        await unit.orders.save_billing(STORE, 1001, None)
        record = await unit.orders.get(STORE, 1001)
        assert record is not None
        assert record.billing is None


async def test_paid_orders_without_a_document_are_found_from_a_moment_on(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in range(1, 7):
            await unit.orders.save(STORE, order(number), read_at=NOON + number * MINUTE)
        await unit.orders.save(STORE, order(7, OrderStatus.CANCELED), read_at=NOON + HOUR)
        await unit.invoices.add(invoice("a", order_number=3))
        await unit.invoices.add(msgspec.structs.replace(invoice("b", order_number=4)).rejected("no"))
        await unit.waiting.keep(waiting(order_number=5))
        found = await unit.orders.without_document(STORE, seen_since=NOON + 2 * MINUTE)
        assert [one.order.number for one in found] == [2, 6]
        await unit.orders.save(STORE, order(8), read_at=NOON + 2 * MINUTE)
        first = await unit.orders.without_document(STORE, seen_since=NOON, limit=2)
        rest = await unit.orders.without_document(
            STORE, seen_since=first[-1].first_seen_at, limit=2, after=first[-1].order.number
        )
        assert [one.order.number for one in (*first, *rest)] == [1, 2, 8, 6]


async def test_an_order_gets_another_document_once_the_first_is_wholly_taken_back(database: Database) -> None:
    await add_stores(database)
    first = invoice("a").issued(NOON, external_id="1", public_id="39-1", folio="1")
    async with database.units_of_work.begin() as unit:
        await unit.invoices.add(first)
        await unit.invoices.add(credit_note("n", "invoice-a"))
        with pytest.raises(AlreadyThere):
            await unit.invoices.add(invoice("b"))
        await unit.invoices.save(msgspec.structs.replace(first, credited_at=NOON))
        await unit.invoices.add(invoice("b"))
        with pytest.raises(AlreadyThere):
            await unit.invoices.add(invoice("c"))


async def test_open_documents_are_listed_newest_first(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in range(1, 5):
            one = invoice(str(number), order_number=number, created_at=NOON + number * MINUTE)
            await unit.invoices.add(one)
        await unit.invoices.save(invoice("1", order_number=1, created_at=NOON + MINUTE).rejected("no"))
        await unit.invoices.save(invoice("2", order_number=2, created_at=NOON + 2 * MINUTE).uncertain("?"))
        found = await unit.invoices.open_of_store(STORE)
        older = await unit.invoices.open_of_store(STORE, before=NOON + 3 * MINUTE, limit=1)
    assert [one.order_number for one in found] == [4, 3, 2]
    assert [one.order_number for one in older] == [2]
