"""Tokens, limits and failures of the simulated platform, over real HTTP."""

import asyncio
from typing import Any

import pytest

from despacho_jumpseller import Pace
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_ports.storefront import AttachedDocument, NewFulfillment
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.faults import Fault, FaultKind

pytestmark = pytest.mark.asyncio(loop_scope="module")

Hub = Any
"""The hub of conftest.py."""

HOUR = 3600


def new(order: int, location_id: str = "") -> NewFulfillment:
    return NewFulfillment(
        order_number=order,
        location_id=location_id,
        external_id="shp_01",
        tracking_number="712345678901",
        tracking_company="Chilexpress",
        tracking_url="https://hub.example/track/t",
    )


def refreshes(hub: Hub) -> int:
    """Token pairs given beyond the first."""
    return len(hub.stores.oauth.tokens) - 1


async def test_from_consent_to_the_first_call(hub: Hub) -> None:
    tokens = await hub.consented("tienda-sur")
    assert (await hub.fronts.with_credentials(tokens).store_info()).code == "tienda-sur"
    front = hub.fronts.of(hub.store(tokens, "tienda-sur"))
    assert (await front.store_info()).code == "tienda-sur"


async def test_a_code_opens_only_once(hub: Hub) -> None:
    with pytest.raises(Unauthorized):
        await hub.consent.exchange("made-up")


async def test_every_method_works_with_the_scopes_that_are_asked_for(hub: Hub) -> None:
    front = hub.fronts.of(hub.store(await hub.consented()))
    order = hub.stores.place_order().id
    location = (await front.locations())[0].id
    made = await front.create_fulfillment(new(order, location))
    await front.update_fulfillment(made.id, shipment_status="delivered")
    await front.set_shipment_status(order, "delivered")
    document = AttachedDocument(document_type=1, public_id="39-1", external_id="d", url="https://hub.example/d")
    await front.attach_document(order, document)
    assert await front.documents_of(order) == [document]
    await front.delete_hook((await front.create_hook("order_paid", "https://hub.example/w")).id)
    method = await front.create_shipping_method(
        name="D", callback_url="https://hub.example/r", services_url="https://hub.example/s", token="", origin=None
    )
    await front.delete_shipping_method(method.id)


async def test_ten_calls_with_an_expired_token_refresh_it_once(hub: Hub) -> None:
    store = hub.store(await hub.consented())
    hub.stores.clock.advance(HOUR + 1)
    infos = await asyncio.gather(*(hub.fronts.of(store).store_info() for _ in range(10)))
    assert {info.code for info in infos} == {"tienda-norte"}
    assert refreshes(hub) == 1


async def test_ten_calls_with_a_token_that_only_the_platform_knows_expired_refresh_it_once(hub: Hub) -> None:
    store = hub.store(await hub.consented())
    hub.stores.oauth.tokens[0].expires_at = hub.now()
    await asyncio.gather(*(hub.fronts.of(store).store_info() for _ in range(10)))
    assert refreshes(hub) == 1


async def test_two_processes_refresh_once_between_them(hub: Hub, other_process: Hub) -> None:
    store = hub.store(await hub.consented())
    hub.stores.clock.advance(HOUR + 1)
    fronts = [process.fronts.of(store) for process in (hub, other_process) for _ in range(5)]
    await asyncio.gather(*(front.store_info() for front in fronts))
    assert refreshes(hub) == 1


async def test_tokens_serve_for_days_each_refresh_token_used_once(hub: Hub) -> None:
    front = hub.fronts.of(hub.store(await hub.consented()))
    for _ in range(5):
        hub.stores.clock.advance(HOUR * 0.9)
        await front.store_info()
    assert refreshes(hub) == 5


async def test_an_uninstalled_app_is_unauthorized_and_asks_once(hub: Hub) -> None:
    front = hub.fronts.of(hub.store(await hub.consented()))
    hub.stores.uninstall()
    with pytest.raises(Unauthorized):
        await front.store_info()
    assert refreshes(hub) == 0
    assert hub.stores.calls["oauth.token"] == 2


async def test_a_wrong_authtoken_is_unauthorized(hub: Hub) -> None:
    front = hub.front
    hub.stores.store().authtoken = "changed"
    with pytest.raises(Unauthorized):
        await front.store_info()


async def test_hundreds_of_calls_are_paced_without_a_single_refusal(hub: Hub) -> None:
    """The same proof at a hundred a second as the unit tests give at twenty, so that it takes two seconds."""
    hub.stores.store().limits.per_second = 100
    fronts = hub.paced(Pace(per_second=100))
    store = hub.store()
    await asyncio.gather(*(fronts.of(store).store_info() for _ in range(240)))
    counts = hub.stores.gate.limiter(hub.stores.store()).counts
    assert (counts.hits, counts.refused) == (240, 0)
    assert counts.peak_second <= 100


async def test_the_true_limit_of_twenty_a_second_is_kept(hub: Hub) -> None:
    await asyncio.gather(*(hub.front.store_info() for _ in range(45)))
    counts = hub.stores.gate.limiter(hub.stores.store()).counts
    assert (counts.hits, counts.refused) == (45, 0)
    assert counts.peak_second <= 20


async def test_a_ban_is_obeyed_without_a_further_call(hub: Hub) -> None:
    limits = hub.stores.store().limits
    limits.per_second, limits.ban_after, limits.ban_seconds = 0, 1, 300.0
    # The sandbox counts calls and bans in real time, whatever its clock shows.
    fronts = hub.paced(Pace(), clock=SandboxClock())
    for _ in range(3):
        with pytest.raises(RateLimited) as raised:
            await fronts.of(hub.store()).store_info()
        assert 0 < raised.value.retry_after <= 301
    assert hub.stores.gate.limiter(hub.stores.store()).counts.hits == 1


AFTER_ACTING = [FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED]


@pytest.mark.parametrize("kind", AFTER_ACTING)
async def test_a_fulfillment_that_may_have_been_made_is_found_again_by_our_id(hub: Hub, kind: FaultKind) -> None:
    order = hub.stores.place_order().id
    wanted = new(order, (await hub.front.locations())[0].id)
    hub.stores.faults.add(Fault(kind=kind, endpoint="fulfillments.create", times=1))
    with pytest.raises(Uncertain):
        await hub.front.create_fulfillment(wanted)
    (found,) = await hub.front.fulfillments_of(order)
    assert (found.external_id, found.tracking_number) == ("shp_01", "712345678901")


@pytest.mark.parametrize("kind", AFTER_ACTING[:2])
async def test_a_document_that_may_have_been_attached_is_found_again(hub: Hub, kind: FaultKind) -> None:
    order = hub.stores.place_order().id
    document = AttachedDocument(document_type=1, public_id="39-1", external_id="d", url="https://hub.example/d")
    hub.stores.faults.add(Fault(kind=kind, endpoint="documents.create", times=1))
    with pytest.raises(Uncertain):
        await hub.front.attach_document(order, document)
    assert await hub.front.documents_of(order) == [document]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.FAIL_BEFORE, Unavailable),
        (FaultKind.FAIL_AFTER, Unavailable),
        (FaultKind.CUT_BEFORE, Unavailable),
        (FaultKind.CUT_AFTER, Unavailable),
        (FaultKind.MALFORMED, Unavailable),
        (FaultKind.UNAUTHORIZED, Unauthorized),
        (FaultKind.RATE_LIMITED, RateLimited),
    ],
)
async def test_reading_fails_in_ways_that_may_be_repeated(
    hub: Hub, kind: FaultKind, error: type[ProviderError]
) -> None:
    hub.stores.faults.add(Fault(kind=kind, endpoint="orders.get", times=1))
    order = hub.stores.place_order().id
    with pytest.raises(ProviderError) as raised:
        await hub.front.order(order)
    assert type(raised.value) is error


async def test_a_status_is_set_again_after_a_failure(hub: Hub) -> None:
    order = hub.stores.place_order().id
    hub.stores.faults.add(Fault(kind=FaultKind.CUT_AFTER, endpoint="orders.update", times=1))
    with pytest.raises(Unavailable):
        await hub.front.set_shipment_status(order, "in_transit")
    await hub.front.set_shipment_status(order, "in_transit")
    assert (await hub.front.order(order)).shipment_status == "in_transit"


async def test_a_platform_that_is_not_there_is_unavailable(hub: Hub) -> None:
    front = hub.paced(Pace(), api_url="http://127.0.0.1:1").of(hub.store())
    for call in (front.store_info(), front.create_fulfillment(new(1))):
        with pytest.raises(Unavailable):
            await call


async def test_a_refusal_is_none_of_these(hub: Hub) -> None:
    with pytest.raises(Rejected):
        await hub.front.create_fulfillment(new(hub.stores.place_order().id))
