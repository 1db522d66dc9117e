"""Webhooks over HTTP: what is signed is kept before it is acknowledged, everything else gets a short problem and leaves nothing."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from despacho_core.ledgers import InboxRow
from despacho_ports.persistence import UnitOfWork, UnitsOfWork
from despacho_ports.records import NewMessage, NotAccepted
from despacho_services.reception import KnownStores
from tests.town import open_town, sign
from tests.web import Web, as_json, open_web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOOKS = "/jumpseller/webhooks"


async def inbox(web: Web) -> list[InboxRow]:
    return list(await web.town.services.ledgers.inbox(web.store.id, limit=200))


class FullDisk:
    """A database that takes nothing."""

    async def accept(self, message: NewMessage) -> bool:
        raise NotAccepted("disk full")


class CountingUnits:
    """The database, counting how often it is asked."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units
        self.begun = 0

    def begin(self, *, write: bool = True) -> AbstractAsyncContextManager[UnitOfWork]:
        self.begun += 1
        return self._units.begin(write=write)


async def test_a_signed_webhook_is_kept_as_it_came_and_acknowledged(web: Web) -> None:
    body = as_json({"order": {"id": 4711}})
    answer = await web.client.post(HOOKS, content=body, headers=web.signed(body, at="first"))
    assert (answer.status_code, answer.json()) == (200, {})
    newest = (await inbox(web))[0]
    assert (newest.body, newest.event, newest.source) == (body, "order_paid", "jumpseller")


async def test_a_webhook_delivered_again_is_acknowledged_and_kept_once(web: Web) -> None:
    body = as_json({"order": {"id": 4712}})
    before = len(await inbox(web))
    for _ in range(3):
        assert (await web.client.post(HOOKS, content=body, headers=web.signed(body))).status_code == 200
    assert len(await inbox(web)) == before + 1


@pytest.mark.parametrize(
    "changes",
    [
        {"jumpseller-hmac-sha256": None},
        {"jumpseller-hmac-sha256": "AAAA"},
        {"jumpseller-hmac-sha256": "ñandú"},
        {"jumpseller-store-code": "nobody"},
        {"jumpseller-store-code": None},
    ],
)
async def test_what_is_not_signed_by_a_known_store_is_refused_and_not_kept(
    web: Web, changes: dict[str, str | None]
) -> None:
    body = as_json({"order": {"id": 4713}})
    before = len(await inbox(web))
    headers = {name.encode(): value.encode("latin-1") for name, value in web.signed(body, changes).items()}
    answer = await web.client.post(HOOKS, content=body, headers=headers)
    assert problem(answer) == (401, "not-signed")
    assert len(await inbox(web)) == before


async def test_another_stores_signature_does_not_count(web: Web) -> None:
    body = as_json({"order": {"id": 4714}})
    forged = web.signed(body, {"jumpseller-hmac-sha256": sign(body, web.other_store.hooks_token + "x")})
    assert problem(await web.client.post(HOOKS, content=body, headers=forged)) == (401, "not-signed")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_only_json_is_a_webhook(web: Web, content_type: str | None) -> None:
    body = b'{"order": {"id": 1}}'
    answer = await web.client.post(HOOKS, content=body, headers=web.signed(body, {"content-type": content_type}))
    assert problem(answer) == (415, "unsupported-media-type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_may_be_written_in_several_ways(web: Web, content_type: str) -> None:
    body = as_json({"order": {"id": 4715}, "as": content_type})
    answer = await web.client.post(HOOKS, content=body, headers=web.signed(body, {"content-type": content_type}))
    assert answer.status_code == 200


async def test_more_than_two_mebibytes_are_refused_whether_announced_or_not(web: Web) -> None:
    body = b"x" * (2 * 1024 * 1024 + 1)

    async def unannounced() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    for content in (body, unannounced()):
        answer = await web.client.post(HOOKS, content=content, headers=web.signed(body))
        assert problem(answer) == (413, "body-too-large")
        assert answer.headers["connection"] == "close"


async def test_two_mebibytes_are_taken(web: Web) -> None:
    body = b'{"order":{"id":1}}'.ljust(2 * 1024 * 1024)
    assert (await web.client.post(HOOKS, content=body, headers=web.signed(body))).status_code == 200


async def test_the_platform_may_look_whether_anybody_is_there(web: Web) -> None:
    assert (await web.client.get(HOOKS)).status_code == 200
    assert (await web.client.head(HOOKS)).status_code == 200


async def test_other_methods_are_refused(web: Web) -> None:
    answer = await web.client.put(HOOKS, content=b"{}")
    assert problem(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_what_cannot_be_kept_is_not_acknowledged(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.town.services.reception, "_writer", FullDisk())
    body = as_json({"order": {"id": 4716}})
    answer = await web.client.post(HOOKS, content=body, headers=web.signed(body))
    assert problem(answer) == (503, "database-unavailable")
    assert answer.headers["retry-after"] == "5"


async def test_many_webhooks_at_once_read_their_store_once(web: Web) -> None:
    office = web.town.services.office
    counting = CountingUnits(office.units)
    known = KnownStores(dataclasses.replace(office, units=counting))
    found = await asyncio.gather(*(known.by_code(web.store.code) for _ in range(50)))
    assert {store.id for store in found if store is not None} == {web.store.id}
    assert counting.begun == 1
    assert (await known.by_code(web.store.code, fresh=True)) == found[0]
    assert counting.begun == 2


async def test_made_up_stores_fill_no_memory_and_push_no_store_out(web: Web) -> None:
    office = web.town.services.office
    counting = CountingUnits(office.units)
    known = KnownStores(dataclasses.replace(office, units=counting), most_unknown=10)
    assert await known.by_code(web.store.code) is not None
    for number in range(30):
        assert await known.by_code(f"made-up-{number}") is None
    assert known.remembered == 11
    begun = counting.begun
    assert await known.by_code("made-up-29") is None, "asked again at once, it is not looked for again"
    assert await known.by_code(web.store.code) is not None
    assert counting.begun == begun


async def test_what_is_too_long_to_name_a_store_is_not_even_looked_for(web: Web) -> None:
    office = web.town.services.office
    counting = CountingUnits(office.units)
    known = KnownStores(dataclasses.replace(office, units=counting))
    assert await known.by_code("x" * 65) is None
    assert await known.by_key("x" * 500_000) is None
    assert (counting.begun, known.remembered) == (0, 0)
    body = as_json({"order": {"id": 4719}})
    endless = web.signed(body, {"jumpseller-store-code": "x" * 500_000})
    assert (await web.client.post(HOOKS, content=body, headers=endless)).status_code == 401


async def test_webhooks_are_counted_by_what_became_of_them(web: Web) -> None:
    async def counted(outcome: str) -> float:
        figures = (await web.client.get("/metrics")).text.splitlines()
        prefix = f'despacho_webhooks_total{{outcome="{outcome}"}} '
        return next(float(line.removeprefix(prefix)) for line in figures if line.startswith(prefix))

    before = {outcome: await counted(outcome) for outcome in ("accepted", "duplicate", "refused")}
    body = as_json({"order": {"id": 4717}})
    for headers in (web.signed(body), web.signed(body), web.signed(body, {"jumpseller-hmac-sha256": "x"})):
        await web.client.post(HOOKS, content=body, headers=headers)
    assert {outcome: await counted(outcome) - before[outcome] for outcome in before} == dict.fromkeys(before, 1)


@pytest.mark.asyncio(loop_scope="function")
async def test_a_webhook_becomes_an_order_on_either_database(database_url: str, tmp_path: Path) -> None:
    async with open_town(database_url, tmp_path) as town, open_web(town) as web:
        order = town.sandbox.store.place_order(town.store.code)
        body = as_json({"order": {"id": order.id}})
        assert (await web.client.post(HOOKS, content=body, headers=web.signed(body))).status_code == 200
        await town.work()
        listed = (await web.api.get("/api/v1/orders")).json()["items"]
        assert [one["order"] for one in listed] == [order.id]
