"""Where parcels are, from the command line: asked, shown, corrected, and what nobody could read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from despacho.bootstrap import Hub, open_hub
from despacho.settings import Settings
from despacho.silence import Silence
from despacho_core.shipments import ShipmentWish
from despacho_core.tracking import TrackingEvent
from despacho_sandbox.kit.server import Sandbox
from tests.following import PARCEL
from tests.integration.front_door.conftest import Desk
from tests.shop import paid_order
from tests.town import FIRST_STORE, settled_store

T = TypeVar("T")


def at(desk: Desk, use: Callable[[Hub], Awaitable[T]]) -> T:
    """Use the hub that the desk works beside."""

    async def used() -> T:
        async with open_hub(Settings.from_environment(desk.environment), Silence()) as hub:
            return await use(hub)

    return asyncio.run(used())


@pytest.fixture
def shipment(desk: Desk, sandbox: Sandbox) -> tuple[str, list[str]]:
    """A shipment of two pieces on the own van: its id and tracking numbers. One odd event was reported of it."""

    async def use(hub: Hub) -> tuple[str, list[str]]:
        store = await settled_store(hub, sandbox, FIRST_STORE)
        account = await hub.services.accounts.add(
            store.id, "own-fleet", name=None, settings={"fleet_name": "Reparto Norte"}
        )
        wish = ShipmentWish(account_id=account.id, service_code="next-day", parcels=(PARCEL, PARCEL))
        bought, labels, _ = await hub.services.shipping.buy(store.id, await paid_order(hub, store), wish, wait=5)
        numbers = [label.tracking_number for label in labels]
        odd = TrackingEvent(
            tracking_number=numbers[0],
            occurred_at=datetime(2026, 11, 20, tzinfo=UTC),
            description="en órbita",
            code="Z9",
        )
        await hub.services.tracking.take_in(store.id, [odd])
        return bought.id, numbers

    return at(desk, use)


def test_a_way_is_shown_by_the_shipment_or_one_of_its_numbers(desk: Desk, shipment: tuple[str, list[str]]) -> None:
    shipment_id, numbers = shipment
    for name in (shipment_id, *numbers):
        way = desk.gives("tracking", "show", FIRST_STORE, name)
        assert (way["shipment"], way["status"]) == (shipment_id, "requested")
        assert [one["description"] for one in way["events"]] == ["en órbita"]
    assert "Order 1001 is requested." in desk.does("tracking", "show", FIRST_STORE, shipment_id)
    assert desk.fails("tracking", "show", FIRST_STORE, "nobody")["code"] == "not-found"


def test_a_person_is_taken_at_their_word(desk: Desk, shipment: tuple[str, list[str]]) -> None:
    shipment_id, numbers = shipment
    one = desk.gives(
        "tracking", "correct", FIRST_STORE, numbers[0], "delivered", "--note", "seen it", "--at", "2026-11-20 12:00"
    )
    assert one["status"] == "requested"
    all_of_it = desk.gives("tracking", "correct", FIRST_STORE, shipment_id, "failed", "--reason", "address_wrong")
    assert all_of_it["status"] == "failed"
    said = [event for event in all_of_it["events"] if event["author"]]
    assert {event["author"].partition(" of ")[0] for event in said} == {"command"}
    assert [(event["note"], event["occurred_at"]) for event in said if event["note"]] == [
        ("seen it", "2026-11-20T12:00:00Z")
    ]
    ahead = desk.fails("tracking", "correct", FIRST_STORE, shipment_id, "delivered", "--at", "2999-01-01 00:00")
    assert ahead["code"] == "correction-ahead"
    assert desk.run("tracking", "correct", FIRST_STORE, shipment_id, "eaten").exit_code == 2


def test_who_cannot_be_asked_is_told(desk: Desk, shipment: tuple[str, list[str]]) -> None:
    shipment_id, _ = shipment
    assert desk.gives("tracking", "sync", FIRST_STORE) == {"asked": 0, "new_events": 0, "changed": 0, "problems": []}
    told = desk.does("tracking", "sync", FIRST_STORE, "--shipment", shipment_id)
    assert "Own fleet cannot be asked" in told


def test_what_nobody_could_read_is_listed(desk: Desk, shipment: tuple[str, list[str]]) -> None:
    [line] = desk.gives("tracking", "unknown-codes", FIRST_STORE)
    assert (line["provider"], line["code"], line["words"], line["count"]) == ("own-fleet", "Z9", "en órbita", 1)
    assert "en órbita" in desk.does("tracking", "unknown-codes", FIRST_STORE)
