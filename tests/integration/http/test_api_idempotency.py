"""``Idempotency-Key``: the same request again gets the same answer and acts once, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from despacho_ports.records import IdempotentAnswer
from tests.town import open_town
from tests.web import API, Web, open_web, problem


@pytest.fixture
async def small_web(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Web]:
    """On SQLite alone, where the rules are what matters."""
    async with open_town(sqlite_url, tmp_path) as town, open_web(town) as opened:
        yield opened


@pytest.fixture
async def town_web(database_url: str, tmp_path: Path) -> AsyncIterator[Web]:
    """On both databases: the reservation is theirs."""
    async with open_town(database_url, tmp_path) as town, open_web(town) as opened:
        yield opened


async def ship(web: Web, number: int, key: str, **more: object) -> httpx.Response:
    return await web.api.post(
        f"{API}/orders/{number}/shipments", json=web.express(**more), headers={"idempotency-key": key}
    )


async def test_the_same_request_again_is_answered_again_and_acts_once(town_web: Web) -> None:
    web = town_web
    order = await web.order()
    first, second = await ship(web, order.id, "k"), await ship(web, order.id, "k")
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["cache-control"] == "no-store"
    assert len((await web.api.get(f"{API}/shipments")).json()["items"]) == 1


async def test_a_refusal_is_answered_again_too(small_web: Web) -> None:
    web = small_web
    order = await web.order("digital")
    first, second = await ship(web, order.id, "k"), await ship(web, order.id, "k")
    assert problem(first) == problem(second) == (422, "nothing-to-ship")
    assert second.headers["idempotency-replayed"] == "true"


async def test_a_key_belongs_to_one_request(small_web: Web) -> None:
    web = small_web
    order = await web.order()
    await ship(web, order.id, "k")
    assert problem(await ship(web, order.id, "k", additional=True)) == (422, "idempotency-key-reused")
    headers = {"idempotency-key": "k"}
    elsewhere = await web.api.post(f"{API}/orders/{order.id}/invoice", json=web.express(), headers=headers)
    assert problem(elsewhere) == (422, "idempotency-key-reused")


async def test_stores_do_not_share_keys(small_web: Web) -> None:
    web = small_web
    order = await web.order()
    await ship(web, order.id, "k")
    answer = await web.other.post(f"{API}/tracking/sync", json={}, headers={"idempotency-key": "k"})
    assert answer.status_code == 200
    assert "idempotency-replayed" not in answer.headers


async def test_of_many_at_once_one_acts_and_the_others_wait_their_turn(town_web: Web) -> None:
    web = town_web
    order = await web.order()
    await web.town.fault("chilexpress", "latency", "create-shipment", latency_ms=200)
    answers = await asyncio.gather(*(ship(web, order.id, "k") for _ in range(6)))
    outcomes = sorted(answer.status_code for answer in answers)
    assert outcomes.count(201) >= 1
    assert {201, 409} >= set(outcomes)
    for answer in answers:
        if answer.status_code == 409:
            assert problem(answer) == (409, "idempotency-in-progress")
            assert int(answer.headers["retry-after"]) >= 1
    assert (await ship(web, order.id, "k")).status_code == 201
    assert len((await web.api.get(f"{API}/shipments")).json()["items"]) == 1


async def test_a_process_that_died_does_not_block_the_key_for_ever(town_web: Web) -> None:
    web = town_web
    order = await web.order()
    first = await ship(web, order.id, "k")
    await _as_if_it_had_died(web, "k")
    answer = await ship(web, order.id, "dead")
    assert problem(answer) == (409, "idempotency-in-progress")
    assert int(answer.headers["retry-after"]) == 120
    web.town.clock.turn(121)
    assert problem(await ship(web, order.id, "dead")) == (409, "order-already-shipped")
    assert first.status_code == 201


async def _as_if_it_had_died(web: Web, like: str) -> None:
    """Leave a reservation for the same request under the key ``dead``, as a killed process does."""
    office = web.town.services.office
    now = office.now()
    probe = IdempotentAnswer(store_id=web.store.id, key=like, fingerprint="", created_at=now, locked_until=now)
    async with office.units.begin() as work:
        there = await work.answers.begin(probe)
        assert there is not None
        left = IdempotentAnswer(
            store_id=web.store.id,
            key="dead",
            fingerprint=there.fingerprint,
            created_at=now,
            locked_until=now + timedelta(minutes=2),
        )
        assert await work.answers.begin(left) is None
        await work.commit()


async def test_what_breaks_before_anything_was_made_leaves_the_key_free(
    small_web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = small_web
    order = await web.order()
    with monkeypatch.context() as broken:

        async def breaks(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        broken.setattr(web.town.services.shipping, "buy", breaks)
        assert problem(await ship(web, order.id, "k")) == (500, "internal-error")
    assert (await ship(web, order.id, "k")).status_code == 201


@pytest.mark.parametrize("key", [b"", b"two words", b"x" * 256, "ñ".encode()])
@pytest.mark.asyncio(loop_scope="module")
async def test_a_key_that_cannot_be_kept_is_refused(web: Web, key: bytes) -> None:
    answer = await web.api.post(f"{API}/tracking/sync", headers={b"idempotency-key": key})
    assert problem(answer) == (422, "idempotency-key-invalid")
