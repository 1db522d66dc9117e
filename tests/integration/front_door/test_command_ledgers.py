"""Both ledgers from the command line: listed, replayed, retried, and resolved by what a person found out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from redis import Redis

from despacho.bootstrap import Hub, open_hub
from despacho.settings import Settings
from despacho.silence import Silence
from despacho_core.ledgers import Effect, EffectState, InboxState, Lane
from despacho_jobs.wire import INBOX_QUEUE, lane_queue
from despacho_sandbox.kit.server import Sandbox
from despacho_services.fulfilling import FULFIL
from tests.handover import pages
from tests.integration.front_door.conftest import Desk
from tests.town import FIRST_STORE, OPENFACTURA, SECOND_STORE, settled_store, sign

T = TypeVar("T")


def at(desk: Desk, use: Callable[[Hub], Awaitable[T]]) -> T:
    """Use the hub that the desk works beside."""

    async def used() -> T:
        async with open_hub(Settings.from_environment(desk.environment), Silence()) as hub:
            return await use(hub)

    return asyncio.run(used())


def receive(desk: Desk, code: str, number: int) -> None:
    async def use(hub: Hub) -> None:
        body = msgspec.json.encode({"order": {"id": number}})
        headers = {
            "jumpseller-store-code": code,
            "jumpseller-event": "order_paid",
            "jumpseller-hmac-sha256": sign(body, f"fake-hooks-token-{code}"),
            "content-type": "application/json",
        }
        assert await hub.services.reception.webhook(headers, body)

    at(desk, use)


def settle(desk: Desk, state: InboxState, error: str | None) -> None:
    async def use(hub: Hub) -> None:
        async with hub.database.units_of_work.begin() as work:
            [row] = await work.inbox.page(None)
            await work.inbox.settle(row, state, error=error)
            await work.commit()

    at(desk, use)


def owe(desk: Desk, code: str, effect_id: str, state: EffectState, message: str | None = None) -> None:
    async def use(hub: Hub) -> None:
        store = await hub.services.installation.by_code(code)
        now = datetime.now(UTC)
        effect = Effect(
            id=effect_id,
            store_id=store.id,
            key=f"fulfil:{effect_id}",
            kind=FULFIL,
            subject=effect_id,
            lane=Lane.BULK,
            created_at=now,
            due_at=now,
            state=state,
            message=message,
        )
        async with hub.database.units_of_work.begin() as work:
            await work.outbox.owe(effect)
            await work.outbox.save(effect)
            await work.commit()

    at(desk, use)


@pytest.fixture
def stores(desk: Desk, sandbox: Sandbox) -> Desk:
    """A hub that knows two stores."""

    async def use(hub: Hub) -> None:
        for code in (FIRST_STORE, SECOND_STORE):
            await settled_store(hub, sandbox, code)

    at(desk, use)
    return desk


def test_messages_of_all_stores_or_of_one_are_listed_newest_first(stores: Desk) -> None:
    receive(stores, FIRST_STORE, 1001)
    receive(stores, SECOND_STORE, 2001)
    rows = stores.gives("inbox", "list")
    assert [(row["store"], row["event"], row["state"]) for row in rows] == [
        (SECOND_STORE, "order_paid", "pending"),
        (FIRST_STORE, "order_paid", "pending"),
    ]
    assert [row["store"] for row in stores.gives("inbox", "list", FIRST_STORE)] == [FIRST_STORE]
    assert [row["store"] for row in stores.gives("inbox", "list", "--before", str(rows[0]["id"]))] == [FIRST_STORE]
    assert [row["store"] for row in stores.gives("inbox", "list", "--limit", "1")] == [SECOND_STORE]
    assert stores.gives("inbox", "list", "--state", "dead") == []
    assert stores.fails("inbox", "list", "nobody")["code"] == "not-found"


def test_a_dead_message_is_worked_off_once_more(stores: Desk) -> None:
    receive(stores, FIRST_STORE, 1001)
    settle(stores, InboxState.DEAD, "KeyError: price\nTraceback")
    [dead] = stores.gives("inbox", "list", "--state", "dead")
    assert "KeyError: price" in stores.does("inbox", "list")
    assert stores.gives("inbox", "replay", str(dead["id"])) == {"replayed": 1}
    [row] = stores.gives("inbox", "list")
    assert row["state"] == "pending"
    assert stores.fails("inbox", "replay", "999999")["code"] == "not-found"


def test_effects_are_listed_by_store_state_and_time(stores: Desk) -> None:
    owe(stores, FIRST_STORE, "one", EffectState.DONE)
    owe(stores, SECOND_STORE, "two", EffectState.REJECTED, "no such address")
    assert {row["key"] for row in stores.gives("outbox", "list")} == {"fulfil:one", "fulfil:two"}
    assert [row["key"] for row in stores.gives("outbox", "list", FIRST_STORE)] == ["fulfil:one"]
    [rejected] = stores.gives("outbox", "list", "--state", "rejected")
    assert (rejected["store"], rejected["message"]) == (SECOND_STORE, "no such address")
    assert stores.gives("outbox", "list", "--before", "2020-01-01") == []
    assert "no such address" in stores.does("outbox", "list")


def test_a_rejected_effect_is_tried_again(stores: Desk) -> None:
    owe(stores, FIRST_STORE, "one", EffectState.REJECTED)
    assert stores.gives("outbox", "retry", "one")["state"] == "pending"


def test_a_dead_effect_that_may_have_happened_is_looked_for_and_not_repeated(stores: Desk) -> None:
    owe(stores, FIRST_STORE, "one", EffectState.DEAD)
    assert stores.gives("outbox", "retry", "one")["state"] == "uncertain"


def test_what_is_done_cannot_be_retried(stores: Desk) -> None:
    owe(stores, FIRST_STORE, "one", EffectState.DONE)
    assert stores.fails("outbox", "retry", "one")["code"] == "wrong-state"
    assert stores.fails("outbox", "retry", "none")["code"] == "not-found"


@pytest.mark.parametrize(("found", "state"), [("--happened", "done"), ("--did-not-happen", "pending")])
def test_a_person_settles_what_nobody_else_can_know(stores: Desk, found: str, state: str) -> None:
    owe(stores, FIRST_STORE, "one", EffectState.UNCERTAIN)
    resolved = stores.gives("outbox", "resolve", "one", found, "--note", "asked by telephone, 4711")
    assert (resolved["state"], resolved["message"]) == (state, "asked by telephone, 4711")
    assert stores.gives("outbox", "list")[0]["state"] == state


def left_in_doubt(desk: Desk, sandbox: Sandbox) -> tuple[str, str]:
    """Ids of a document, and of the effect of its issuing, whose worker died under it."""

    async def use(hub: Hub) -> tuple[str, str]:
        services = hub.services
        store = await services.installation.by_code(FIRST_STORE)
        settings = {**OPENFACTURA, "base_url": f"{sandbox.url}/openfactura"}
        await services.accounts.add(store.id, "openfactura", name=None, settings=settings)
        order = sandbox.store.place_order(FIRST_STORE)
        await services.intake.take_in(store, order.id)
        async with services.office.units.begin() as work:
            [invoice] = await work.invoices.of_order(store.id, order.id)
            [effect] = await work.outbox.of_subject(store.id, invoice.id)
            await work.outbox.claim_one(effect.id, now=services.office.now(), lease=timedelta(seconds=-1))
            await work.commit()
        assert await services.runner.expire()
        return invoice.id, effect.id

    return at(desk, use)


def test_a_document_that_was_found_is_settled_by_its_number(stores: Desk, sandbox: Sandbox, tmp_path: Path) -> None:
    invoice_id, effect_id = left_in_doubt(stores, sandbox)
    paper = tmp_path / "found.pdf"
    paper.write_bytes(pages())
    resolve = ("outbox", "resolve", effect_id, "--happened", "--note", "seen in the portal")
    assert stores.run(*resolve, "--pdf", str(paper)).exit_code == 2, "a document without its number"
    assert stores.run("outbox", "resolve", effect_id, "--did-not-happen", "--note", "x", "--number", "1").exit_code == 2
    assert stores.fails(*resolve, "--number", "39-1", "--number", "39-2")["code"] == "no-number"
    assert stores.fails(*resolve, "--number", "none")["code"] == "document-number-invalid"
    assert stores.gives(*resolve)["state"] == "done", "it may be said without its number"
    settled = stores.gives(*resolve, "--number", "39-4711", "--pdf", str(paper))
    assert (settled["state"], settled["subject"]) == ("done", invoice_id)
    [line] = stores.gives("invoices", "list")
    assert (line["state"], line["public_id"]) == ("issued", "39-4711")
    saved = tmp_path / "saved.pdf"
    stores.does("invoices", "pdf", FIRST_STORE, invoice_id, "--out", str(saved))
    assert saved.read_bytes() == paper.read_bytes()


def test_a_decision_needs_to_be_made_and_explained(bare_desk: Desk) -> None:
    assert bare_desk.run("outbox", "resolve", "one", "--note", "?").exit_code == 2
    assert bare_desk.run("outbox", "resolve", "one", "--happened").exit_code == 2


@pytest.mark.redis
def test_what_a_command_owes_wakes_the_workers_at_once(stores: Desk, redis_url: str) -> None:
    receive(stores, FIRST_STORE, 1001)
    settle(stores, InboxState.DEAD, None)
    owe(stores, FIRST_STORE, "one", EffectState.REJECTED)
    stores.environment["DESPACHO_REDIS_URL"] = redis_url
    stores.does("inbox", "replay", str(stores.gives("inbox", "list")[0]["id"]))
    stores.does("outbox", "retry", "one")
    with Redis.from_url(redis_url) as client:
        assert (client.zcard(INBOX_QUEUE), client.zcard(lane_queue(Lane.BULK))) == (1, 1)


@pytest.mark.parametrize("left_behind", [None, "unix:///nowhere/redis.sock"])
def test_without_a_redis_a_command_works_and_says_nothing_of_it(stores: Desk, left_behind: str | None) -> None:
    owe(stores, FIRST_STORE, "one", EffectState.REJECTED)
    if left_behind is not None:  # by a hub that has ended
        run = Path(stores.environment["DESPACHO_DATA_DIR"]) / "run"
        run.mkdir()
        (run / "redis.url").write_text(left_behind, "utf-8")
    result = stores.run("outbox", "retry", "one")
    assert (result.exit_code, result.stderr) == (0, "")
