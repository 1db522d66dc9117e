"""Looking through orders: filters say the same as the marks that are shown, searches find what people type."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal

import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.delivery import MendedDelivery
from despacho_core.fiscal import InvoiceState
from despacho_core.order_overview import InvoiceMark, ShippingMark, invoice_mark, shipping_mark
from despacho_core.orders import Order, OrderStatus
from despacho_core.shipments import Direction, ShipmentState
from despacho_core.tracking import TrackingStatus
from despacho_database import Database
from despacho_database.repositories import order_lists
from despacho_database.repositories.order_lines import Shown
from despacho_ports.order_lists import ListedOrder, OrderFilter
from tests.integration.database.samples import (
    HOUR,
    MINUTE,
    NOON,
    account,
    add_stores,
    invoice,
    label,
    order,
    shipment,
    waiting,
)

STORE = "store-one"


async def _numbers(database: Database, wanted: OrderFilter, **page: int) -> list[int]:
    async with database.units_of_work.begin(write=False) as unit:
        found = await unit.order_lists.page(STORE, wanted, **page)
    return [line.number for line in found.lines]


async def test_every_filter_finds_exactly_the_orders_that_bear_its_mark(database: Database) -> None:
    await add_stores(database)
    chance = random.Random(3)
    marks: dict[int, tuple[ShippingMark, InvoiceMark]] = {}
    async with database.units_of_work.begin() as unit:
        await unit.accounts.add(account())
        for number in range(1, 161):
            one = msgspec.structs.replace(order(number), shipping_required=chance.random() < 0.8)
            await unit.orders.save(STORE, one, read_at=NOON)
            sent = [
                shipment(
                    id=f"s-{number}-{ordinal}",
                    order_number=number,
                    ordinal=ordinal,
                    track_token=f"t-{number}-{ordinal}",
                    state=chance.choice(list(ShipmentState)),
                    tracking_status=chance.choice(list(TrackingStatus)),
                    direction=chance.choice([Direction.OUTBOUND, Direction.OUTBOUND, Direction.RETURN]),
                )
                for ordinal in range(1, chance.choice([1, 1, 2, 3, 4]))
            ]
            billed = [
                invoice(
                    id=f"i-{number}-{place}",
                    order_number=number,
                    token=f"i-{number}-{place}",
                    state=state,
                    credited_at=NOON if place == 0 and state is InvoiceState.ISSUED else None,
                )
                for place, state in enumerate(chance.choice(_INVOICES))
            ]
            waits = [waiting(order_number=number)] if chance.random() < 0.2 else []
            for some in sent:
                await unit.shipments.add(some)
            for document in billed:
                await unit.invoices.add(document)
            for row in waits:
                await unit.waiting.keep(row)
            marks[number] = (shipping_mark(one, sent), invoice_mark(billed, waits))
        await unit.commit()
    assert {one for one, _ in marks.values()} == set(ShippingMark), "the sample shows every mark"
    assert {one for _, one in marks.values()} == set(InvoiceMark)
    for shipping in ShippingMark:
        found = await _numbers(database, OrderFilter(shipping=shipping), limit=500)
        assert found == sorted((n for n, (mine, _) in marks.items() if mine is shipping), reverse=True), shipping
    for bill in InvoiceMark:
        found = await _numbers(database, OrderFilter(invoice=bill), limit=500)
        assert found == sorted((n for n, (_, mine) in marks.items() if mine is bill), reverse=True), bill


async def test_a_line_shows_what_the_order_says_and_what_the_merchant_mended(database: Database) -> None:
    await add_stores(database)
    told = msgspec.structs.replace(
        order(1001, OrderStatus.PENDING_PAYMENT),
        customer_name="María Núñez",
        total=Decimal(12990),
        created_at=NOON - HOUR,
        completed_at=NOON - MINUTE,
        shipping_address=Address(country="CL", municipality="Ñuñoa"),
        shipping_required=False,
    )
    bare = Order(number=1002, status=OrderStatus.PAID, currency="CLP")
    async with database.units_of_work.begin() as unit:
        for one in (told, msgspec.structs.replace(told, number=1003, completed_at=None), bare):
            await unit.orders.save(STORE, one, read_at=NOON)
        await unit.orders.save_delivery(STORE, 1003, MendedDelivery(municipality="Las Condes"))
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        mended, empty, full = (await unit.order_lists.page(STORE, OrderFilter())).lines
    assert full == ListedOrder(
        number=1001,
        status=OrderStatus.PENDING_PAYMENT,
        placed_at=NOON - MINUTE,
        buyer="María Núñez",
        place="Ñuñoa",
        total=Decimal(12990),
        currency="CLP",
        shipping=ShippingMark.NOT_NEEDED,
        invoice=InvoiceMark.MISSING,
    )
    assert (mended.place, mended.placed_at) == ("Las Condes", NOON - HOUR)
    assert (empty.buyer, empty.place, empty.placed_at, empty.shipping) == ("", "", NOON, ShippingMark.MISSING)


def test_a_line_reads_an_orders_fields_as_the_order_does() -> None:
    whole = {field.name: field for field in msgspec.structs.fields(Order)}
    for field in msgspec.structs.fields(Shown):
        assert (field.type, field.default) == (whole[field.name].type, whole[field.name].default), field.name


_INVOICES = [
    [],
    [InvoiceState.REJECTED],
    [InvoiceState.REQUESTED],
    [InvoiceState.UNCERTAIN],
    [InvoiceState.ISSUED],
    [InvoiceState.ISSUED, InvoiceState.ISSUED],
    [InvoiceState.REJECTED, InvoiceState.REQUESTED],
    [InvoiceState.ISSUED, InvoiceState.REJECTED],
    [InvoiceState.REJECTED, InvoiceState.ISSUED],
]


@pytest.mark.parametrize(
    "text",
    ["nuñez", "NUNEZ", "maría jos", "Núñez maría", "maria@correo.cl", "987654321", "+56 9 8765 4321", "provid", "2001"],
)
async def test_an_order_is_found_by_what_people_type(database: Database, text: str) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        mine = msgspec.structs.replace(
            order(2001),
            customer_name="María José Núñez",
            customer_email="maria@correo.cl",
            customer_phone="+56987654321",
            shipping_address=Address(country="CL", municipality="Providencia"),
        )
        await unit.orders.save(STORE, mine, read_at=NOON)
        await unit.orders.save(
            STORE, msgspec.structs.replace(order(2002), customer_name="Pedro", shipping_address=None), read_at=NOON
        )
        await unit.commit()
    assert await _numbers(database, OrderFilter(text=text)) == [2001]


async def test_an_order_is_found_by_the_number_of_its_parcel(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.accounts.add(account())
        await unit.orders.save(STORE, order(1001), read_at=NOON)
        await unit.shipments.add(shipment())
        await unit.labels.add_all([label(tracking_number="AB123")])
        await unit.commit()
    assert await _numbers(database, OrderFilter(text=" ab123 ")) == [1001]
    assert await _numbers(database, OrderFilter(text="ab12")) == []


@pytest.mark.parametrize("text", ["%", "_", "'; --", "\x00", "🦄", "a" * 5000, "  ", "9" * 40, "((("])
async def test_a_search_for_anything_at_all_answers(database: Database, text: str) -> None:
    await add_stores(database)
    await _numbers(database, OrderFilter(text=text))


async def test_filters_narrow_each_other_and_pages_go_on_below(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in range(1, 8):
            status = OrderStatus.PAID if number % 2 else OrderStatus.CANCELED
            await unit.orders.save(STORE, order(number, status), read_at=NOON + number * MINUTE)
        await unit.commit()
    wanted = OrderFilter(status=OrderStatus.PAID, shipping=ShippingMark.MISSING)
    async with database.units_of_work.begin(write=False) as unit:
        first = await unit.order_lists.page(STORE, wanted, limit=2)
        assert first.next is not None
        second = await unit.order_lists.page(STORE, wanted, limit=2, before=first.next)
    assert [[one.number for one in page.lines] for page in (first, second)] == [[7, 5], [3, 1]]
    assert second.next is None


async def test_a_page_looks_at_a_bounded_number_of_orders_and_says_where_to_go_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_lists, "WINDOW", 3)
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.accounts.add(account())
        for number in range(1, 11):
            await unit.orders.save(STORE, order(number), read_at=NOON)
        await unit.shipments.add(shipment(order_number=2, state=ShipmentState.REJECTED))
        await unit.commit()
    wanted, before, seen = OrderFilter(shipping=ShippingMark.PROBLEM), None, []
    for _ in itertools.count():
        async with database.units_of_work.begin(write=False) as unit:
            page = await unit.order_lists.page(STORE, wanted, before=before)
        seen += [line.number for line in page.lines]
        before = page.next
        if before is None:
            break
    assert seen == [2]
