"""Where parcels are, over the API: looked at, asked about, corrected by a person, and what nobody could read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from despacho_core.shipments import Shipment
from despacho_core.tracking import TrackingEvent, TrackingStatus
from tests.following import Road, bought, now, numbers_of, told
from tests.shopfront import Shopfront, open_shopfront
from tests.town import TurnedClock
from tests.web import API, problem

HOUR = timedelta(hours=1)
S = TrackingStatus


class Counter(Shopfront):
    """A shop front with a parcel on the road."""

    clock: TurnedClock
    road: Road
    shipment: Shipment
    number: str

    async def report(self, status: TrackingStatus, hours: float = 0, words: str = "") -> None:
        """The carrier pushes an event of so many hours from now."""
        self.road.happened(self.number, status, self.clock.now() + hours * HOUR, words=words)
        await self.services.tracking.take_in(self.store.id, self.road.events[self.number][-1:])

    async def correct(self, **said: object) -> dict[str, Any]:
        """A person says how things are."""
        answer = await self.api.post(f"{API}/shipments/{self.shipment.id}/tracking", json=said)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown


@pytest.fixture
async def counter(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Counter]:
    clock, road = TurnedClock(), Road()
    async with open_shopfront(sqlite_url, tmp_path, [road.provider()], clock=clock) as opened:
        counter = Counter(opened.hub, opened.store, opened.client, opened.api)
        counter.clock, counter.road = clock, road
        counter.shipment = await bought(opened.hub, opened.store, pieces=2)
        [counter.number, _] = await numbers_of(opened.hub, counter.shipment)
        yield counter


async def test_a_person_sets_it_back_and_later_events_count_on(counter: Counter) -> None:
    await counter.correct(status="delivered")
    counter.clock.turn(60)
    shown = await counter.correct(status="in_transit", reason="address_wrong", note="the neighbour brought it back")
    assert shown["status"] == "in_transit"
    assert shown["next_check_at"] is not None
    last = [event for event in shown["events"] if event["reason"] == "address_wrong"]
    assert [(one["author"], one["note"], one["status"]) for one in last] == [
        (last[0]["author"], "the neighbour brought it back", "in_transit")
    ] * 2
    assert last[0]["author"].startswith("token ")
    await counter.report(S.DELIVERED, hours=-1, words="before the correction")
    assert (await now(counter.hub, counter.shipment)).tracking_status is S.IN_TRANSIT
    for number in await numbers_of(counter.hub, counter.shipment):
        counter.number = number
        counter.clock.turn(60)
        await counter.report(S.DELIVERED, hours=1)
    assert (await now(counter.hub, counter.shipment)).tracking_status is S.DELIVERED
    assert await told(counter.hub, counter.shipment) == ["delivered", "in_transit", "delivered"]


async def test_what_the_store_calls_the_same_it_is_not_told(counter: Counter) -> None:
    await counter.correct(status="in_transit")
    counter.clock.turn(60)
    await counter.correct(status="out_for_delivery")
    assert await told(counter.hub, counter.shipment) == ["in_transit"]


async def test_one_piece_may_be_spoken_of_alone(counter: Counter) -> None:
    shown = await counter.correct(status="delivered", tracking_number=counter.number)
    assert shown["status"] == "requested"
    _, labels = await counter.services.shipping.get(counter.store.id, counter.shipment.id)
    assert [label.tracking_status for label in labels] == [S.DELIVERED, S.REQUESTED]


async def test_the_same_correction_twice_is_one(counter: Counter) -> None:
    at = (counter.clock.now() - HOUR).isoformat()
    first = await counter.correct(status="delivered", at=at, note="seen")
    again = await counter.correct(status="delivered", at=at, note="seen")
    assert first == again
    assert (await now(counter.hub, counter.shipment)).corrections == 1


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"status": "delivered", "at": "2999-01-01T00:00:00Z"}, (422, "correction-ahead")),
        ({"status": "delivered", "at": "2026-01-01T00:00:00"}, (422, "invalid-body")),
        ({"status": "lost"}, (422, "invalid-body")),
        ({"status": "failed", "reason": "aliens"}, (422, "invalid-body")),
        ({"status": "failed", "note": "x" * 501}, (422, "invalid-body")),
        ({"status": "failed", "tracking_number": "not ours"}, (404, "not-found")),
        ({"status": "failed", "author": "somebody else"}, (422, "invalid-body")),
        ({}, (422, "invalid-body")),
    ],
)
async def test_what_cannot_be_said_is_refused(
    counter: Counter, said: dict[str, object], expected: tuple[int, str]
) -> None:
    answer = await counter.api.post(f"{API}/shipments/{counter.shipment.id}/tracking", json=said)
    assert problem(answer) == expected
    assert (await now(counter.hub, counter.shipment)).corrections == 0


async def test_only_a_bought_shipment_of_the_own_store_is_corrected(counter: Counter) -> None:
    body = {"status": "delivered"}
    assert problem(await counter.api.post(f"{API}/shipments/nobody/tracking", json=body)) == (404, "not-found")
    anybody = await counter.client.post(f"{API}/shipments/{counter.shipment.id}/tracking", json=body)
    assert problem(anybody) == (401, "unauthorized")
    await counter.services.shipping.void(counter.store.id, counter.shipment.id, wait=5)
    voided = await counter.api.post(f"{API}/shipments/{counter.shipment.id}/tracking", json=body)
    assert problem(voided)[0] == 409


async def test_a_push_to_the_store_that_a_correction_overtook_is_not_made(counter: Counter) -> None:
    await counter.correct(status="delivered")
    counter.clock.turn(60)
    await counter.correct(status="in_transit")
    counter.clock.turn(60)
    await counter.correct(status="delivered")
    async with counter.services.office.units.begin(write=False) as work:
        effects = await work.outbox.of_subject(counter.store.id, counter.shipment.id)
    pushes = [one for one in effects if one.kind == "push-status"]
    assert [(one.payload["status"], one.payload["corrections"]) for one in pushes] == [
        ("delivered", 1),
        ("in_transit", 2),
        ("delivered", 3),
    ]


async def test_carriers_are_asked_now(counter: Counter) -> None:
    counter.road.happened(counter.number, S.IN_TRANSIT, counter.clock.now())
    one = await counter.api.post(f"{API}/tracking/sync", json={"shipment_id": counter.shipment.id})
    everything = await counter.api.post(f"{API}/tracking/sync", json={})
    assert one.json() == {"asked": 1, "new_events": 1, "changed": 0, "problems": []}
    assert everything.json() == {"asked": 1, "new_events": 0, "changed": 0, "problems": []}


async def test_what_nobody_could_read_is_listed_and_counted(counter: Counter) -> None:
    odd = TrackingEvent(
        tracking_number=counter.number, occurred_at=counter.clock.now(), code="Z9", description="en órbita"
    )
    await counter.services.tracking.take_in(counter.store.id, [odd])
    listed = (await counter.api.get(f"{API}/tracking/unknown-codes")).json()
    [one] = listed["items"]
    assert (one["provider"], one["code"], one["words"], one["count"]) == ("van", "Z9", "en órbita", 1)
    figures = (await counter.client.get("/metrics")).text
    assert 'despacho_tracking_unknown_codes{provider="van"} 1.0' in figures
