"""Labels for many orders in one request: a result for each, nothing twice, nothing lost in a crash."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from despacho.bootstrap import Hub
from despacho_core.batches import BatchLine, BatchOrder, BatchPurpose, LineState, PickingOrder
from despacho_core.errors import BatchEmpty, BatchTooLarge, NotFound, NothingToPrint
from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_core.orders import Order
from despacho_core.shipments import ShipmentWish
from despacho_core.stores import Store
from despacho_ports.carriers import BoughtLabel, BoughtShipment, ShipmentRequest
from despacho_ports.documents import SlipPaper
from despacho_ports.errors import Rejected, Uncertain
from despacho_ports.persistence import UnitOfWork
from despacho_services.bulk_asking import AsksForLine, BatchHandler, LabelLines
from despacho_services.bulk_buying import BatchFile
from despacho_services.label_printing import PrintWish
from tests.shop import open_shop, paid_order, provider

REFUSED, LOST = 1666, 1777


class Van:
    """Refuses one order, and loses the answer to another."""

    bought: ClassVar[Counter[int]] = Counter()

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        if request.order_number == REFUSED:
            raise Rejected("the street is unknown")
        self.bought[request.order_number] += 1
        if request.order_number == LOST:
            raise Uncertain("the connection was cut")
        number = f"VAN{request.order_number}{self.bought[request.order_number]}"
        return BoughtShipment(labels=(BoughtLabel(piece=1, tracking_number=number),))


@pytest.fixture(autouse=True)
def nothing_bought() -> None:
    Van.bought.clear()


class Desk:
    """Somebody who buys in bulk."""

    def __init__(self, hub: Hub, store: Store, account_id: str) -> None:
        self.hub, self.store = hub, store
        self.wish = ShipmentWish(account_id=account_id, service_code="day")

    async def orders(self, *numbers: int) -> list[BatchOrder]:
        for number in numbers:
            await paid_order(self.hub, self.store, number)
        return [BatchOrder(order_number=number, wish=self.wish) for number in numbers]

    async def change(self, number: int, **fields: object) -> None:
        """Have the hub hold an order otherwise."""
        office = self.hub.services.office
        async with office.units.begin() as work:
            record = await work.orders.get(self.store.id, number)
            assert record is not None
            order: Order = msgspec.structs.replace(record.order, **fields)
            await work.orders.save(self.store.id, order, read_at=office.now())
            await work.commit()

    async def buy(self, orders: list[BatchOrder], **more: object) -> BatchFile:
        return await self.hub.services.bulk.buy(self.store.id, orders, wait=10, **more)  # type: ignore[arg-type]

    async def work(self) -> None:
        for _ in range(4):
            await self.hub.services.work.look_at_everything()

    async def now(self, file: BatchFile) -> BatchFile:
        return await self.hub.services.bulk.get(self.store.id, file.batch.id)


@asynccontextmanager
async def opened_desk(url: str, folder: Path) -> AsyncIterator[Desk]:
    async with open_shop(url, folder, [provider("van", Van)]) as (hub, store):
        [account] = await hub.services.accounts.all(store.id)
        yield Desk(hub, store, account.id)


@pytest.fixture
async def desk(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """Where the rules are what matters."""
    async with opened_desk(sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def everywhere(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """On both databases: where batches are kept, found and worked off."""
    async with opened_desk(database_url, tmp_path) as opened:
        yield opened


def states(file: BatchFile) -> dict[int, LineState]:
    return {one.line.order_number: one.state for one in file.lines}


async def test_every_line_has_its_own_result(everywhere: Desk) -> None:
    desk = everywhere
    orders = await desk.orders(1001, REFUSED, LOST, 1002)
    file = await desk.buy(orders)
    assert set(states(file).values()) == {LineState.WAITING}
    assert not file.is_settled
    await desk.work()
    file = await desk.now(file)
    assert states(file) == {
        1001: LineState.BOUGHT,
        REFUSED: LineState.REJECTED,
        LOST: LineState.UNCERTAIN,
        1002: LineState.BOUGHT,
    }
    assert file.counts == {
        LineState.WAITING: 0,
        LineState.BOUGHT: 2,
        LineState.REJECTED: 1,
        LineState.UNCERTAIN: 1,
        LineState.VOIDED: 0,
    }
    assert file.lines[1].problem == "the street is unknown"
    assert not file.is_settled, "nobody knows yet about one of them"


async def test_what_cannot_be_asked_for_says_why_at_once(desk: Desk) -> None:
    orders = await desk.orders(1001, 1002, 1003)
    await desk.change(1002, shipping_address=None)
    await desk.hub.services.shipping.buy(desk.store.id, 1003, desk.wish, wait=10)
    missing = BatchOrder(order_number=1001, wish=ShipmentWish(account_id="nobody", service_code="day"))
    file = await desk.buy([*orders, missing])
    codes = [one.line.refusal.code if one.line.refusal else None for one in file.lines]
    assert codes == [None, "order-without-address", "order-already-shipped", "order-twice-in-batch"]
    assert [one.state for one in file.lines][1:] == [LineState.REJECTED] * 3
    assert "dirección" in (file.lines[1].line.refusal.text("es") if file.lines[1].line.refusal else "")


async def test_an_order_that_cannot_be_read_is_refused_for_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unreadable(self: object, number: int) -> Order:
        raise Rejected("it has no total")

    monkeypatch.setattr(type(desk.hub.services.office.storefronts.of(desk.store)), "order", unreadable)
    known = await desk.orders(1001)
    file = await desk.buy([BatchOrder(order_number=1002, wish=desk.wish), *known])
    await desk.work()
    file = await desk.now(file)
    assert states(file) == {1001: LineState.BOUGHT, 1002: LineState.REJECTED}
    [refusal] = [one.line.refusal for one in file.lines if one.line.refusal]
    assert (refusal.code, file.is_settled) == ("order-unreadable", True)
    assert "1002" in refusal.text("en")
    assert "it has no total" in refusal.text("en")


async def test_an_account_that_is_not_there_is_said_line_by_line(desk: Desk) -> None:
    orders = await desk.orders(1001)
    wish = ShipmentWish(account_id="nobody", service_code="day")
    file = await desk.buy([msgspec.structs.replace(orders[0], wish=wish)])
    assert file.lines[0].line.refusal is not None
    assert file.lines[0].line.refusal.code == "not-found"
    assert file.is_settled


async def test_500_are_taken_and_501_are_not(desk: Desk) -> None:
    many = [BatchOrder(order_number=number, wish=desk.wish) for number in range(1, 502)]
    with pytest.raises(BatchTooLarge):
        await desk.buy(many)
    with pytest.raises(BatchEmpty):
        await desk.buy([])
    assert await desk.hub.services.bulk.page(desk.store.id) == []


async def test_the_same_key_is_the_same_batch(everywhere: Desk) -> None:
    desk = everywhere
    orders = await desk.orders(1001, 1002)
    first = await desk.buy(orders, key="monday", fingerprint="f")
    again = await desk.buy(orders, key="monday", fingerprint="f")
    assert again.batch == first.batch
    await desk.work()
    assert Van.bought == {1001: 1, 1002: 1}
    found = await desk.hub.services.bulk.by_key(desk.store.id, "monday")
    assert found is not None
    assert found.batch.id == first.batch.id
    assert await desk.hub.services.bulk.by_key(desk.store.id, "tuesday") is None


class Dying(BatchHandler):
    """Dies after the first few lines are asked for, as a process does."""

    died = False

    async def _ask(self, effect: Effect, asking: AsksForLine, lines: Sequence[BatchLine]) -> None:
        if self.died:
            raise SystemError("killed")
        await super()._ask(effect, asking, lines)
        self.died = True


async def test_a_crash_between_lines_loses_none_and_asks_for_none_twice(everywhere: Desk) -> None:
    desk = everywhere
    runner = desk.hub.services.runner
    healthy = runner.handler("batch")
    services = desk.hub.services
    lines = {BatchPurpose.LABELS: LabelLines(services.shipping)}
    runner.register([Dying(services.office, services.intake, lines)])
    file = await desk.buy(await desk.orders(*range(1001, 1013)))
    asked = [one for one in file.lines if one.line.shipment_id]
    assert 0 < len(asked) < 12
    runner.register([healthy])
    async with desk.hub.services.office.units.begin() as work:
        effect = await work.outbox.by_key(desk.store.id, f"batch:{file.batch.id}")
        assert effect is not None
        assert effect.state is EffectState.PENDING, "it is safe to repeat"
        await work.outbox.save(msgspec.structs.replace(effect, due_at=desk.hub.services.office.now()))
        await work.commit()
    await desk.work()
    file = await desk.now(file)
    assert {one.state for one in file.lines} == {LineState.BOUGHT}
    assert set(Van.bought.values()) == {1}
    assert [one.line.shipment_id for one in file.lines if one.line in [line.line for line in asked]] == [
        one.line.shipment_id for one in asked
    ]


async def test_two_batches_at_once_buy_each_order_once(everywhere: Desk) -> None:
    desk = everywhere
    orders = await desk.orders(1001, 1002, 1003)
    files = [await desk.buy(orders), await desk.buy(orders[::-1])]
    await desk.work()
    assert Van.bought == {1001: 1, 1002: 1, 1003: 1}
    second = await desk.now(files[1])
    assert {one.line.refusal.code for one in second.lines if one.line.refusal} == {"order-already-shipped"}


async def test_purchases_of_a_batch_wait_in_the_bulk_lane(desk: Desk) -> None:
    file = await desk.buy(await desk.orders(1001))
    async with desk.hub.services.office.units.begin(write=False) as work:
        [effect] = await work.outbox.of_subject(desk.store.id, file.lines[0].line.shipment_id or "")
    assert (effect.lane, effect.kind) == (Lane.BULK, "buy")


async def test_all_paid_orders_without_a_label_are_found(everywhere: Desk) -> None:
    desk = everywhere
    await desk.orders(1001, 1002, 1003, 1004, 1005, 1006)
    await desk.hub.services.shipping.buy(desk.store.id, 1002, desk.wish, wait=10)
    await desk.change(1003, shipping_required=False)
    await desk.change(1004, shipment_status="delivered")
    await desk.change(1005, shipment_status="unfulfilled")
    shipment, _, _ = await desk.hub.services.shipping.buy(desk.store.id, 1006, desk.wish, wait=10)
    await desk.hub.services.shipping.void(desk.store.id, shipment.id, wait=5)
    found, left_over = await desk.hub.services.bulk.waiting_orders(desk.store.id, desk.wish)
    assert [one.order_number for one in found] == [1001, 1005, 1006]
    assert left_over == 0


async def test_more_than_500_waiting_are_counted(everywhere: Desk) -> None:
    desk = everywhere
    office = desk.hub.services.office
    await desk.orders(1000)
    async with office.units.begin() as work:
        record = await work.orders.get(desk.store.id, 1000)
        assert record is not None
        for number in range(1001, 1503):
            order = msgspec.structs.replace(record.order, number=number)
            await work.orders.save(desk.store.id, order, read_at=office.now())
        await work.commit()
    found, left_over = await desk.hub.services.bulk.waiting_orders(desk.store.id, desk.wish)
    assert ([one.order_number for one in found], left_over) == (list(range(1000, 1500)), 3)


async def test_labels_and_slips_are_printed_in_picking_order(desk: Desk) -> None:
    file = await desk.buy(await desk.orders(1003, 1001, REFUSED, 1002))
    with pytest.raises(NothingToPrint):
        await desk.hub.services.bulk_printing.labels(desk.store.id, file.batch.id, PickingOrder.NUMBER, PrintWish())
    await desk.work()
    printing = desk.hub.services.bulk_printing
    printed = await printing.labels(desk.store.id, file.batch.id, PickingOrder.NUMBER, PrintWish())
    assert printed.labels == 3
    assert [one.order_number for one in printed.left_out] == [REFUSED]
    printed.read()
    slips = await printing.slips(desk.store.id, file.batch.id, PickingOrder.NUMBER, SlipPaper.THERMAL)
    chosen = await printing.slips_of_orders(
        desk.store.id, [1001, 1002, 1003, 9], PickingOrder.NUMBER, SlipPaper.THERMAL
    )
    assert slips == chosen, "what was refused is not packed"


async def test_another_stores_batch_is_not_there(desk: Desk) -> None:
    file = await desk.buy(await desk.orders(1001))
    for ask in (
        desk.hub.services.bulk.get("other", file.batch.id),
        desk.hub.services.bulk_printing.labels("other", file.batch.id, PickingOrder.ASKED, PrintWish()),
    ):
        with pytest.raises(NotFound):
            await ask


async def test_lines_of_another_store_are_neither_read_nor_written(everywhere: Desk) -> None:
    desk = everywhere
    file = await desk.buy(await desk.orders(1001))

    async def tried(work: UnitOfWork) -> None:
        assert await work.batches.lines("other", file.batch.id) == []
        assert await work.batches.shipments("other", [file.lines[0].line.shipment_id or ""]) == []
        assert await work.batches.orders("other", [1001]) == []

    async with desk.hub.services.office.units.begin() as work:
        await tried(work)
        with pytest.raises(NotFound):
            await work.batches.save_line(msgspec.structs.replace(file.lines[0].line, store_id="other"))
