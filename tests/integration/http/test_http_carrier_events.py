"""What carriers push to us."""

from __future__ import annotations

import pytest

from tests.web import Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_push_is_kept_once_as_it_came(web: Web) -> None:
    address = f"/carriers/{web.town.carrier.key}/events"
    first = await web.client.post(address, content=b"\x00 anything", headers={"content-type": "text/weird"})
    again = await web.client.post(address, content=b"\x00 anything")
    assert (first.status_code, first.json()) == (200, {"new": True})
    assert (again.status_code, again.json()) == (200, {"new": False})
    [row] = await web.town.services.ledgers.inbox(web.store.id)
    assert (row.body, row.source) == (b"\x00 anything", f"carrier:{web.town.carrier.id}")
    await web.town.work()
    [row] = await web.town.services.ledgers.inbox(web.store.id)
    assert row.state.value == "ignored"  # this carrier pushes nothing that we could read


async def test_an_address_that_nobody_was_given_does_not_exist(web: Web) -> None:
    assert problem(await web.client.post("/carriers/nobody/events", content=b"{}")) == (404, "not-found")


async def test_a_push_larger_than_two_mebibytes_is_refused(web: Web) -> None:
    answer = await web.client.post(f"/carriers/{web.town.carrier.key}/events", content=b" " * (2 * 1024 * 1024 + 1))
    assert problem(answer) == (413, "body-too-large")
