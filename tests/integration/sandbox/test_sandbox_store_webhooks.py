"""Webhooks as a hub meets them: signed, retried on the sandbox clock, paused, doubled, out of order, or missing."""

import asyncio
import base64
import hashlib
import hmac
from typing import Any, Protocol

import httpx
import pytest

from despacho_sandbox.store import StoreSimulator
from despacho_sandbox.store.delivery import DeliveryState

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTE = 60


class Hub(Protocol):
    """The fake hub of conftest.py."""

    url: str
    received: list[Any]
    posts: list[Any]
    answerer: Any

    def answers(self, status: int, body: bytes = b"{}") -> None: ...


async def subscribe(api: httpx.AsyncClient, hub: Hub, *events: str) -> list[int]:
    ids = []
    for event in events:
        answer = await api.post("/hooks.json", json={"hook": {"event": event, "url": f"{hub.url}/webhooks"}})
        assert answer.status_code == 200, answer.text
        ids.append(answer.json()["hook"]["id"])
    return ids


def events_of(hub: Hub) -> list[str]:
    return [one.headers["jumpseller-event"] for one in hub.posts]


async def test_a_webhook_carries_the_order_and_a_signature_over_its_raw_bytes(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub
) -> None:
    await subscribe(api, hub, "order_paid")
    order = stores.place_order(kind="company")
    await stores.idle()
    (received,) = hub.posts
    expected = hmac.new(b"fake-hooks-token-tienda-norte", received.body, hashlib.sha256).digest()
    assert received.headers["jumpseller-hmac-sha256"] == base64.b64encode(expected).decode()
    assert received.headers["jumpseller-store-code"] == "tienda-norte"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["jumpseller-triggered-at"] == f"{stores.clock.now():%Y-%m-%d %H:%M:%S.%f}"[:-3] + " UTC"
    assert received.json() == (await api.get(f"/orders/{order.id}.json")).json()


async def test_every_change_tells_its_own_event_and_order_updated(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub
) -> None:
    await subscribe(
        api, hub, "order_updated", "order_pending_payment", "order_paid", "order_canceled", "order_abandoned"
    )
    told: list[list[str]] = []
    order = stores.place_order(status="pending_payment")
    for act in (
        lambda: None,
        lambda: stores.pay(order.id),
        lambda: stores.pay(order.id),
        lambda: stores.cancel(order.id),
    ):
        act()
        await stores.idle()
        told.append(sorted(events_of(hub)[sum(len(one) for one in told) :]))
    assert told == [
        ["order_pending_payment", "order_updated"],
        ["order_paid", "order_updated"],
        [],
        ["order_canceled", "order_updated"],
    ]


async def test_shipping_an_order_tells_order_shipped(stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub) -> None:
    order = stores.place_order()
    await subscribe(api, hub, "order_shipped", "order_updated")
    await fulfil(stores, api, order.id)
    await stores.idle()
    assert sorted(events_of(hub)) == ["order_shipped", "order_updated"]


async def fulfil(stores: StoreSimulator, api: httpx.AsyncClient, order_id: int) -> None:
    location = stores.store().main_location().id
    body = {"order_id": str(order_id), "type": "manual", "location_id": str(location), "tracking_number": "T-1"}
    assert (await api.post("/fulfillments.json", json={"fulfillment": body})).status_code == 200


async def test_only_hooks_of_the_own_store_are_called(stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub) -> None:
    await subscribe(api, hub, "order_paid")
    stores.place_order("tienda-sur")
    await stores.idle()
    assert hub.posts == []


async def test_a_refused_webhook_comes_again_after_1_16_81_and_256_minutes_and_then_no_more(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub
) -> None:
    await subscribe(api, hub, "order_paid")
    hub.answers(500)
    stores.place_order()
    await stores.idle()
    for retry, minutes in enumerate((1, 16, 81, 256), start=1):
        stores.clock.advance(minutes * MINUTE - 1)
        await stores.idle()
        assert len(hub.posts) == retry
        stores.clock.advance(1)
        await stores.idle()
        assert len(hub.posts) == retry + 1
    stores.clock.advance(7 * 24 * 60 * MINUTE)
    await stores.idle()
    assert len({(one.body, one.headers["jumpseller-hmac-sha256"]) for one in hub.posts}) == 1
    assert len(hub.posts) == 5
    assert stores.deliveries()[0].state is DeliveryState.GIVEN_UP


async def test_an_acknowledged_retry_ends_the_matter(stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub) -> None:
    await subscribe(api, hub, "order_paid")
    hub.answers(503)
    stores.place_order()
    await stores.idle()
    hub.answers(204)
    stores.clock.advance(1 * MINUTE)
    await stores.idle()
    stores.clock.advance(24 * 60 * MINUTE)
    await stores.idle()
    assert [attempt.status for attempt in stores.deliveries()[0].attempts] == [503, 204]
    assert stores.webhook_counts().outstanding == 0


async def test_a_hub_that_is_down_is_a_failed_attempt(stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub) -> None:
    stores.configure(probes_hooks=False)
    answer = await api.post("/hooks.json", json={"hook": {"event": "order_paid", "url": "http://127.0.0.1:9/nobody"}})
    assert answer.status_code == 200
    stores.place_order()
    await stores.idle()
    (attempt,) = stores.deliveries()[0].attempts
    assert attempt.status is None
    assert attempt.error is not None
    assert attempt.error.startswith("ConnectError")


async def test_eight_failures_in_a_row_pause_a_hook_until_someone_wakes_it(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub
) -> None:
    await subscribe(api, hub, "order_paid")
    hub.answers(500)
    for _ in range(8):
        stores.place_order()
        await stores.idle()
    stores.place_order()
    await stores.idle()
    assert len(hub.posts) == 8
    assert stores.deliveries()[-1].state is DeliveryState.PAUSED

    hub.answers(200)
    assert stores.unpause_hooks() == 1
    stores.place_order()
    await stores.idle()
    assert len(hub.posts) == 9
    stores.redeliver()
    await stores.idle()
    assert stores.webhook_counts() == stores.webhook_counts("tienda-norte")
    assert stores.webhook_counts().outstanding == 0


async def test_a_pause_stops_what_was_already_in_the_queue(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub
) -> None:
    await subscribe(api, hub, "order_paid")
    hub.answers(500)
    for _ in range(300):
        stores.place_order()
    await stores.idle()
    assert 8 <= len(hub.posts) <= 8 + 64


async def test_a_success_forgives_earlier_failures(stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub) -> None:
    (hook_id,) = await subscribe(api, hub, "order_paid")
    for status in (500, 500, 500, 200, *[500] * 7):
        hub.answers(status)
        stores.place_order()
        await stores.idle()
    assert stores.store().hooks[hook_id].failures == 7
    assert not stores.store().hooks[hook_id].paused


async def test_a_duplicate_is_the_very_same_bytes_and_is_counted(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub
) -> None:
    await subscribe(api, hub, "order_paid")
    stores.place_order()
    await stores.idle()
    stores.duplicate(stores.deliveries()[0].id)
    await stores.idle()
    first, second = hub.posts
    assert (first.body, first.headers) == (second.body, second.headers)
    counts = stores.webhook_counts()
    assert (counts.deliveries, counts.sent, counts.acknowledged, counts.duplicates) == (1, 2, 2, 1)


@pytest.mark.parametrize("order", ["forward", "reverse", "shuffled"])
async def test_held_webhooks_come_in_the_order_that_is_asked_for(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub, order: str
) -> None:
    await subscribe(api, hub, "order_paid")
    stores.hold_webhooks()
    placed = [stores.place_order().id for _ in range(6)]
    await stores.idle()
    assert hub.posts == []
    released = [delivery.order_id for delivery in stores.release_webhooks(order=order)]
    await stores.idle()
    assert [one.json()["order"]["id"] for one in hub.posts] == released
    assert sorted(filter(None, released)) == placed
    assert {"forward": released == placed, "reverse": released == placed[::-1], "shuffled": released != placed}[order]


async def test_an_order_can_be_placed_that_no_webhook_tells_of(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub
) -> None:
    await subscribe(api, hub, "order_paid", "order_updated")
    order = stores.place_order(silent=True)
    await api.put(f"/orders/{order.id}.json", json={"order": {"shipment_status": "in_transit"}})
    await stores.idle()
    assert hub.posts == []
    listed = (await api.get("/orders.json", params={"status_filters[]": "paid"})).json()
    assert [one["order"]["id"] for one in listed] == [order.id]
    stores.announce(order.id)
    await stores.idle()
    assert events_of(hub) == ["order_updated"]


async def test_what_was_not_acknowledged_can_be_sent_again_at_once(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub
) -> None:
    stores.configure(pauses_hooks_after=None)
    await subscribe(api, hub, "order_paid")
    stores.place_order()
    await stores.idle()
    hub.answers(500)
    late = [stores.place_order().id for _ in range(20)]
    await stores.idle()
    hub.answers(200)
    before = len(hub.posts)
    assert [delivery.order_id for delivery in stores.redeliver()] == late
    await stores.idle()
    assert len(hub.posts) - before == 20
    stores.clock.advance(24 * 60 * MINUTE)
    await stores.idle()
    assert len(hub.posts) - before == 20


async def test_deleting_a_hook_ends_what_it_was_owed(stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub) -> None:
    (hook_id,) = await subscribe(api, hub, "order_paid")
    hub.answers(500)
    stores.place_order()
    await stores.idle()
    assert (await api.delete(f"/hooks/{hook_id}.json")).status_code == 200
    stores.clock.advance(24 * 60 * MINUTE)
    stores.place_order()
    await stores.idle()
    assert len(hub.posts) == 1


async def test_no_more_than_64_webhooks_are_under_way_at_once(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub
) -> None:
    await subscribe(api, hub, "order_paid")
    under_way, most, full = 0, 0, asyncio.Event()

    async def slow(_: object) -> tuple[int, bytes]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == 64:
            full.set()
        await full.wait()
        under_way -= 1
        return 200, b"{}"

    hub.answerer = slow
    for _ in range(200):
        stores.place_order()
    await stores.idle()
    assert most == 64
    assert len(hub.posts) == 200


async def test_a_reset_forgets_everything_that_was_on_its_way(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Hub
) -> None:
    await subscribe(api, hub, "order_paid")
    hub.answers(500)
    stores.place_order()
    await stores.idle()
    stores.reset()
    stores.clock.advance(24 * 60 * MINUTE)
    await stores.idle()
    assert len(hub.posts) == 1
    assert stores.webhook_counts().deliveries == 0
    assert stores.store().orders == {}
