"""Counting: what waits in the morning as the lists find it, and what became of some weeks' parcels, on both databases alike."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

from despacho_core.fiscal import InvoiceState
from despacho_core.ledgers import EffectState
from despacho_core.manifests import ManifestState
from despacho_core.money import Money
from despacho_core.order_overview import ShippingMark
from despacho_core.orders import OrderStatus
from despacho_core.shipments import Direction, Shipment, ShipmentState
from despacho_core.tracking import Reason, TrackingStatus
from despacho_database import Database
from despacho_ports.figures import MOST_COUNTED, MorningFigures, PriceGroup, ShipmentGroup
from despacho_ports.order_lists import OrderFilter
from tests.integration.database.samples import (
    HOUR,
    NOON,
    account,
    add_stores,
    effect,
    event,
    invoice,
    label,
    manifest,
    order,
    shipment,
    waiting,
)

STORE = "store-one"
DAY = timedelta(days=1)


async def _morning(database: Database) -> MorningFigures:
    async with database.units_of_work.begin(write=False) as unit:
        return await unit.figures.morning(STORE, ["account-a", "account-b"], since=NOON - DAY)


def _sent(number: int, **fields: Any) -> Shipment:
    given: dict[str, Any] = {"order_number": number, "track_token": f"t-{number}", "id": f"s-{number}"}
    return shipment(**{**given, **fields})


async def test_what_is_to_be_shipped_is_what_the_list_of_orders_finds(database: Database) -> None:
    await add_stores(database, "one", "two")
    async with database.units_of_work.begin() as unit:
        for number in range(1, 9):
            await unit.orders.save(STORE, order(number, shipping_required=number != 8), read_at=NOON)
        await unit.orders.save(STORE, order(9, OrderStatus.PENDING_PAYMENT), read_at=NOON)
        await unit.orders.save("store-two", order(1), read_at=NOON)
        await unit.shipments.add(_sent(1).bought(NOON, next_check_at=None))
        await unit.shipments.add(_sent(2, state=ShipmentState.VOIDED))
        await unit.shipments.add(_sent(3, direction=Direction.RETURN))
        await unit.shipments.add(_sent(4).rejected("no"))
        await unit.shipments.add(_sent(5).rejected("no"))
        await unit.shipments.add(_sent(5, id="s-5b", ordinal=2, track_token="t-5b").bought(NOON, next_check_at=None))
        await unit.shipments.add(_sent(6).uncertain("?"))
        await unit.commit()
    figures = await _morning(database)
    async with database.units_of_work.begin(write=False) as unit:
        wanted = OrderFilter(status=OrderStatus.PAID, shipping=ShippingMark.MISSING)
        missing = await unit.order_lists.page(STORE, wanted)
        problems = await unit.order_lists.page(STORE, OrderFilter(shipping=ShippingMark.PROBLEM))
    assert [one.number for one in missing.lines] == [7, 3, 2]
    assert [one.number for one in problems.lines] == [6, 4]
    assert (figures.to_ship, figures.label_problems, figures.new_orders) == (3, 2, 8)


async def test_papers_that_wait_are_counted_by_what_they_wait_for(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.accounts.add(account())
        await unit.shipments.add(shipment().bought(NOON, next_check_at=None))
        free = [label("one", piece=1), label("two", piece=2)]
        back = label("back", piece=3, direction=Direction.RETURN)
        await unit.labels.add_all([*free, back, label("listed", piece=4, manifest_id="manifest-m")])
        states = [ManifestState.OPEN, ManifestState.CLOSED, ManifestState.CLOSED, ManifestState.SIGNED]
        for number, state in enumerate(states, start=1):
            await unit.manifests.add(manifest(f"m-{number}", number=number, state=state, token=f"token-{number}"))
        for number, code in enumerate(["dismissed", "nothing-to-invoice", "tax-id-invalid", "tax-id-invalid", "x"]):
            await unit.waiting.keep(waiting(order_number=number, code=code))
        doubtful = invoice(state=InvoiceState.UNCERTAIN)
        await unit.invoices.add(doubtful)
        await unit.invoices.add(invoice("byhand", order_number=7, state=InvoiceState.UNCERTAIN))
        await unit.outbox.owe(effect("d", subject=doubtful.id, state=EffectState.UNCERTAIN))
        await unit.outbox.owe(effect("g", key="g", subject="byhand", state=EffectState.DEAD))
        await unit.commit()
    figures = await _morning(database)
    assert figures.free_labels == {"account-a": 2}
    assert (figures.open_manifests, figures.unsigned_manifests) == (1, 2)
    assert figures.waiting == {"tax-id-invalid": 2, "x": 1}
    assert (figures.doubtful_documents, figures.given_up, figures.dead_messages) == (1, 1, 0)


async def test_nothing_is_counted_further_than_anybody_would(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in range(MOST_COUNTED + 20):
            await unit.waiting.keep(waiting(order_number=number))
        await unit.commit()
    assert (await _morning(database)).waiting == {"buyer-incomplete": MOST_COUNTED}


async def test_a_period_s_parcels_are_grouped_by_where_they_are_and_what_they_took(database: Database) -> None:
    def bought(number: int, at_days: float, status: TrackingStatus, moved_hours: float, **more: Any) -> Shipment:
        at = NOON - at_days * DAY
        return _sent(
            number,
            state=ShipmentState.BOUGHT,
            bought_at=at,
            tracking_status=status,
            tracking_moved_at=at + moved_hours * HOUR,
            **more,
        )

    peso = Money(Decimal(3990), "CLP")
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.orders.save(STORE, order(1, shipping=Decimal(4500), shipping_discount=Decimal(500)), read_at=NOON)
        await unit.shipments.add(bought(1, 10, TrackingStatus.DELIVERED, 49.5, price=peso))
        await unit.shipments.add(
            bought(1, 10, TrackingStatus.DELIVERED, 49, price=peso, id="s-1b", ordinal=2, track_token="t-1b")
        )
        await unit.shipments.add(bought(2, 6, TrackingStatus.IN_TRANSIT, 24, account_id="account-b"))
        await unit.shipments.add(bought(3, 6, TrackingStatus.FAILED, 24))
        await unit.shipments.add(bought(4, 40, TrackingStatus.DELIVERED, 24))
        await unit.shipments.add(bought(5, 1, TrackingStatus.IN_TRANSIT, 1, direction=Direction.RETURN))
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        groups = await unit.figures.shipments(STORE, NOON - 30 * DAY, now=NOON)
        prices = await unit.figures.prices(STORE, NOON - 30 * DAY)
    assert {(one.account_id, one.status, one.age_days, one.hours, one.count) for one in groups} == {
        ("account-a", TrackingStatus.DELIVERED, None, 49, 2),
        ("account-a", TrackingStatus.FAILED, None, None, 1),
        ("account-b", TrackingStatus.IN_TRANSIT, 5, None, 1),
    }
    assert all(isinstance(one, ShipmentGroup) for one in groups)
    assert {(one.account_id, one.quoted, one.paid, one.count) for one in prices} == {
        ("account-a", 3990, 4000, 1),
        ("account-a", 3990, None, 1),
        ("account-a", None, None, 1),
        ("account-b", None, None, 1),
    }
    assert all(isinstance(one, PriceGroup) for one in prices)


async def test_failures_come_with_the_last_reason_that_was_told(database: Database) -> None:
    failed: dict[str, Any] = {
        "state": ShipmentState.BOUGHT,
        "bought_at": NOON - 5 * DAY,
        "tracking_status": TrackingStatus.FAILED,
    }
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number, days in ((1, 2), (2, 1), (3, 40)):
            await unit.shipments.add(_sent(number, tracking_moved_at=NOON - days * DAY, **failed))
        told = [
            event(occurred_at=NOON - 2 * HOUR, reason=Reason.RECIPIENT_ABSENT, code="1"),
            event(occurred_at=NOON - HOUR, reason=Reason.ADDRESS_WRONG, code="2"),
            event(occurred_at=NOON, code="3"),
        ]
        await unit.followed.add_new(STORE, {"s-1": told})
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        found = await unit.figures.failures(STORE, NOON - 30 * DAY)
    assert [(one.shipment_id, one.reason) for one in found] == [("s-2", None), ("s-1", Reason.ADDRESS_WRONG)]
    assert found[0].destination.place == "Ñuñoa"


async def test_orders_are_counted_by_the_hour_in_which_they_came(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number, hours in ((1, 0), (2, 0.5), (3, 30)):
            await unit.orders.save(STORE, order(number), read_at=NOON - hours * HOUR)
        await unit.orders.save(STORE, order(4, OrderStatus.CANCELED), read_at=NOON)
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        found = await unit.figures.orders_by_hour(STORE, NOON - 2 * DAY)
    noon = NOON.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    assert found == {noon: 1, noon - HOUR: 1, noon - 30 * HOUR: 1}
