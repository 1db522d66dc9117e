"""Following parcels: asked in batches, taken in once, moved forward only, and the store told of each real change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from despacho.bootstrap import Hub
from despacho_core.shipments import LabelState, Shipment
from despacho_core.stores import AccountState, Store
from despacho_core.tracking import Standstill, TrackingEvent, TrackingStatus
from despacho_ports.errors import RateLimited, Unauthorized, Unavailable
from despacho_services.tracking_asking import MOST_FAILURES
from despacho_services.tracking_result import SyncResult
from despacho_services.tracking_rounds import CLAIM_LASTS
from tests.following import Road, bought, now, numbers_of, told
from tests.shop import open_shop
from tests.town import TurnedClock

HOUR = timedelta(hours=1)
S = TrackingStatus


class Shop:
    """A shop with the carrier of the road."""

    def __init__(self, hub: Hub, store: Store, road: Road, clock: TurnedClock) -> None:
        self.hub, self.store, self.road, self.clock = hub, store, road, clock
        self.tracking = hub.services.tracking

    async def bought(self, order: int = 1001, *, pieces: int = 1) -> tuple[Shipment, list[str]]:
        """A shipment with its tracking numbers."""
        shipment = await bought(self.hub, self.store, order=order, pieces=pieces)
        return shipment, await numbers_of(self.hub, shipment)

    async def events(self, shipment: Shipment) -> list[TrackingEvent]:
        """All that is kept of it."""
        return list((await self.tracking.events_of(self.store.id, shipment.id))[1])


@asynccontextmanager
async def opened_shop(url: str, folder: Path) -> AsyncIterator[Shop]:
    road, clock = Road(batch_size=3), TurnedClock()
    async with open_shop(url, folder, [road.provider()], clock=clock) as (hub, store):
        yield Shop(hub, store, road, clock)


@pytest.fixture
async def shop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """Where the rules are what matters."""
    async with opened_shop(sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def everywhere(database_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """On both databases: where it matters who takes what, and when."""
    async with opened_shop(database_url, tmp_path) as opened:
        yield opened


async def test_parcels_are_asked_for_in_batches_and_only_when_they_are_due(everywhere: Shop) -> None:
    shop = everywhere
    for order in range(1001, 1008):
        await shop.bought(order)
    assert await shop.tracking.sync_due() == SyncResult()
    shop.clock.turn(3600)
    result = await shop.tracking.sync_due()
    assert (result.asked, sorted(map(len, shop.road.asked))) == (7, [1, 3, 3])
    await shop.tracking.sync_due()
    assert len(shop.road.asked) == 3


async def test_the_store_is_told_once_of_each_real_change(shop: Shop) -> None:
    shipment, [number] = await shop.bought()
    for hours, status in enumerate((S.IN_TRANSIT, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED)):
        shop.road.happened(number, status, shop.clock.now() + hours * HOUR, words=f"scan {hours}")
        shop.clock.turn(60)
        result = await shop.tracking.sync_shipment(shop.store.id, shipment.id)
        assert result.new_events == 1
        assert (await shop.tracking.sync_shipment(shop.store.id, shipment.id)).new_events == 0
    assert await told(shop.hub, shipment) == ["in_transit", "delivered"]
    after = await now(shop.hub, shipment)
    assert (after.tracking_status, after.next_check_at) == (S.DELIVERED, None)


async def test_an_older_event_that_arrives_late_is_kept_and_turns_nothing_back(shop: Shop) -> None:
    shipment, [number] = await shop.bought()
    shop.road.happened(number, S.DELIVERED, shop.clock.now())
    await shop.tracking.sync_shipment(shop.store.id, shipment.id)
    shop.road.happened(number, S.IN_TRANSIT, shop.clock.now() - 5 * HOUR)
    late = shop.road.events[number][-1]
    result = await shop.tracking.take_in(shop.store.id, [late])
    assert (result.new_events, result.changed) == (1, 0)
    assert (await now(shop.hub, shipment)).tracking_status is S.DELIVERED
    assert [one.status for one in await shop.events(shipment)] == [S.IN_TRANSIT, S.DELIVERED]


async def test_an_event_from_the_future_is_kept_and_marked_and_moves_nothing(shop: Shop) -> None:
    shipment, [number] = await shop.bought()
    shop.road.happened(number, S.DELIVERED, shop.clock.now() + timedelta(days=400))
    result = await shop.tracking.sync_shipment(shop.store.id, shipment.id)
    [event] = await shop.events(shipment)
    assert (result.new_events, result.changed, event.standstill) == (1, 0, Standstill.FUTURE)
    assert (await now(shop.hub, shipment)).tracking_status is S.REQUESTED
    assert await told(shop.hub, shipment) == []


async def test_a_status_for_a_voided_label_is_kept_and_moves_nothing(shop: Shop) -> None:
    shipment, [first, second] = await shop.bought(pieces=2)
    async with shop.hub.services.office.units.begin() as work:
        [label] = await work.labels.by_tracking_numbers(shop.store.id, [second])
        await work.labels.save(label.voided())
        await work.commit()
    shop.road.happened(second, S.FAILED, shop.clock.now())
    result = await shop.tracking.take_in(shop.store.id, shop.road.events[second])
    [event] = await shop.events(shipment)
    assert (result.new_events, result.changed, event.standstill) == (1, 0, Standstill.VOIDED)
    await shop.tracking.sync_shipment(shop.store.id, shipment.id)
    assert shop.road.asked == [[first]]  # nobody is asked about a void label


async def test_a_status_for_a_voided_shipment_is_kept_and_moves_nothing(shop: Shop) -> None:
    shipment, [number] = await shop.bought()
    await shop.hub.services.shipping.void(shop.store.id, shipment.id, wait=5)
    shop.road.happened(number, S.DELIVERED, shop.clock.now())
    await shop.tracking.take_in(shop.store.id, shop.road.events[number])
    [event] = await shop.events(shipment)
    _, [label] = await shop.hub.services.shipping.get(shop.store.id, shipment.id)
    assert (label.state, label.tracking_status, event.standstill) == (LabelState.VOIDED, S.REQUESTED, Standstill.VOIDED)


async def test_a_shipment_is_as_far_as_its_last_piece_and_pieces_that_arrived_are_not_asked_for(shop: Shop) -> None:
    shipment, [first, second] = await shop.bought(pieces=2)
    shop.road.happened(first, S.DELIVERED, shop.clock.now())
    await shop.tracking.sync_shipment(shop.store.id, shipment.id)
    assert (await now(shop.hub, shipment)).tracking_status is S.REQUESTED
    shop.clock.turn(60)
    shop.road.happened(second, S.IN_TRANSIT, shop.clock.now())
    await shop.tracking.sync_shipment(shop.store.id, shipment.id)
    assert shop.road.asked == [[first, second], [second]]
    assert await told(shop.hub, shipment) == ["in_transit"]


async def test_a_shipment_of_more_pieces_than_a_batch_is_asked_for_in_several(shop: Shop) -> None:
    shipment, numbers = await shop.bought(pieces=7)
    for number in numbers:
        shop.road.happened(number, S.DELIVERED, shop.clock.now())
    await shop.tracking.sync_shipment(shop.store.id, shipment.id)
    assert sorted(map(len, shop.road.asked)) == [1, 3, 3]
    assert await told(shop.hub, shipment) == ["delivered"]


async def test_what_no_table_knows_is_kept_shown_and_counted(shop: Shop) -> None:
    shipment, [number] = await shop.bought()
    shop.road.happened(number, None, shop.clock.now(), code="Z9", words="Paquete en órbita")
    for _ in range(2):
        await shop.tracking.sync_shipment(shop.store.id, shipment.id)
    [event] = await shop.events(shipment)
    assert (event.code, event.status, event.standstill) == ("Z9", None, None)
    [unknown] = await shop.tracking.unknown_codes(shop.store.id)
    assert (unknown.provider, unknown.code, unknown.words, unknown.count) == ("van", "Z9", "Paquete en órbita", 1)
    assert await shop.tracking.unknown_counts() == {"van": 1}


async def test_a_carrier_that_is_down_is_asked_again_later_and_is_left_alone_meanwhile(shop: Shop) -> None:
    for order in range(1001, 1021):
        await shop.bought(order)
    shop.road.errors = [Unavailable("down")] * 50
    shop.clock.turn(3600)
    result = await shop.tracking.sync_due()
    assert (result.asked, result.problems) == (0, ("down",))
    assert MOST_FAILURES <= len(shop.road.asked) <= 7
    shop.road.errors, shop.road.asked = [], []
    await shop.tracking.sync_due()
    assert shop.road.asked == []
    shop.clock.turn(15 * 60)
    assert (await shop.tracking.sync_due()).asked == 20


async def test_an_account_that_asks_to_wait_is_given_the_time_that_it_wants(shop: Shop) -> None:
    await shop.bought()
    shop.road.errors = [RateLimited("slow down", retry_after=900)]
    shop.clock.turn(3600)
    await shop.tracking.sync_due()
    shop.clock.turn(890)
    assert (await shop.tracking.sync_due()).asked == 0
    shop.clock.turn(20)
    assert (await shop.tracking.sync_due()).asked == 1


async def test_refused_credentials_stop_the_account_and_its_parcels_are_due_once_it_is_mended(shop: Shop) -> None:
    for order in (1001, 1002):
        await shop.bought(order)
    shop.road.errors = [Unauthorized("wrong key")]
    shop.clock.turn(3600)
    await shop.tracking.sync_due()
    [account] = await shop.hub.services.accounts.all(shop.store.id)
    assert (account.state, account.problem) == (AccountState.NEEDS_ATTENTION, "wrong key")
    shop.clock.turn(3600)
    shop.road.asked = []
    assert (await shop.tracking.sync_due()).problems != ()
    assert shop.road.asked == []
    async with shop.hub.services.office.units.begin() as work:
        await work.accounts.save(account.mended())
        await work.commit()
    assert (await shop.tracking.sync_due()).asked == 2


async def test_one_number_that_a_carrier_refuses_keeps_no_other_in_the_dark(shop: Shop) -> None:
    numbers = [(await shop.bought(order))[1][0] for order in range(1001, 1004)]
    shop.road.unknown = {numbers[1]}
    for number in numbers:
        shop.road.happened(number, S.DELIVERED, shop.clock.now())
    result = await shop.tracking.sync_store(shop.store.id)
    assert (result.changed, result.problems) == (2, (f"{numbers[1]}: no such parcel",))


async def test_a_provider_that_breaks_breaks_nothing_else(shop: Shop) -> None:
    await shop.bought()
    shop.road.errors = [ZeroDivisionError("oops")]
    result = await shop.tracking.sync_store(shop.store.id)
    assert result.problems == ("the provider broke: ZeroDivisionError('oops')",)
    shop.clock.turn(15 * 60)
    assert (await shop.tracking.sync_due()).asked == 1


async def test_a_worker_that_dies_while_asking_loses_nothing(everywhere: Shop) -> None:
    shop = everywhere
    shipment, [number] = await shop.bought()
    shop.road.happened(number, S.DELIVERED, shop.clock.now())
    shop.road.errors = [asyncio.CancelledError()]  # what ends a process
    shop.clock.turn(3600)
    with pytest.raises(asyncio.CancelledError):
        await shop.tracking.sync_due()
    assert (await shop.tracking.sync_due()).asked == 0  # it is somebody's, as far as anybody knows
    shop.clock.turn(CLAIM_LASTS.total_seconds())
    assert (await shop.tracking.sync_due()).asked == 1
    assert await told(shop.hub, shipment) == ["delivered"]


async def test_two_workers_at_once_ask_about_each_parcel_once(everywhere: Shop) -> None:
    shop = everywhere
    numbers = [(await shop.bought(order))[1][0] for order in range(1001, 1013)]
    shop.clock.turn(3600)
    results = await asyncio.gather(shop.tracking.sync_due(), shop.tracking.sync_due())
    assert sum(result.asked for result in results) == 12
    assert sorted(number for batch in shop.road.asked for number in batch) == sorted(numbers)


async def test_a_push_and_an_answer_at_once_are_one_event_and_one_change(everywhere: Shop) -> None:
    shop = everywhere
    shipment, [number] = await shop.bought()
    shop.road.happened(number, S.DELIVERED, shop.clock.now())
    await asyncio.gather(
        shop.tracking.sync_shipment(shop.store.id, shipment.id),
        *(shop.tracking.take_in(shop.store.id, shop.road.events[number]) for _ in range(3)),
    )
    assert len(await shop.events(shipment)) == 1
    assert await told(shop.hub, shipment) == ["delivered"]


async def test_an_asleep_store_is_not_asked_for(everywhere: Shop) -> None:
    shop = everywhere
    await shop.bought()
    async with shop.hub.services.office.units.begin() as work:
        await work.stores.save(shop.store.asleep("uninstalled"))
        await work.commit()
    result = await shop.tracking.sync_store(shop.store.id)
    assert (result.asked, result.problems, shop.road.asked) == (0, ("the store shop is asleep",), [])


async def test_events_of_another_account_are_not_taken_for_ours(shop: Shop) -> None:
    shipment, [number] = await shop.bought()
    shop.road.happened(number, S.DELIVERED, shop.clock.now())
    result = await shop.tracking.take_in(shop.store.id, shop.road.events[number], account_id="another")
    assert (result.new_events, result.unknown_numbers) == (0, 1)
    assert (await now(shop.hub, shipment)).tracking_status is S.REQUESTED


async def test_a_store_that_wants_it_every_day_has_it_every_day(shop: Shop) -> None:
    shipment, _ = await shop.bought()
    settings = msgspec.structs.replace(shop.store.settings, tracking_hours=Decimal(24))
    async with shop.hub.services.office.units.begin() as work:
        await work.stores.save(msgspec.structs.replace(shop.store, settings=settings))
        await work.commit()
    await shop.tracking.sync_shipment(shop.store.id, shipment.id)
    at = (await now(shop.hub, shipment)).next_check_at
    assert at is not None
    assert timedelta(hours=21) < at - shop.clock.now() < timedelta(hours=27)
