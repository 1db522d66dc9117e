"""The rate limits over HTTP: headers on every answer, 429 beyond, the ban; and that every call was counted."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from despacho_sandbox.store import StoreSimulator
from despacho_sandbox.store.settings import Limits

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_answer_to_a_known_caller_says_what_is_left(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    stores.store().limits = Limits()
    left = []
    for path in ("/orders.json", "/orders/77.json", "/orders/status/lost.json"):
        headers = (await api.get(path)).headers
        assert headers["Jumpseller-PerMinuteRateLimit-Limit"] == "800"
        assert headers["Jumpseller-PerSecondRateLimit-Limit"] == "20"
        left.append(
            (headers["Jumpseller-PerMinuteRateLimit-Remaining"], headers["Jumpseller-PerSecondRateLimit-Remaining"])
        )
    assert left == [("799", "19"), ("798", "18"), ("797", "17")]


async def test_beyond_the_limit_calls_are_refused_in_text_without_effect(
    stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    stores.store().limits = Limits(per_minute=2)
    order = stores.place_order()
    statuses = [
        (await api.put(f"/orders/{order.id}.json", json={"order": {"shipment_status": status}})).status_code
        for status in ("requested", "in_transit", "delivered")
    ]
    assert statuses == [200, 200, 429]
    assert order.shipment_status.value == "in_transit"
    counts = stores.gate.limiter(stores.store()).counts
    assert (counts.hits, counts.refused, counts.peak_minute) == (3, 1, 3)


async def test_a_refusal_can_be_a_403_with_nothing_remaining(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    stores.store().limits = Limits(per_minute=1, refusal_status=403)
    answers = [await api.get("/orders.json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 403]
    assert answers[1].headers["Jumpseller-PerMinuteRateLimit-Remaining"] == "0"


async def test_stores_are_counted_apart(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    stores.store().limits = Limits(per_minute=1)
    other = stores.store("tienda-sur")
    assert [(await api.get("/orders.json")).status_code for _ in range(2)] == [200, 429]
    auth = (other.login, other.authtoken)
    assert (await api.get("/orders.json", auth=auth)).status_code == 200


async def test_too_many_refusals_bring_a_ban_that_names_its_end(stores: StoreSimulator, api: httpx.AsyncClient) -> None:
    stores.store().limits = Limits(per_minute=1, ban_after=3, ban_seconds=600)
    answers = [await api.get("/orders.json") for _ in range(4)]
    assert ["Jumpseller-BannedByRateLimit-Reset" in answer.headers for answer in answers] == [False, False, False, True]
    reset = datetime.fromisoformat(answers[-1].headers["Jumpseller-BannedByRateLimit-Reset"])
    assert timedelta(seconds=570) < reset - datetime.now(UTC) <= timedelta(seconds=601)
    stores.store().limits = Limits()
    assert (await api.get("/orders.json")).status_code == 429, "a ban holds whatever is left of the limits"
    lifted = await httpx_post(stores, "/stores/tienda-norte/lift-ban")
    assert lifted["bans"] == 1
    assert (await api.get("/orders.json")).status_code == 200


async def httpx_post(stores: StoreSimulator, path: str) -> dict[str, int]:
    async with httpx.AsyncClient() as client:
        counts: dict[str, int] = (await client.post(f"{stores.base_url}/admin{path}")).json()
        return counts


async def test_the_limits_run_on_real_time_whatever_the_sandbox_clock_does(
    stores: StoreSimulator, api: httpx.AsyncClient
) -> None:
    stores.store().limits = Limits(per_minute=1)
    assert (await api.get("/orders.json")).status_code == 200
    stores.clock.advance(3600)
    assert (await api.get("/orders.json")).status_code == 429
