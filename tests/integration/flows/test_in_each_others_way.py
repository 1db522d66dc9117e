"""Two transactions that want the same rows the other way round: PostgreSQL gives one of them up, and nobody notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it has no types
import msgspec
import pytest

from despacho_core.fiscal import DocumentKind
from despacho_core.ledgers import EffectState, Lane
from despacho_core.shipments import Shipment, ShipmentState, ShipmentWish
from despacho_core.stores import InvoiceTrigger
from despacho_ports.records import Contended
from despacho_sandbox.store.order import Order
from tests.town import Town, open_town

pytestmark = pytest.mark.postgresql


@pytest.fixture
async def town(postgresql_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A store whose documents are issued when it ships."""
    async with open_town(postgresql_url, tmp_path) as opened:
        settings = msgspec.structs.replace(opened.store.settings, invoices=InvoiceTrigger.ON_SHIPPED)
        opened.store = await opened.services.installation.change_settings(opened.store.id, settings)
        yield opened


async def invoiced_and_being_shipped(town: Town) -> tuple[Order, Shipment]:
    """An order that has its document, whose label is asked for and not yet bought."""
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    await town.services.invoicing.invoice(town.store.id, order.id, wait=10)
    wish = ShipmentWish(account_id=town.carrier.id, service_code="3")
    shipment, _ = await town.services.shipping.request(town.store.id, order.id, wish)
    return order, shipment


@pytest.fixture
async def onlooker(postgresql_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Sees who waits for whom."""
    connection = await asyncpg.connect(postgresql_url.replace("+asyncpg", ""))
    yield connection
    await connection.close()


async def somebody_waits(onlooker: asyncpg.Connection) -> None:
    """Until some transaction waits for another one's rows."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(10):
        while not await onlooker.fetchval(waiting):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


async def locked_documents(onlooker: asyncpg.Connection) -> int:
    """Transactions that keep rows of documents for themselves."""
    held = "SELECT count(*) FROM pg_locks WHERE relation = 'invoices'::regclass AND mode = 'RowShareLock' AND granted"
    return int(await onlooker.fetchval(held))


async def test_a_purchase_that_the_database_gave_up_for_a_cancellation_is_settled_all_the_same(
    town: Town, onlooker: asyncpg.Connection
) -> None:
    order, shipment = await invoiced_and_being_shipped(town)
    office, store_id = town.services.office, town.store.id
    with suppress(Contended):  # whichever of the two was given up
        async with office.units.begin() as cancelling:
            assert await cancelling.invoices.of_order(store_id, order.id)
            buying = asyncio.create_task(town.services.work.drain(Lane.INTERACTIVE))
            await somebody_waits(
                onlooker
            )  # the purchase is being settled: it has its shipment, and wants the documents
            assert await cancelling.shipments.of_order(store_id, order.id)
            await cancelling.commit()
    await buying
    assert (await town.shipment(shipment)).state is ShipmentState.BOUGHT
    [effect] = await effects(town, shipment)
    assert (effect, town.at_carrier(shipment)) == (EffectState.DONE, 1)


async def effects(town: Town, shipment: Shipment) -> list[EffectState]:
    async with town.services.office.units.begin(write=False) as work:
        owed = await work.outbox.of_subject(town.store.id, shipment.id)
    return [one.state for one in owed if one.kind == "buy"]


async def test_a_cancellation_takes_shipments_before_documents_as_a_purchase_does(
    town: Town, onlooker: asyncpg.Connection
) -> None:
    order, shipment = await invoiced_and_being_shipped(town)
    await town.services.work.drain(Lane.INTERACTIVE)
    town.sandbox.store.cancel(order.id, town.store.code)
    await town.webhook(order, "order_canceled")
    office, store_id = town.services.office, town.store.id
    async with asyncio.timeout(10), office.units.begin() as settling:
        assert await settling.shipments.get(store_id, shipment.id)
        cancelling = asyncio.create_task(town.services.work.drain_inbox())
        await somebody_waits(onlooker)
        assert not await locked_documents(onlooker), "held against us, one of the two would be given up"
        assert await settling.invoices.of_order(store_id, order.id)
        await settling.commit()
    await cancelling
    await town.work(rounds=8, seconds=2)
    assert (await town.shipment(shipment)).state is ShipmentState.VOIDED
    kinds = [one.kind for one in await town.services.reading.invoices(store_id)]
    assert sorted(kinds) == [DocumentKind.CREDIT_NOTE, DocumentKind.RECEIPT]
